//! What becomes a case, and what is recorded again.

use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::recorded::{EVENT, json, json_server, passes, posting, read};
use crate::support::Folder;
use crate::support::server::{response, server};

#[test]
fn an_event_becomes_a_case_that_passes_without_a_network() {
    let (url, count) = json_server();
    let folder = Folder::new(&[("f/function.js", &posting(&url)), ("event.json", EVENT)]);
    let (code, stdout, stderr) = folder.segfn(&["record", "f", "event.json"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert_eq!(
        stdout,
        "f/cases/track-order-completed: onTrack success, 1 exchange\n1 case recorded\n"
    );
    let case = "f/cases/track-order-completed";
    assert_eq!(
        json(&folder, &format!("{case}/event.json"))["event"],
        "Order Completed"
    );
    assert!(read(&folder, &format!("{case}/case.toml")).starts_with("time = \"20"));
    let har = json(&folder, &format!("{case}/traffic.har"));
    assert_eq!(har["log"]["_segfn"]["version"], 1);
    assert_eq!(har["log"]["entries"][0]["response"]["status"], 200);
    let expected = json(&folder, &format!("{case}/expected.json"));
    assert_eq!(
        expected["exchanges"][0]["request"]["body"]["json"]["name"],
        "Order Completed"
    );
    assert_eq!(count.load(Ordering::SeqCst), 1);
    passes(&folder, &[]);
    assert_eq!(count.load(Ordering::SeqCst), 1, "the test asks nobody");
}

#[test]
fn what_is_there_is_recorded_again_only_when_it_is_asked_for() {
    let (url, count) = json_server();
    let folder = Folder::new(&[("f/function.js", &posting(&url)), ("event.json", EVENT)]);
    folder.segfn(&["record", "f", "event.json"]);
    let har = "f/cases/track-order-completed/traffic.har";
    let before = read(&folder, har);
    let (code, stdout, _) = folder.segfn(&["record", "f", "event.json"]);
    assert_eq!(code, 0);
    assert_eq!(
        stdout,
        "f/cases/track-order-completed already exists\n0 cases recorded, 1 case exists already (--update records it again)\n"
    );
    assert_eq!(
        (read(&folder, har), count.load(Ordering::SeqCst)),
        (before.clone(), 1)
    );

    // The function asks for one thing more: only that is recorded.
    let more = posting(&url)
        .replace("return [", "await fetch('URL/more'); return [")
        .replace("URL", &url);
    folder.write("f/function.js", more);
    let (code, stdout, _) = folder.segfn(&["test"]);
    assert_eq!(code, 1);
    assert!(stdout.contains("/more is not recorded"), "{stdout}");
    let (code, stdout, _) = folder.segfn(&["record", "f", "--update-missing"]);
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.ends_with("1 exchange added to 1 case\n"), "{stdout}");
    assert_eq!(count.load(Ordering::SeqCst), 2);
    let entries = json(&folder, har)["log"]["entries"]
        .as_array()
        .expect("entries")
        .len();
    assert_eq!(entries, 2);
    let (_, stdout, _) = folder.segfn(&["test"]);
    assert!(!stdout.contains("is not recorded"), "{stdout}");
    folder.segfn(&["accept", "f"]);
    passes(&folder, &[]);

    let toml = "f/cases/track-order-completed/case.toml";
    let old_time = read(&folder, toml);
    folder.write(toml, format!("# a note\n{old_time}"));
    let (code, stdout, _) = folder.segfn(&["record", "f/cases/track-order-completed", "--update"]);
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.ends_with("1 case recorded again\n"), "{stdout}");
    assert_eq!(count.load(Ordering::SeqCst), 4);
    let new_time = read(&folder, toml);
    assert!(
        new_time.starts_with("# a note\ntime = \"20") && !new_time.contains(&old_time),
        "{new_time}"
    );
}

#[test]
fn an_answer_that_was_accepted_for_another_request_is_asked_for_when_all_is_recorded_again() {
    let (url, count) = json_server();
    let folder = Folder::new(&[("f/function.js", &posting(&url)), ("event.json", EVENT)]);
    folder.segfn(&["record", "f", "event.json"]);
    let changed = posting(&url).replace(
        "{ name: event.event",
        "{ currency: 'EUR', name: event.event",
    );
    folder.write("f/function.js", changed);
    let (code, stdout, stderr) = folder.segfn(&["accept", "f"]);
    assert_eq!(
        (code, count.load(Ordering::SeqCst)),
        (0, 1),
        "{stdout}{stderr}"
    );
    let entry = |folder: &Folder| {
        let har = json(folder, "f/cases/track-order-completed/traffic.har");
        har["log"]["entries"][0].clone()
    };
    assert_eq!(entry(&folder)["_assumed"], true);
    let (code, stdout, _) = folder.segfn(&["record", "f", "--update"]);
    assert_eq!((code, count.load(Ordering::SeqCst)), (0, 2), "{stdout}");
    let entry = entry(&folder);
    assert_eq!((entry.get("_assumed"), entry.get("comment")), (None, None));
    assert!(entry.to_string().contains("EUR"), "{entry}");
}

#[test]
fn flags_about_the_function_were_ignored_when_a_case_was_recorded_again() {
    let (url, _) = json_server();
    let source = format!(
        "async function onTrack(event, settings) {{
           await new Promise((resolve) => setTimeout(resolve, 50));
           await fetch('{url}/' + settings.zone);
         }}"
    );
    let folder = Folder::new(&[
        ("f/function.js", &source),
        ("event.json", EVENT),
        ("eu.json", r#"{"zone":"eu"}"#),
        ("us.json", r#"{"zone":"us"}"#),
    ]);
    folder.segfn(&["record", "f", "event.json", "--settings", "eu.json"]);
    let har = "f/cases/track-order-completed/traffic.har";
    assert!(read(&folder, har).contains("/eu\""));
    let (_, stdout, _) = folder.segfn(&["record", "f", "--update", "--settings", "us.json"]);
    assert!(stdout.contains("onTrack success, 1 exchange"), "{stdout}");
    assert!(read(&folder, har).contains("/us\""));
    let (_, stdout, _) = folder.segfn(&["record", "f", "--update", "--timeout", "20ms"]);
    assert!(!stdout.contains("onTrack success"), "{stdout}");
}

#[test]
fn every_kind_of_input_has_its_file_and_its_name() {
    let source = "async function onRequest(request) { Segment.track({ event: 'E', userId: 'u' }) }";
    let destination = "async function onIdentify() {} async function onBatch(events) { return events.length } async function onTrack() { throw new RetryError('later') }";
    let folder = Folder::new(&[
        ("s/function.js", source),
        (
            "request.json",
            r#"{"headers":{},"body":{"type":"Signup ../x"}}"#,
        ),
        ("d/function.js", destination),
        (
            "events.ndjson",
            "{\"type\":\"identify\",\"userId\":\"a@b.example\"}\n[{\"type\":\"track\"},{\"type\":\"track\"}]\n{\"type\":\"track\",\"event\":\"X\"}\n{\"type\":\"track\",\"event\":\"x\",\"userId\":\"2\"}\n",
        ),
    ]);
    let (code, stdout, stderr) = folder.segfn(&["record", "s", "request.json"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(
        folder
            .path()
            .join("s/cases/request-signup-x/request.json")
            .is_file()
    );
    let (code, stdout, stderr) = folder.segfn(&["record", "d", "events.ndjson"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert_eq!(
        stdout,
        "d/cases/identify: onIdentify success, 0 exchanges\n\
         d/cases/batch-of-2: onBatch success, 0 exchanges\n\
         d/cases/track-x: onTrack retry, 0 exchanges\n\
         d/cases/track-x-2: onTrack retry, 0 exchanges\n\
         4 cases recorded\n"
    );
    assert!(!folder.path().join("d/cases/identify/traffic.har").exists());
    passes(&folder, &[]);
}

#[test]
fn a_killed_recording_left_cases_without_expectations() {
    let (_held, never) = std::sync::mpsc::channel::<()>();
    let answered = AtomicUsize::new(0);
    let url = server(move |_| {
        // So that it is not over when it is killed.
        if answered.fetch_add(1, Ordering::SeqCst) == 20 {
            let _ = never.recv();
        }
        response("200 OK", "", "{}")
    });
    let events: String = (0..40)
        .map(|i| format!("{{\"type\":\"track\",\"event\":\"E{i}\"}}\n"))
        .collect();
    let folder = Folder::new(&[
        ("f/function.js", &posting(&url)),
        ("events.ndjson", &events),
    ]);
    let mut child = folder
        .command(&["record", "f", "events.ndjson"])
        .stdout(Stdio::null())
        .spawn()
        .expect("segfn runs");
    let cases = folder.path().join("f/cases");
    let begun = || std::fs::read_dir(&cases).map_or(0, Iterator::count);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while begun() < 6 {
        assert!(std::time::Instant::now() < deadline, "no cases come");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    let (_, stdout, _) = folder.segfn(&["test", "f", "--list"]);
    assert_eq!(stdout, "");
    folder.write("f/function.js", "async function onTrack() { return 1 }");
    folder.write("event.json", EVENT);
    let (code, stdout, stderr) = folder.segfn(&["record", "f", "event.json"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert_eq!(begun(), 1, "what was begun is gone");
}

#[test]
fn after_a_changed_url_the_hint_went_in_a_circle() {
    let (url, _) = json_server();
    let source = posting(&url);
    let folder = Folder::new(&[("f/function.js", &source), ("event.json", EVENT)]);
    assert_eq!(folder.segfn(&["record", "f", "event.json"]).0, 0);
    folder.write("f/function.js", source.replace("/v1", "/v2"));
    let (code, stdout, _) = folder.segfn(&["test"]);
    let case = "f/cases/track-order-completed";
    let hint = format!("segfn record --update {case}\n");
    assert!(code == 1 && stdout.contains(&hint), "{stdout}");
    let (code, stdout, stderr) = folder.segfn(&["record", "--update", case]);
    assert_eq!(code, 0, "{stdout}{stderr}");
    // What it does now is to be looked at once.
    let (code, stdout, _) = folder.segfn(&["test"]);
    assert!(
        code == 1 && stdout.contains("segfn accept f/cases/track-order-completed"),
        "{stdout}"
    );
    assert_eq!(folder.segfn(&["accept", "f"]).0, 0);
    passes(&folder, &[]);
}

#[test]
fn what_a_reply_answers_is_neither_sent_nor_recorded() {
    let (url, count) = json_server();
    let reply = format!("to = \"POST {url}/v1\"\njson = {{ by = \"hand\" }}\nafter = \"100ms\"\n");
    let folder = Folder::new(&[
        ("f/function.js", &posting(&url)),
        ("event.json", EVENT),
        ("f/segfn.toml", &format!("[[test.reply]]\n{reply}")),
    ]);
    let (code, stdout, stderr) = folder.segfn(&["record", "f", "event.json"]);
    assert_eq!(
        (code, count.load(Ordering::SeqCst)),
        (0, 0),
        "{stdout}{stderr}"
    );
    let case = "f/cases/track-order-completed";
    assert!(!folder.path().join(case).join("traffic.har").exists());
    let expected = json(&folder, &format!("{case}/expected.json"));
    assert_eq!(expected["value"][0]["by"], "hand");
    folder.write("f/segfn.toml", "");
    folder.write(&format!("{case}/case.toml"), format!("[[reply]]\n{reply}"));
    let (code, stdout, _) = folder.segfn(&["record", "f", "--update"]);
    assert_eq!((code, count.load(Ordering::SeqCst)), (0, 0), "{stdout}");
    // The case has another time now.
    folder.segfn(&["accept", "f"]);
    passes(&folder, &[]);
}
