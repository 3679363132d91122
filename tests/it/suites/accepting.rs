//! `--accept`, `segfn accept`, `segfn review`.

use std::process::Command;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use super::suite::{EVENT, EXPECTED, shown, suite};
use crate::support::Folder;

fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).expect("a file")
}

/// A case that passes, one without an expectation, and one that differs.
fn two_to_accept() -> Folder {
    let folder = suite();
    folder.write("fn/cases/new/event.json", EVENT);
    folder.write("fn/cases/old/event.json", EVENT);
    folder.write("fn/cases/old/expected.json", EXPECTED.replace(": 2", ": 3"));
    folder
}

#[test]
fn what_cases_do_is_accepted_and_passes_then() {
    let folder = two_to_accept();
    assert_eq!(
        shown(&folder, 0, &["test", "--accept"]),
        "3 cases: 3 passed, 2 accepted in TIME\n"
    );
    assert_eq!(read(&folder, "fn/cases/new/expected.json"), EXPECTED);
    assert_eq!(read(&folder, "fn/cases/old/expected.json"), EXPECTED);
    assert_eq!(shown(&folder, 0, &["test"]), "3 cases: 3 passed in TIME\n");
}

#[test]
fn a_value_of_127_levels_was_accepted_and_could_not_be_read_again() {
    let folder = Folder::new(&[(
        "function.js",
        "async function onTrack(event) {
  let value = 1;
  for (let level = 0; level < Number(event.event); level++) value = [value];
  return value;
}",
    )]);
    // serde_json reads 127 levels, and here they lie in others.
    let depths: Vec<u32> = (115..=130).chain([2000]).collect();
    for depth in &depths {
        folder.write(
            &format!("cases/{depth}/event.json"),
            format!(r#"{{"type":"track","event":"{depth}"}}"#),
        );
    }
    let count = depths.len();
    shown(&folder, 0, &["test", "--accept"]);
    let text = shown(&folder, 0, &["test"]);
    assert!(
        text.ends_with(&format!("{count} cases: {count} passed in TIME\n")),
        "{text}"
    );
}

#[test]
fn only_the_named_case_is_accepted() {
    let folder = two_to_accept();
    assert_eq!(
        shown(&folder, 0, &["accept", "fn/cases/old"]),
        "accepted fn/cases/old\n"
    );
    assert!(!folder.path().join("fn/cases/new/expected.json").exists());
    assert_eq!(
        shown(&folder, 0, &["accept", "fn/old"]),
        "there is nothing to accept: all cases do what is expected\n"
    );
}

#[test]
fn ci_never_writes() {
    let mut all = String::new();
    for arguments in [&["test", "--accept"][..], &["accept", "fn"], &["review"]] {
        let folder = two_to_accept();
        all += &folder.transcript_in(&[("CI", "true")], arguments);
        assert!(!folder.path().join("fn/cases/new/expected.json").exists());
    }
    assert_snapshot!(all, @r"
    $ segfn test --accept
    2> error: --accept would write expectations, but nothing is written in CI (the variable CI is set)
    2> hint: run it on your own machine and commit what it writes
    exit 2
    $ segfn accept fn
    2> error: segfn accept would write expectations, but nothing is written in CI (the variable CI is set)
    2> hint: run it on your own machine and commit what it writes
    exit 2
    $ segfn review
    2> error: segfn review would write expectations, but nothing is written in CI (the variable CI is set)
    2> hint: run it on your own machine and commit what it writes
    exit 2
    ");
}

#[test]
fn a_review_asks_for_each_on_a_terminal() {
    let folder = two_to_accept();
    // Python has a pseudo-terminal to offer.
    let script = format!(
        "import pty, os, sys\nos.chdir({:?})\nsys.exit(os.waitstatus_to_exitcode(pty.spawn([{:?}, 'review'])))",
        folder.path(),
        env!("CARGO_BIN_EXE_segfn"),
    );
    let mut child = Command::new("python3")
        .args(["-c", &script])
        .env_remove("CI")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("python3 runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, b"n\ny\n").expect("written");
    let output = child.wait_with_output().expect("it ends");
    drop(stdin);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("(1/2) accept it?"), "{shown}");
    assert!(shown.contains("accepted fn/cases/old"), "{shown}");
    assert!(shown.contains("1 case accepted, 1 left"), "{shown}");
    assert_eq!(output.status.code(), Some(1));
    assert!(!folder.path().join("fn/cases/new/expected.json").exists());
    assert_eq!(read(&folder, "fn/cases/old/expected.json"), EXPECTED);
}

#[test]
fn a_review_without_a_terminal_lists_and_says_how_to_go_on() {
    let folder = two_to_accept();
    assert_snapshot!(folder.transcripts(&[&["review"], &["review", "--json"]]), @r#"
    $ segfn review
    2> error: `segfn review` asks questions, but standard input is not a terminal
    2> hint: `segfn review --json` lists what differs, `segfn accept CASE` accepts it
    exit 2

    $ segfn review --json
    {"v":1,"case":"fn/new","path":"fn/cases/new","function":"fn/function.js","verdict":"failed","classes":["success"],"ms":0,"problems":[{"kind":"no-expectation","text":"there is no expectation yet"}],"remedy":"if that is right: segfn accept fn/cases/new"}
    {"v":1,"case":"fn/old","path":"fn/cases/old","function":"fn/function.js","verdict":"failed","classes":["success"],"ms":0,"problems":[{"kind":"different","text":"value.doubled: expected 3, got 2","path":"value.doubled","expected":3,"got":2}],"remedy":"if that is right: segfn accept fn/cases/old"}
    exit 1
    "#);
}

#[test]
fn a_line_of_a_file_is_accepted_and_the_others_stay() {
    let folder = suite();
    let lines = r#"{"name":"a","event":{"type":"track","properties":{"total":5}}}

{ "name" : "b", "from": "a", "change": {"properties":{"total":6}} , "expected": {"v":1,"class":"discard"} }
"#;
    folder.write("fn/cases.ndjson", lines);
    assert_eq!(
        shown(&folder, 0, &["accept", "fn/b"]),
        "accepted fn/cases.ndjson:3\n"
    );
    assert_snapshot!(read(&folder, "fn/cases.ndjson"), @r#"
    {"name":"a","event":{"type":"track","properties":{"total":5}}}

    { "name" : "b", "from": "a", "change": {"properties":{"total":6}} , "expected": {"v":1,"handler":"onTrack","class":"success","value":{"total":6,"doubled":12}} }
    "#);
}

#[test]
fn nothing_is_left_half_written_when_it_is_killed() {
    let folder = suite();
    for i in 0..200 {
        folder.write(&format!("fn/cases/c{i}/event.json"), EVENT);
        folder.write(
            &format!("fn/cases/c{i}/expected.json"),
            r#"{"v":1,"class":"retry"}"#,
        );
    }
    let expected = |i| read(&folder, &format!("fn/cases/c{i}/expected.json"));
    for accepted in [1, 50, 120] {
        let mut child = folder
            .command(&["test", "--accept", "--jobs", "2"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("segfn runs");
        let deadline = Instant::now() + Duration::from_secs(60);
        while (0..200).filter(|i| expected(*i) == EXPECTED).count() < accepted {
            assert!(Instant::now() < deadline, "nothing is accepted");
            std::thread::sleep(Duration::from_millis(5));
        }
        // It may be done already.
        let _ = child.kill();
        let _ = child.wait();
        for i in 0..200 {
            let text = expected(i);
            let whole = text == EXPECTED || text == r#"{"v":1,"class":"retry"}"#;
            assert!(whole, "{text}");
        }
    }
}
