//! The first minute: `segfn` alone, `segfn init`, and `segfn run` in a folder.

use std::path::Path;

use insta::assert_snapshot;

use crate::support::Folder;

#[test]
fn segfn_alone_shows_the_commands_that_matter() {
    let folder = Folder::new(&[]);
    assert_snapshot!(folder.transcript(&[]), @r"
    $ segfn
    segfn runs Twilio Segment functions, unchanged, on your own machine.

      segfn init   write a function to begin with, its cases, and a workflow for CI
      segfn run    call a function with events and show what it does
      segfn test   run its cases, offline, and show what differs
      segfn diff   show what a new version does differently over the same events

    In a function's folder, `segfn run` and `segfn test` need no more. `segfn --help` has all commands, and
    `segfn COMMAND --help` has examples.
    exit 0
    ");
    let (code, stdout, _) = folder.segfn(&["--color", "never"]);
    assert_eq!((code, stdout.lines().count()), (0, 9), "{stdout}");
}

#[test]
fn what_init_writes_passes_at_once() {
    let folder = Folder::new(&[]);
    assert_snapshot!(folder.transcript(&["init"]), @r"
    $ segfn init
    wrote function.js
    wrote settings.json
    wrote cases/order-completed/event.json
    wrote cases/order-completed/case.toml
    wrote cases/order-completed/expected.json
    wrote cases/server-is-busy/case.toml
    wrote cases/server-is-busy/expected.json
    wrote segfn.toml
    wrote .github/workflows/segfn.yml

    Next:
      segfn test   runs its cases, offline
      segfn run    calls it with sample events, once settings.json names your service
      segfn types  makes an editor know what a function can name
    exit 0
    ");
    let (code, stdout, stderr) = folder.segfn(&["test"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.starts_with("2 cases: 2 passed in "), "{stdout}");
}

#[test]
fn each_kind_has_a_function_that_passes_and_runs() {
    for (kind, handler) in [
        ("source", "onRequest"),
        ("destination", "onTrack"),
        ("insert-destination", "onTrack"),
        ("insert-source", "onTrack"),
    ] {
        let folder = Folder::new(&[]);
        let (code, stdout, stderr) = folder.segfn(&["init", "functions/new", "--kind", kind]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
        assert!(stdout.contains("segfn test functions/new "), "{stdout}");
        let (code, stdout, stderr) = folder.segfn(&["test"]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{kind}: {stdout}");
        assert!(stdout.starts_with("2 cases: 2 passed"), "{stdout}");
        // Without a network, the destination's service can't be reached.
        let (code, outcomes) = folder.outcomes(&["--deny-net"]);
        assert_eq!(code, i32::from(kind == "destination"), "{outcomes:?}");
        let handlers: Vec<_> = outcomes.iter().map(|outcome| &outcome["handler"]).collect();
        assert!(
            handlers.iter().any(|name| **name == handler),
            "{handlers:?}"
        );
        assert!(
            outcomes.iter().all(|outcome| outcome["kind"] == kind),
            "{outcomes:?}"
        );
        // What it writes is what segfn itself would write.
        let before = expectations(folder.path());
        folder.segfn(&["test", "--accept"]);
        assert_eq!(expectations(folder.path()), before);
    }
}

/// The texts of the expectations of `functions/new`.
fn expectations(folder: &Path) -> Vec<String> {
    let cases = std::fs::read_dir(folder.join("functions/new/cases")).expect("cases");
    let mut texts: Vec<_> = cases
        .map(|case| {
            let file = case.expect("a case").path().join("expected.json");
            std::fs::read_to_string(file).expect("an expectation")
        })
        .collect();
    texts.sort();
    texts
}

#[test]
fn init_overwrites_nothing() {
    for (path, named) in [
        ("function.js", "function.js"),
        ("handler.js", "handler.js"),
        ("settings.json", "settings.json"),
        (
            "cases/order-completed/event.json",
            "cases/order-completed/event.json",
        ),
    ] {
        let folder = Folder::new(&[(&format!("mine/{path}"), "// of mine\n")]);
        let (code, stdout, stderr) = folder.segfn(&["init", "mine"]);
        assert_eq!((code, stdout.as_str()), (2, ""));
        assert_eq!(
            stderr,
            format!(
                "error: mine/{named} already exists\nhint: nothing was written; name another folder, \
                 which need not exist yet\n"
            )
        );
        let text = std::fs::read_to_string(folder.path().join("mine").join(path));
        assert_eq!(text.expect("the file"), "// of mine\n");
        let files = walk(folder.path());
        assert_eq!(files, 1, "nothing else is written");
    }
    let folder = Folder::new(&[("mine", "a file")]);
    let (code, _, stderr) = folder.segfn(&["init", "mine"]);
    assert_eq!(code, 2);
    assert!(
        stderr.starts_with("error: mine is not a folder\n"),
        "{stderr}"
    );
}

/// How many files are in `folder` and below.
fn walk(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let count = |path: &Path| if path.is_dir() { walk(path) } else { 1 };
    entries
        .map(|entry| count(&entry.expect("an entry").path()))
        .sum()
}

#[test]
fn a_repository_has_one_workflow_at_its_root() {
    let folder = Folder::new(&[]);
    folder.git(&["init", "-q"]);
    let workflow = ".github/workflows/segfn.yml";
    let (code, stdout, stderr) = folder.segfn(&["init", "functions/one"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains(&format!("wrote {workflow}\n")), "{stdout}");
    let text = std::fs::read_to_string(folder.path().join(workflow)).expect("the workflow");
    let version = concat!("npx --yes segfn@", env!("CARGO_PKG_VERSION"), " test");
    assert!(text.contains(version), "{text}");
    folder.write(workflow, "name: mine\n");
    let (code, stdout, stderr) = folder.segfn(&["init", "functions/two", "--kind", "source"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(!stdout.contains(workflow), "{stdout}");
    let text = std::fs::read_to_string(folder.path().join(workflow)).expect("the workflow");
    assert_eq!(text, "name: mine\n");
    let (code, stdout, _) = folder.segfn(&["test"]);
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.starts_with("4 cases: 4 passed"), "{stdout}");
}

const TRACK: &str = "async function onTrack(event) { console.log(event.event) }";

#[test]
fn run_takes_the_function_of_the_folder_it_is_in() {
    let folder = Folder::new(&[
        ("function.js", TRACK),
        (
            "events/one.json",
            "{\"type\":\"track\",\"event\":\"Of the folder\"}",
        ),
        ("other/function.js", TRACK),
    ]);
    let (code, outcomes) = folder.outcomes(&[]);
    assert_eq!((code, outcomes.len()), (0, 1));
    assert_eq!(outcomes[0]["logs"][0]["text"], "Of the folder");
    // Without events, a sample.
    let folder = Folder::new(&[("function.js", TRACK)]);
    let (code, outcomes) = folder.outcomes(&[]);
    assert_eq!((code, outcomes.len()), (0, 1));
    assert_eq!(outcomes[0]["input"], "sample:order-completed");
}

#[test]
fn run_takes_the_only_function_below_the_folder() {
    let folder = Folder::new(&[("functions/only/function.js", TRACK)]);
    assert_eq!(folder.outcomes(&[]).0, 0);
    folder.write("functions/other/function.js", TRACK);
    assert_snapshot!(folder.transcript(&["run"]), @r"
    $ segfn run
    2> error: there are 2 functions in this folder
    2> hint: name one of them: functions/only, functions/other
    exit 2
    ");
    assert_snapshot!(Folder::new(&[]).transcript(&["run"]), @r"
    $ segfn run
    2> error: there is no function in this folder
    2> hint: name one: segfn run FUNCTION; `segfn init` writes one to begin with
    exit 2
    ");
}
