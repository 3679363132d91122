//! What becomes of events: functions, webhooks, retries, batches, and changes of functions.

use serde_json::{Value, json};

use super::{DESTINATION, asked, events, logged, post, told, track};
use crate::support::Folder;
use crate::support::served::Served;

/// A server, once as many functions are loaded.
fn served_all(folder: &Folder, arguments: &[&str], count: usize) -> Served {
    let served = Served::segment(folder, arguments);
    for _ in 0..count {
        served.line_with("loaded");
    }
    served
}

#[test]
fn each_destination_function_gets_every_event() {
    let folder = Folder::new(&[
        (
            "a/function.js",
            "function onTrack(event) { return event.event }",
        ),
        (
            "b/function.js",
            "function onTrack() { throw new ReferenceError('x is not defined') }",
        ),
        ("c/function.js", "function onRequest() {}"),
    ]);
    let served = served_all(&folder, &[], 3);
    post(&served, "/v1/track", &[], &track("u"));
    let mut lines = [served.line_with("outcome"), served.line_with("outcome")];
    lines.sort_by_key(|line| line["function"].to_string());
    let [a, b] = lines;
    assert_eq!(
        (&a["function"], &a["outcome"]["class"]),
        (&json!("a"), &json!("success"))
    );
    assert_eq!(
        (&b["function"], &b["outcome"]["class"]),
        (&json!("b"), &json!("discard"))
    );
    let id = a["event"].as_u64().expect("a number");
    let event = asked(&served, &format!("/api/events/{id}"));
    let steps = event["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 2, "{event}");
    let step = steps
        .iter()
        .find(|step| step["function"] == "b")
        .expect("a step");
    assert_eq!(step["class"], "discard");
    assert_eq!(step["reason"], "ReferenceError: x is not defined");
    assert_eq!(step["outcome"]["error"]["name"], "ReferenceError");
}

#[test]
fn a_changed_function_takes_over_without_losing_an_event() {
    let folder = Folder::new(&[(
        "function.js",
        "async function onTrack(event) { await new Promise(done => setTimeout(done, 300)); return 'old' }",
    )]);
    let served = served_all(&folder, &[], 1);
    for user in ["a", "b"] {
        post(&served, "/v1/track", &[], &track(user));
    }
    folder.write(
        "function.js",
        "function onTrack(event, settings) { return settings.word }",
    );
    folder.write("settings.json", r#"{"word": "new"}"#);
    // What was under way ends as it began, and what comes later is new.
    let mut got = Vec::new();
    for user in 0.. {
        post(&served, "/v1/track", &[], &track(&user.to_string()));
        let value = served.line_with("outcome")["outcome"]["value"].clone();
        let last = value == "new";
        got.push(value);
        if last {
            break;
        }
    }
    while got.len() < events(&served).len() {
        got.push(served.line_with("outcome")["outcome"]["value"].clone());
    }
    let old = got.iter().filter(|value| *value == "old").count();
    assert!(old >= 2, "{got:?}");
}

#[test]
fn a_function_that_cannot_be_loaded_says_so_and_others_go_on() {
    let folder = Folder::new(&[
        ("good/function.js", DESTINATION),
        ("bad/function.js", "function onTrack() {\n  const = 1;\n}"),
    ]);
    let served = served_all(&folder, &[], 1);
    post(&served, "/v1/track", &[], &track("u"));
    assert_eq!(logged(&served)["userId"], "u");
    let state = asked(&served, "/api/state");
    let functions = state["functions"].as_array().expect("functions");
    let bad = functions
        .iter()
        .find(|f| f["name"] == "bad")
        .expect("it is there");
    assert_eq!(bad["error"]["line"], 2, "{bad}");
    let excerpt = bad["error"]["excerpt"].as_str().expect("lines");
    assert!(excerpt.contains("const = 1;"), "{excerpt}");
    let event = &asked(&served, "/api/events?function=bad&class=discard")["events"][0];
    let step = event["steps"]
        .as_array()
        .and_then(|steps| steps.iter().find(|step| step["function"] == "bad"));
    let reason = step
        .and_then(|step| step["reason"].as_str())
        .expect("a reason");
    assert!(reason.contains("can't be loaded"), "{reason}");
    folder.write("bad/function.js", "function onTrack() { return 'mended' }");
    assert_eq!(served.line_with("loaded")["loaded"]["function"], "bad");
    post(&served, "/v1/track", &[], &track("v"));
    let mended = [served.line_with("outcome"), served.line_with("outcome")];
    assert!(
        mended
            .iter()
            .any(|line| line["outcome"]["value"] == "mended"),
        "{mended:?}"
    );
}

#[test]
fn a_webhook_calls_a_source_function_and_its_events_go_on() {
    let folder = Folder::new(&[
        (
            "shop/function.js",
            "async function onRequest(request, settings) {
               const body = request.json();
               Segment.track({ event: body.kind, userId: request.headers.get('x-user'),
                               properties: { q: request.url.searchParams.get('q') } });
             }",
        ),
        ("log/function.js", DESTINATION),
    ]);
    let served = served_all(&folder, &[], 2);
    let headers = [
        "content-type: application/x-www-form-urlencoded",
        "x-user: ann",
    ];
    let answer = post(&served, "/hooks/shop?q=1", &headers, "kind=Sold");
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, r#"{"success":true}"#)
    );
    let called = served.line_with("outcome");
    assert_eq!(called["function"], "shop");
    let got = logged(&served);
    assert_eq!(
        (&got["event"], &got["userId"]),
        (&json!("Sold"), &json!("ann"))
    );
    assert_eq!(got["properties"], json!({ "q": "1" }));
    // The platform's own form of the URL.
    let b = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "shop::secret");
    let kind = ["content-type: application/json", "x-user: bob"];
    post(
        &served,
        &format!("/?b={b}"),
        &kind,
        r#"{"kind":"Returned"}"#,
    );
    served.line_with("outcome");
    assert_eq!(logged(&served)["event"], "Returned");
    let host = format!("host: {}", served.address());
    assert_eq!(
        served.ask(&["GET /hooks/shop HTTP/1.1", &host], "").status,
        405
    );
    assert_eq!(post(&served, "/hooks/none", &[], "{}").status, 404);
    assert_eq!(
        post(&served, "/hooks/shop", &[], &"x".repeat(513 << 10)).status,
        400
    );
}

#[test]
fn a_retry_comes_by_the_schedule_or_when_it_is_asked_for() {
    let folder = Folder::new(&[(
        "function.js",
        "let calls = 0;
         function onTrack(event) {
           calls += 1;
           if (calls % 3 !== 0) throw new RetryError('busy ' + calls);
           return calls;
         }",
    )]);
    let hurried = served_all(&folder, &["--retry-speed", "60x"], 1);
    post(&hurried, "/v1/track", &[], &track("u"));
    for (attempt, class) in [(1, "retry"), (2, "retry"), (3, "success")] {
        let line = hurried.line_with("outcome");
        assert_eq!(
            (&line["attempt"], &line["outcome"]["class"]),
            (&json!(attempt), &json!(class))
        );
    }
    drop(hurried);
    let served = served_all(&folder, &[], 1);
    post(&served, "/v1/track", &[], &track("u"));
    let id = served.line_with("outcome")["event"].clone();
    let body = json!({ "id": id, "function": events(&served)[0]["steps"][0]["function"] });
    let waits = |status| {
        let event = asked(&served, &format!("/api/events/{id}"));
        assert_eq!(event["steps"][0]["class"], "retry", "{status}: {event}");
        assert!(
            event["steps"][0]["nextRetryAt"].is_string(),
            "{status}: {event}"
        );
    };
    waits("first");
    assert_eq!(told(&served, "/api/retry", &body).0, 200);
    served.line_with("outcome");
    waits("second");
    assert_eq!(told(&served, "/api/retry", &body).0, 200);
    assert_eq!(served.line_with("outcome")["outcome"]["value"], 3);
    assert_eq!(told(&served, "/api/retry", &body).0, 409);
}

#[test]
fn batches_have_twenty_events_and_each_has_its_own_end() {
    let folder = Folder::new(&[(
        "function.js",
        "async function onBatch(events) {
           return events.map(event => event.userId === 'bad' ? { status: 400, errormessage: 'no' } : { status: 200 });
         }",
    )]);
    let served = served_all(&folder, &[], 1);
    let batch: Vec<Value> = (0..20)
        .map(|number| {
            let user = if number == 7 { "bad" } else { "good" };
            json!({ "type": "track", "event": "E", "userId": user })
        })
        .collect();
    post(
        &served,
        "/v1/batch",
        &[],
        &json!({ "batch": batch }).to_string(),
    );
    let line = served.line_with("outcome");
    assert_eq!(line["outcome"]["batch"].as_array().map(Vec::len), Some(20));
    let discarded = asked(&served, "/api/events?class=discard");
    let discarded = discarded["events"].as_array().expect("events");
    assert_eq!(discarded.len(), 1);
    assert_eq!(discarded[0]["steps"][0]["reason"], "status 400: no");
}

#[test]
fn what_a_function_may_reach_counts_here_too() {
    let folder = Folder::new(&[(
        "function.js",
        "async function onTrack() { return (await fetch('http://127.0.0.1:9/')).status }",
    )]);
    let served = served_all(&folder, &["--deny-net"], 1);
    post(&served, "/v1/track", &[], &track("u"));
    let line = served.line_with("outcome");
    let message = line["outcome"]["error"]["message"]
        .as_str()
        .expect("an error");
    assert!(message.contains("--allow-net"), "{message}");
}

#[test]
fn an_event_is_not_sent_where_its_integrations_turn_it_off() {
    let folder = Folder::new(&[
        ("a/function.js", DESTINATION),
        ("b/function.js", DESTINATION),
    ]);
    let served = served_all(&folder, &[], 2);
    for (integrations, functions) in [
        (json!({}), &["a", "b"][..]),
        (json!({ "a": false }), &["b"]),
        (json!({ "All": false, "a (My workspace)": true }), &["a"]),
        (json!({ "All": false, "b": {}, "A": true }), &["b"]),
        (json!({ "All": false }), &[]),
    ] {
        let event = json!({ "userId": "u", "event": "E", "integrations": integrations });
        post(&served, "/v1/track", &[], &event.to_string());
        let lines: Vec<Value> = (0..2).map(|_| served.line_with("function")).collect();
        let mut called: Vec<&str> = lines
            .iter()
            .filter(|line| line.get("outcome").is_some())
            .filter_map(|line| line["function"].as_str())
            .collect();
        called.sort_unstable();
        assert_eq!(called, functions, "{integrations}");
    }
    let dropped = asked(&served, "/api/events?class=dropped");
    assert_eq!(dropped["events"].as_array().map(Vec::len), Some(4));
}

#[test]
fn a_workspace_says_who_is_connected_to_whom() {
    let folder = Folder::new(&[
        ("log/function.js", DESTINATION),
        ("mark/function.js", "function onTrack(event) { event.properties = { marked: true }; return event }"),
        ("drop/function.js", "function onTrack(event) { if (event.userId === 'no') throw new DropEvent('not him'); return event }"),
        ("say/function.js", "function onTrack(event, settings) { return settings.word }"),
        (
            "workspace.toml",
            "[[source]]\nname = \"Website\"\nkey = \"W\"\ninsert = \"drop\"\n
             [[source]]\nname = \"App\"\nkey = \"A\"\ndestinations = [\"Say\"]\n
             [[destination]]\nname = \"Log\"\nfunction = \"log\"\ninsert = [\"mark\"]\n
             [[destination]]\nname = \"Say\"\nfunction = \"say\"\nsettings = { word = \"hello\" }\n",
        ),
    ]);
    // Insert functions can't be told from destination functions by their handlers.
    for name in ["mark", "drop"] {
        let kind = if name == "drop" {
            "insert-source"
        } else {
            "insert-destination"
        };
        folder.write(&format!("{name}/segfn.toml"), format!("kind = \"{kind}\""));
    }
    let served = served_all(&folder, &[], 4);
    let send = |key: &str, user: &str| {
        let event = json!({ "writeKey": key, "userId": user, "event": "E" });
        post(&served, "/v1/track", &[], &event.to_string());
    };
    let called = |count: usize| {
        let mut called: Vec<(String, Value)> = (0..count)
            .map(|_| {
                let line = served.line_with("outcome");
                let name = line["function"].as_str().expect("a name").to_owned();
                (name, line["outcome"].clone())
            })
            .collect();
        called.sort_by(|(a, _), (b, _)| a.cmp(b));
        called
    };
    send("W", "yes");
    let all = called(4);
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Log", "Say", "drop", "mark"]);
    let logged = all[0].1["logs"][0]["text"].as_str().expect("a log");
    assert!(
        logged.contains(r#""properties":{"marked":true}"#),
        "{logged}"
    );
    assert_eq!(all[1].1["value"], "hello");
    send("W", "no");
    let all = called(1);
    assert_eq!(
        (all[0].0.as_str(), &all[0].1["class"]),
        ("drop", &json!("filtered"))
    );
    send("A", "u");
    assert_eq!(called(1)[0].0, "Say");
    assert_eq!(events(&served)[0]["source"], "App");
    let id = events(&served)[0]["id"].clone();
    assert_eq!(told(&served, "/api/replay", &json!({ "id": id })).0, 200);
    assert_eq!(called(1)[0].0, "Say");
    send("X", "u");
    let line = served.line_with("reason");
    assert_eq!(
        line["reason"],
        "no source of the workspace has the write key X"
    );
    let state = asked(&served, "/api/state");
    assert_eq!(
        state["pipeline"]["sources"][1]["connectedTo"],
        json!(["Say"])
    );
}

#[test]
fn a_destinations_filters_are_asked_before_its_functions() {
    let folder = Folder::new(&[
        ("log/function.js", DESTINATION),
        (
            "workspace.toml",
            r#"
                [[source]]
                name = "Website"
                key = "W"
                [[destination]]
                name = "Log"
                function = "log"
                [[destination.filter]]
                if = 'event = "Heartbeat"'
                drop = true
                [[destination.filter]]
                if = 'type = "track"'
                drop_properties = { properties = ["password"], "context.device" = ["id"] }
            "#,
        ),
    ]);
    let served = served_all(&folder, &[], 1);
    for event in ["Heartbeat", "Signed Up"] {
        let event = json!({
            "writeKey": "W", "userId": "u", "event": event,
            "properties": { "plan": "pro", "password": "x" }, "context": { "device": { "id": "1" } },
        });
        post(&served, "/v1/track", &[], &event.to_string());
        if event["event"] == "Heartbeat" {
            let line = served.line_with("function");
            assert_eq!(
                line["reason"],
                "the filter `event = \"Heartbeat\"` drops it"
            );
        } else {
            let got = logged(&served);
            assert_eq!(got["properties"], json!({ "plan": "pro" }));
            assert_eq!(got["context"]["device"], json!({}));
        }
    }
    let state = asked(&served, "/api/state");
    let filters = &state["pipeline"]["destinations"][0]["filters"];
    assert_eq!(filters[0], "event = \"Heartbeat\"");
}

/// The processes that a process has started, from any of its threads.
#[cfg(target_os = "linux")]
fn children(process: u32) -> Vec<i32> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).expect("threads");
    let told = threads.map(|thread| {
        let path = thread.expect("a thread").path().join("children");
        std::fs::read_to_string(path).unwrap_or_default()
    });
    let told: Vec<String> = told.collect();
    let numbers = told.iter().flat_map(|numbers| numbers.split_whitespace());
    numbers.map(|n| n.parse().expect("a number")).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn events_that_arrived_together_outlive_a_process_that_is_lost_with_some_of_them() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    let source = "async function onTrack({ userId, properties }) {
        await new Promise(done => setTimeout(done, properties.wait));
        return userId;
    }";
    let folder = Folder::new(&[("function.js", source)]);
    let mut served = served_all(&folder, &["--jobs", "1"], 1);
    let event = |user: &str, wait: u32| json!({"type": "track", "event": "e", "userId": user, "properties": {"wait": wait}});
    // A process that is lost sooner than a second after its start isn't started again.
    let batch = json!({"batch": [event("a", 1200), event("b", 500), event("c", 0)]});
    assert_eq!(
        post(&served, "/v1/batch", &[], &batch.to_string()).status,
        200
    );
    let returned = |served: &Served| served.line_with("outcome")["outcome"]["value"].clone();
    assert_eq!(returned(&served), "a");
    let is_runner = |process: &i32| {
        let command = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&command).contains("--runner-of")
    };
    let runner = children(served.as_mut().id()).into_iter().find(is_runner);
    let runner = Pid::from_raw(runner.expect("a runner"));
    kill(runner, Signal::SIGKILL).expect("it is killed");
    let mut others = [returned(&served), returned(&served)].map(|value| value.to_string());
    others.sort();
    assert_eq!(others, ["\"b\"", "\"c\""]);
}
