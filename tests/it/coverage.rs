//! Coverage: that lines, functions and branches are those of the user's file, how it adds up, and
//! each report.

use insta::assert_snapshot;
use segfn::coverage::{Coverage, Summary};
use segfn::engine::Plan;
use segfn::report::Palette;
use segfn::report::coverage::{html, lcov, text};

use crate::support::Folder;
use crate::support::plans::{outcomes, plan, played, played_by, track};

fn counted(source: &str, events: &[&str]) -> Plan {
    let mut plan = plan(source);
    plan.options.coverage = true;
    plan.steps = events.iter().copied().map(track).collect();
    plan
}

fn coverage_of(source: &str, events: &[&str]) -> Coverage {
    let played = played(counted(source, events));
    let mut coverage = Coverage::default();
    coverage
        .add_script("function.js", source, played.coverage.expect("coverage"))
        .expect("one source");
    coverage
}

fn summary(coverage: &Coverage) -> Summary {
    Summary::new(coverage.files().next().expect("a file").1)
}

/// `LINE:COUNT`, for each line with code.
fn lines(source: &str, events: &[&str]) -> String {
    let summary = summary(&coverage_of(source, events));
    let line = |line: &segfn::coverage::CoveredLine| format!("{}:{}", line.number, line.count);
    summary.lines.iter().map(line).collect::<Vec<_>>().join(" ")
}

const FUNCTION: &str = "const first = 1; function never() { return 1 }

// a comment
async function onTrack(event) {
  /* another,
   * of lines */
  if (event.event === 'a') {
    console.log(`a text
of ${first} lines`);
  } else {
    console.log('b');
  }
  const doubled = [1, 2, 3].map((n) => n * 2);
  const chosen = event.event === 'a' ? 1 : 2;
  if (event.none) return doubled;
  for (const n of doubled) {
    work(n);
  }
  try {
    fail();
  } catch (error) {
    return error.none && chosen;
  }
  return 'never';
}
function work() {}
function fail() {
  throw new Error('always');
}
";

#[test]
fn lines_functions_and_branches_are_those_of_the_file() {
    let summary = summary(&coverage_of(FUNCTION, &["a", "b"]));
    let lines: Vec<_> = summary.lines.iter().map(|l| (l.number, l.count)).collect();
    let expected = [
        (1, 2),
        (4, 2),
        (7, 2),
        (8, 1),
        (9, 1),
        (10, 1),
        (11, 1),
        (12, 1),
        (13, 2),
        (14, 2),
        (15, 2),
        (16, 2),
        (17, 6),
        (18, 6),
        (19, 2),
        (20, 2),
        (21, 2),
        (22, 2),
        (23, 2),
        (24, 0),
        (25, 2),
        (26, 6),
        (27, 2),
        (28, 2),
        (29, 2),
    ];
    assert_eq!(lines, expected);
    let functions: Vec<_> = summary
        .functions
        .iter()
        .map(|f| (f.name.as_str(), f.line, f.count))
        .collect();
    let expected = [
        ("never", 1, 0),
        ("onTrack", 4, 2),
        ("(anonymous)", 13, 6),
        ("work", 26, 6),
        ("fail", 27, 2),
    ];
    assert_eq!(functions, expected);
    let branches: Vec<_> = summary.branches.iter().map(|b| (b.line, b.count)).collect();
    let expected = [(7, 1), (10, 1), (14, 1), (14, 1), (15, 0), (16, 6), (22, 0)];
    assert_eq!(branches, expected);
    assert_eq!(summary.uncovered(), [(24, 24)]);
}

#[test]
fn line_numbers_hold_with_other_line_ends_with_wide_characters_and_on_the_first_line() {
    let source = "async function onTrack(e) {\n  const 😀 = 1;\n}".replace('😀', "é");
    assert_eq!(lines(&source, &["a"]), "1:1 2:1 3:1");
    let body = "const a = `😀é\n\u{2028}ü`; async function onTrack(e) {\n if (e.none) {\n  never('😀');\n }\n return a\n}";
    let expected = "1:1 3:1 4:1 5:0 6:0 7:1 8:1";
    assert_eq!(lines(body, &["a"]), expected);
    assert_eq!(lines(&body.replace('\n', "\r\n"), &["a"]), expected);
    assert_eq!(lines(&body.replace('\n', "\r"), &["a"]), expected);
    // The whole file is one function, on one line.
    let one = summary(&coverage_of(
        "async function onTrack(e) { if (e.none) return 1; }",
        &["a"],
    ));
    assert_eq!(one.functions.len(), 1);
    assert_eq!((one.branches.len(), one.branches[0].count), (1, 0));
    // As a file of its kind alone, its wrapper has another length.
    let mut plan = counted(
        "async function onTrack(e) {\n  e.none && never();\n}",
        &["a"],
    );
    let mut function = (*plan.function).clone();
    function.kind = None;
    plan.function = function.into();
    let script = played(plan).coverage.expect("coverage");
    let on_track = script
        .functions()
        .find(|f| f.name == "onTrack")
        .expect("it");
    assert_eq!((on_track.span.start, on_track.count()), (0, 1));
}

#[test]
fn lines_of_comments_counted_as_code() {
    let source = "/*
An example:
{
  \"type\": \"track\"
}
*/
async function onTrack(event, settings) {
  const used = 1; /* trailing
  still a comment */
  return `text
  with /* lines`;
}

async function onIdentify(event, settings) {
  /*
  old code:
  doSomething();
  */
  return event; // now
}
";
    assert_eq!(
        lines(source, &["a"]),
        "7:1 8:1 10:1 11:1 12:1 14:0 19:0 20:0"
    );
}

#[test]
fn instances_cases_and_shards_add_up_to_what_one_run_would_count() {
    let events = ["a", "b", "c", "a", "b"];
    let whole = coverage_of(FUNCTION, &events);
    let mut warm = counted(FUNCTION, &events);
    warm.warm = true;
    let mut sum = Coverage::default();
    for shard in [&events[..2], &events[2..]] {
        let plans = shard.iter().map(|event| counted(FUNCTION, &[event]));
        let mut part = Coverage::default();
        for result in played_by(2, plans.collect()) {
            let script = result.expect("played").coverage.expect("coverage");
            part.add_script("function.js", FUNCTION, script)
                .expect("one source");
        }
        let json = part.to_json().expect("JSON");
        let read = Coverage::from_json(&json).expect("coverage");
        assert_eq!(read, part);
        sum.add(read).expect("one source");
    }
    assert_eq!(summary(&sum), summary(&whole));
    assert_eq!(sum.to_json().unwrap(), whole.to_json().unwrap());
    // One instance evaluates the top level once.
    let mut once = Coverage::default();
    let script = played(warm).coverage.expect("coverage");
    once.add_script("function.js", FUNCTION, script)
        .expect("one source");
    assert_eq!(summary(&once).lines[0].count, 1);
    assert_eq!(summary(&once).lines[1..], summary(&whole).lines[1..]);
}

#[test]
fn what_ran_before_an_invocation_was_ended_is_counted() {
    let source = "let spin = true;
async function onTrack({ event }) {
  if (event === 'spin') {
    for (;;) {
      spin = event;
    }
  }
  if (event === 'wait') {
    await new Promise(() => {});
    return 'never';
  }
  throw new Error('x');
}";
    let mut plan = counted(source, &["spin", "wait", "throw"]);
    plan.options.timeout = std::time::Duration::from_secs(1);
    let script = played(plan).coverage.expect("coverage");
    let mut coverage = Coverage::default();
    coverage
        .add_script("f.js", source, script)
        .expect("one source");
    let ran: Vec<_> = summary(&coverage)
        .lines
        .iter()
        .filter(|l| l.count == 0)
        .map(|l| l.number)
        .collect();
    // The bracket behind it is not reached either.
    assert_eq!(ran, [10, 11]);
}

#[test]
fn a_function_sees_nothing_of_being_counted() {
    let source = "async function onTrack() {
      return [Object.keys(console).sort().join(), typeof console.memory, typeof console.createTask, new Error('x').stack.split('\\n').length,
        onTrack.toString().length, Object.getOwnPropertyNames(globalThis).length, Date.now(), Math.random()] }";
    let mut plan = counted(source, &["a"]);
    let counted = played(plan.clone());
    plan.options.coverage = false;
    let plain = played(plan);
    assert!(plain.coverage.is_none());
    let value = |played| outcomes(played)[0].value.as_ref().unwrap().get().to_owned();
    assert_eq!(value(&counted), value(&plain));
}

#[test]
fn the_reports_say_the_same() {
    let coverage = coverage_of(FUNCTION, &["a"]);
    let table = text(&coverage, &Palette::default());
    assert_eq!(
        table,
        "function                lines         functions          branches  uncovered lines\n\
         function.js     88.0% (22/25)       80.0% (4/5)       20.0% (1/5)  11-12, 24\n"
    );
    assert_snapshot!(lcov(&coverage), @r"
    TN:
    SF:function.js
    FN:1,never
    FN:4,onTrack
    FN:13,(anonymous)_1
    FN:26,work
    FN:27,fail
    FNDA:0,never
    FNDA:1,onTrack
    FNDA:3,(anonymous)_1
    FNDA:3,work
    FNDA:1,fail
    FNF:5
    FNH:4
    BRDA:10,0,0,0
    BRDA:14,1,0,0
    BRDA:15,2,0,0
    BRDA:16,3,0,3
    BRDA:22,4,0,0
    BRF:5
    BRH:1
    DA:1,1
    DA:4,1
    DA:7,1
    DA:8,1
    DA:9,1
    DA:10,1
    DA:11,0
    DA:12,0
    DA:13,1
    DA:14,1
    DA:15,1
    DA:16,1
    DA:17,3
    DA:18,3
    DA:19,1
    DA:20,1
    DA:21,1
    DA:22,1
    DA:23,1
    DA:24,0
    DA:25,1
    DA:26,3
    DA:27,1
    DA:28,1
    DA:29,1
    LF:25
    LH:22
    end_of_record
    ");
    let (path, file) = coverage.files().next().expect("a file");
    let page = html(path, file);
    assert!(
        page.contains("<dt>lines</dt><dd>88.0% (22/25)</dd>"),
        "{page}"
    );
    assert!(
        page.contains("<tr id=\"L11\" class=\"x\"><td class=\"n\">11</td><td class=\"c\">0</td>")
    );
    assert!(
        page.contains("<tr id=\"L17\" class=\"y\"><td class=\"n\">17</td><td class=\"c\">3×</td>")
    );
    assert!(
        page.contains("if (event.none) <mark>return doubled;</mark>"),
        "{page}"
    );
    assert!(page.contains("[1, 2, 3].map((n) =&gt; n * 2)"));
    assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"));
}

fn shards() -> Folder {
    let folder = Folder::new(&[]);
    for (name, event) in [("a.json", "a"), ("b.json", "b")] {
        folder.write(name, coverage_of(FUNCTION, &[event]).to_json().unwrap());
    }
    folder
}

#[test]
fn shards_are_merged_from_their_files() {
    let folder = shards();
    let merge = |more: &[&str]| {
        let arguments = [&["coverage", "merge", "a.json", "b.json"], more].concat();
        folder.segfn(&arguments)
    };
    let table = text(&coverage_of(FUNCTION, &["a", "b"]), &Palette::default());
    assert_eq!(merge(&[]), (0, table, String::new()));
    let (code, out, err) = merge(&[
        "--coverage",
        "lcov,html,json",
        "--coverage-dir",
        "out",
        "--min-lines",
        "96",
    ]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
    let both = coverage_of(FUNCTION, &["a", "b"]);
    let written = |name: &str| std::fs::read(folder.path().join("out").join(name)).expect(name);
    assert_eq!(written("coverage.json"), both.to_json().unwrap());
    assert_eq!(written("lcov.info"), lcov(&both).into_bytes());
    assert!(written("function.js.html").starts_with(b"<!DOCTYPE html>"));
    let (code, _, err) = merge(&[
        "--min-lines",
        "97%",
        "--min-branches",
        "50",
        "--min-functions",
        "100",
    ]);
    assert_eq!(code, 1);
    assert_eq!(
        err,
        "error: 96.0% of the lines are covered (24 of 25), but 97% are required\n\
         error: 80.0% of the functions are covered (4 of 5), but 100% are required\n"
    );
}

#[test]
fn what_is_no_coverage_is_refused_by_name() {
    let folder = shards();
    let newer = br#"{"form":"segfn coverage","v":2,"files":"other"}"#;
    folder.write("newer.json", newer);
    folder.write("other.json", "[]");
    folder.write("har.json", r#"{"log":{}}"#);
    folder.write("ranges.json", r#"{"form":"segfn coverage","v":1,"files":[{"url":"f.js","source":"abc","functions":[
        {"functionName":"f","isBlockCoverage":true,"ranges":[{"startOffset":0,"endOffset":9,"count":1}]}]}]}"#);
    let changed = FUNCTION.replace("always", "never!");
    folder.write(
        "changed.json",
        coverage_of(&changed, &["a"]).to_json().unwrap(),
    );
    for (name, complaint) in [
        (
            "newer.json",
            "error: newer.json: it has version 2, but this segfn reads versions up to 1: update segfn\n",
        ),
        (
            "other.json",
            "error: other.json: not a coverage file that segfn wrote: ",
        ),
        (
            "har.json",
            "error: har.json: not a coverage file that segfn wrote\nhint: ",
        ),
        (
            "ranges.json",
            "error: ranges.json: the ranges of \"f\" in f.js are outside of its text\n",
        ),
        (
            "changed.json",
            "error: changed.json: function.js isn't the same in all runs",
        ),
        ("none.json", "error: none.json: No such file"),
    ] {
        let (code, _, err) = folder.segfn(&["coverage", "merge", "a.json", name]);
        assert_eq!(code, 4, "{err}");
        assert!(err.starts_with(complaint), "{err}");
    }
    assert_eq!(
        folder
            .segfn(&["coverage", "merge", "a.json", "--min-lines", "101"])
            .0,
        2
    );
}
