//! `segfn run` from outside: what it prints, and how it ends.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

const TRACK: &str = r#"{"type":"track","event":"E","properties":{"total":42}}"#;

/// A folder of files to run segfn in.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        for (name, content) in files {
            folder.write(name, content.as_bytes());
        }
        folder
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segfn"));
        command
            .current_dir(self.0.path())
            .args(arguments)
            .env_remove("NO_COLOR")
            .stdin(Stdio::null());
        command
    }

    /// Exit code, standard output and standard error of `segfn ARGUMENTS`.
    fn segfn(&self, arguments: &[&str]) -> (i32, String, String) {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(arguments).output().expect("segfn runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (
            status.code().expect("an exit code"),
            text(stdout),
            text(stderr),
        )
    }

    /// Exit code and outcomes of `segfn run ARGUMENTS --json`.
    fn outcomes(&self, arguments: &[&str]) -> (i32, Vec<Value>) {
        let (code, stdout, stderr) = self.segfn(&[&["run", "--json"], arguments].concat());
        let outcomes = stdout
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert!(code == 4 || stderr.is_empty(), "{stderr}");
        (code, outcomes)
    }
}

fn values(outcomes: &[Value]) -> Vec<&Value> {
    outcomes.iter().map(|outcome| &outcome["value"]).collect()
}

#[test]
fn help_and_version_are_there() {
    let folder = Folder::new(&[]);
    let (code, stdout, _) = folder.segfn(&["run", "--help"]);
    assert_eq!(code, 0);
    for flag in [
        "--kind",
        "--handler",
        "--settings",
        "-s <",
        "--json",
        "--jobs",
        "--cold",
        "--timeout",
        "--memory",
        "--aws",
        "--role",
        "--allow-net",
        "--deny-net",
        "--color",
    ] {
        assert!(stdout.contains(flag), "{flag}");
    }
    assert_eq!(folder.segfn(&["--version"]).0, 0);
    assert_eq!(folder.segfn(&[]).0, 2);
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_to_do() {
    let folder = Folder::new(&[
        ("f.js", "function onTrack() {}"),
        ("bad.json", "{"),
        ("segfn.toml/x", ""),
    ]);
    for (arguments, says) in [
        (&["run"][..], "FUNCTION"),
        (&["run", "f.js", "--jsno"], "--json"),
        (&["run", "f.js", "--kind", "sink"], "insert-destination"),
        (&["run", "f.js", "--handler", "ontrack"], "onTrack"),
        (
            &["run", "f.js", "--timeout", "soon"],
            "`soon` is not a time",
        ),
        (&["run", "f.js", "--memory", "1"], "megabytes"),
        (&["run", "f.js", "--jobs", "0"], "1..=256"),
        (&["run", "f.js", "--aws", "reel"], "`real`"),
        (&["run", "f.js", "--role", "x"], "arn:aws:iam"),
        (
            &["run", "f.js", "--allow-net", "https://x"],
            "is not a host",
        ),
        (
            &["run", "f.js", "--allow-net", "x", "--deny-net"],
            "cannot be used with",
        ),
        (&["run", "f.js", "-s", "x"], "NAME=VALUE"),
        // A folder in the place of the config file.
        (&["run", "f.js"], "can't read segfn.toml"),
    ] {
        let (code, stdout, stderr) = folder.segfn(arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(
            stderr.starts_with("error: ") && stderr.contains(says),
            "{arguments:?}: {stderr}"
        );
    }
}

#[test]
fn wrong_settings_end_with_2() {
    let folder = Folder::new(&[
        ("f.js", "function onTrack() {}"),
        ("bad.json", "{\n'a': 1}"),
        ("segfn.toml", "kind = \"source\"\ntimout = 3\n"),
    ]);
    let (code, _, stderr) = folder.segfn(&["run", "f.js"]);
    assert_eq!(
        (code, stderr.as_str()),
        (
            2,
            "error: segfn.toml:2:1: unknown key `timout`\nhint: did you mean `timeout`?\n"
        )
    );
    folder.write("segfn.toml", b"");
    let (code, _, stderr) = folder.segfn(&["run", "f.js", "--settings", "bad.json"]);
    assert_eq!(code, 2);
    assert!(
        stderr.starts_with(
            "error: bad.json:2:1: key must be a string\nhint: settings are one JSON object"
        ),
        "{stderr}"
    );
    let (code, _, stderr) = folder.segfn(&["run", "f.js", "--settings", "none.json"]);
    assert_eq!(code, 2);
    assert!(
        stderr.starts_with("error: can't read none.json: "),
        "{stderr}"
    );
}

#[test]
fn what_is_no_function_ends_with_3() {
    let folder = Folder::new(&[
        ("a.ts", "let x: number"),
        ("empty.js", ""),
        ("folder/x.js", ""),
        ("event.json", "{}"),
    ]);
    folder.write("image.js", b"\x89PNG\r\n\x1a\n\0\0");
    for (function, says) in [
        ("none.js", "error: none.js does not exist\nhint: "),
        (
            "a.ts",
            "error: a.ts is TypeScript, and functions are JavaScript\nhint: compile it first",
        ),
        (
            "folder",
            "error: the folder folder holds no function.js\nhint: ",
        ),
        ("empty.js", "error: empty.js is empty\nhint: "),
        ("image.js", "error: image.js is not a text file in UTF-8\n"),
        (
            "event.json",
            "error: event.json is data, not a function\nhint: ",
        ),
    ] {
        let (code, stdout, stderr) = folder.segfn(&["run", function]);
        assert_eq!((code, stdout.as_str()), (3, ""), "{function}");
        assert!(stderr.starts_with(says), "{function}: {stderr}");
    }
}

#[test]
fn a_function_that_fails_to_load_ends_with_3_and_shows_where() {
    let folder = Folder::new(&[
        (
            "f.js",
            "async function onTrack(event) {}\nconst a = nope.x;\n",
        ),
        ("syntax.js", "function onTrack() {\n  retrun 1;\n}\n"),
        ("e.json", TRACK),
    ]);
    for json in [&[][..], &["--json"]] {
        let (code, stdout, stderr) = folder.segfn(&[&["run", "f.js", "e.json"], json].concat());
        assert_eq!((code, stdout.as_str()), (3, ""), "{stderr}");
        assert!(
            stderr.contains("ReferenceError") && stderr.contains(" --> f.js:2:11"),
            "{stderr}"
        );
        let (code, _, stderr) = folder.segfn(&[&["run", "syntax.js", "e.json"], json].concat());
        assert_eq!(code, 3, "{stderr}");
        assert!(
            stderr.contains("SyntaxError") && stderr.contains("retrun 1;"),
            "{stderr}"
        );
    }
    folder.write("none.js", b"const x = 1;");
    let (code, _, stderr) = folder.segfn(&["run", "none.js", "e.json"]);
    assert_eq!(code, 3);
    assert!(stderr.contains("defines no handler"), "{stderr}");
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
    let (code, stdout, stderr) = folder.segfn(&["run", "f.js", "e.ndjson"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert!(
        stdout.contains("RetryError: later") && stdout.contains(" --> f.js:1:"),
        "{stdout}"
    );
    assert!(
        stdout.contains("3 inputs: 2 success, 1 retry in "),
        "{stdout}"
    );
}

#[test]
fn an_unreadable_input_ends_with_4_and_the_others_still_run() {
    let folder = Folder::new(&[
        ("f.js", "function onTrack(event) { return event.n }"),
        (
            "e.ndjson",
            "{\"type\":\"track\",\"n\":1}\n{\"type\"\n{\"type\":\"track\",\"n\":3}\n",
        ),
    ]);
    let (code, stdout, stderr) = folder.segfn(&["run", "f.js", "none.json", "e.ndjson", "--json"]);
    assert_eq!(code, 4);
    assert_eq!(stdout.lines().count(), 2);
    assert!(stderr.contains("error: can't read none.json: "), "{stderr}");
    assert!(
        stderr.contains("error: e.ndjson:2:7: not JSON: "),
        "{stderr}"
    );
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
    assert_eq!(names, [Some("sample identify"), Some("sample track")]);
    folder.write("f/event.json", TRACK.as_bytes());
    assert_eq!(folder.outcomes(&["f"]).1[0]["input"], "f/event.json");
    folder.write("f/events/b.json", TRACK.as_bytes());
    folder.write(
        "f/events/a.ndjson",
        format!("{TRACK}\n{TRACK}\n").as_bytes(),
    );
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
    let (_, stdout, _) = folder.segfn(&["run", "f.js", "e.json"]);
    assert!(
        stdout.starts_with(
            "f.js: ran as destination (it defines onTrack; --kind to change)\n✓ success"
        ),
        "{stdout}"
    );
    let (_, stdout, _) = folder.segfn(&["run", "f.js", "e.json", "--kind", "destination"]);
    assert!(stdout.starts_with("✓ success"), "{stdout}");
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
    folder.write("e.ndjson", lines.as_bytes());
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
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let (lines, answers) = mpsc::channel();
    std::thread::spawn(move || {
        output
            .lines()
            .map_while(Result::ok)
            .try_for_each(|line| lines.send(line))
    });
    for n in 1..=4 {
        writeln!(input, "{{\"type\":\"track\",\"n\":{n}}}").expect("segfn reads");
        // Without an answer the test would wait for ever.
        let answer = answers
            .recv_timeout(Duration::from_secs(60))
            .inspect_err(|_| drop(child.kill()));
        let outcome: Value = serde_json::from_str(&answer.expect("an answer")).expect("JSON");
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
