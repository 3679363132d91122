//! Which cases a run takes: those that failed, those of what changed, and one part of all.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::suite::{EVENT, EXPECTED, FUNCTION, shown};
use crate::support::Folder;
use crate::support::transcript::timeless;

fn case(name: &str, total: i32, doubled: i32) -> String {
    let case = json!({
        "name": name,
        "event": {"type": "track", "event": "Paid", "properties": {"total": total}},
        "expected": {"v": 1, "handler": "onTrack", "class": "success",
            "value": {"total": total, "doubled": doubled}},
    });
    format!("{case}\n")
}

/// Two functions with two cases each; of the first one, one case fails.
fn functions() -> Folder {
    Folder::new(&[
        ("a/function.js", FUNCTION),
        ("a/cases.ndjson", &(case("good", 1, 2) + &case("bad", 2, 5))),
        ("b/function.js", FUNCTION),
        (
            "b/cases.ndjson",
            &(case("good", 1, 2) + &case("other", 3, 6)),
        ),
    ])
}

/// The ids that `segfn test --list` lists, which may tell something on standard error.
fn listed(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let (code, stdout, stderr) = folder.segfn(&[&["test", "--list"], arguments].concat());
    assert_eq!(code, 0, "{arguments:?}: {stderr}");
    stdout.lines().map(str::to_owned).collect()
}

const ALL: [&str; 4] = ["a/good", "a/bad", "b/good", "b/other"];

#[test]
fn those_that_failed_are_run_until_they_pass() {
    let folder = functions();
    let unknown = folder.transcript(&["test", "--failed", "--list"]);
    assert_snapshot!(unknown, @r"
    $ segfn test --failed --list
    a/good
    a/bad
    b/good
    b/other
    2> warning: there is no .segfn/last-test.json of an earlier run, so all cases are taken
    exit 0
    ");
    assert_eq!(folder.segfn(&["test"]).0, 1);
    assert_eq!(listed(&folder, &["--failed"]), ["a/bad"]);
    let path = folder.path().display().to_string();
    assert_eq!(
        listed(&folder, &["--failed", &format!("{path}/a")]).len(),
        1,
        "however the function is named"
    );
    // A run of others changes nothing, and a case that has passed is gone.
    assert_eq!(folder.segfn(&["test", "b"]).0, 0);
    assert_eq!(folder.segfn(&["test", "--failed"]).0, 1);
    folder.write("a/cases.ndjson", case("good", 1, 3) + &case("bad", 2, 4));
    assert_eq!(folder.segfn(&["test", "-k", "bad"]).0, 0);
    assert_snapshot!(folder.transcript(&["test", "--failed"]), @r"
    $ segfn test --failed
    0 cases in TIME
    2> warning: none of these cases failed the last time, so no case is taken
    exit 0
    ");
    assert_eq!(folder.segfn(&["test", "a", "--accept"]).0, 0);
    assert!(
        listed(&folder, &["--failed"]).is_empty(),
        "what is accepted passes"
    );
}

#[test]
fn nothing_is_kept_in_ci_and_what_another_version_kept_is_not_used() {
    let folder = functions();
    folder.transcript_in(&[("CI", "true")], &["test"]);
    assert!(!folder.path().join(".segfn").exists());
    folder.write(".segfn/last-test.json", "{\"v\":2,\"failed\":[]}");
    let (code, stdout, stderr) = folder.segfn(&["test", "--failed", "--list"]);
    assert_eq!((code, stdout.lines().count()), (0, 4));
    assert_eq!(
        stderr,
        "warning: .segfn/last-test.json isn't what this version of segfn wrote, so all cases are taken\n"
    );
}

/// What is run after `change` to a repository of two functions.
fn changed(change: impl Fn(&Folder)) -> Vec<String> {
    let folder = functions();
    folder.write("a/cases/one/event.json", EVENT);
    folder.write("a/cases/one/expected.json", EXPECTED);
    folder.write("segfn.toml", "include = [\"shared/defaults.toml\"]\n");
    folder.write("shared/defaults.toml", "[test]\nseed = 1\n");
    folder.write("shared/notes.txt", "");
    folder.write(
        "shared/traffic.har",
        r#"{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[]}}"#,
    );
    folder.write(
        "a/cases/one/case.toml",
        "cassette = \"../../../shared/traffic.har\"\n",
    );
    folder.write("shared/body.json", "{}");
    folder.write(
        "b/cases/two/case.toml",
        "[[reply]]\nto = \"GET https://x.example.com/\"\nsequence = [{ file = \"../../../shared/body.json\" }]\n",
    );
    folder.write("b/cases/two/event.json", EVENT);
    folder.write(
        "t/all.tf",
        "resource \"segment_function\" \"fn\" {\n  resource_type = \"DESTINATION\"\n  code = file(\"../src/x.js\")\n}\n",
    );
    folder.write("src/x.js", FUNCTION);
    folder.write("t/cases/fn.ndjson", case("tf", 1, 2));
    folder.write(".gitignore", "ignored*\n.segfn/\n");
    folder.commit_all();
    assert!(listed(&folder, &["--changed"]).is_empty());
    change(&folder);
    let mut functions: Vec<String> = listed(&folder, &["--changed"])
        .iter()
        .map(|id| id.split('/').next().unwrap_or_default().to_owned())
        .collect();
    functions.dedup();
    functions
}

#[test]
fn what_changed_is_run_with_all_of_its_cases() {
    type Change<'a> = (&'a dyn Fn(&Folder), &'a [&'a str]);
    let write = |name: &'static str, text: &'static str| {
        move |folder: &Folder| {
            folder.write(name, text);
        }
    };
    let append = |name: &'static str| {
        move |folder: &Folder| {
            let text = std::fs::read_to_string(folder.path().join(name)).expect("a file");
            folder.write(name, text + "\n");
        }
    };
    let remove = |name: &'static str| {
        move |folder: &Folder| std::fs::remove_file(folder.path().join(name)).expect("a file")
    };
    let all: [Change; 16] = [
        // Code, settings, configuration, cases.
        (&append("a/function.js"), &["a"]),
        (&append("a/cases/one/event.json"), &["a"]),
        (&remove("a/cases/one/expected.json"), &["a"]),
        (&append("b/cases.ndjson"), &["b"]),
        (&write("a/settings.json", "{}"), &["a"]),
        (&write("b/segfn.toml", ""), &["b"]),
        (&append("segfn.toml"), &["a", "b", "t"]),
        // What these name.
        (&append("shared/defaults.toml"), &["a", "b", "t"]),
        (&append("shared/traffic.har"), &["a"]),
        (&append("shared/body.json"), &["b"]),
        (&append("src/x.js"), &["t"]),
        (&append("t/all.tf"), &["t"]),
        // A new function, and what isn't one's.
        (&write("t/cases/fn/new/event.json", EVENT), &["t"]),
        (&append("shared/notes.txt"), &[]),
        (&write("a/ignored.json", "{}"), &[]),
        (
            &|folder| {
                append("a/function.js")(folder);
                folder.git(&["add", "-A"]);
            },
            &["a"],
        ),
    ];
    for (index, (change, functions)) in all.into_iter().enumerate() {
        assert_eq!(changed(change), functions, "change {index}");
    }
}

#[test]
fn changes_are_told_from_any_revision() {
    let folder = functions();
    folder.commit_all();
    folder.write("a/settings.json", "{}");
    folder.git(&["add", "-A"]);
    folder.git(&["commit", "-q", "-m", "two"]);
    assert!(listed(&folder, &["--changed"]).is_empty());
    assert_eq!(
        listed(&folder, &["--changed", "HEAD~1"]),
        ["a/good", "a/bad"]
    );
    assert_eq!(listed(&folder, &["b", "--changed", "HEAD~1"]).len(), 0);
    assert_eq!(
        listed(&folder, &["-k", "bad", "--changed=HEAD~1"]),
        ["a/bad"]
    );
    assert_snapshot!(folder.transcript(&["test", "--changed"]), @r"
    $ segfn test --changed
    0 cases in TIME
    2> warning: nothing of these functions changed since HEAD, so no case is taken
    exit 0
    ");
    assert_snapshot!(folder.transcript(&["test", "--changed", "nope"]), @r"
    $ segfn test --changed nope
    2> error: what changed can't be told: git doesn't know the revision nope
    2> hint: name a commit, a branch or a tag, such as HEAD~1 or main
    exit 2
    ");
    assert_snapshot!(folder.transcript(&["test", "--changed", "a"]), @r"
    $ segfn test --changed a
    2> error: what changed can't be told: git doesn't know the revision a
    2> hint: a path comes first: segfn test a --changed
    exit 2
    ");
}

#[test]
fn without_a_repository_nothing_tells_what_changed() {
    let folder = functions();
    let (code, _, stderr) = folder.segfn(&["test", "--changed"]);
    assert_eq!(code, 2);
    assert!(
        stderr.starts_with("error: what changed can't be told: ")
            && stderr.contains("isn't in a git repository"),
        "{stderr}"
    );
}

#[test]
fn every_case_is_in_one_part_and_the_parts_take_as_long_as_each_other() {
    let folder = functions();
    let part = |part: &str, more: &[&str]| listed(&folder, &[&["--shard", part], more].concat());
    let mut together: Vec<String> = ["1/2", "2/2"].iter().flat_map(|n| part(n, &[])).collect();
    together.sort();
    let all: BTreeSet<&str> = ALL.into();
    assert_eq!(together, Vec::from_iter(all));
    assert_eq!(
        part("1/2", &[]).len(),
        2,
        "by number, where nothing is known"
    );
    let line = |id: &str, ms: f64| json!({"v": 1, "case": id, "ms": ms}).to_string() + "\n";
    folder.write("1.json", line("a/bad", 100.0) + &line("a/good", 30.0));
    folder.write("2.json", line("b/good", 40.0) + &line("b/other", 20.0));
    let timings = ["--timings", "1.json", "--timings", "2.json"];
    assert_eq!(part("1/2", &timings), ["a/bad"]);
    assert_eq!(part("2/2", &timings), ["a/good", "b/good", "b/other"]);
    // A report of a run is such a file.
    assert_eq!(folder.segfn(&["test", "--report", "json=run.json"]).0, 1);
    let both: usize = ["1/2", "2/2"]
        .iter()
        .map(|n| part(n, &["--timings", "run.json"]).len())
        .sum();
    assert_eq!(both, 4);
    folder.write("bad.json", "{\"case\":\"a\",\"ms\":1}\n{");
    assert_snapshot!(folder.transcripts(&[
        &["test", "--shard", "1/2", "--timings", "none.json"],
        &["test", "--shard", "1/2", "--timings", "bad.json"],
        &["test", "--shard", "1/2", "--timings", "a/function.js"],
        &["test", "--timings", "run.json"],
        &["test", "--shard", "3/2"],
    ]), @r"
    $ segfn test --shard 1/2 --timings none.json
    2> error: can't read none.json: No such file or directory (os error 2)
    2> hint: a file of times is what `segfn test --report json=FILE` writes
    exit 2

    $ segfn test --shard 1/2 --timings bad.json
    2> error: bad.json:2: not JSON: it ends in the middle of a value
    2> hint: a file of times is what `segfn test --report json=FILE` writes
    exit 2

    $ segfn test --shard 1/2 --timings a/function.js
    2> error: a/function.js:1: not JSON: expected value
    2> hint: a file of times is what `segfn test --report json=FILE` writes
    exit 2

    $ segfn test --timings run.json
    2> error: the following required arguments were not provided:
    2>   --shard <I/N>
    2>
    2> Usage: segfn test --shard <I/N> --timings <FILE> [PATHS|FILTER]...
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn test --shard 3/2
    2> error: invalid value '3/2' for '--shard <I/N>': parts count from 1 to the number of parts
    2>
    2> For more information, try '--help'.
    exit 2
    ");
}

#[test]
fn the_slowest_cases_are_listed() {
    let folder = functions();
    let text = shown(&folder, 0, &["test", "b", "--slowest"]);
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort();
    assert_eq!(timeless(lines[0]).trim(), "TIME  b/good");
    assert_eq!(timeless(lines[1]).trim(), "TIME  b/other");
    assert_eq!(lines.len(), 3, "{text}");
    let (_, one, _) = folder.segfn(&["test", "b", "--slowest", "1"]);
    assert_eq!(one.lines().count(), 2, "{one}");
    let (code, _, stderr) = folder.segfn(&["test", "--slowest", "b"]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("expected a number from 1 on; PATHS stand before"),
        "{stderr}"
    );
    let (_, json, _) = folder.segfn(&["test", "b", "--slowest", "--report", "json"]);
    let lines: Vec<Value> = json
        .lines()
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 3);
}
