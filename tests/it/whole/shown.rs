//! Names, messages and logs can't steer a terminal or GitHub's runner.

use crate::support::Folder;

/// What terminals and GitHub's runner take for commands.
fn commands_in(text: &str) -> Vec<&str> {
    let is_command = |line: &&str| {
        line.trim_start().starts_with("::")
            || line.contains("##[")
            || line.contains(|c: char| c.is_control() && c != '\t')
    };
    text.split('\n').filter(is_command).collect()
}

const FUNCTION: &str = r#"
async function onTrack(event) {
  console.log('log\n::error::injected\n   ::warning::too\u001b[31m #' + '#[error]x');
  if (event.event === 'thrown') throw new Error('m\r\n::error file=a::injected 100% \u001b]0;title\u0007');
  return { '::error::key': '\u001b[2J' };
}"#;

#[test]
fn a_function_could_inject_annotations_and_escapes() {
    let case = |name: &str, event: &str| {
        serde_json::json!({"name": name, "event": {"type": "track", "event": event}, "expected": {"v": 1, "class": "filtered"}}).to_string() + "\n"
    };
    let cases = [
        case("a\n::error::name\u{1b}[1m", "ok"),
        case("b, %0A: c", "thrown"),
    ];
    let folder = Folder::new(&[
        ("f/function.js", FUNCTION),
        ("f/cases.ndjson", &cases.concat()),
        (
            "events.ndjson",
            "{\"type\":\"track\",\"event\":\"ok\"}\n{\"type\":\"track\",\"event\":\"thrown\"}\n",
        ),
    ]);
    let (_, stdout, stderr) = folder.segfn(&["run", "f", "events.ndjson"]);
    assert_eq!(commands_in(&stdout), [""; 0], "{stdout}");
    assert_eq!(commands_in(&stderr), [""; 0], "{stderr}");
    for format in ["text", "tap", "junit"] {
        let (code, stdout, stderr) = folder.segfn(&["test", "f", "--report", format]);
        assert_eq!(code, 1, "{stderr}");
        assert_eq!(commands_in(&stdout), [""; 0], "{format}: {stdout}");
        assert_eq!(commands_in(&stderr), [""; 0], "{stderr}");
    }
    let (_, stdout, _) = folder.segfn(&["test", "f", "--report", "github"]);
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{stdout}");
    assert!(
        lines.iter().all(|line| line.starts_with("::error file=f")),
        "{stdout}"
    );
    assert!(
        !stdout.contains(|c: char| c.is_control() && c != '\n'),
        "{stdout}"
    );
    assert!(
        stdout.contains("%0A\\u{3a}:error file=a::injected 100%25"),
        "{stdout}"
    );
    assert!(stdout.contains("b%2C %250A%3A c"), "{stdout}");
}

#[test]
fn a_case_that_cannot_be_read_was_no_exit_code_of_its_own() {
    let folder = Folder::new(&[
        ("f/function.js", "async function onTrack() { return 1 }"),
        ("f/cases/one/event.json", "{\n  \"type\": track }"),
    ]);
    let (code, stdout, _) = folder.segfn(&["test", "f"]);
    assert_eq!(code, 4, "{stdout}");
}
