//! Two versions in a folder, and what segfn says of them.

use serde_json::{Value, json};

use crate::support::Folder;

/// Events `first..last`, one a second; every tenth is bad.
pub fn events(count: usize) -> String {
    let event = |n: usize| {
        let event = json!({
            "type": "track", "event": "Order Completed", "userId": format!("u{n}"),
            "receivedAt": format!("2026-01-31T12:{:02}:{:02}.000Z", n / 60 % 60, n % 60),
            "properties": {"total": n, "bad": n % 10 == 9},
        });
        format!("{event}\n")
    };
    (0..count).map(event).collect()
}

pub fn folder(base: &str, candidate: &str, count: usize) -> Folder {
    Folder::new(&[
        ("old.js", base),
        ("new.js", candidate),
        ("events.ndjson", &events(count)),
    ])
}

/// Exit code and the JSON of `segfn diff old.js new.js events.ndjson`.
pub fn diff(folder: &Folder, more: &[&str]) -> (i32, Value) {
    let arguments = ["diff", "--json", "old.js", "new.js", "events.ndjson"];
    let (code, stdout, stderr) = folder.segfn(&[&arguments, more].concat());
    assert!(code < 2, "{stderr}");
    (code, serde_json::from_str(&stdout).expect("JSON"))
}

/// A line for each group: what, where and how many.
pub fn groups(found: &Value) -> Vec<String> {
    let line = |group: &Value| {
        let text = |key: &str| group[key].as_str().map(str::to_owned);
        let place = text("path").or(text("name")).unwrap_or_else(|| {
            format!("{} → {}", group["base"], group["candidate"]).replace('"', "")
        });
        let what = text("what").unwrap_or_default();
        format!("{what} {place} {}", group["inputs"])
    };
    let groups = found["groups"].as_array().expect("groups");
    groups.iter().map(line).collect()
}

pub const OLD: &str = "
async function onTrack(event, settings) {
  if (event.properties.bad) throw new ValidationError('bad order ' + event.userId);
  await fetch('https://api.example.com/v1/users/' + event.userId + '?v=1', {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ total: event.properties.total, at: Date.now(), id: Math.random() }),
  });
  return { total: event.properties.total };
}";

pub fn new() -> String {
    OLD.replace("?v=1", "?v=2")
        .replace(
            "({ total: event.properties.total,",
            "({ total: event.properties.total * 2,",
        )
        .replace(
            "throw new ValidationError('bad order",
            "throw new RetryError('bad order",
        )
        .replace(
            "return {",
            "if (event.userId === 'u7') await fetch('https://api.example.com/token');\n  return {",
        )
}
