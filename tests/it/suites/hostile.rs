//! Cases that are wrong in some way, many cases, and functions that mean no good.

use insta::assert_snapshot;

use super::suite::{EVENT, EXPECTED, FUNCTION, shown, suite};
use crate::support::Folder;

/// What `segfn test` says of a case whose folder holds `files`.
fn problem(files: &[(&str, &str)]) -> String {
    let folder = suite();
    std::fs::remove_dir_all(folder.path().join("fn/cases")).expect("removed");
    for (name, content) in files {
        folder.write(&format!("fn/cases/{name}"), content);
    }
    shown(&folder, 4, &["test"])
}

#[test]
fn what_is_wrong_with_a_case_is_told_with_its_place() {
    let all = [
        problem(&[("a/event.json", EVENT), ("a/request.json", "{}")]),
        problem(&[("a/expected.json", EXPECTED)]),
        problem(&[("a/event.json", EVENT), ("a/case.toml", "\nattmepts = 2")]),
        problem(&[("a/event.json", EVENT), ("a/case.toml", "attmepts = 2")]),
        problem(&[("a/event.json", EVENT), ("a/expected.json", "{\"v\": 2}")]),
        problem(&[
            ("a/event.json", EVENT),
            ("a/expected.json", "{\"v\": 1, \"class\""),
        ]),
        problem(&[("a/event.json", EVENT), ("a/traffic.har", "{\"log\": ")]),
        problem(&[
            ("a/case.toml", "from = \"b\""),
            ("b/case.toml", "from = \"a\""),
        ]),
        problem(&[
            ("a/case.toml", "from = \"ordr\""),
            ("order/event.json", EVENT),
        ]),
        problem(&[("a/event.json", "\u{feff}{\"type\":\"x\"")]),
        problem(&[("c.ndjson", "{\"name\":\"a\",\"event\":{},\"events\":[]}\n")]),
        problem(&[(
            "c.ndjson",
            "\n{\"name\":\"a\",\"event\":{},\"wram\":true}\n",
        )]),
    ];
    assert_snapshot!(all.join("\n"), @r"
    ! broken fn/a  TIME
      fn/cases/a: it has both event.json and request.json
      in fn/cases/a
      a case has one of them

    1 case: 1 broken in TIME

    ! broken fn/a  TIME
      fn/cases/a: it has no event.json, events.json, request.json
      in fn/cases/a
      a case has an event, events or a request

    1 case: 1 broken in TIME

    ! broken fn/a  TIME
      fn/cases/a/case.toml:2:1: unknown key `attmepts`
      in fn/cases/a
      did you mean `attempts`?

    1 case: 1 broken in TIME

    ! broken fn/a  TIME
      fn/cases/a/case.toml:1:1: unknown key `attmepts`
      in fn/cases/a
      did you mean `attempts`?

    1 case: 1 broken in TIME

    ! broken fn/a  TIME
      fn/cases/a/expected.json: it has version 2 of the format, but this segfn reads versions up to 1
      in fn/cases/a
      a newer segfn wrote it: update segfn

    1 case: 1 broken in TIME

    ! broken fn/a  TIME
      fn/cases/a/expected.json:1:16: not JSON: it ends in the middle of a value
      in fn/cases/a
      `segfn test --accept` writes it again, from what the function does

    1 case: 1 broken in TIME

    ! broken fn/a  TIME
      fn/cases/a/traffic.har:1:8: not a HAR: it ends in the middle of a value
      in fn/cases/a
      a cassette is a HAR 1.2 file, as saved by `segfn record` or a browser's developer tools; record it again with `segfn record --update`

    1 case: 1 broken in TIME

    ! broken fn/a  TIME
      fn/cases/a: it is made from itself: a from b from a
      in fn/cases/a

    ! broken fn/b  TIME
      fn/cases/b: it is made from itself: b from a from b
      in fn/cases/b

    2 cases: 2 broken in TIME

    ! broken fn/a  TIME
      fn/cases/a: it is `from` the case `ordr`, which doesn't exist
      in fn/cases/a
      did you mean `order`?

    ✗ failed fn/order  TIME
      there is no expectation yet
      in fn/cases/order
      if that is right: segfn accept fn/cases/order

    2 cases: 1 failed, 1 broken in TIME

    ! broken fn/a  TIME
      fn/cases/a/event.json:1:11: not JSON: it ends in the middle of a value
      in fn/cases/a

    1 case: 1 broken in TIME

    ! broken fn/a  TIME
      fn/cases/c.ndjson:1: it has more than one input
      in fn/cases/c.ndjson:1
      a case has one of event, events and request

    1 case: 1 broken in TIME

    ! broken fn/a  TIME
      fn/cases/c.ndjson:2:1: unknown key `wram`
      in fn/cases/c.ndjson:2
      did you mean `warm`?

    1 case: 1 broken in TIME
    ");
}

#[test]
fn a_file_of_cases_that_cant_be_read_ends_the_run() {
    let mut all = String::new();
    for line in ["{\"event\":{}}", "{\"name\":", "[]"] {
        let folder = suite();
        folder.write("fn/cases/c.ndjson", line);
        all += &folder.transcript(&["test"]);
    }
    let folder = suite();
    folder.write("fn/cases.ndjson", "{\"name\":\"one\",\"event\":{}}");
    all += &folder.transcript(&["test"]);
    assert_snapshot!(all, @r#"
    $ segfn test
    2> error: fn/cases/c.ndjson:1: a case needs a name
    2> hint: write "name": "…" into the line, without a slash in the name
    exit 4
    $ segfn test
    2> error: fn/cases/c.ndjson:1:8: not JSON: it ends in the middle of a value
    exit 4
    $ segfn test
    2> error: fn/cases/c.ndjson:1:1: expected an object in braces
    exit 4
    $ segfn test
    2> error: fn/cases/one and fn/cases.ndjson:1 have the same name, one
    2> hint: rename one of them
    exit 4
    "#);
}

#[test]
fn odd_names_are_only_names() {
    let folder = suite();
    for name in ["sp ace", "quo'te", "-dash", "ünï", "per%cent", "new\nline"] {
        folder.write(&format!("fn/cases/{name}/event.json"), EVENT);
    }
    assert_snapshot!(shown(&folder, 1, &["test"]), @r"
    ✗ failed fn/-dash  TIME
      there is no expectation yet
      in fn/cases/-dash
      if that is right: segfn accept fn/cases/-dash

    ✗ failed fn/new\nline  TIME
      there is no expectation yet
      in fn/cases/new\nline
      if that is right: segfn accept 'fn/cases/new
    line'

    ✗ failed fn/per%cent  TIME
      there is no expectation yet
      in fn/cases/per%cent
      if that is right: segfn accept 'fn/cases/per%cent'

    ✗ failed fn/quo'te  TIME
      there is no expectation yet
      in fn/cases/quo'te
      if that is right: segfn accept 'fn/cases/quo'\''te'

    ✗ failed fn/sp ace  TIME
      there is no expectation yet
      in fn/cases/sp ace
      if that is right: segfn accept 'fn/cases/sp ace'

    ✗ failed fn/ünï  TIME
      there is no expectation yet
      in fn/cases/ünï
      if that is right: segfn accept 'fn/cases/ünï'

    7 cases: 1 passed, 6 failed in TIME
    ");
    shown(&folder, 0, &["test", "--accept"]);
    shown(&folder, 0, &["test"]);
}

#[test]
fn a_link_to_a_folder_above_is_not_followed_for_ever() {
    let folder = suite();
    std::os::unix::fs::symlink("..", folder.path().join("fn/up")).expect("a link");
    std::os::unix::fs::symlink(".", folder.path().join("fn/cases/self")).expect("a link");
    let (code, stdout, _) = folder.segfn(&["test", "--list"]);
    assert_eq!(code, 0);
    assert!(stdout.starts_with("fn/one\n"), "{stdout}");
}

#[test]
fn ten_thousand_cases_pass_in_bounded_memory() {
    let folder = Folder::new(&[("function.js", FUNCTION)]);
    let lines: String = (0..10_000)
        .map(|i| {
            format!(
                r#"{{"name":"case-{i}","event":{{"type":"track","properties":{{"total":{i}}}}},"expected":{{"v":1,"handler":"onTrack","class":"success","value":{{"total":{i},"doubled":{}}}}}}}"#,
                2 * i
            ) + "\n"
        })
        .collect();
    folder.write("cases.ndjson", lines);
    let script = "segfn test --jobs 2 & p=$!; peak=0; while kill -0 $p 2>/dev/null; do \
                  now=$(sed -n 's/VmHWM:[[:space:]]*\\([0-9]*\\).*/\\1/p' /proc/$p/status 2>/dev/null); \
                  [ -n \"$now\" ] && peak=$now; sleep 0.1; done; wait $p; echo \"exit $? peak $peak\"";
    let output = folder.shell(script).output().expect("a shell");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("10000 cases: 10000 passed"), "{text}");
    let peak = text
        .rsplit(' ')
        .next()
        .and_then(|peak| peak.trim().parse::<u64>().ok());
    let peak = peak.expect("a number");
    assert!(peak > 10_000 && peak < 250_000, "{peak} kB");
}

#[test]
fn a_case_that_waits_beyond_the_end_of_time_runs() {
    let folder = Folder::new(&[
        (
            "function.js",
            "async function onTrack() { return new Date(); }",
        ),
        // 15 times the longest wait that can be written, of 20,000 years.
        (
            "cases/one/events.json",
            &format!(
                r#"[{{"type":"track"}},{}{{"type":"track"}}]"#,
                r#"{"wait":"175307616h"},"#.repeat(15)
            ),
        ),
    ]);
    let (code, stdout, stderr) = folder.segfn(&["test", "--accept"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let path = folder.path().join("cases/one/expected.json");
    let text = std::fs::read_to_string(path).expect("a file");
    assert!(text.contains("+275760-09-13T00:00:00.000Z"), "{text}");
}

#[test]
fn hostile_functions_end_as_outcomes_and_other_cases_pass() {
    let folder = Folder::new(&[
        (
            "function.js",
            "async function onTrack(event) {
  if (event.do === 'loop') for (;;) {}
  if (event.do === 'fill') { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }
  if (event.do === 'recurse') return (function f() { return 1 + f(); })();
  return 'fine';
}",
        ),
        ("segfn.toml", "timeout = '60s'\nmemory = 32\n"),
        ("cases/loop/case.toml", "timeout = '1s'\n"),
    ]);
    for name in ["loop", "fill", "recurse", "fine1", "fine2", "fine3"] {
        folder.write(
            &format!("cases/{name}/event.json"),
            format!(r#"{{"type":"track","do":"{name}"}}"#),
        );
    }
    let (code, _, _) = folder.segfn(&["test", "--accept", "--jobs", "2"]);
    assert_eq!(code, 0);
    let class = |name: &str| {
        let path = folder.path().join(format!("cases/{name}/expected.json"));
        let text = std::fs::read_to_string(path).expect("a file");
        let did: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let error = did["error"]["name"].as_str().unwrap_or_default().to_owned();
        (did["class"].as_str().unwrap_or_default().to_owned(), error)
    };
    assert_eq!(class("loop"), ("retry".into(), "Timeout".into()));
    assert_eq!(class("fill").0, "discard");
    assert_eq!(class("recurse"), ("discard".into(), "RangeError".into()));
    assert_eq!(class("fine2"), ("success".into(), String::new()));
}
