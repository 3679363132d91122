//! `segfn run` from outside: what it prints, and how it ends.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Folder;

const TRACK: &str = r#"{"type":"track","event":"E","properties":{"total":42}}"#;

fn values(outcomes: &[Value]) -> Vec<&Value> {
    outcomes.iter().map(|outcome| &outcome["value"]).collect()
}

#[test]
fn help_and_version_are_there() {
    let folder = Folder::new(&[]);
    assert_snapshot!(folder.transcript(&["run", "--help"]), @r#"
    $ segfn run --help
    Call a function with events and show what it does

    Usage: segfn run [OPTIONS] [FUNCTION] [EVENTS]...
           segfn run <COMMAND>

    Commands:
      merge  Add up the counts, costs and coverage of the parts of a run
      help   Print this message or the help of the given subcommand(s)

    Arguments:
      [FUNCTION]
              A JavaScript file, a folder with a function.js, or a Terraform file; without one, the
              function in this folder

              FILE.tf:NAME is one function of a Terraform file with several. git:REVISION:PATH is any of
              these as it was at that revision. Two files beside it are read if they exist:
              settings.json has the function's settings, and segfn.toml says how to run it.

      [EVENTS]...
              Files of events, folders of such files, archives in S3 (s3://BUCKET/PREFIX), samples
              (sample:NAME), the events that `segfn serve` got (history:), or `-` for standard input

              A file holds one event as JSON, an array of events for onBatch, a request for onRequest,
              or one of these a line (NDJSON); it may be gzipped. If none are given, segfn takes the
              events in the function's folder (events/, event.json or request.json), or else a sample
              for each handler (`segfn events` lists them).

    Options:
          --kind <KIND>
              The kind of the function; segfn finds it out from the handlers unless it is given

              [possible values: source, destination, insert-destination, insert-source]

          --handler <NAME>
              Call this handler, whatever the event's type says

              [possible values: onRequest, onIdentify, onTrack, onPage, onScreen, onGroup, onAlias,
              onDelete, onBatch]

          --env <NAME>
              Take what segfn.toml says of this environment, in [env.NAME]: settings, roles, aws and net

          --settings <FILE>
              A JSON file of settings, which override those of settings.json

      -s <NAME=VALUE>
              One setting; the value may be JSON: true, ["a","b"], {"a":"b"}

          --timeout <TIME>
              How long a handler may take, such as 5s (the platform's limit, and the default), 500ms or
              2

          --memory <MB>
              How much memory the function may use, in megabytes; the default is 128

          --role <ARN[=EXTERNAL_ID]>
              A role that the embedded AWS has, with the external id that it requires, if any

          --where <FQL>
              Take only events of which this is true, in the language of Segment's destination filters
              (FQL), such as 'type = "track" and properties.revenue > 10'; of a batch, the events that
              fit are taken

          --sample <N>
              Take only this many of the events; each is as likely as any other, and the choice is the
              same each time

          --since <TIME>
              Take only events since a time, such as 2026-01-31T12:00:00Z, 2026-01-31, or 7d for the
              last seven days; events without a time are taken

          --max-line <MB>
              The longest line of a file of events, in megabytes

              [default: 64]

          --part <I/N>
              Only this part of the events, for several machines: 1/64 is the first of 64; auto, or
              auto/64, takes it from the engine that runs the parts

              Files and objects are spread by their size, and large NDJSON is split at line ends. auto
              knows JOB_COMPLETION_INDEX (Kubernetes, with auto/N), AWS_BATCH_JOB_ARRAY_INDEX,
              SLURM_ARRAY_TASK_ID and CI_NODE_INDEX.

          --manifest <FILE>
              The list of all inputs, of `segfn inputs`, also s3://BUCKET/KEY: each part takes its own
              of it, and an object that has changed since is an error

          --to <FOLDER>
              Write what came of it as one object into this folder, or s3://BUCKET/PREFIX/, to be added
              up by `merge`; what differs, or failed, is told there

          --live <NAME>
              The events came live and are no part of a list: the result gets this name, and `merge`
              adds up those that are there, however many

          --json
              Write one outcome a line as JSON, for programs

          --jobs <N>
              How many events to run at the same time, each in its own copy of the function

              [default: 1]

          --cold
              Empty the function's cache before each event, as a test in Segment's editor does

          --stats
              Tell in the end what the invocations cost: processor's time, waiting, requests and bytes,
              by handler

          --volume <EVENTS/TIME>
              How many events come, such as 5M/month or 200k/day: tells the hours that they take in a
              month

          --coverage <REPORTS>
              Report which parts of the function ran: text, lcov, html or json, or several, separated by
              commas

              Possible values:
              - text: A table
              - lcov: lcov.info
              - html: A page for each function
              - json: coverage.json, which `segfn coverage merge` reads

          --coverage-dir <DIR>
              The folder of the reports

              [default: coverage]

          --min-lines <PERCENT>
              Fail if fewer lines are covered than this percentage

          --min-functions <PERCENT>
              Fail if fewer functions are covered than this percentage

          --min-branches <PERCENT>
              Fail if fewer branches are covered than this percentage

          --aws <AWS>
              Which AWS answers: `embedded` (S3 and STS inside segfn, the default), `real` (with this
              machine's credentials) or the URL of a server such as LocalStack

          --allow-net <HOST>
              Let the function reach this host only, such as api.example.com or *.example.com; may be
              given several times

          --deny-net
              Let the function reach no host

          --color <WHEN>
              When to use colours; `auto` means on a terminal, unless NO_COLOR is set

              [default: auto]
              [possible values: auto, always, never]

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      segfn run                                      the function in this folder
      segfn run function.js                          a sample event for each handler
      segfn run function.js event.json               one event from a file
      segfn run function.js sample:order-completed   one of `segfn events`
      segfn run my-function/ events.ndjson.gz        a folder with function.js and settings.json
      segfn run function.js event.json -s apiKey=abc -s 'lists=["a","b"]'
      cat events.ndjson | segfn run function.js - --json --jobs 4 > outcomes.ndjson
      segfn run functions.tf:slack event.json        a function in a Terraform file
      segfn run function.js event.json --deny-net    nothing leaves the machine
      segfn run function.js events.ndjson --stats --volume 5M/month
      segfn run function.js --manifest manifest.json --part auto/64 --to results/ --stats
      segfn run merge results/                       the counts and costs of all 64 parts

    Exit codes: 0 all went well, 1 a function failed (retry or discard), 2 wrong usage,
    3 the function can't be loaded, 4 an input can't be read, 5 segfn itself failed.
    exit 0
    "#);
    assert_snapshot!(folder.transcript(&["-h"]), @r"
    $ segfn -h
    Runs Twilio Segment functions, unchanged, on your own machine

    Usage: segfn [OPTIONS] [COMMAND]

    Commands:
      init      Write a function to begin with: its code, two cases, and a workflow for GitHub
      run       Call a function with events and show what it does
      record    Run a function live, and write each event with its traffic as a case for `segfn test`
      test      Run the cases of functions and compare what they do with what is expected
      diff      Show what two versions of a function do differently over the same events
      review    Go through the cases that differ, one by one, and accept or leave each
      accept    Make what the cases do now what is expected of them
      cases     Make cases from events, from a tracking plan, and from other cases
      serve     Serve functions to real SDKs and webhooks: Segment's Tracking API on this machine
      events    List sample events, or print some
      inputs    List files and objects of events, for the parts of a run on several machines
      lambda    Run parts in AWS Lambda, or compare two versions over live events there
      aws       Serve the embedded S3 and STS on a local port, for the aws CLI, boto3 and other programs
      globals   List the globals that functions have, with their packages and versions
      types     Write type declarations, so that an editor completes and checks functions
      licenses  Print the licences of the software that segfn is made of
      coverage  Add up and render what `segfn test --coverage json` wrote
      doctor    Show what keeps functions in on this machine
      help      Print this message or the help of the given subcommand(s)

    Options:
          --color <WHEN>  When to use colours; `auto` means on a terminal, unless NO_COLOR is set
                          [default: auto] [possible values: auto, always, never]
      -h, --help          Print help
      -V, --version       Print version

    Exit codes:
      0  all went well
      1  a function failed, a case doesn't do what is expected, or versions differ
      2  a flag, setting or config file is wrong
      3  the function can't be loaded
      4  an input can't be read
      5  segfn itself failed
    exit 0
    ");
    let version = concat!("segfn ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(folder.segfn(&["-V"]).1, version);
    let whole = folder.segfn(&["--version"]).1;
    let lines: Vec<_> = whole.strip_prefix(version).expect(&whole).lines().collect();
    assert!(lines[lines.len() - 2].starts_with("V8 1"), "{whole}");
    assert!(lines[lines.len() - 1].starts_with("the platform's packages of "));
}

#[test]
fn a_batch_with_failed_events_looked_like_a_success() {
    let folder = Folder::new(&[
        (
            "f.js",
            "function onBatch() { return [{ status: 200 }, { status: 500 }] }",
        ),
        ("e.json", "[{\"type\":\"track\"},{\"type\":\"track\"}]"),
    ]);
    assert_snapshot!(folder.transcript(&["run", "f.js", "e.json"]), @r"
    $ segfn run f.js e.json
    f.js: ran as destination (it defines onBatch; --kind to change)
    ✓ success   onBatch  e.json  TIME  1 event failed
      batch    1 of 2 events succeeded
               [1] ↻ retry  500
    1 input: 1 success (1 with failed events) in TIME
    exit 1
    ");
}

#[test]
fn outcomes_come_in_the_order_of_the_inputs() {
    let function = "async function onTrack(event) { await new Promise(r => setTimeout(r, event.n % 3)); return event.n }";
    let lines: String = (0..500)
        .map(|n| format!("{{\"type\":\"track\",\"n\":{n}}}\n"))
        .collect();
    let folder = Folder::new(&[
        ("f.js", function),
        ("e.ndjson", &lines),
        ("last.json", r#"{"type":"track","n":500}"#),
    ]);
    let (code, outcomes) = folder.outcomes(&["f.js", "e.ndjson", "last.json", "--jobs", "3"]);
    assert_eq!(code, 0);
    assert_eq!(
        values(&outcomes),
        (0..=500)
            .map(Value::from)
            .collect::<Vec<_>>()
            .iter()
            .collect::<Vec<_>>()
    );
    assert_eq!(outcomes[9]["input"], "e.ndjson:10");
    assert_eq!(outcomes[500]["input"], "last.json");
}

#[test]
fn a_failure_ends_with_1_and_the_others_still_run() {
    let function =
        "async function onTrack(event) { if (event.bad) throw new RetryError('later'); return 1 }";
    let folder = Folder::new(&[
        ("f.js", function),
        (
            "e.ndjson",
            "{\"type\":\"track\"}\n{\"type\":\"track\",\"bad\":true}\n{\"type\":\"track\"}",
        ),
    ]);
    let (code, outcomes) = folder.outcomes(&["f.js", "e.ndjson"]);
    assert_eq!(code, 1);
    let classes: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome["class"].as_str())
        .collect();
    assert_eq!(classes, [Some("success"), Some("retry"), Some("success")]);
    assert_snapshot!(folder.transcript(&["run", "f.js", "e.ndjson"]), @r"
    $ segfn run f.js e.ndjson
    f.js: ran as destination (it defines onTrack; --kind to change)
    ✓ success   onTrack  e.ndjson:1  TIME
      value    1
    ↻ retry     onTrack  e.ndjson:2  TIME
      failed   RetryError: later
               the platform calls it: Retry (retry)
                --> f.js:1:54
                 |
               1 | async function onTrack(event) { if (event.bad) throw new RetryError('later'); return 1 }
                 |                                                      ^^^
    ✓ success   onTrack  e.ndjson:3  TIME
      value    1
    3 inputs: 2 success, 1 retry in TIME
    exit 1
    ");
}

#[test]
fn settings_come_from_four_places() {
    let folder = Folder::new(&[
        (
            "f/function.js",
            "function onTrack(event, settings) { return settings }",
        ),
        (
            "f/segfn.toml",
            "[settings]\na = \"toml\"\nb = \"toml\"\nc = \"toml\"\nd = \"toml\"\n",
        ),
        ("f/settings.json", r#"{"b":"json","c":"json","d":"json"}"#),
        ("more.json", r#"{"c":"more","d":"more"}"#),
        ("e.json", TRACK),
    ]);
    let (_, outcomes) = folder.outcomes(&[
        "f",
        "e.json",
        "--settings",
        "more.json",
        "-s",
        "d=flag",
        "-s",
        "list=[\"x\"]",
        "-s",
        "n=1",
    ]);
    let expected = serde_json::json!({"a": "toml", "b": "json", "c": "more", "d": "flag", "list": ["x"], "n": "1"});
    assert_eq!(values(&outcomes), [&expected]);
}

#[test]
fn secrets_are_in_no_output() {
    let function = "
        async function onTrack(event, settings) {
            console.log(settings, encodeURIComponent(settings.key), btoa('me:' + settings.key));
            throw new Error('refused: ' + settings.key);
        }";
    let folder = Folder::new(&[
        ("function.js", function),
        ("segfn.toml", "secret = [\"key\"]"),
        ("e.json", TRACK),
    ]);
    for flags in [
        &["--json"][..],
        &["--color", "always"],
        &["--color", "never"],
    ] {
        let (code, stdout, stderr) =
            folder.segfn(&[&["run", ".", "e.json", "-s", "key=hush/hush secret"], flags].concat());
        assert_eq!(code, 1);
        assert!(stdout.contains("[secret key]"), "{stdout}");
        for form in ["hush", "aHVzaC9odXNo", "h1c2gvaHVza"] {
            assert!(
                !stdout.contains(form) && !stderr.contains(form),
                "{form}: {stdout}{stderr}"
            );
        }
    }
}

#[test]
fn without_events_those_of_the_folder_or_samples_are_taken() {
    let folder = Folder::new(&[(
        "f/function.js",
        "function onTrack(event) { return event.event }\nfunction onIdentify(event) { return event.userId }",
    )]);
    let (code, outcomes) = folder.outcomes(&["f"]);
    assert_eq!(code, 0);
    let names: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome["input"].as_str())
        .collect();
    assert_eq!(
        names,
        [Some("sample:identify"), Some("sample:order-completed")]
    );
    folder.write("f/event.json", TRACK);
    assert_eq!(folder.outcomes(&["f"]).1[0]["input"], "f/event.json");
    folder.write("f/events/b.json", TRACK);
    folder.write("f/events/a.ndjson", format!("{TRACK}\n{TRACK}\n"));
    let (_, outcomes) = folder.outcomes(&["f"]);
    let names: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome["input"].as_str())
        .collect();
    assert_eq!(
        names,
        [
            Some("f/events/a.ndjson:1"),
            Some("f/events/a.ndjson:2"),
            Some("f/events/b.json")
        ]
    );
}

#[test]
fn the_kind_is_told_when_it_was_found_out() {
    let folder = Folder::new(&[("f.js", "function onTrack(event) {}"), ("e.json", TRACK)]);
    let run = ["run", "f.js", "e.json"];
    assert_snapshot!(folder.transcript(&run), @r"
    $ segfn run f.js e.json
    f.js: ran as destination (it defines onTrack; --kind to change)
    ✓ success   onTrack  e.json  TIME
    1 input: 1 success in TIME
    exit 0
    ");
    assert_snapshot!(folder.transcript(&[&run[..], &["--kind", "destination"]].concat()), @r"
    $ segfn run f.js e.json --kind destination
    ✓ success   onTrack  e.json  TIME
    1 input: 1 success in TIME
    exit 0
    ");
}

#[test]
fn many_plain_successes_are_one_line_each() {
    let folder = Folder::new(&[(
        "f.js",
        "function onTrack(event) { if (event.n === 90) console.log('here'); return event.n }",
    )]);
    let lines: String = (0..100)
        .map(|n| format!("{{\"type\":\"track\",\"n\":{n}}}\n"))
        .collect();
    folder.write("e.ndjson", lines);
    let (_, stdout, _) = folder.segfn(&["run", "f.js", "e.ndjson"]);
    assert!(
        stdout.contains("  value    19\n") && !stdout.contains("  value    20\n"),
        "{stdout}"
    );
    assert!(
        stdout.contains("  log      here\n  value    90\n"),
        "{stdout}"
    );
    assert_eq!(
        stdout.lines().filter(|line| line.starts_with('✓')).count(),
        100
    );
}

#[test]
fn an_input_is_answered_before_the_next_one_comes() {
    let folder = Folder::new(&[("f.js", "function onTrack(event) { return event.n }")]);
    let mut child = folder
        .command(&["run", "f.js", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("segfn runs");
    let mut input = child.stdin.take().expect("a pipe");
    let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
    for n in 1..=3 {
        writeln!(input, "{{\"type\":\"track\",\"n\":{n}}}").expect("segfn reads");
        let mut line = String::new();
        output.read_line(&mut line).expect("segfn writes");
        let outcome: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(
            (&outcome["input"], &outcome["value"]),
            (&format!("-:{n}").into(), &n.into())
        );
    }
    drop(input);
    assert!(child.wait().expect("segfn ends").success());
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let lines: String = (0..20_000)
        .map(|n| format!("{{\"type\":\"track\",\"n\":{n}}}\n"))
        .collect();
    let folder = Folder::new(&[
        ("f.js", "function onTrack(event) { return event.n }"),
        ("e.ndjson", &lines),
    ]);
    for flags in [&["--json"][..], &[]] {
        let mut child = folder
            .command(&[&["run", "f.js", "e.ndjson"], flags].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("segfn runs");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        output.read_line(&mut String::new()).expect("segfn writes");
        drop(output);
        let ended = child.wait_with_output().expect("segfn ends");
        assert_eq!((ended.status.code(), ended.stderr), (Some(0), vec![]));
    }
}

#[test]
fn colours_follow_the_flag_and_the_environment() {
    let folder = Folder::new(&[("f.js", "function onTrack(event) {}"), ("e.json", TRACK)]);
    let run = |flags: &[&str]| {
        folder
            .segfn(&[&["run", "f.js", "e.json"], flags].concat())
            .1
    };
    assert!(!run(&[]).contains('\u{1b}'));
    assert!(run(&["--color", "always"]).contains('\u{1b}'));
    assert!(!run(&["--color", "never"]).contains('\u{1b}'));
    assert!(!run(&["--color", "always", "--json"]).contains('\u{1b}'));
}
