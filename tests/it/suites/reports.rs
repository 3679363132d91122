//! What each report says, word for word.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::suite::{EVENT, EXPECTED, shown, suite};
use crate::support::Folder;

/// One case that passes, one that differs, one that throws, one that can't be read.
fn mixed() -> Folder {
    let folder = suite();
    folder.write("fn/cases/two/event.json", EVENT);
    folder.write(
        "fn/cases/two/expected.json",
        EXPECTED.replace("\"doubled\": 2", "\"doubled\": 3"),
    );
    folder.write("fn/cases/three/event.json", EVENT.replace(":1}", ":-1}"));
    folder.write("fn/cases/three/expected.json", EXPECTED);
    folder.write("fn/cases/zero/event.json", "{\n  \"type\": track }");
    folder
}

#[test]
fn text_tells_what_differs_and_where() {
    assert_eq!(
        shown(&mixed(), 4, &["test"]),
        r#"✗ failed fn/three  TIME
  class
    - "success"
    + "discard"
  value
    - {"total":1,"doubled":2}
  error
    + {"name":"ValidationError","message":"a negative total"}
  ValidationError: a negative total
   --> fn/function.js:3:24
    |
  1 | async function onTrack(event, settings) {
  2 |   const { total } = event.properties;
  3 |   if (total < 0) throw new ValidationError('a negative total');
    |                        ^^^
  4 |   return { total, doubled: total * 2, zone: settings.zone };
    |
  in fn/cases/three
  if that is right: segfn accept fn/cases/three

✗ failed fn/two  TIME
  value.doubled
    - 3
    + 2
  in fn/cases/two
  if that is right: segfn accept fn/cases/two

! broken fn/zero  TIME
  fn/cases/zero/event.json:2:13: not JSON: expected ident
  in fn/cases/zero

4 cases: 1 passed, 2 failed, 1 broken in TIME
"#
    );
    assert_eq!(
        shown(&suite(), 0, &["test", "--all"]),
        "✓ passed fn/one  TIME\n1 case: 1 passed in TIME\n"
    );
}

#[test]
fn a_text_of_several_lines_is_compared_by_lines() {
    let folder = Folder::new(&[
        (
            "function.js",
            "async function onTrack() { return 'one\\ntwo\\nthree\\nfour'; }",
        ),
        ("cases/one/event.json", EVENT),
        (
            "cases/one/expected.json",
            r#"{"v":1,"handler":"onTrack","class":"success","value":"one\n2\nthree\nfour"}"#,
        ),
    ]);
    assert_snapshot!(shown(&folder, 1, &["test"]), @r"
    ✗ failed one  TIME
      value
          one
        - 2
        + two
          three
          four
      in cases/one
      if that is right: segfn accept cases/one

    1 case: 1 failed in TIME
    ");
}

#[test]
fn json_is_one_object_a_line() {
    let stdout = shown(&mixed(), 4, &["test", "--report", "json"]);
    assert_snapshot!(stdout, @r#"
    {"v":1,"case":"fn/one","path":"fn/cases/one","function":"fn/function.js","verdict":"passed","classes":["success"],"ms":0}
    {"v":1,"case":"fn/three","path":"fn/cases/three","function":"fn/function.js","verdict":"failed","classes":["discard"],"ms":0,"problems":[{"kind":"different","text":"class: expected \"success\", got \"discard\"","path":"class","expected":"success","got":"discard"},{"kind":"different","text":"value: expected {\"total\":1,\"doubled\":2}, but it is absent","path":"value","expected":{"total":1,"doubled":2}},{"kind":"different","text":"error: expected to be absent, got {\"name\":\"ValidationError\",\"message\":\"a negative total\"}","path":"error","got":{"name":"ValidationError","message":"a negative total"}}],"error":{"name":"ValidationError","message":"a negative total","at":{"line":3,"column":24}},"remedy":"if that is right: segfn accept fn/cases/three"}
    {"v":1,"case":"fn/two","path":"fn/cases/two","function":"fn/function.js","verdict":"failed","classes":["success"],"ms":0,"problems":[{"kind":"different","text":"value.doubled: expected 3, got 2","path":"value.doubled","expected":3,"got":2}],"remedy":"if that is right: segfn accept fn/cases/two"}
    {"v":1,"case":"fn/zero","path":"fn/cases/zero","function":"fn/function.js","verdict":"broken","classes":[],"ms":0,"problems":[{"kind":"broken","text":"fn/cases/zero/event.json:2:13: not JSON: expected ident"}]}
    {"v":1,"totals":{"cases":4,"passed":1,"flaky":0,"failed":2,"broken":1,"not_run":0,"accepted":0,"assumed":0,"ms":0}}
    "#);
}

#[test]
fn tap_counts_the_cases() {
    assert_eq!(
        shown(&mixed(), 4, &["test", "--report", "tap"]),
        "TAP version 14
ok 1 - fn/one
not ok 2 - fn/three
  ---
  message: |
    class: expected \"success\", got \"discard\"
    value: expected {\"total\":1,\"doubled\":2}, but it is absent
    error: expected to be absent, got {\"name\":\"ValidationError\",\"message\":\"a negative total\"}
    if that is right: segfn accept fn/cases/three
  ...
not ok 3 - fn/two
  ---
  message: |
    value.doubled: expected 3, got 2
    if that is right: segfn accept fn/cases/two
  ...
not ok 4 - fn/zero
  ---
  message: |
    fn/cases/zero/event.json:2:13: not JSON: expected ident
  ...
1..4
"
    );
}

#[test]
fn github_annotates_the_line_of_the_function() {
    let text = shown(&mixed(), 4, &["test", "--report", "github"]);
    assert_snapshot!(text, @r#"
    ::error file=fn/function.js,line=3,title=segfn%3A fn/three failed::class: expected "success", got "discard"%0Avalue: expected {"total":1,"doubled":2}, but it is absent%0Aerror: expected to be absent, got {"name":"ValidationError","message":"a negative total"}%0AValidationError: a negative total%0Aif that is right: segfn accept fn/cases/three
    ::error file=fn/cases/two/expected.json,title=segfn%3A fn/two failed::value.doubled: expected 3, got 2%0Aif that is right: segfn accept fn/cases/two
    ::error file=fn/cases/zero/expected.json,title=segfn%3A fn/zero broken::fn/cases/zero/event.json:2:13: not JSON: expected ident
    "#);
}

#[test]
fn junit_goes_to_a_file_beside_the_text() {
    let folder = mixed();
    let text = shown(&folder, 4, &["test", "--report", "junit=out/report.xml"]);
    assert!(
        text.ends_with("4 cases: 1 passed, 2 failed, 1 broken in TIME\n"),
        "{text}"
    );
    let xml = std::fs::read_to_string(folder.path().join("out/report.xml")).expect("a file");
    let times = regex::Regex::new(r#" time="[^"]*""#).expect("a pattern");
    let xml = times.replace_all(&xml, "");
    assert_eq!(
        xml,
        r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="segfn" tests="4" skipped="0" failures="2" errors="1">
    <testsuite name="fn/function.js" tests="4" skipped="0" errors="1" failures="2">
        <testcase name="one" classname="fn/function.js"/>
        <testcase name="three" classname="fn/function.js">
            <failure message="class: expected &quot;success&quot;, got &quot;discard&quot;" type="failed">class: expected &quot;success&quot;, got &quot;discard&quot;
value: expected {&quot;total&quot;:1,&quot;doubled&quot;:2}, but it is absent
error: expected to be absent, got {&quot;name&quot;:&quot;ValidationError&quot;,&quot;message&quot;:&quot;a negative total&quot;}
ValidationError: a negative total
    at onTrack (function.js:3:24)
if that is right: segfn accept fn/cases/three</failure>
        </testcase>
        <testcase name="two" classname="fn/function.js">
            <failure message="value.doubled: expected 3, got 2" type="failed">value.doubled: expected 3, got 2
if that is right: segfn accept fn/cases/two</failure>
        </testcase>
        <testcase name="zero" classname="fn/function.js">
            <error message="fn/cases/zero/event.json:2:13: not JSON: expected ident" type="broken">fn/cases/zero/event.json:2:13: not JSON: expected ident</error>
        </testcase>
    </testsuite>
</testsuites>
"#
    );
}

#[test]
fn several_reports_are_written_at_once() {
    let folder = suite();
    let text = shown(
        &folder,
        0,
        &[
            "test",
            "--report",
            "tap",
            "--report",
            "json=a.ndjson",
            "--report",
            "text=b.txt",
        ],
    );
    assert_eq!(text, "TAP version 14\nok 1 - fn/one\n1..1\n");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a file");
    assert_eq!(read("a.ndjson").lines().count(), 2);
    assert!(read("b.txt").starts_with("1 case: 1 passed"));
}

#[test]
fn a_secret_is_in_no_report() {
    let folder = Folder::new(&[
        (
            "function.js",
            "async function onTrack(event, settings) { console.log(settings.key); throw new Error(`key ${settings.key}`); }",
        ),
        (
            "segfn.toml",
            "secret = ['key']\n[settings]\nkey = 'k-3ad9f2c1'\n[test]\nlogs = true\n",
        ),
        ("cases/one/event.json", EVENT),
    ]);
    let mut all = String::new();
    for format in ["text", "json", "tap", "github", "junit"] {
        all += &shown(&folder, 1, &["test", "--report", format]);
    }
    let (_, stdout, stderr) = folder.segfn(&["test", "--accept"]);
    all += &(stdout + &stderr);
    all += &std::fs::read_to_string(folder.path().join("cases/one/expected.json")).expect("a file");
    assert!(all.contains("[secret key]"), "{all}");
    assert!(!all.contains("3ad9f2c1"), "{all}");
}

/// A suite of three cases: `a` fails, `b` can't be read, and `c` comes too late when that ends the run.
fn ending() -> Folder {
    let folder = Folder::new(&[("fn/function.js", super::suite::FUNCTION)]);
    for name in ["a", "b", "c"] {
        folder.write(&format!("fn/cases/{name}/event.json"), EVENT);
        folder.write(
            &format!("fn/cases/{name}/expected.json"),
            EXPECTED.replace(": 2", ": 3"),
        );
    }
    folder.write("fn/cases/b/event.json", "{");
    folder
}

const ENDING: [&str; 7] = [
    "test",
    "--fail-fast",
    "--jobs",
    "1",
    "--retries",
    "1",
    "--report",
];

#[test]
fn a_case_that_failed_before_fail_fast_ended_the_run_is_not_told_as_not_run() {
    let text = shown(&ending(), 4, &[&ENDING[..], &["text"]].concat());
    assert!(text.contains("✗ failed fn/a"), "{text}");
    assert!(
        text.ends_with("3 cases: 1 failed, 1 broken, 1 not run in TIME\n"),
        "{text}"
    );
}

#[test]
fn cases_that_fail_fast_left_out_are_in_every_report() {
    let folder = ending();
    let report = |format: &str| shown(&folder, 4, &[&ENDING[..], &[format]].concat());
    let tap = report("tap");
    let skipped =
        "ok 3 - fn/c # SKIP not run: an earlier case failed, and --fail-fast ended the run\n1..3\n";
    assert!(tap.ends_with(skipped), "{tap}");
    let (_, json, _) = folder.segfn(&[&ENDING[..], &["json"]].concat());
    let lines: Vec<Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(
        lines[2],
        json!({"v": 1, "case": "fn/c", "path": "fn/cases/c", "function": "fn/function.js", "verdict": "not-run"})
    );
    assert_eq!(lines[3]["totals"]["not_run"], 1);
    let github = report("github");
    assert!(
        github.ends_with("::notice title=segfn%3A 1 case was not run::not run: an earlier case failed, and --fail-fast ended the run:%0Afn/c\n"),
        "{github}"
    );
    let junit = report("junit");
    assert!(junit.contains("tests=\"3\" skipped=\"1\""), "{junit}");
    assert!(
        junit.contains(
            "<skipped message=\"not run: an earlier case failed, and --fail-fast ended the run\"/>"
        ),
        "{junit}"
    );
}

/// The case fails as often as `--retries` lets it.
fn failing() -> Folder {
    let folder = suite();
    folder.write("fn/cases/one/expected.json", EXPECTED.replace(": 2", ": 3"));
    folder
}

#[test]
fn each_try_of_a_case_that_fails_in_the_end_is_in_the_reports() {
    let folder = failing();
    let report = |format: &str| shown(&folder, 1, &["test", "--retries", "2", "--report", format]);
    let junit = report("junit");
    assert_eq!(junit.matches("<failure message=").count(), 1, "{junit}");
    let rerun = "message=\"value.doubled: expected 3, got 2\" type=\"failed\">value.doubled: expected 3, got 2</rerunFailure>";
    assert_eq!(junit.matches(rerun).count(), 2, "{junit}");
    assert!(
        junit.contains("tests=\"1\" skipped=\"0\" failures=\"1\" errors=\"0\""),
        "{junit}"
    );
    let (_, json, _) = folder.segfn(&["test", "--retries", "2", "--report", "json"]);
    let line: Value = serde_json::from_str(json.lines().next().expect("a line")).expect("JSON");
    assert_eq!(line["tries"], 3);
    assert_eq!(line["earlier"].as_array().map(Vec::len), Some(2), "{line}");
    assert_eq!(line["earlier"][0]["problems"], line["problems"]);
    let tap = report("tap");
    for number in 1..=3 {
        assert!(
            tap.contains(&format!(
                "    try {number} failed:\n    value.doubled: expected 3, got 2\n"
            )),
            "{tap}"
        );
    }
    assert!(
        report("github").contains("%0Ait failed at each of 3 tries%0A"),
        "{}",
        report("github")
    );
}

/// Where the characters stand that no XML may have.
fn no_xml(text: &str) -> Option<usize> {
    text.find(|c: char| {
        !matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
    })
}

#[test]
fn junit_is_xml_whatever_functions_and_cases_say() {
    let all: String = (0..0x20)
        .chain([0x7f, 0xfffe, 0xffff])
        .filter_map(char::from_u32)
        .collect();
    let text = json!(format!("<&\"']]>{all}\u{1b}[31m"));
    let line = json!({"name": format!("odd <&\"']]> {all}"), "event": {"type": "track"}});
    let folder = Folder::new(&[
        (
            "function.js",
            &format!("async function onTrack() {{ throw new Error({text}); }}"),
        ),
        ("cases.ndjson", &line.to_string()),
    ]);
    let (code, xml, _) = folder.segfn(&["test", "--report", "junit", "--retries", "1"]);
    assert_eq!(code, 1, "{xml}");
    assert_eq!(no_xml(&xml), None, "{xml:?}");
    let report = quick_junit::Report::deserialize_from_str(&xml).expect("JUnit");
    assert!(
        report.test_suites[0].test_cases[0]
            .name
            .as_str()
            .contains("odd <&\"']]>")
    );
}

#[test]
fn a_secret_that_is_a_word_of_a_format_leaves_the_format_whole() {
    for word in ["test", "failure", "verdict", "name=\"a\" & <b>"] {
        let folder = Folder::new(&[
            (
                "function.js",
                "async function onTrack(event, settings) { throw new Error(`key ${settings.key}`); }",
            ),
            (
                "segfn.toml",
                &format!("secret = ['key']\n[settings]\nkey = '{word}'\n"),
            ),
            ("cases/one/event.json", EVENT),
        ]);
        let (_, xml, _) = folder.segfn(&["test", "--report", "junit"]);
        let report = quick_junit::Report::deserialize_from_str(&xml).expect("JUnit");
        let shown = format!("{report:?}");
        assert!(shown.contains("key [secret key]"), "{word}: {xml}");
        let (_, json, _) = folder.segfn(&["test", "--report", "json"]);
        for line in json.lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            assert_eq!(line["v"], 1, "{word}: {line}");
        }
    }
}

#[test]
fn a_null_on_one_side_was_not_shown() {
    let event = |returned: &str| {
        format!(r#"{{"type": "track", "properties": {{"returned": {returned}}}}}"#)
    };
    let expected =
        |value: &str| format!(r#"{{"v": 1, "handler": "onTrack", "class": "success"{value}}}"#);
    let folder = Folder::new(&[
        (
            "fn/function.js",
            "async function onTrack(event) { return event.properties.returned[0]; }",
        ),
        ("fn/cases/gone/event.json", &event("[]")),
        (
            "fn/cases/gone/expected.json",
            &expected(r#", "value": null"#),
        ),
        ("fn/cases/new/event.json", &event("[null]")),
        ("fn/cases/new/expected.json", &expected("")),
    ]);
    assert_eq!(
        shown(&folder, 1, &["test"]),
        "\
✗ failed fn/gone  TIME
  value
    - null
  in fn/cases/gone
  if that is right: segfn accept fn/cases/gone

✗ failed fn/new  TIME
  value
    + null
  in fn/cases/new
  if that is right: segfn accept fn/cases/new

2 cases: 2 failed in TIME
"
    );
}
