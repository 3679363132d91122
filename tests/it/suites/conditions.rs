//! The clock, the randomness, instances, attempts and batches of cases.

use super::suite::shown;
use crate::support::Folder;

/// What `function` did in the case, whose folder holds `files`, as it was accepted.
fn accepted(function: &str, files: &[(&str, &str)]) -> serde_json::Value {
    let folder = Folder::new(&[("function.js", function)]);
    for (name, content) in files {
        folder.write(&format!("cases/one/{name}"), content);
    }
    shown(&folder, 0, &["accept", "."]);
    // What was accepted is what it does each time.
    for _ in 0..3 {
        shown(&folder, 0, &["test"]);
    }
    let path = folder.path().join("cases/one/expected.json");
    let text = std::fs::read_to_string(path).expect("a file");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn the_clock_is_the_events_and_random_values_are_the_same() {
    let did = accepted(
        "async function onTrack() {
  const start = Date.now();
  await new Promise(resolve => setTimeout(resolve, 3000));
  return { now: new Date(start), passed: Date.now() - start, random: Math.random(), id: crypto.randomUUID() };
}",
        &[("event.json", r#"{"type":"track","receivedAt":"2026-02-03T04:05:06.789Z"}"#)],
    );
    assert_eq!(did["value"]["now"], "2026-02-03T04:05:06.789Z");
    assert_eq!(did["value"]["passed"], 3000);
}

#[test]
fn a_time_of_the_cases_own_comes_first() {
    let did = accepted(
        "async function onTrack() { return new Date(); }",
        &[
            (
                "event.json",
                r#"{"type":"track","receivedAt":"2026-02-03T04:05:06.789Z"}"#,
            ),
            ("case.toml", "time = \"2020-01-01T00:00:00Z\"\n"),
        ],
    );
    assert_eq!(did["value"], "2020-01-01T00:00:00.000Z");
}

const COUNTING: &str = "let count = 0;
async function onTrack(event) {
  count += 1;
  const loaded = await cache.load('k', 60000, async () => event.n);
  return { count, loaded, at: new Date() };
}";

const THREE: &str = r#"[
  {"type":"track","n":1,"receivedAt":"2026-01-01T00:00:00Z"},
  {"type":"track","n":2,"receivedAt":"2026-01-01T00:00:30Z"},
  {"wait":"10m"},
  {"type":"track","n":3}
]"#;

#[test]
fn a_warm_instance_keeps_its_cache_until_it_expires() {
    let did = accepted(
        COUNTING,
        &[("events.json", THREE), ("case.toml", "warm = true\n")],
    );
    let values: Vec<_> = did["outcomes"]
        .as_array()
        .expect("outcomes")
        .iter()
        .map(|outcome| {
            let value = &outcome["value"];
            (
                value["count"].as_u64(),
                value["loaded"].as_u64(),
                value["at"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        values,
        [
            (Some(1), Some(1), Some("2026-01-01T00:00:00.000Z")),
            (Some(2), Some(1), Some("2026-01-01T00:00:30.000Z")),
            (Some(3), Some(3), Some("2026-01-01T00:10:30.000Z")),
        ]
    );
}

#[test]
fn without_warm_each_event_meets_a_fresh_instance() {
    let did = accepted(COUNTING, &[("events.json", THREE)]);
    let outcomes = did["outcomes"].as_array().expect("outcomes");
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome["value"]["count"] == 1)
    );
    assert_eq!(outcomes[2]["value"]["at"], "2026-01-01T00:10:30.000Z");
}

#[test]
fn a_retry_is_attempted_again_later() {
    let did = accepted(
        "async function onTrack() {
  const minutes = (Date.now() - Date.parse('2026-01-01T00:00:00Z')) / 60000;
  if (minutes < 1) throw new RetryError(`too early: ${minutes}`);
  return 'late enough';
}",
        &[
            (
                "event.json",
                r#"{"type":"track","receivedAt":"2026-01-01T00:00:00Z"}"#,
            ),
            ("case.toml", "attempts = 9\n"),
        ],
    );
    let outcomes = did["outcomes"].as_array().expect("outcomes");
    assert!(outcomes.len() > 1 && outcomes.len() <= 9, "{did}");
    assert_eq!(outcomes[0]["class"], "retry");
    assert_eq!(outcomes.last().expect("one")["value"], "late enough");
}

#[test]
fn events_form_the_platforms_batches() {
    let events: Vec<String> = (0..25)
        .map(|i| {
            format!(
                r#"{{"type":"track","n":{i},"receivedAt":"2026-01-01T00:00:{:02}Z"}}"#,
                i / 10
            )
        })
        .collect();
    let did = accepted(
        "async function onBatch(events) { return events.map(() => ({ status: 200 })); }",
        &[
            ("events.json", &format!("[{}]", events.join(","))),
            ("case.toml", "batch = true\n"),
        ],
    );
    let sizes: Vec<usize> = did["outcomes"]
        .as_array()
        .expect("outcomes")
        .iter()
        .map(|outcome| outcome["batch"].as_array().expect("a batch").len())
        .collect();
    assert_eq!(sizes, [20, 5]);
}

#[test]
fn waiting_too_long_is_a_timeout_at_once() {
    let started = std::time::Instant::now();
    let did = accepted(
        "async function onTrack() { await new Promise(resolve => setTimeout(resolve, 3_600_000)); }",
        &[
            ("event.json", r#"{"type":"track"}"#),
            ("case.toml", "timeout = '60s'"),
        ],
    );
    assert_eq!(did["class"], "retry");
    assert_eq!(did["error"]["name"], "Timeout");
    assert!(started.elapsed().as_secs() < 60, "it waited");
}

#[test]
fn the_embedded_s3_is_part_of_the_outcome() {
    let did = accepted(
        "async function onTrack(event) {
  const s3 = new AWS.S3();
  await s3.putObject({ Bucket: 'archive', Key: 'a/1.json', Body: JSON.stringify(event) }).promise();
}",
        &[("event.json", r#"{"type":"track"}"#)],
    );
    assert_eq!(did["objects"][0]["bucket"], "archive");
    assert_eq!(did["objects"][0]["key"], "a/1.json");
    assert_eq!(did["objects"][0]["body"], r#"{"type":"track"}"#);
}

#[test]
fn the_embedded_s3_begins_with_the_cases_objects() {
    let did = accepted(
        "async function onTrack() {
  const s3 = new AWS.S3();
  const old = await s3.getObject({ Bucket: 'archive', Key: 'a/old.txt' }).promise();
  await s3.deleteObject({ Bucket: 'archive', Key: 'a/old.txt' }).promise();
  return old.Body.toString();
}",
        &[
            ("event.json", r#"{"type":"track"}"#),
            ("s3/archive/a/old.txt", "an object"),
        ],
    );
    assert_eq!(did["value"], "an object");
    assert_eq!(
        did["deleted"],
        serde_json::json!(["s3://archive/a/old.txt"])
    );
    assert!(did.get("objects").is_none(), "{did}");
}
