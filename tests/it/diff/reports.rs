//! What each report on a comparison says, and that no text of an event breaks out of it.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::two::{OLD, folder, new};
use crate::support::Folder;

/// Exit code and standard output of `segfn diff old.js new.js events.ndjson`.
fn report(folder: &Folder, more: &[&str]) -> (i32, String) {
    let arguments = ["diff", "old.js", "new.js", "events.ndjson"];
    let (code, stdout, stderr) = folder.segfn(&[&arguments, more].concat());
    assert_eq!(stderr, "");
    (code, stdout)
}

/// The versions return `base` and `candidate`, expressions in JavaScript, for each of `events`.
fn returning(base: &str, candidate: &str, events: &[Value]) -> Folder {
    let function =
        |value: &str| format!("async function onTrack(event, settings) {{ return {value}; }}");
    let folder = Folder::new(&[
        ("old.js", &function(base)),
        ("new.js", &function(candidate)),
    ]);
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    folder.write("events.ndjson", lines.join("\n"));
    folder
}

fn track(name: &str) -> Value {
    json!({"type": "track", "event": name, "properties": {"total": 5}})
}

#[test]
fn markdown_has_the_largest_group_first_and_folds_the_examples() {
    let folder = folder(OLD, &new(), 20);
    let (code, text) = report(&folder, &["--report", "markdown", "--show-event"]);
    assert_eq!(code, 1);
    assert_snapshot!(text, @r##"
    <!-- segfn diff -->
    ### segfn diff: 20 of 20 events differ

    | | |
    |---|---|
    | base | <code>old&#46;js</code> |
    | candidate | <code>new&#46;js</code> |
    | requests | <code>answered with 200 and &#123;&#125;&#59; &#45;&#45;cassette FILE answers as recorded</code> |

    **2 events failed in both versions** <code>&#40;2 RetryError&#41;&#58; nothing is known of what comes after</code>

    <details>
    <summary><code>exchanges&#91;&#42;&#93;&#46;query&#46;v</code> 18 events</summary>

    ```diff
    - "1"
    + "2"
    ```

    event <code>events&#46;ndjson&#58;1</code>

    ```json
    {
      "type": "track",
      "event": "Order Completed",
      "userId": "u0",
      "receivedAt": "2026-01-31T12:00:00.000Z",
      "properties": { "total": 0, "bad": false }
    }
    ```

    </details>
    <details>
    <summary><code>exchanges&#91;&#42;&#93;&#46;request&#46;body&#46;json&#46;total</code> 17 events</summary>

    ```diff
    - 1
    + 2
    ```

    event <code>events&#46;ndjson&#58;2</code>

    ```json
    {
      "type": "track",
      "event": "Order Completed",
      "userId": "u1",
      "receivedAt": "2026-01-31T12:00:01.000Z",
      "properties": { "total": 1, "bad": false }
    }
    ```

    </details>
    <details>
    <summary><code>class discard → retry</code> 2 events</summary>

    event <code>events&#46;ndjson&#58;10</code>

    ```json
    {
      "type": "track",
      "event": "Order Completed",
      "userId": "u9",
      "receivedAt": "2026-01-31T12:00:09.000Z",
      "properties": { "total": 9, "bad": true }
    }
    ```

    </details>
    <details>
    <summary><code>error ValidationError → RetryError</code> 2 events</summary>

    ```diff
      {
    -   "name": "ValidationError",
    +   "name": "RetryError",
        "message": "bad order u9"
      }
    ```

    event <code>events&#46;ndjson&#58;10</code>

    ```json
    {
      "type": "track",
      "event": "Order Completed",
      "userId": "u9",
      "receivedAt": "2026-01-31T12:00:09.000Z",
      "properties": { "total": 9, "bad": true }
    }
    ```

    </details>
    <details>
    <summary><code>request GET https&#58;&#47;&#47;api&#46;example&#46;com&#47;token &#40;only the candidate has it&#41;</code> 1 event</summary>

    ```diff
    + {
    +   "via": "http",
    +   "method": "GET",
    +   "url": "https://api.example.com/token",
    +   "status": 200
    + }
    ```

    event <code>events&#46;ndjson&#58;8</code>

    ```json
    {
      "type": "track",
      "event": "Order Completed",
      "userId": "u7",
      "receivedAt": "2026-01-31T12:00:07.000Z",
      "properties": { "total": 7, "bad": false }
    }
    ```

    </details>
    <details>
    <summary>cost of an event</summary>

    | <code>onTrack</code> | base | candidate | |
    |---|--:|--:|--:|
    | invocations | 20 | 20 |  |
    | CPU | – | – |  |
    | waiting | 0 ms | 0 ms |  |
    | p50 | – | – |  |
    | p95 | – | – |  |
    | p99 | – | – |  |
    | over 5 s | 0 | 0 |  |
    | requests | 0.9 | 0.95 | +5.56% |
    | retries | 0 | 0.111 | new |
    | sent | 266 bytes | 275 bytes | +3.41% |
    | received | 64.8 bytes | 68.4 bytes | +5.56% |
    | messages over 32 KB | 0 | 0 |  |

    – could not be measured to 5 %: it takes some thousand invocations, on a machine that does little else.

    </details>
    "##);
}

#[test]
fn what_does_not_differ_is_markdown_too() {
    let folder = returning("1", "1", &[track("a")]);
    let (code, text) = report(&folder, &["--report", "markdown"]);
    assert_eq!(code, 0);
    assert_snapshot!(text, @"
    <!-- segfn diff -->
    ### segfn diff: no difference in 1 event

    | | |
    |---|---|
    | base | <code>old&#46;js</code> |
    | candidate | <code>new&#46;js</code> |
    | requests | <code>answered with 200 and &#123;&#125;&#59; &#45;&#45;cassette FILE answers as recorded</code> |

    <details>
    <summary>cost of an event</summary>

    | <code>onTrack</code> | base | candidate | |
    |---|--:|--:|--:|
    | invocations | 1 | 1 |  |
    | CPU | – | – |  |
    | waiting | 0 ms | 0 ms |  |
    | p50 | – | – |  |
    | p95 | – | – |  |
    | p99 | – | – |  |
    | over 5 s | 0 | 0 |  |
    | requests | 0 | 0 |  |
    | retries | 0 | 0 |  |
    | sent | 0 bytes | 0 bytes |  |
    | received | 0 bytes | 0 bytes |  |
    | messages over 32 KB | 0 | 0 |  |

    – could not be measured to 5 %: it takes some thousand invocations, on a machine that does little else.

    </details>
    ");
}

#[test]
fn markdown_that_has_no_end_ends_before_60_000_characters_and_says_so() {
    let folder = returning(
        "Object.fromEntries(Array.from({ length: 199 }, (_, n) => [`field|${n}`, ['`````'.repeat(n)]]))",
        "({})",
        &[track("a")],
    );
    let (_, text) = report(&folder, &["--report", "markdown"]);
    let length = text.encode_utf16().count();
    assert!((50_000..=60_000).contains(&length), "{length}");
    let (_, end) = text
        .split_once("more differences have no place here")
        .expect("an end");
    assert!(end.contains("<summary>cost of an event</summary>"), "{end}");
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
    let groups: Value =
        serde_json::from_str(&report(&folder, &["--report", "json"]).1).expect("JSON");
    assert_eq!(groups["groups"].as_array().map(Vec::len), Some(199));
}

/// Texts that mean something in markdown or HTML, each with a word that must stay in code.
const HOSTILE: [&str; 7] = [
    "``` \n@octocat ```` </details>",
    "| a | @octocat |",
    "<script>alert(1)</script> @octocat",
    "</code></summary></details> @octocat #1",
    "`@octocat` [x](javascript:alert(1))",
    "![x](https://evil.example/octocat.png)",
    "<!-- octocat",
];

/// What GitHub would take for markdown or HTML: all that is in no block of code and in no `<code>`.
fn outside_of_code(markdown: &str) -> String {
    let mut outside = String::new();
    let mut fence: Option<usize> = None;
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if ticks >= open && line.len() == ticks => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some(ticks),
            None => {
                let mut parts = line.split("<code>");
                outside.push_str(parts.next().unwrap_or_default());
                for part in parts {
                    let (inside, after) = part.split_once("</code>").expect("it is closed");
                    let is_harmless = |c: char| !c.is_ascii_punctuation() || "&#;".contains(c);
                    assert!(inside.chars().all(is_harmless), "{inside}");
                    outside.push_str(after);
                }
                outside.push('\n');
            }
        }
    }
    assert_eq!(fence, None, "{markdown}");
    outside
}

#[test]
fn no_text_of_an_event_breaks_out_of_the_markdown() {
    let events: Vec<Value> = HOSTILE
        .iter()
        .enumerate()
        .map(|(number, text)| json!({"type": "track", "event": text, "properties": {"number": number}}))
        .collect();
    let folder = returning(
        "({ [event.event]: event.event, text: [event.event] })",
        "event.properties.number % 2 ? [event.event, 1] : Promise.reject(Object.assign(new Error(event.event), { name: event.event }))",
        &events,
    );
    let (_, text) = report(&folder, &["--report", "markdown", "--show-event"]);
    let outside = outside_of_code(&text);
    assert!(!outside.contains("octocat"), "{outside}");
    let tags = regex::Regex::new(r"<[^>]*>").expect("a pattern");
    for tag in tags.find_iter(&outside) {
        let known = [
            "<details>",
            "</details>",
            "<summary>",
            "</summary>",
            "<!-- segfn diff -->",
        ];
        assert!(known.contains(&tag.as_str()), "{tag:?}");
    }
    assert!(text.contains("octocat"), "{text}");
}

#[test]
fn github_gets_annotations_and_the_summary_of_the_job() {
    let folder = folder(OLD, &new(), 20);
    folder.write("summary.md", "what a step before wrote\n");
    let arguments = [
        "diff",
        "old.js",
        "new.js",
        "events.ndjson",
        "--report",
        "github",
    ];
    let mut command = folder.command(&arguments);
    command.env("GITHUB_STEP_SUMMARY", folder.path().join("summary.md"));
    let output = command.output().expect("segfn runs");
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(String::from_utf8(output.stdout).expect("UTF-8"), @r#"
    ::warning file=new.js,title=segfn diff%3A exchanges[*].query.v (18 events)::base: "1"%0Acandidate: "2"%0Aevent: events.ndjson:1
    ::warning file=new.js,title=segfn diff%3A exchanges[*].request.body.json.total (17 events)::base: 1%0Acandidate: 2%0Aevent: events.ndjson:2
    ::warning file=new.js,title=segfn diff%3A class discard → retry (2 events)::event: events.ndjson:10
    ::warning file=new.js,title=segfn diff%3A error ValidationError → RetryError (2 events)::base: { "name": "ValidationError", "message": "bad order u9" }%0Acandidate: { "name": "RetryError", "message": "bad order u9" }%0Aevent: events.ndjson:10
    ::warning file=new.js,title=segfn diff%3A request GET https%3A//api.example.com/token (only the candidate has it) (1 event)::base: (absent)%0Acandidate: { "via": "http", "method": "GET", "url": "https://api.example.com/token", "status": 200 }%0Aevent: events.ndjson:8
    ::notice file=new.js,title=segfn diff::20 of 20 events differ
    "#);
    let summary = std::fs::read_to_string(folder.path().join("summary.md")).expect("a file");
    let (_, markdown) = report(&folder, &["--report", "markdown"]);
    assert_eq!(summary, format!("what a step before wrote\n{markdown}"));
}

#[test]
fn an_annotation_can_not_command_the_runner() {
    let hostile = "::error::x\n::stop-commands::y ##[error]z";
    let folder = returning("event.event", "[event.event]", &[track(hostile)]);
    let (_, text) = report(&folder, &["--report", "github"]);
    for line in text.lines() {
        assert!(
            line.starts_with("::warning file=new.js,") || line.starts_with("::notice file=new.js,"),
            "{line}"
        );
    }
    assert!(!text.contains("##["), "{text}");
}

#[test]
fn reports_go_to_files_beside_the_text() {
    let folder = returning("1", "2", &[track("a")]);
    let to_files = [
        "--report",
        "json=out/diff.json",
        "--report",
        "markdown=diff.md",
        "--report",
        "html=diff.html",
        "--report",
        "text=diff.txt",
    ];
    let (_, text) = report(&folder, &to_files);
    assert!(text.starts_with("base       old.js\n"), "{text}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a file");
    assert_eq!(read("diff.txt"), text);
    assert_eq!(read("out/diff.json"), report(&folder, &["--json"]).1);
    assert!(
        read("diff.md").starts_with("<!-- segfn diff -->\n### segfn diff: 1 of 1 event differs\n")
    );
    assert!(read("diff.html").starts_with("<!DOCTYPE html>"));
    let (code, stdout, stderr) = folder.segfn(&[
        "diff",
        "old.js",
        "new.js",
        "events.ndjson",
        "--report",
        "xml",
    ]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    let wanted = "expected text, json, markdown, html, github, with or without =FILE";
    assert!(stderr.contains(wanted), "{stderr}");
}

#[test]
fn the_event_of_an_example_is_shown_without_secrets() {
    let event = json!({
        "type": "track", "event": "Order Completed", "userId": "u1",
        "properties": {"apiKey": "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "note": "k-3ad9f2c1"},
    });
    let folder = returning("settings.key.length", "0", &[event]);
    folder.write(
        "segfn.toml",
        "secret = ['key']\n[settings]\nkey = 'k-3ad9f2c1'\n",
    );
    let (_, text) = report(&folder, &["--show-event"]);
    assert_snapshot!(text, @r#"
    base       old.js
    candidate  new.js
    requests   answered with 200 and {}; --cassette FILE answers as recorded

    1 of 1 event differs

    value  1 event
      base      10
      candidate 0
      event     events.ndjson
               {
                 "type": "track",
                 "event": "Order Completed",
                 "userId": "u1",
                 "properties": { "apiKey": "[secret apiKey]", "note": "[secret key]" }
               }
    "#);
    for format in ["text", "json", "markdown", "html", "github"] {
        let (_, text) = report(&folder, &["--show-event", "--report", format]);
        assert!(
            !text.contains("3ad9f2c1") && !text.contains("sk_live"),
            "{format}: {text}"
        );
        let is_shown = text.contains("Order") || format == "github";
        assert!(is_shown, "{format}: {text}");
        let (_, text) = report(&folder, &["--report", format]);
        assert!(!text.contains("Order"), "{format}: {text}");
    }
}
