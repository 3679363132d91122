//! Cases as markdown, for comments on pull requests and summaries of jobs.

use insta::assert_snapshot;
use serde_json::json;

use super::suite::{EVENT, EXPECTED, suite};
use crate::support::Folder;

/// One case that passes, one that differs, and one that throws.
fn mixed() -> Folder {
    let folder = suite();
    folder.write("fn/cases/two/event.json", EVENT);
    let other = EXPECTED.replace("\"doubled\": 2", "\"doubled\": 3");
    folder.write("fn/cases/two/expected.json", other);
    folder.write("fn/cases/three/event.json", EVENT.replace(":1}", ":-1}"));
    folder.write("fn/cases/three/expected.json", EXPECTED);
    folder
}

#[test]
fn markdown_has_the_cases_that_do_not_pass() {
    let (code, text, _) = mixed().segfn(&["test", "--report", "markdown"]);
    assert_eq!(code, 1);
    assert_snapshot!(text, @r##"
    <!-- segfn test -->
    ### segfn test: 3 cases: 1 passed, 2 failed

    <details>
    <summary>failed <code>fn&#47;three</code></summary>

    <code>class</code>

    ```diff
    - "success"
    + "discard"
    ```

    <code>value</code>

    ```diff
    - {
    -   "total": 1,
    -   "doubled": 2
    - }
    ```

    <code>error</code>

    ```diff
    + {
    +   "name": "ValidationError",
    +   "message": "a negative total"
    + }
    ```

    <code>ValidationError&#58; a negative total</code>

    <code>if that is right&#58; segfn accept fn&#47;cases&#47;three</code>

    </details>
    <details>
    <summary>failed <code>fn&#47;two</code></summary>

    <code>value&#46;doubled</code>

    ```diff
    - 3
    + 2
    ```

    <code>if that is right&#58; segfn accept fn&#47;cases&#47;two</code>

    </details>
    "##);
}

#[test]
fn the_summary_of_a_job_is_written_beside_the_annotations() {
    let folder = mixed();
    let summary = folder.path().join("summary.md");
    let mut command = folder.command(&["test", "--report", "github"]);
    command.env("GITHUB_STEP_SUMMARY", &summary);
    let output = command.output().expect("segfn runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        output
            .stdout
            .starts_with(b"::error file=fn/function.js,line=3,")
    );
    let written = std::fs::read_to_string(&summary).expect("a summary");
    let (_, text, _) = folder.segfn(&["test", "--report", "markdown"]);
    assert_eq!(written, text);
}

#[test]
fn markdown_ends_before_60_000_characters_whatever_the_cases_say() {
    let line = |number: u32| {
        let text = "</details> ``` @octocat\n".repeat(20);
        let expected = json!({"v": 1, "handler": "onTrack", "class": "success", "value": text});
        let event = json!({"type": "track", "event": format!("{text}{number}")});
        json!({"name": format!("case|{number}"), "event": event, "expected": expected}).to_string()
    };
    let lines: Vec<String> = (0..400).map(line).collect();
    let folder = Folder::new(&[
        (
            "function.js",
            "async function onTrack(event) { return event.event; }",
        ),
        ("cases.ndjson", &lines.join("\n")),
    ]);
    let (_, text, _) = folder.segfn(&["test", "--report", "markdown"]);
    let length = text.encode_utf16().count();
    assert!((50_000..=60_000).contains(&length), "{length}");
    let end = text.rsplit_once("</details>").expect("a case").1;
    assert!(end.contains("more cases have no place here"), "{end}");
    assert_eq!(
        text.matches("\n</details>").count(),
        text.matches("<details>\n").count()
    );
}
