//! Every command opens the same function, with the same configuration and the same cases, however it
//! is named.

use serde_json::Value;

use crate::support::Folder;

/// Tells which settings it was given, and so which files were read.
const FUNCTION: &str =
    "async function onTrack(event, settings) { return { ...event, zone: settings.zone }; }\n";

const EVENT: &str = "{\"type\":\"track\",\"event\":\"A\"}\n";

/// A Terraform file of a function whose code is that.
fn terraform(code: &str) -> String {
    format!(
        "resource \"segment_function\" \"fn\" {{\n  resource_type = \"DESTINATION\"\n  code = {code}\n}}\n"
    )
}

fn heredoc() -> String {
    terraform(&format!("<<EOT\n{FUNCTION}EOT"))
}

/// A way to name a function: its files, what FUNCTION is, where its cases are, and what `test` takes to
/// mean all of them.
struct Way {
    files: Vec<(&'static str, String)>,
    function: &'static str,
    /// The folder of its cases.
    cases: &'static str,
}

fn ways() -> Vec<Way> {
    let way = |files: &[(&'static str, &str)], function, cases| Way {
        files: files
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()))
            .collect(),
        function,
        cases,
    };
    let near = ("f/segfn.toml", "settings.zone = \"near\"");
    let (heredoc, by_file) = (heredoc(), terraform("file(\"../src/x.js\")"));
    let tf = ("f/all.tf", heredoc.as_str());
    vec![
        way(&[("f/function.js", FUNCTION), near], "f", "f/cases"),
        way(
            &[("f/function.js", FUNCTION), near],
            "f/function.js",
            "f/cases",
        ),
        way(&[("f/handler.js", FUNCTION), near], "f", "f/cases"),
        way(
            &[("f/handler.js", FUNCTION), near],
            "./f/handler.js",
            "f/cases",
        ),
        way(
            &[("f/other.js", FUNCTION), near],
            "f/other.js",
            "f/other.cases",
        ),
        way(&[tf, near], "f/all.tf:fn", "f/cases/fn"),
        way(&[tf, near], "f/all.tf", "f/cases/fn"),
        way(&[tf, near], "f", "f/cases/fn"),
        // What lies beside the script says nothing.
        way(
            &[
                ("f/all.tf", by_file.as_str()),
                ("src/x.js", FUNCTION),
                near,
                ("src/segfn.toml", "settings.zone = \"wrong\""),
            ],
            "f/all.tf:fn",
            "f/cases/fn",
        ),
    ]
}

fn json(folder: &Folder, path: &str) -> Value {
    let text = std::fs::read_to_string(folder.path().join(path)).expect("a file");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn run_and_test_read_different_configurations_for_a_script_elsewhere() {
    for Way {
        files,
        function,
        cases,
    } in ways()
    {
        let folder = Folder::new(&[("event.json", EVENT)]);
        for (name, text) in &files {
            folder.write(name, text);
        }
        let segfn = |arguments: &[&str]| {
            let (code, stdout, stderr) = folder.segfn(arguments);
            assert_eq!(code, 0, "{function}: {arguments:?}\n{stdout}{stderr}");
            stdout
        };
        let (code, outcomes) = folder.outcomes(&[function, "event.json"]);
        assert_eq!(
            (code, &outcomes[0]["value"]["zone"]),
            (0, &Value::from("near")),
            "run {function}"
        );

        segfn(&["record", function, "event.json", "--name", "recorded"]);
        let expected = json(&folder, &format!("{cases}/recorded/expected.json"));
        assert_eq!(expected["value"]["zone"], "near", "record {function}");

        folder.write("other.json", "{\"type\":\"track\",\"event\":\"B\"}");
        segfn(&["cases", "add", function, "other.json"]);
        let line = json(&folder, &format!("{cases}.ndjson"));
        assert_eq!(
            line["expected"]["value"]["zone"], "near",
            "cases add {function}"
        );

        // Both cases, and by each name that leads to them.
        let id = segfn(&["test", function, "--list"]);
        assert_eq!(id.lines().count(), 2, "{function}: {id}");
        let file = format!("{cases}.ndjson");
        for named in [function, cases, &file] {
            assert_eq!(segfn(&["test", named, "--list"]), id, "test {named}");
        }
        segfn(&["test", function]);
        let one = format!("{cases}/recorded");
        assert_eq!(segfn(&["test", &one, "--list"]).lines().count(), 1, "{one}");
        segfn(&["record", &one, "--update"]);

        // Settings of its own would make the copy something else.
        let copy = Folder::new(&[("g/function.js", FUNCTION)]);
        let base = copy.path().join("g").display().to_string();
        let (code, stdout, stderr) = folder.segfn(&["diff", &base, function, "event.json"]);
        assert_eq!(code, 1, "diff {function}\n{stdout}{stderr}");
        assert!(stdout.contains("near"), "diff {function}\n{stdout}");
    }
}

#[test]
fn a_revision_has_the_configuration_of_the_working_tree() {
    for Way {
        files, function, ..
    } in ways()
    {
        let folder = Folder::new(&[("event.json", EVENT)]);
        for (name, text) in &files {
            folder.write(name, text);
        }
        folder.commit_all();
        let revision = format!("git:HEAD:{}", function.trim_start_matches("./"));
        let (code, outcomes) = folder.outcomes(&[&revision, "event.json"]);
        assert_eq!(
            (code, &outcomes[0]["value"]["zone"]),
            (0, &Value::from("near")),
            "{revision}"
        );
        let (code, stdout, stderr) = folder.segfn(&["diff", "git:HEAD", function, "event.json"]);
        assert_eq!(code, 0, "{revision}\n{stdout}{stderr}");
        // What would be written belongs to no revision.
        for command in [&["record"][..], &["cases", "add"]] {
            let arguments = [command, &[&revision, "event.json"]].concat();
            let (code, _, stderr) = folder.segfn(&arguments);
            assert_eq!(code, 2, "{stderr}");
            assert!(stderr.contains("a revision"), "{stderr}");
        }
    }
}

#[test]
fn cases_add_wrote_events_unredacted() {
    let folder = Folder::new(&[
        (
            "function.js",
            "async function onTrack(event, settings) { return event.properties; }",
        ),
        ("settings.json", "{\"apiKey\":\"key-of-the-account\"}"),
        ("segfn.toml", "redact.patterns = [\"card-\\\\d{4}\"]"),
        (
            "event.json",
            "{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"card\":\"card-1234\",\"key\":\"key-of-the-account\"}}",
        ),
        // Makes a request, so that its case is a folder.
        (
            "g/function.js",
            "async function onTrack(event) { await fetch('https://api.example.com/'); }",
        ),
        ("g/settings.json", "{\"apiKey\":\"key-of-the-account\"}"),
    ]);
    for function in [".", "g"] {
        let (code, stdout, stderr) = folder.segfn(&["cases", "add", function, "event.json"]);
        assert_eq!(code, 0, "{stdout}{stderr}");
    }
    let mut written = 0;
    let mut folders = vec![folder.path().to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if name.contains("cases") {
                written += 1;
                let text = std::fs::read_to_string(&path).expect("a text");
                for secret in ["card-1234", "key-of-the-account"] {
                    assert!(!text.contains(secret), "{name}: {text}");
                }
                assert!(text.contains("[secret apiKey]"), "{name}: {text}");
            }
        }
    }
    assert_eq!(written, 2);
}

#[test]
fn cases_add_did_not_know_the_cases_of_a_script_among_others() {
    let folder = Folder::new(&[("other.js", FUNCTION), ("event.json", EVENT)]);
    let add = || folder.segfn(&["cases", "add", "other.js", "event.json"]);
    let (code, stdout, stderr) = add();
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("other.cases.ndjson"), "{stdout}");
    let before = std::fs::read_to_string(folder.path().join("other.cases.ndjson")).expect("a file");
    let (code, _, stderr) = add();
    assert_eq!(code, 0, "{stderr}");
    let after = std::fs::read_to_string(folder.path().join("other.cases.ndjson")).expect("a file");
    assert_eq!(before, after);
    folder.write("event.json", "{\"type\":\"track\",\"event\":\"A\",\"x\":1}");
    let (code, _, stderr) = add();
    assert_eq!(code, 0, "{stderr}");
    let (code, stdout, stderr) = folder.segfn(&["test", "other.js"]);
    assert_eq!(code, 0, "{stdout}{stderr}");
    assert!(stdout.starts_with("2 cases: 2 passed"), "{stdout}");
}

#[test]
fn a_rule_that_can_t_be_used_is_an_error_of_the_configuration() {
    let folder = Folder::new(&[
        ("function.js", FUNCTION),
        ("event.json", EVENT),
        ("cases/one/event.json", EVENT),
        ("segfn.toml", "redact.patterns = [\"(\"]"),
    ]);
    for arguments in [
        &["run", ".", "event.json"][..],
        &["record", ".", "event.json"],
        &["cases", "add", ".", "event.json"],
        &["diff", ".", ".", "event.json"],
        &["test"],
        &["accept", "."],
    ] {
        let (code, _, stderr) = folder.segfn(arguments);
        assert_eq!(code, 2, "{arguments:?}: {stderr}");
        assert!(
            stderr
                .starts_with("error: segfn.toml: redact.patterns: `(` is not a regular expression"),
            "{arguments:?}: {stderr}"
        );
    }
}

#[test]
fn the_coverage_that_is_asked_for_was_read_beside_a_script_elsewhere() {
    let folder = Folder::new(&[
        ("f/all.tf", &terraform("file(\"../src/x.js\")")),
        ("f/segfn.toml", "test.coverage = { functions = 100 }"),
        (
            "src/x.js",
            &format!("{FUNCTION}async function onIdentify() {{}}\n"),
        ),
        ("f/cases/fn/one/event.json", EVENT),
    ]);
    let (code, _, stderr) = folder.segfn(&["test", "--accept", "--coverage", "json"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("50.0% of the functions"), "{stderr}");
    let merged = folder.segfn(&["coverage", "merge", "coverage/coverage.json"]);
    assert_eq!((merged.0, merged.2), (1, stderr));
}
