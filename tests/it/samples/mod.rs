//! Sample events: which there are, what they are by Segment's spec, and where they may stand.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

use crate::support::Folder;

/// Types of fields by Segment's spec; `or null` allows null, a list stands for its items.
fn spec() -> Value {
    serde_json::from_str(include_str!("spec.json")).expect("JSON")
}

fn names() -> Vec<(String, String)> {
    let (code, text, _) = Folder::new(&[]).segfn(&["events"]);
    assert_eq!(code, 0);
    let lines = text.lines().filter(|line| line.starts_with("  "));
    let words = lines.map(|line| line.split_whitespace().take(2).map(str::to_owned));
    let pairs = words.map(|mut words| Some((words.next()?, words.next()?)));
    pairs.collect::<Option<_>>().expect("names and types")
}

fn sample(name: &str, seed: &str) -> Value {
    let (code, text, error) = Folder::new(&[]).segfn(&["events", name, "--seed", seed]);
    assert_eq!((code, error.as_str()), (0, ""));
    serde_json::from_str(&text).expect("JSON")
}

/// What is wrong with `value`, which stands at `place`.
fn check(spec: &Value, value: &Value, kind: &Value, place: &str, wrong: &mut Vec<String>) {
    let is = |pattern: &str| {
        value
            .as_str()
            .is_some_and(|text| Regex::new(pattern).expect("a pattern").is_match(text))
    };
    let fits = match kind {
        Value::Array(items) => {
            let Some(values) = value.as_array() else {
                return wrong.push(format!("{place} is no list"));
            };
            for (index, value) in values.iter().enumerate() {
                check(spec, value, &items[0], &format!("{place}[{index}]"), wrong);
            }
            !values.is_empty()
        }
        Value::Object(fields) => {
            let Some(values) = value.as_object() else {
                return wrong.push(format!("{place} is no object"));
            };
            for (name, value) in values {
                let place = format!("{place}.{name}");
                match fields.get(name) {
                    Some(kind) => check(spec, value, kind, &place, wrong),
                    None => wrong.push(format!("{place} is not in the spec")),
                }
            }
            true
        }
        Value::String(kind) => match kind.as_str() {
            kind if kind.ends_with(" or null") && value.is_null() => true,
            "string" => is("."),
            "number" => value.is_number(),
            "integer" | "integer or null" => value.is_u64(),
            "boolean" => value.is_boolean(),
            "object" => value.is_object(),
            "array" => value.is_array(),
            "time" => is(r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"),
            "date" => is(r"^\d{4}-\d\d-\d\d$"),
            "uuid" => is("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
            "url" => is("^https://([a-z]+\\.)?example\\.(com|org|net)(/|$)"),
            "email" => is(r"^[a-z.]+@example\.(com|org|net)$"),
            "phone" => is(r"^\+[1-9]\d{6,14}$"),
            "ip" => is(r"^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$"),
            "locale" => is("^[a-z]{2}-[A-Z]{2}$"),
            "currency" => is("^[A-Z]{3}$"),
            named => return check(spec, value, &spec["types"][named], place, wrong),
        },
        _ => panic!("no type stands at {place}"),
    };
    if !fits {
        wrong.push(format!("{place} is {value}, which is not: {kind}"));
    }
}

/// What is wrong with an event by the spec.
fn problems(spec: &Value, event: &Value, place: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut kind = spec["types"]["event"].clone();
    let call = &spec["calls"][event["type"].as_str().expect("a type")];
    let mut more = call.clone();
    if event["type"] == "track" {
        more["properties"] = spec["events"][event["event"].as_str().expect("a name")].clone();
    }
    let fields = kind.as_object_mut().expect("fields");
    fields.extend(more.as_object().expect("a call of the spec").clone());
    let fields: Vec<String> = fields.keys().cloned().collect();
    check(spec, event, &kind, place, &mut wrong);
    let optional = ["anonymousId", "name", "category"];
    for name in fields
        .iter()
        .filter(|name| !optional.contains(&name.as_str()))
    {
        if event.get(name).is_none() {
            wrong.push(format!("{place} has no {name}"));
        }
    }
    let time = |name: &str| {
        let time: jiff::Timestamp = event[name]
            .as_str()
            .expect("a time")
            .parse()
            .expect("a time");
        time.as_millisecond()
    };
    if time("timestamp") != time("receivedAt") - (time("sentAt") - time("originalTimestamp")) {
        wrong.push(format!(
            "{place}: the clock is not put right as Segment does"
        ));
    }
    wrong
}

#[test]
fn each_event_is_valid_by_the_spec() {
    let spec = spec();
    let mut wrong = Vec::new();
    let mut tracked = BTreeSet::new();
    for (name, kind) in names() {
        let sample = sample(&name, "3");
        if let Some(event) = sample["event"].as_str().filter(|_| kind == "track") {
            tracked.insert(event.to_owned());
        }
        match kind.as_str() {
            "request" => {
                let single = |value: &Value| value.as_array().is_some_and(|one| one.len() == 1);
                let headers = sample["headers"].as_object().expect("headers");
                assert!(headers.contains_key("Content-Type") && headers.values().all(single));
                assert!(sample["queryParameters"].is_object() && !sample["body"].is_null());
            }
            "batch" => {
                for event in sample.as_array().expect("a list") {
                    wrong.extend(problems(&spec, event, &name));
                }
            }
            kind => {
                assert_eq!(sample["type"], kind);
                wrong.extend(problems(&spec, &sample, &name));
            }
        }
        let text = sample.to_string();
        assert!(!text.contains("{{"), "{name}: {text}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let specified = spec["events"].as_object().expect("events").keys();
    for event in specified {
        assert!(tracked.contains(event), "there is no sample of {event}");
    }
}

#[test]
fn a_webhook_has_no_hole_that_nothing_fills() {
    for (name, _) in names().iter().filter(|(_, kind)| kind == "request") {
        let sample = sample(name, "1");
        // What the services send as null themselves.
        let text = sample.to_string();
        let nulls = text.matches(":null").count();
        let known = [
            r#""line2":null"#,
            r#""state":null"#,
            r#""fulfillment_status":null"#,
            r#""address2":null"#,
        ];
        let meant: usize = known.iter().map(|null| text.matches(null).count()).sum();
        assert_eq!(nulls, meant, "{name}: {text}");
    }
}

#[test]
fn a_seed_chooses_who_and_when() {
    for (name, _) in names() {
        assert_eq!(sample(&name, "7"), sample(&name, "7"));
        assert_ne!(sample(&name, "7"), sample(&name, "8"), "{name}");
    }
    let people: BTreeSet<String> = (0..20)
        .map(|seed| sample("identify", &seed.to_string())["traits"]["email"].to_string())
        .collect();
    assert!(people.len() > 2, "{people:?}");
    // One seed tells one story.
    let (bought, back) = (
        sample("order-completed", "5"),
        sample("order-refunded", "5"),
    );
    assert_eq!(
        bought["properties"]["order_id"],
        back["properties"]["order_id"]
    );
    assert_ne!(bought["messageId"], back["messageId"]);
}

#[test]
fn one_is_json_and_several_are_lines() {
    let folder = Folder::new(&[]);
    let (_, one, _) = folder.segfn(&["events", "order-completed"]);
    insta::assert_snapshot!(one);
    let (_, lines, _) = folder.segfn(&["events", "sample:signed-up", "engage"]);
    let events: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(events[0]["event"], "Signed Up");
    assert_eq!(events.len(), 7);
}

#[test]
fn all_are_listed() {
    insta::assert_snapshot!(Folder::new(&[]).segfn(&["events"]).1);
}

#[test]
fn a_misspelt_name_gives_the_nearest() {
    let folder = Folder::new(&[("function.js", "function onTrack() {}")]);
    for (name, nearest) in [
        ("order-complete", "did you mean order-completed?"),
        ("Order Completed", "did you mean order-completed?"),
        ("e-commerce", "did you mean ecommerce?"),
        ("xyzzy", "`segfn events` lists the samples"),
    ] {
        let (code, out, error) = folder.segfn(&["events", name]);
        assert_eq!((code, out.as_str()), (2, ""));
        let told = format!("error: there is no sample '{name}'\nhint: {nearest}\n");
        assert_eq!(error, told);
        let (code, _, error) = folder.segfn(&["run", ".", &format!("sample:{name}")]);
        assert_eq!((code, error), (4, told));
    }
    let (code, _, error) = folder.segfn(&["events", "track", "--seed", "-1"]);
    assert_eq!(code, 2, "{error}");
}

#[test]
fn a_sample_stands_wherever_events_stand() {
    let source = "function onTrack(event) { return event.event }";
    let folder = Folder::new(&[
        ("f/function.js", source),
        ("g/function.js", source),
        ("e.json", r#"{"type":"track","event":"Mine"}"#),
    ]);
    let (code, outcomes) =
        folder.outcomes(&["f", "sample:order-refunded", "e.json", "sample:saas"]);
    let told: Vec<_> = outcomes
        .iter()
        .take(3)
        .map(|outcome| (outcome["input"].as_str(), outcome["value"].as_str()))
        .collect();
    assert_eq!(code, 0);
    assert_eq!(
        told,
        [
            (Some("sample:order-refunded"), Some("Order Refunded")),
            (Some("e.json"), Some("Mine")),
            (Some("sample:account-created"), Some("Account Created")),
        ]
    );
    assert_eq!(outcomes.len(), 12);
    let (code, text, _) = folder.segfn(&["diff", "f", "g", "sample:ecommerce"]);
    assert_eq!(code, 0, "{text}");
    let (code, text, error) = folder.segfn(&["cases", "add", "f", "sample:signed-up"]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(text.contains("added track-signed-up"), "{text}");
    let (code, text, error) = folder.segfn(&["record", "f", "sample:trial-ended"]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(
        text.contains("track-trial-ended: onTrack success"),
        "{text}"
    );
    assert_eq!(folder.segfn(&["test", "f"]).0, 0);
}
