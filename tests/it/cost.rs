//! What versions cost: `segfn run --stats`, and `segfn diff`.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::Folder;
use crate::support::server::{response, server};

/// Waits as long as its event says, in milliseconds.
const WAITS: &str = "async function onTrack(event) {
  await new Promise((done) => setTimeout(done, event.properties.ms));
  return event.event;
}";

/// Events that say 10, 20, 30 … milliseconds.
fn events(count: u64) -> String {
    let event = |number: u64| {
        json!({
            "type": "track", "event": "Order Completed", "userId": format!("u{number}"),
            "receivedAt": "2026-01-31T12:00:00.000Z", "properties": {"ms": number * 10},
        })
    };
    let lines = (1..=count).map(|number| event(number).to_string());
    lines.collect::<Vec<_>>().join("\n")
}

fn versions(base: &str, candidate: &str) -> Folder {
    Folder::new(&[
        ("old.js", base),
        ("new.js", candidate),
        ("events.ndjson", &events(100)),
    ])
}

/// Exit code and the cost of `segfn diff old.js new.js events.ndjson`.
fn diff(folder: &Folder, more: &[&str]) -> (i32, Value) {
    let arguments = ["diff", "--json", "old.js", "new.js", "events.ndjson"];
    let (code, stdout, stderr) = folder.segfn(&[&arguments, more].concat());
    assert!(code < 2, "{stderr}");
    let found: Value = serde_json::from_str(&stdout).expect("JSON");
    (code, found["cost"].clone())
}

#[test]
fn a_run_tells_requests_bytes_retries_and_large_messages() {
    let url = server(|_| response("200 OK", "", "{\"ok\":true}"));
    let function = "async function onRequest(request, settings) {
      const body = request.json();
      await fetch(settings.url, { method: 'POST', body: 'x'.repeat(1000) });
      Segment.track({ event: 'a', userId: 'u', properties: { text: 'y'.repeat(body.size) } });
      if (body.size === 0) throw new RetryError('later');
    }";
    let request = |size: u32| json!({"body": {"size": size}}).to_string();
    let folder = Folder::new(&[
        ("function.js", function),
        (
            "requests.ndjson",
            &[40_000, 1, 1, 0].map(request).join("\n"),
        ),
    ]);
    let url = format!("url={url}");
    let run = [
        "run",
        "function.js",
        "requests.ndjson",
        "-s",
        &url,
        "--stats",
    ];
    let (code, stdout, stderr) =
        folder.segfn(&[&run[..], &["--json", "--volume", "1M/day"]].concat());
    assert_eq!((code, stderr.as_str()), (1, ""), "{stdout}");
    let last = stdout.lines().last().expect("a line");
    let stats: Value = serde_json::from_str(last).expect("JSON");
    let figures = &stats["stats"]["onRequest"];
    assert_eq!(stats["v"], 1);
    assert_eq!(figures["invocations"], 4);
    assert_eq!(figures["requests"], 1.0);
    assert_eq!(figures["large_messages"], 1);
    // A quarter of the calls fails, of the first ones and of those after them.
    let retries = figures["retries"].as_f64().expect("a number");
    assert!(
        (retries - (1..=5).map(|n| 0.25_f64.powi(n)).sum::<f64>()).abs() < 1e-9,
        "{figures}"
    );
    let (sent, received) = (&figures["sent"], &figures["received"]);
    assert!(
        sent.as_f64() > Some(1000.0) && sent.as_f64() < Some(1500.0),
        "{figures}"
    );
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n";
    assert_eq!(
        received.as_f64(),
        Some((head.len() + 11) as f64),
        "{figures}"
    );
    // Four calls are too few to measure the processor's time.
    assert_eq!(figures.get("cpu_ms"), None);
    assert_eq!(figures.get("hours_a_month"), None);
    let (_, text, _) = folder.segfn(&run);
    let table = text.split_once("\n\ncost of ").expect("a table").1;
    for line in [
        "onRequest",
        "  invocations                         4",
        "  CPU                                 –",
        "  messages over 32 KB                 1",
    ] {
        assert!(table.contains(line), "{line}: {table}");
    }
}

#[test]
fn times_are_those_of_the_frozen_clock() {
    let folder = versions(WAITS, WAITS);
    let (code, cost) = diff(&folder, &[]);
    assert_eq!(code, 0);
    let figures = &cost["candidate"]["onTrack"];
    assert_eq!(figures["invocations"], 100);
    assert_eq!(figures["waiting_ms"], 505.0);
    for (name, value) in [("p50_ms", 500.0), ("p95_ms", 950.0), ("p99_ms", 990.0)] {
        let found = figures[name].as_f64().expect("a number");
        assert!((found - value).abs() < value * 0.05, "{name}: {found}");
    }
    assert_eq!(figures["over_limit"], 0);
    let (_, cost) = diff(&folder, &["--timeout", "0.495"]);
    assert_eq!(cost["candidate"]["onTrack"]["over_limit"], 51);
    assert_eq!(cost["rises"], json!([]));
}

#[test]
fn recorded_answers_take_as_long_as_when_they_were_recorded() {
    let asks = |paths: &str| {
        format!(
            "async function onTrack() {{ for (const path of {paths}) await fetch('https://api.example.com/' + path); }}"
        )
    };
    let folder = versions(&asks("['a']"), &asks("['a', 'b']"));
    let entry = |path: &str, ms: u32| {
        json!({
            "startedDateTime": "2026-01-31T12:00:00.000Z", "time": ms,
            "request": {"method": "GET", "url": format!("https://api.example.com/{path}"), "headers": []},
            "response": {"status": 200, "headers": [], "content": {"text": "0123456789"}},
        })
    };
    let har = json!({"log": {"version": "1.2", "entries": [entry("a", 200), entry("b", 300)]}});
    folder.write("traffic.har", har.to_string());
    let (code, cost) = diff(&folder, &["--cassette", "traffic.har"]);
    assert_eq!(code, 1);
    let figures = |version: &str| {
        let figures = &cost[version]["onTrack"];
        ["waiting_ms", "requests"].map(|name| figures[name].as_f64().expect("a number"))
    };
    assert_eq!(figures("base"), [200.0, 1.0]);
    assert_eq!(figures("candidate"), [500.0, 2.0]);
    let run = [
        "diff",
        "old.js",
        "new.js",
        "events.ndjson",
        "--cassette",
        "traffic.har",
    ];
    let (_, text, _) = folder.segfn(&run);
    let table = text.split_once("\ncost of ").expect("a table").1;
    // The processor's time is in the percentiles.
    let lines = table.lines().filter(|line| !line.starts_with("  p"));
    let table = lines.collect::<Vec<_>>().join("\n");
    assert_snapshot!(table, @"
    onTrack                    base       candidate
      waiting                        200 ms          500 ms  +150%
      requests                            1               2  +100%
      sent                        173 bytes       346 bytes  +100%
      received                     29 bytes        58 bytes  +100%
    ");
}

#[test]
fn a_version_that_costs_too_much_more_fails() {
    let slower = WAITS.replace("event.properties.ms)", "event.properties.ms * 1.2)");
    let folder = versions(WAITS, &slower);
    assert_eq!(diff(&folder, &[]).0, 0);
    folder.write("segfn.toml", "[diff]\ncost = \"25%\"\n");
    assert_eq!(diff(&folder, &[]).0, 0);
    folder.write("segfn.toml", "[diff]\ncost = \"10%\"\n");
    let (code, cost) = diff(&folder, &[]);
    assert_eq!(code, 1);
    assert_eq!(
        cost["rises"],
        json!([{"handler": "onTrack", "figure": "time", "base": 505.0, "candidate": 606.0}])
    );
    let told = "time of onTrack rose from 505 to 606 (+20%";
    for format in ["text", "markdown", "html", "github"] {
        let run = [
            "diff",
            "old.js",
            "new.js",
            "events.ndjson",
            "--report",
            format,
        ];
        let (code, stdout, _) = folder.segfn(&run);
        assert_eq!(code, 1);
        assert!(stdout.contains(told), "{format}: {stdout}");
    }
}

#[test]
fn the_markdown_has_the_versions_side_by_side() {
    let folder = versions(WAITS, WAITS);
    let run = [
        "diff",
        "old.js",
        "new.js",
        "events.ndjson",
        "--report",
        "markdown",
        "--volume",
        "5M/month",
    ];
    let (code, stdout, _) = folder.segfn(&run);
    assert_eq!(code, 0);
    let cost = stdout
        .split_once("<summary>cost of an event</summary>")
        .expect("the cost")
        .1;
    // The processor's time is in the percentiles.
    let lines = cost.lines().filter(|line| !line.starts_with("| p"));
    let cost = lines.collect::<Vec<_>>().join("\n");
    assert_snapshot!(cost, @"
    | <code>onTrack</code> | base | candidate | |
    |---|--:|--:|--:|
    | invocations | 100 | 100 |  |
    | CPU | – | – |  |
    | waiting | 505 ms | 505 ms |  |
    | over 5 s | 0 | 0 |  |
    | requests | 0 | 0 |  |
    | retries | 0 | 0 |  |
    | sent | 0 bytes | 0 bytes |  |
    | received | 0 bytes | 0 bytes |  |
    | messages over 32 KB | 0 | 0 |  |
    | hours a month | 701 | 701 |  |

    – could not be measured to 5 %: it takes some thousand invocations, on a machine that does little else.

    </details>
    ");
}

#[test]
fn what_is_no_volume_and_no_percentage_is_refused() {
    let folder = versions(WAITS, WAITS);
    let volume = [
        "run",
        "old.js",
        "events.ndjson",
        "--stats",
        "--volume",
        "5M",
    ];
    let (code, _, stderr) = folder.segfn(&volume);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("expected events in a time, such as 5M/month"),
        "{stderr}"
    );
    let (code, _, stderr) = folder.segfn(&["run", "old.js", "--volume", "5M/month"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("--stats"), "{stderr}");
    for (toml, place) in [
        (
            "[diff]\ncost = \"ten\"\n",
            "segfn.toml:2:8: expected a percentage such as \"10%\"",
        ),
        (
            "[diff]\ncost = -1\n",
            "segfn.toml:2:8: expected a percentage such as \"10%\"",
        ),
        ("[diff]\ncosts = 1\n", "segfn.toml:2:1: unknown key `costs`"),
    ] {
        folder.write("segfn.toml", toml);
        let (code, _, stderr) = folder.segfn(&["diff", "old.js", "new.js", "events.ndjson"]);
        assert_eq!(code, 2);
        assert!(stderr.contains(place), "{stderr}");
    }
}
