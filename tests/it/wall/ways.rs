//! Worker processes come to be by a fork, or by starting segfn again. Whatever a function does, every command
//! says and writes the same either way.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use regex::Regex;

use crate::support::{Folder, output_of};

/// What hangs in V8 itself, fills memory, makes V8 end its process, and what is harmless.
const HOSTILE: &str = r#"
const keep = [];
let calls = 0;
async function onTrack(event) {
  console.log('began', event.event, event.properties);
  calls += 1;
  switch (event.event) {
    case 'hang': return [].includes.call({ length: 2 ** 53 - 1 }, 1);
    case 'memory': for (;;) keep.push(new Array(1e5).fill(keep.length));
    case 'abort': return 'x'.repeat(2.6e8).split('').length;
    case 'throws': throw new RetryError('later');
    case 'stores': {
      const s3 = new AWS.S3();
      await s3.putObject({ Bucket: 'bbb', Key: event.messageId, Body: JSON.stringify(event) }).promise();
      return (await s3.listObjectsV2({ Bucket: 'bbb' }).promise()).KeyCount;
    }
    case 'asks': {
      const answer = await fetch('https://api.example.com/things', { method: 'POST', body: '{}' });
      return [answer.status, await answer.json()];
    }
    case 'large': return 'é'.repeat(400_000);
    case 'odd': return [null, -0, 1e300, '\ud800', { deep: JSON.parse('['.repeat(900) + ']'.repeat(900)) }];
  }
  return [event, typeof calls, Intl.DateTimeFormat().resolvedOptions().timeZone];
}
"#;

const TRAFFIC: &str = r#"{"log":{"version":"1.2","creator":{"name":"t","version":"1"},"entries":[{
  "startedDateTime":"2024-01-01T00:00:00Z","time":1,"cache":{},"timings":{"send":0,"wait":1,"receive":0},
  "request":{"method":"POST","url":"https://api.example.com/things","httpVersion":"HTTP/1.1","cookies":[],
    "headers":[],"queryString":[],"headersSize":-1,"bodySize":2,
    "postData":{"mimeType":"text/plain","text":"{}"}},
  "response":{"status":201,"statusText":"Created","httpVersion":"HTTP/1.1","cookies":[],
    "headers":[{"name":"x-a","value":"1"}],"content":{"size":2,"mimeType":"application/json","text":"[1]"},
    "redirectURL":"","headersSize":-1,"bodySize":-1}}]}}"#;

/// A function, another version of it, and events, with these limits.
fn folder(timeout: &str, memory: u32, events: &[&str]) -> Folder {
    let event = |name: &&str| {
        format!(
            r#"{{"type":"track","event":"{name}","messageId":"m-{name}","properties":{{"n":[1,2.50]}}}}"#
        )
    };
    let events: Vec<String> = events.iter().map(event).collect();
    let config = format!("timeout = '{timeout}'\nmemory = {memory}\n[test]\nlogs = true\n");
    let folder = Folder::new(&[
        ("fn/function.js", HOSTILE),
        ("fn/settings.json", r#"{"apiKey":"k","list":["a","ü"]}"#),
        ("fn/segfn.toml", &config),
        ("events.ndjson", &events.join("\n")),
    ]);
    let other = HOSTILE.replace("typeof calls", "'other'");
    folder.write("other/function.js", other);
    folder.write("other/segfn.toml", config);
    folder
}

fn hostile() -> Folder {
    let events = ["fine", "hang", "throws", "memory", "odd", "large", "last"];
    folder("1s", 64, &events)
}

/// V8 aborts where there is the memory for what it then can't do.
fn aborting() -> Folder {
    folder("20s", 1024, &["fine", "abort", "last"])
}

/// Without what differs from run to run.
fn timeless(text: &str) -> String {
    let measured = Regex::new(
        r#"\d{4}-\d\d-\d\dT[0-9:.]+Z|"(ms|send|wait|receive|time|seconds|cpu|waiting|p50|p99|max|total)": ?[0-9.]+|[0-9.]+ m?s\b|/tmp/[^" ]*"#,
    );
    let measured = measured.expect("a pattern");
    measured.replace_all(text, "TIME").into_owned()
}

/// The files of a folder with their texts.
fn files(folder: &Path, below: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder.join(below)).expect("a folder") {
        let path = below.join(entry.expect("an entry").file_name());
        // It has times and random names.
        if path.ends_with("s3-state") {
            continue;
        }
        if folder.join(&path).is_dir() {
            files(folder, &path, found);
        } else {
            let bytes = fs::read(folder.join(&path)).expect("a file");
            let text = timeless(&String::from_utf8_lossy(&bytes));
            found.insert(path.display().to_string(), text);
        }
    }
}

/// What came of commands: codes, what they said, and what they wrote.
type Said = (Vec<(i32, String, String)>, BTreeMap<String, String>);

/// Runs commands one after the other in a folder of their own.
fn said(folder: &Folder, commands: &[&[&str]], change: impl Fn(&mut Command)) -> Said {
    let said = commands.iter().map(|arguments| {
        let mut command = folder.command(arguments);
        change(&mut command);
        let (code, stdout, stderr) = output_of(&mut command);
        (code, timeless(&stdout), timeless(&stderr))
    });
    let said = said.collect();
    let mut written = BTreeMap::new();
    files(folder.path(), Path::new(""), &mut written);
    (said, written)
}

/// Commands say and write the same both ways. Gives what they said.
fn same(make: impl Fn() -> Folder, commands: &[&[&str]]) -> Said {
    // Else the first of them would make a key for pseudonyms, and say so.
    let key = "07".repeat(32);
    let forked = said(&make(), commands, |command| {
        command.env("SEGFN_PSEUDONYM_KEY", &key);
    });
    let started = said(&make(), commands, |command| {
        command.env("SEGFN_PSEUDONYM_KEY", &key);
        command.env("SEGFN_TEST_WORKERS", "started");
    });
    for ((forked, started), arguments) in forked.0.iter().zip(&started.0).zip(commands) {
        assert_eq!(forked, started, "{arguments:?}");
    }
    assert_eq!(forked.1, started.1);
    forked
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn run_says_the_same_of_hostile_functions() {
    let json: &[&str] = &["run", "fn", "events.ndjson", "--json"];
    let jobs: &[&str] = &["run", "fn", "events.ndjson", "--jobs", "2"];
    let (said, _) = same(hostile, &[json, jobs]);
    let (code, outcomes, complaints) = &said[0];
    assert_eq!((*code, complaints.as_str()), (1, ""));
    assert_eq!(outcomes.lines().count(), 7, "{outcomes}");
    assert_eq!(count(outcomes, r#""name":"Timeout""#), 1, "{outcomes}");
    assert_eq!(count(outcomes, r#""name":"MemoryLimit""#), 1, "{outcomes}");
    assert_eq!(count(outcomes, r#""text":"began "#), 7, "{outcomes}");

    let (said, _) = same(aborting, &[json]);
    assert_eq!(count(&said[0].1, r#""name":"Crash""#), 1, "{said:#?}");
    assert_eq!(count(&said[0].1, r#""text":"began "#), 3, "{said:#?}");
}

#[test]
fn diff_says_the_same_of_hostile_functions() {
    for make in [hostile, aborting] {
        let command: &[&str] = &["diff", "fn", "other", "events.ndjson", "--json", "--logs"];
        let (said, _) = same(make, &[command]);
        assert_eq!(said[0].0, 1, "{said:#?}");
    }
}

#[test]
fn record_cases_add_and_test_do_the_same_with_hostile_functions() {
    let kept = |written: &BTreeMap<String, String>, name: &str| {
        let has = |(path, text): (&String, &String)| {
            path.ends_with("expected.json") && text.contains(name)
        };
        assert!(written.iter().any(has), "{name}: {written:#?}");
    };
    let (said, written) = same(
        hostile,
        &[
            &["record", "fn", "events.ndjson"],
            &["cases", "add", "fn", "events.ndjson"],
            &["test", "fn", "--jobs", "2", "--report", "json"],
        ],
    );
    assert_eq!(said[0].0, 0, "{said:#?}");
    for name in ["Timeout", "MemoryLimit", "began hang"] {
        kept(&written, name);
    }
    let (said, written) = same(
        aborting,
        &[
            &["record", "fn", "events.ndjson"],
            &["test", "fn", "--coverage", "text"],
        ],
    );
    assert_eq!(said[1].0, 0, "{said:#?}");
    for name in ["Crash", "began abort"] {
        kept(&written, name);
    }
}

#[test]
fn what_is_stored_is_stored_the_same() {
    let make = || folder("60s", 128, &["stores"]);
    let run: &[&str] = &["run", "fn", "events.ndjson", "--json"];
    let (said, written) = same(
        make,
        &[run, &["record", "fn", "events.ndjson"], &["test", "fn"]],
    );
    assert_eq!(
        said.iter().map(|(code, ..)| code).sum::<i32>(),
        0,
        "{said:#?}"
    );
    assert!(written.keys().any(|path| path.starts_with(".segfn")));
}

/// What stands between a function and the network goes to the process, and what became of it comes back.
#[test]
fn traffic_is_replayed_and_recorded_the_same() {
    let make = || {
        let folder = folder("20s", 128, &[]);
        folder.write(
            "fn/cases/a/event.json",
            r#"{"type":"track","event":"asks"}"#,
        );
        folder.write("fn/cases/a/traffic.har", TRAFFIC);
        folder.write(
            "fn/cases/unused/event.json",
            r#"{"type":"track","event":"fine"}"#,
        );
        folder.write("fn/cases/unused/traffic.har", TRAFFIC);
        folder.write(
            "fn/cases/missing/event.json",
            r#"{"type":"track","event":"asks"}"#,
        );
        folder.write(
            "fn/cases/replies/event.json",
            r#"{"type":"track","event":"asks"}"#,
        );
        folder.write(
            "fn/cases/replies/case.toml",
            "[[reply]]\nto = 'POST https://api.example.com/*'\nstatus = 429\njson = { error = 'slow down' }\n",
        );
        folder.write(
            "asks.ndjson",
            "{\"type\":\"track\",\"event\":\"asks\",\"userId\":\"jane@example.com\"}",
        );
        folder
    };
    let (said, written) = same(
        make,
        &[
            &["test", "fn"],
            &["test", "fn", "--accept"],
            &["test", "fn", "--report", "json"],
            &[
                "record",
                "fn",
                "asks.ndjson",
                "--deny-net",
                "--pseudonymize",
            ],
            &["record", "fn", "--update", "--deny-net"],
            &["run", "fn", "asks.ndjson", "--json", "--deny-net"],
        ],
    );
    assert_eq!(said[0].0, 1, "{said:#?}");
    let accepted = &written["fn/cases/a/expected.json"];
    assert!(accepted.contains("201"), "{accepted}");
    let replied = &written["fn/cases/replies/expected.json"];
    assert!(replied.contains("429"), "{replied}");
}

#[test]
fn what_can_not_be_loaded_is_told_of_the_same() {
    let make = || {
        Folder::new(&[
            ("syntax.js", "async function onTrack( {"),
            ("endless.js", "for (;;);"),
            (
                "hang.js",
                "[].includes.call({ length: 2 ** 53 - 1 }, 1); async function onTrack() {}",
            ),
            (
                "abort.js",
                "'x'.repeat(2.6e8).split(''); async function onTrack() {}",
            ),
            ("event.json", r#"{"type":"track"}"#),
        ])
    };
    let run = |file| ["run", file, "event.json", "--timeout", "500ms"];
    let files = ["syntax.js", "endless.js", "hang.js"].map(run);
    let (said, _) = same(make, &files.each_ref().map(|arguments| &arguments[..]));
    for (code, _, complaint) in said {
        assert_eq!(code, 3, "{complaint}");
    }
}

#[test]
fn a_process_that_was_started_is_kept_in_as_one_that_was_forked() {
    let (said, _) = same(|| Folder::new(&[]), &[&["doctor"]]);
    assert!(said[0].1.contains("can't read the environment"), "{said:?}");
}

/// A process that was started isn't ended by the system with its supervisor: it sees the end of its line.
#[test]
fn no_started_process_is_left_when_segfn_is_killed() {
    let folder = folder("60s", 64, &["hang"]);
    let mut command = folder.command(&["run", "fn", "events.ndjson"]);
    let mut segfn = command
        .env("SEGFN_TEST_WORKERS", "started")
        .spawn()
        .expect("it runs");
    let worker = (0..500).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        children(segfn.id()).into_iter().next()
    });
    let worker = worker.expect("a worker");
    segfn.kill().expect("it is killed");
    segfn.wait().expect("it ends");
    let gone = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        !Path::new(&format!("/proc/{worker}")).exists()
    });
    assert!(gone, "{worker} is still there");
}

/// `segfn run` forks one before it reads its arguments.
#[test]
fn a_process_was_left_that_nothing_came_for() {
    let folder = folder("5s", 128, &["mild"]);
    let not_run: [&[&str]; 5] = [
        &["run", "--nonsense"],
        &["run", "--help"],
        &["run", "nothing-here.js"],
        &["run", "merge", "nothing-here"],
        &["run", "fn", "nothing-here.json"],
    ];
    for arguments in not_run {
        // What segfn leaves falls to the shell.
        let script =
            r#""$0" "$@" > out 2> err; read left < /proc/$$/task/$$/children; echo "$left""#;
        let mut shell = Command::new("sh");
        shell
            .args(["-c", script, env!("CARGO_BIN_EXE_segfn")])
            .args(arguments)
            .current_dir(folder.path());
        // SAFETY: a process is marked, and nothing is allocated.
        unsafe {
            shell.pre_exec(|| Ok(nix::sys::prctl::set_child_subreaper(true)?));
        }
        let output = shell.output().expect("it runs");
        let left = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert_eq!(left, "", "{arguments:?}");
    }
}

fn children(process: u32) -> Vec<String> {
    let list = format!("/proc/{process}/task/{process}/children");
    let list = fs::read_to_string(list).unwrap_or_default();
    list.split_whitespace().map(str::to_owned).collect()
}
