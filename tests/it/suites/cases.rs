//! How cases are found, written, chosen and varied.

use insta::assert_snapshot;

use super::suite::{EVENT, EXPECTED, FUNCTION, shown, suite};
use crate::support::Folder;
use crate::support::transcript::timeless;

#[test]
fn suites_are_found_in_folders_files_and_terraform() {
    let tf = "resource \"segment_function\" \"double\" {\n  resource_type = \"DESTINATION\"\n  code = <<EOT\nasync function onTrack(event) { return 2; }\nEOT\n}\n";
    let line = format!("{{\"name\":\"small\",\"event\":{EVENT}}}\n");
    let folder = Folder::new(&[
        ("a/function.js", FUNCTION),
        ("a/cases/one/event.json", EVENT),
        ("a/cases/many.ndjson", &line.replace("small", "tiny")),
        ("a/node_modules/x/function.js", FUNCTION),
        ("a/node_modules/x/cases/one/event.json", EVENT),
        ("b/deep/down/function.js", FUNCTION),
        ("b/deep/down/cases.ndjson", &line),
        ("c/other.js", FUNCTION),
        ("c/other.cases/one/event.json", EVENT),
        ("d/function.js", FUNCTION),
        ("tf/functions.tf", tf),
        ("tf/cases/double/one/event.json", EVENT),
    ]);
    let list = |arguments: &[&str]| shown(&folder, 0, &[&["test", "--list"], arguments].concat());
    assert_eq!(
        list(&[]),
        "a/one\na/tiny\nb/deep/down/small\ntf/double/one\n"
    );
    assert_eq!(list(&["c/other.js"]), "c/other/one\n");
    assert_eq!(list(&["a/cases/one"]), "a/one\n");
    assert_eq!(
        list(&["a/cases/one", "b/deep/down/cases.ndjson"]),
        "a/one\nb/deep/down/small\n"
    );
    assert_eq!(list(&["a/cases"]), "a/one\na/tiny\n");
    assert_eq!(list(&["b/deep/down/cases.ndjson"]), "b/deep/down/small\n");
    assert_eq!(list(&["tf/functions.tf:double"]), "tf/double/one\n");
    assert_eq!(list(&["tf/cases/double/one"]), "tf/double/one\n");
    assert_eq!(list(&["small"]), "b/deep/down/small\n");
    assert_eq!(list(&["a", "-k", "tin"]), "a/tiny\n");
    assert_eq!(list(&["a/cases/one", "a/cases/one"]), "a/one\n");
    let shards: String = (1..=3)
        .map(|i| list(&["--shard", &format!("{i}/3")]))
        .collect();
    let mut shards: Vec<&str> = shards.lines().collect();
    shards.sort_unstable();
    assert_eq!(
        shards,
        ["a/one", "a/tiny", "b/deep/down/small", "tf/double/one"]
    );
    assert_eq!(
        shown(&folder, 0, &["test", "--accept", "tf"]),
        "1 case: 1 passed, 1 accepted in TIME\n"
    );

    let refused = folder.transcripts(&[&["test", "nothing-like-it"], &["test", "d"]]);
    assert_snapshot!(refused, @r"
    $ segfn test nothing-like-it
    2> error: nothing-like-it is neither a path nor part of a case's name
    2> hint: `segfn test --list` lists the cases
    exit 2

    $ segfn test d
    2> error: there are no cases here
    2> hint: a case is a folder cases/NAME beside function.js with an event.json in it; `segfn record` and `segfn cases add` make cases
    exit 2
    ");
}

#[test]
fn a_variation_takes_over_what_it_does_not_change() {
    let folder = suite();
    folder.write("fn/cases/one/case.toml", "settings.zone = \"eu\"\n");
    folder.write("fn/cases/five/case.toml", "from = \"one\"\n");
    folder.write("fn/cases/five/change.json", r#"{"properties":{"total":5}}"#);
    folder.write(
        "fn/cases.ndjson",
        "{\"name\":\"us\",\"from\":\"five\",\"settings\":{\"zone\":\"us\"}}\n",
    );
    shown(&folder, 0, &["accept", "fn"]);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a file");
    assert_snapshot!(read("fn/cases/five/expected.json"), @r#"
    {
      "v": 1,
      "handler": "onTrack",
      "class": "success",
      "value": {
        "total": 5,
        "doubled": 10,
        "zone": "eu"
      }
    }
    "#);
    assert_snapshot!(read("fn/cases.ndjson"), @r#"{"name":"us","from":"five","settings":{"zone":"us"},"expected":{"v":1,"handler":"onTrack","class":"success","value":{"total":5,"doubled":10,"zone":"us"}}}"#);
}

#[test]
fn masked_fields_are_not_compared() {
    let folder = Folder::new(&[
        (
            "function.js",
            "async function onTrack(e) { return { id: e.id, n: [{ at: e.id }, 2] }; }",
        ),
        (
            "segfn.toml",
            "[test]\nmask = ['value.id', 'value.n[*].at']\n",
        ),
        ("cases/one/event.json", r#"{"type":"track","id":"x-1"}"#),
    ]);
    shown(&folder, 0, &["accept", "."]);
    let path = folder.path().join("cases/one/expected.json");
    let text = std::fs::read_to_string(path).expect("a file");
    assert_snapshot!(text, @r#"
    {
      "v": 1,
      "handler": "onTrack",
      "class": "success",
      "value": {
        "id": "[masked]",
        "n": [
          {
            "at": "[masked]"
          },
          2
        ]
      }
    }
    "#);
    folder.write("cases/one/event.json", r#"{"type":"track","id":"x-2"}"#);
    shown(&folder, 0, &["test"]);
    folder.write("segfn.toml", "[test]\nmask = ['value..id']\n");
    assert_snapshot!(folder.transcript(&["test"]), @r"
    $ segfn test
    2> error: segfn.toml: mask: `value..id` names no field: a name is missing beside a dot; expected a path such as `body.items[*].id` or `**.timestamp`
    exit 2
    ");
    folder.write("segfn.toml", "");
    folder.write("cases/one/case.toml", "mask = ['value..id']\n");
    assert_snapshot!(folder.transcript(&["test"]), @r"
    $ segfn test
    ! broken one  TIME
      cases/one: mask: `value..id` names no field: a name is missing beside a dot; expected a path such as `body.items[*].id` or `**.timestamp`
      in cases/one
      masks belong into segfn.toml or case.toml, and [redact] into segfn.toml

    1 case: 1 broken in TIME
    exit 4
    ");
}

#[test]
fn a_function_that_cant_be_loaded_breaks_its_cases() {
    let folder = suite();
    folder.write("fn/function.js", "async function onTrack( {\n}");
    assert_snapshot!(folder.transcript(&["test"]), @r"
    $ segfn test
    ! broken fn/one  TIME
      fn/function.js can't be loaded: SyntaxError: Unexpected end of input
      SyntaxError: Unexpected end of input
       --> fn/function.js:2:2
        |
      1 | async function onTrack( {
      2 | }
        |  ^
      in fn/cases/one

    1 case: 1 broken in TIME
    exit 1
    ");
}

#[test]
fn fail_fast_stops_at_the_first() {
    let folder = suite();
    for name in ["a", "b", "c", "d"] {
        folder.write(&format!("fn/cases/{name}/event.json"), EVENT);
        folder.write(
            &format!("fn/cases/{name}/expected.json"),
            EXPECTED.replace(": 2", ": 3"),
        );
    }
    let first = folder.transcript(&["test", "--fail-fast", "--jobs", "1"]);
    assert_snapshot!(first, @r"
    $ segfn test --fail-fast --jobs 1
    ✗ failed fn/a  TIME
      value.doubled
        - 3
        + 2
      in fn/cases/a
      if that is right: segfn accept fn/cases/a

    5 cases: 1 failed, 4 not run in TIME
    exit 1
    ");
}

#[test]
fn a_case_that_passes_when_it_is_run_again_is_flaky() {
    // OpenSSL's new keys are the one thing that is not the same at each run.
    let folder = Folder::new(&[
        (
            "function.js",
            "async function onTrack() {
  const { publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'der' }).at(-1) % 2;
}",
        ),
        ("cases/odd/event.json", EVENT),
        (
            "cases/odd/expected.json",
            r#"{"v":1,"handler":"onTrack","class":"success","value":1}"#,
        ),
    ]);
    let mut flaky = false;
    for _ in 0..12 {
        let text = shown(&folder, 0, &["test", "--retries", "40"]);
        flaky |= text.contains("flaky odd  passed on try ") && text.contains("1 case: 1 flaky in");
    }
    assert!(flaky);
}

#[test]
fn retries_of_a_case_count() {
    let folder = Folder::new(&[
        ("function.js", FUNCTION),
        ("segfn.toml", "[test]\nretries = 1\n"),
        (
            "cases.ndjson",
            concat!(
                r#"{"name":"line","retries":3,"event":{"type":"track","properties":{"total":1}},"expected":{"v":1}}"#,
                "\n",
                r#"{"name":"variation","from":"line","expected":{"v":1}}"#,
            ),
        ),
    ]);
    for (name, toml) in [
        ("folder", "retries = 2\n"),
        ("none", "retries = 0\n"),
        ("suites", ""),
    ] {
        folder.write(&format!("cases/{name}/event.json"), EVENT);
        folder.write(&format!("cases/{name}/expected.json"), "{\"v\":1}");
        folder.write(&format!("cases/{name}/case.toml"), toml);
    }
    let tries = |flags: &[&str]| -> Vec<(String, u64)> {
        let (_, stdout, _) = folder.segfn(&[&["test", "--report", "json"], flags].concat());
        let lines = stdout.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let case = line["case"].as_str().unwrap_or_default().to_owned();
            (case, line["tries"].as_u64().unwrap_or(1))
        });
        let mut tries: Vec<_> = lines.filter(|(case, _)| !case.is_empty()).collect();
        tries.sort();
        tries
    };
    let expected = [
        ("folder", 3),
        ("line", 4),
        ("none", 1),
        ("suites", 2),
        ("variation", 4),
    ];
    assert_eq!(
        tries(&[]),
        expected.map(|(case, tries)| (case.to_owned(), tries))
    );
    assert!(
        tries(&["--retries", "2"])
            .iter()
            .all(|(_, tries)| *tries == 3)
    );
}

/// What each run of `segfn test --watch` comes to, once changes are waited for again.
struct Watching {
    child: std::process::Child,
    lines: std::io::Lines<std::io::BufReader<std::process::ChildStdout>>,
}

impl Watching {
    fn start(folder: &Folder, more: &[&str]) -> Watching {
        use std::io::BufRead;
        let mut child = folder
            .command(&[&["test", "--watch"], more].concat())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("segfn runs");
        let lines = std::io::BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Watching { child, lines }
    }

    fn next(&mut self) -> String {
        let mut last = String::new();
        loop {
            let line = self.lines.next().expect("a line").expect("a line");
            if line.starts_with("watching for changes") {
                break last;
            }
            if line.contains("case:") {
                last = timeless(&line);
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

#[test]
fn watching_runs_again_when_a_case_changes() {
    let folder = suite();
    let mut watching = Watching::start(&folder, &[]);
    assert_eq!(watching.next(), "1 case: 1 passed in TIME");
    folder.write("fn/function.js", FUNCTION.replace("* 2", "* 3"));
    assert_eq!(watching.next(), "1 case: 1 failed in TIME");
    folder.write("fn/cases/one/expected.json", EXPECTED.replace(": 2", ": 3"));
    assert_eq!(watching.next(), "1 case: 1 passed in TIME");
}

#[test]
fn what_changed_while_the_cases_ran_was_not_seen() {
    let folder = suite();
    // The report is written into the folder that is watched, and is no change.
    let mut watching = Watching::start(&folder, &["--report", "json=fn/report.json"]);
    assert_eq!(watching.next(), "1 case: 1 passed in TIME");
    let slow = "for (let end = 0; end < 2e9; end++);";
    folder.write(
        "fn/function.js",
        FUNCTION.replacen('{', &format!("{{ {slow}"), 1),
    );
    // By now the slow one runs; if not, it is merely no test of it.
    std::thread::sleep(std::time::Duration::from_millis(800));
    folder.write("fn/function.js", FUNCTION.replace("* 2", "* 3"));
    assert_eq!(watching.next(), "1 case: 1 failed in TIME");
}
