//! `segfn.toml` beside a function, above it and included, as the built binary reads them.

use insta::assert_snapshot;

use crate::support::Folder;

const TELL: &str = "async function onTrack(event, settings) { return settings; }";
const TRACK: &str = r#"{"type":"track","event":"x","userId":"u"}"#;

fn folder(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new(&[
        ("functions/f/function.js", TELL),
        ("functions/f/event.json", TRACK),
        (".git/HEAD", ""),
    ]);
    for (name, text) in files {
        folder.write(name, text);
    }
    folder
}

#[test]
fn settings_come_from_the_folders_above_and_from_included_files() {
    let folder = folder(&[
        (
            "segfn.toml",
            "secret = [\"far\", \"other\"]\nsettings = { a = \"1\", far = \"hidden-value\" }",
        ),
        ("shared.toml", "settings = { b = \"2\", a = \"shadowed\" }"),
        (
            "functions/segfn.toml",
            "include = [\"../shared.toml\"]\nsettings = { a = \"3\" }",
        ),
    ]);
    let (code, outcomes) = folder.outcomes(&["functions/f"]);
    assert_eq!(code, 0);
    assert_eq!(
        outcomes[0]["value"],
        serde_json::json!({"a": "3", "b": "2", "far": "[secret far]"})
    );
}

#[test]
fn the_hosts_and_the_aws_may_be_chosen_in_a_file_and_a_flag_comes_first() {
    let source = "async function onTrack() { await fetch('http://127.0.0.1:1/'); }";
    let folder = folder(&[
        ("functions/f/function.js", source),
        ("segfn.toml", "[net]\ndeny = true"),
    ]);
    let message = |arguments: &[&str]| {
        let (code, outcomes) = folder.outcomes(&[&["functions/f"], arguments].concat());
        assert_eq!(code, 1);
        outcomes[0]["error"]["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let denied = message(&[]);
    assert!(!denied.contains("ECONNREFUSED"), "{denied}");
    let allowed = message(&["--allow-net", "127.0.0.1"]);
    assert!(allowed.contains("ECONNREFUSED"), "{allowed}");
}

#[test]
fn what_is_wrong_above_is_told_with_file_and_line_and_nothing_runs() {
    let folder = folder(&[(
        "functions/segfn.toml",
        "[test]\ntiem = \"2026-01-31T12:00:00Z\"",
    )]);
    let run = ["run", "functions/f"];
    assert_snapshot!(folder.transcript(&run), @r"
    $ segfn run functions/f
    2> error: functions/segfn.toml:2:1: unknown key `tiem`
    2> hint: did you mean `time`?
    exit 2
    ");
    folder.write("functions/segfn.toml", "aws = \"real\"");
    assert_snapshot!(folder.transcript(&run), @r"
    $ segfn run functions/f
    2> error: functions/segfn.toml:1:7: the real AWS can't be chosen in a file
    2> hint: ask for it where you want it: --aws real
    exit 2
    ");
    folder.write(
        "functions/segfn.toml",
        "net.allow = [\"metadata.google.internal\"]",
    );
    assert_snapshot!(folder.transcript(&run), @r"
    $ segfn run functions/f
    2> error: functions/segfn.toml:1:14: a cloud's metadata, where machines get their credentials, can't be allowed in a file
    2> hint: ask for it where you want it: --allow-net metadata.google.internal
    exit 2
    ");
    folder.write("functions/segfn.toml", "include = [\"../a.toml\"]");
    folder.write("a.toml", "include = [\"functions/segfn.toml\"]");
    assert_snapshot!(folder.transcript(&run), @r"
    $ segfn run functions/f
    2> error: functions/../a.toml:1:12: functions/../functions/segfn.toml includes itself
    2> hint: two files can't take their defaults from each other
    exit 2
    ");
}
