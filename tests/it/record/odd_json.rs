//! Events and bodies that JavaScript reads and few others do: half an emoji, numbers without a bound, deep
//! nesting.

use super::recorded::{passes, read};
use crate::support::Folder;
use crate::support::server::{response, server};

const FUNCTION: &str = "async function onTrack(event) {
  const { s, n, d } = event.properties;
  return { s, n: String(n), d: JSON.stringify(d ?? null).length };
}";

fn events() -> Vec<(&'static str, String)> {
    let event = |name: &str, properties: &str| {
        format!(r#"{{"type":"track","event":"{name}","properties":{{{properties}}}}}"#)
    };
    let nested = |depth: usize| format!("\"d\":{}{}", "[".repeat(depth), "]".repeat(depth));
    vec![
        ("track-lone", event("Lone", r#""s":"cut \ud83d""#)),
        ("track-inf", event("Inf", r#""n":1e400"#)),
        (
            "track-number",
            event("Number", r#""n":12345678901234567890123,"m":1.10"#),
        ),
        ("track-deep", event("Deep", &nested(150))),
        ("track-deeper", event("Deeper", &nested(900))),
    ]
}

/// JSON without the spaces between its values.
fn compact(text: &str) -> String {
    text.lines()
        .map(str::trim_start)
        .collect::<String>()
        .replace("\": ", "\":")
}

#[test]
fn events_that_only_javascript_reads_became_null() {
    let all = events();
    let lines: Vec<&str> = all.iter().map(|(_, event)| event.as_str()).collect();
    let folder = Folder::new(&[
        ("f/function.js", FUNCTION),
        ("g/function.js", FUNCTION),
        ("events.ndjson", &(lines.join("\n") + "\n")),
    ]);
    let (code, stdout, stderr) = folder.segfn(&["record", "f", "events.ndjson"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    for (name, event) in &all {
        let written = read(&folder, &format!("f/cases/{name}/event.json"));
        assert_eq!(compact(&written), *event);
    }
    // Known again, they are recorded once.
    let (_, stdout, _) = folder.segfn(&["record", "f", "events.ndjson"]);
    assert!(
        !folder.path().join("f/cases/track-lone-2").exists(),
        "{stdout}"
    );
    let expected = read(&folder, "f/cases/track-lone/expected.json");
    assert!(expected.contains(r#""s": "cut \ud83d""#), "{expected}");
    let (code, stdout, stderr) = folder.segfn(&["cases", "add", "g", "events.ndjson"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let cases = read(&folder, "g/cases.ndjson");
    for (_, event) in &all {
        assert!(cases.contains(&format!("\"event\":{event}")), "{cases}");
    }
    passes(&folder, &["f", "g"]);
}

#[test]
fn an_event_that_is_nested_too_deeply_to_keep_is_told() {
    let deep = 5_000;
    let event = format!(
        r#"{{"type":"track","event":"Deep","properties":{{"d":{}{}}}}}"#,
        "[".repeat(deep),
        "]".repeat(deep)
    );
    let folder = Folder::new(&[("f/function.js", FUNCTION), ("event.json", &event)]);
    for command in [
        &["record", "f", "event.json"][..],
        &["cases", "add", "f", "event.json"],
    ] {
        let (code, stdout, stderr) = folder.segfn(command);
        assert_ne!(code, 0, "{command:?}: {stdout}");
        assert!(
            format!("{stdout}{stderr}").contains("1000 deep"),
            "{stdout}{stderr}"
        );
        assert!(
            !folder.path().join("f/cases").exists()
                && !folder.path().join("f/cases.ndjson").exists()
        );
    }
}

#[test]
fn a_mask_reaches_a_field_beside_half_an_emoji() {
    let source =
        "async function onTrack() { return { s: '\\ud83d', at: Math.random(), n: { at: 1 } }; }";
    let event = r#"{"type":"track","event":"E"}"#;
    let folder = Folder::new(&[("f/function.js", source), ("event.json", event)]);
    assert_eq!(folder.segfn(&["record", "f", "event.json"]).0, 0);
    let other = source.replace("Math.random()", "'another'");
    folder.write("f/function.js", &other);
    let (code, stdout, _) = folder.segfn(&["test"]);
    assert!(code == 1 && stdout.contains("value.at"), "{stdout}");
    folder.write("f/segfn.toml", "[test]\nmask = [\"value.at\"]\n");
    passes(&folder, &[]);
}

#[test]
fn a_redacted_body_was_written_anew() {
    let body =
        r#"{"access_token" : "tok-ABCDEFGH-123456", "id": 12345678901234567890123, "n": 1.10 }"#;
    let url = server(move |_| response("200 OK", "Content-Type: application/json\r\n", body));
    let source = format!(
        "async function onTrack() {{
           const t = await (await fetch('{url}/token')).text();
           return [/\"id\":\\s*(\\d{{17,}})[,}}]/.exec(t)?.[1] ?? null, /\"n\":\\s*([\\d.]+)/.exec(t)?.[1]];
         }}"
    );
    let folder = Folder::new(&[
        ("f/function.js", &source),
        ("event.json", r#"{"type":"track"}"#),
    ]);
    let (code, stdout, stderr) = folder.segfn(&["record", "f", "event.json"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let expected = read(&folder, "f/cases/track/expected.json");
    assert!(
        expected.contains("\"12345678901234567890123\",\n    \"1.10\""),
        "{expected}"
    );
    let traffic = read(&folder, "f/cases/track/traffic.har");
    assert!(!traffic.contains("tok-ABC"), "{traffic}");
}
