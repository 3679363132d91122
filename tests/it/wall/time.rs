//! Whatever of a function is called, it is ended in time. V8 forgets that it was to end as soon as no JavaScript is
//! left on its stack, so what is called next once ran unwatched.

use serde_json::{Value, json};

use crate::support::{Run, value_of};

/// Runs `source` with `input`, then with one that must be unharmed, and gives the first's outcome.
fn first(source: &str, kind: &str, input: Value, after: Value) -> Value {
    let run = Run::new(source).args(&["--timeout", "1s", "--kind", kind]);
    let outcomes = run.event(input).event(after).outcomes();
    assert_eq!(outcomes[1]["class"], "success", "{outcomes:#?}");
    outcomes[0].clone()
}

fn times_out(source: &str, kind: &str, input: Value, after: Value) {
    let outcome = first(source, kind, input, after);
    assert_eq!(outcome["error"]["type"], "Timeout", "{outcome:#}");
}

fn track(name: &str) -> Value {
    json!({"type": "track", "event": name, "userId": "u"})
}

fn track_times_out(body: &str) {
    let source =
        format!("async function onTrack(event) {{ if (event.event === 'after') return; {body} }}");
    times_out(&source, "destination", track("attack"), track("after"));
}

#[test]
fn the_second_getter_of_a_batchs_results_ran_for_ever() {
    let endless = "{ get status() { for (;;); } }";
    let source = format!(
        "async function onBatch(events) {{ return events[0].event === 'after' ? undefined : [{endless}, {endless}] }}"
    );
    let batch = |name| json!([track(name), track(name)]);
    times_out(&source, "destination", batch("attack"), batch("after"));

    let endless = "{ get messageId() { for (;;); } }";
    let source = format!(
        "async function onBatch(events) {{ return events[0].event === 'after' ? events : [{endless}, {endless}, {endless}] }}"
    );
    times_out(
        &source,
        "insert-destination",
        batch("attack"),
        batch("after"),
    );
}

#[test]
fn the_second_message_that_is_no_plain_object_ran_for_ever() {
    let source = "async function onRequest(request) {
        if (request.json().after) return;
        Segment.events.push({ toJSON() { for (;;); } }, { toJSON() { for (;;); } });
        Segment.objects.push({ toJSON() { for (;;); } });
    }";
    let body = |after: bool| json!({"body": {"after": after}});
    times_out(source, "source", body(false), body(true));
}

#[test]
fn the_second_callback_of_crypto_ran_for_ever() {
    track_times_out(
        "for (let i = 0; i < 5; i++) crypto.pbkdf2('a', 'b', 1, 8, 'sha1', () => { for (;;); });
         await new Promise(() => {})",
    );
}

#[test]
fn the_second_callback_of_a_finalization_registry_ran_for_ever() {
    track_times_out(
        "const registry = new FinalizationRegistry(() => { for (;;); });
         for (let i = 0; i < 1e5; i++) registry.register({}, 1);
         for (let i = 0; i < 50; i++) new Array(1e6).fill(0);
         await new Promise((resolve) => setTimeout(resolve, 50))",
    );
}

#[test]
fn the_host_of_a_url_took_its_parser_minutes() {
    // Nothing can interrupt the parser.
    let value = value_of(
        "const hosts = ['ñ'.repeat(1e5), 'a' + '\\u0301\\u0327'.repeat(1e5), '%C3%B1'.repeat(1e5), 'xn--' + 'a'.repeat(1e5), 'u@' + '漢'.repeat(1e5)];
         const url = new URL('http://x/');
         return hosts.map((host) => {
           url.hostname = host;
           return [URL.canParse(`http://${host}/`), URL.canParse(`//${host}`, 'http://x/'), URL.canParse('/', `ht\\ttp:\\\\${host}`), url.href, AWS.util.url.domainToASCII(host)];
         });",
    );
    for answers in value.as_array().expect("answers") {
        assert_eq!(*answers, json!([false, false, false, "http://x/", ""]));
    }
    // What is just long is a URL.
    let value = value_of(
        "return [new URL('http://' + 'a'.repeat(1e5) + '/' + 'ñ'.repeat(1e5)).href.length, new URL('data:,' + 'ñ'.repeat(1e5)).href.length, URL.canParse('http://' + 'ñ'.repeat(500))];",
    );
    assert_eq!(value, json!([700_008, 600_006, true]));
}

#[test]
fn a_handlers_own_to_string_ran_unwatched() {
    let source = "async function onTrack(event) { return 'done' }
        onTrack.toString = () => { for (;;); };";
    // The kind is found out from the source's text, so it is not given here.
    let outcomes = Run::new(source).track("t").outcomes();
    assert_eq!(outcomes[0]["value"], "done");
}

#[test]
fn messages_without_end_were_gone_through_one_by_one() {
    let source = "async function onRequest(request) { Segment.events.length = 2 ** 32 - 1; Segment.objects = new Array(5e8) }";
    let outcome = Run::new(source).event(json!({"a": 1})).outcome();
    assert_eq!(outcome["class"], "success");
    assert_eq!(
        outcome["warnings"],
        json!([
            "Segment.events has a length of 4294967295: of more than 100000 messages none is taken",
            "Segment.objects has a length of 500000000: of more than 100000 messages none is taken",
        ])
    );
}

#[test]
fn each_of_many_messages_that_are_none_got_a_warning() {
    let source = "async function onRequest(request) { Segment.events.length = 90_000 }";
    let outcome = Run::new(source).event(json!({"a": 1})).outcome();
    let warnings = outcome["warnings"].as_array().expect("warnings");
    assert_eq!(warnings.len(), 11, "{warnings:#?}");
    assert_eq!(
        warnings[10],
        "89990 more of Segment.events can't be written as JSON, or are larger than 32 KB"
    );
}

#[test]
fn an_array_for_a_batch_was_gone_through_however_long_it_was() {
    let source =
        "async function onBatch(events) { const all = []; all.length = 2 ** 32 - 1; return all }";
    for kind in ["insert-destination", "destination"] {
        let run = Run::new(source).args(&["--timeout", "30s", "--kind", kind]);
        let outcome = run.event(json!([track("a")])).outcome();
        assert!(
            outcome["warnings"][0]
                .as_str()
                .expect("a warning")
                .starts_with("onBatch returned an array"),
            "{outcome:#}"
        );
    }
}
