//! Kinds, handlers, their arguments and what their results mean
//! (docs/platform.md sections 1, 4, 5, 6, 7).

use serde_json::{Value, json};

use crate::support::Run;

const ALL: &str = "
async function onIdentify(event, settings) { return ['identify', event.type, settings] }
async function onTrack(event, settings) { return ['track', event.type, settings] }
async function onPage(event, settings) { return ['page', event.type, settings] }
async function onScreen(event, settings) { return ['screen', event.type, settings] }
async function onGroup(event, settings) { return ['group', event.type, settings] }
async function onAlias(event, settings) { return ['alias', event.type, settings] }
async function onDelete(event, settings) { return ['delete', event.type, settings] }
";

#[test]
fn an_events_type_chooses_the_handler() {
    let types = [
        "identify", "track", "page", "screen", "group", "alias", "delete",
    ];
    let mut run = Run::new(ALL).args(&["-s", "apiKey=k"]);
    for kind in types {
        run = run.event(json!({"type": kind}));
    }
    for (kind, outcome) in types.iter().zip(run.outcomes()) {
        assert_eq!(outcome["value"], json!([kind, kind, {"apiKey": "k"}]));
        assert_eq!(outcome["kind"], "destination");
    }
}

#[test]
fn a_missing_handler_is_an_unsupported_event_type() {
    let outcome = Run::new("async function onPage() {}").track("t").outcome();
    assert_eq!(outcome["class"], "discard");
    assert_eq!(outcome["error"]["name"], "EventNotSupported");
    assert_eq!(outcome["error"]["message"], "track not supported");
    assert_eq!(outcome["error"]["type"], "Unsupported Event Type");
    assert_eq!(outcome["error"]["code"], "unsupported_event_type");
}

#[test]
fn an_unknown_type_runs_nothing_and_is_no_failure() {
    let run = Run::new(ALL)
        .event(json!({"type": "Track"}))
        .event(json!({"a": 1}));
    for outcome in run.outcomes() {
        assert_eq!(outcome["class"], "skipped");
        assert_eq!(outcome["warnings"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn each_invocation_gets_settings_of_its_own() {
    let source = "async function onTrack(event, settings) { settings.n = (settings.n || 0) + 1; return settings.n }";
    let outcomes = Run::new(source).track("a").track("b").outcomes();
    assert_eq!(outcomes[1]["value"], 1);
}

#[test]
fn errors_are_classified_with_the_platforms_names_and_codes() {
    let source = "async function onTrack(event) {
        switch (event.event) {
          case 'retry': throw new RetryError('m', new Error('ignored'));
          case 'validation': throw new ValidationError('m');
          case 'payload': throw new InvalidEventPayload('m');
          case 'unsupported': throw new EventNotSupported('m');
          case 'type': throw new TypeError('m');
          case 'drop': throw new DropEvent('m');
          case 'string': throw 'm';
          case 'byName': throw Object.assign(new Error('m'), { name: 'RetryError' });
          case 'cause': throw new Error('m', { cause: new RetryError('inner') });
        }
      }";
    let expected = [
        ("retry", "retry", "RetryError", "Retry", "retry"),
        (
            "validation",
            "discard",
            "ValidationError",
            "Message Rejected",
            "message_rejected",
        ),
        (
            "payload",
            "discard",
            "InvalidEventPayload",
            "Message Rejected",
            "message_rejected",
        ),
        (
            "unsupported",
            "discard",
            "EventNotSupported",
            "Unsupported Event Type",
            "unsupported_event_type",
        ),
        ("type", "discard", "TypeError", "Bad Request", "bad_request"),
        ("drop", "discard", "DropEvent", "Bad Request", "bad_request"),
        ("string", "discard", "Error", "Bad Request", "bad_request"),
        ("byName", "retry", "RetryError", "Retry", "retry"),
        ("cause", "retry", "Error", "Retry", "retry"),
    ];
    let mut run = Run::new(source).args(&["--kind", "destination"]);
    for (event, ..) in expected {
        run = run.track(event);
    }
    for ((event, class, name, title, code), outcome) in expected.iter().zip(run.outcomes()) {
        assert_eq!(outcome["class"], *class, "{event}");
        assert_eq!(outcome["error"]["name"], *name, "{event}");
        assert_eq!(outcome["error"]["type"], *title, "{event}");
        assert_eq!(outcome["error"]["code"], *code, "{event}");
    }
}

#[test]
fn the_name_of_a_platform_error_was_not_its_own() {
    let run = Run::new(
        "async function onTrack() {
           const seen = [RetryError, ValidationError, DropEvent].map((Class) => ({ ...new Class('m') }));
           return [seen, JSON.stringify(new RetryError('m')), Object.keys(new EventNotSupported('m'))];
         }",
    );
    let names = ["RetryError", "ValidationError", "DropEvent"].map(|name| json!({"name": name}));
    let value = json!([names, "{\"name\":\"RetryError\"}", ["name"]]);
    assert_eq!(
        run.args(&["--kind", "destination"]).track("t").value(),
        value
    );
}

#[test]
fn an_insert_function_forwards_what_it_returns() {
    let source = "async function onTrack(event) {
        if (event.event === 'drop') throw new DropEvent('not wanted');
        if (event.event === 'nothing') return;
        event.properties = { added: true };
        return event;
      }";
    let outcomes = Run::new(source)
        .track("keep")
        .track("drop")
        .track("nothing")
        .outcomes();
    assert_eq!(outcomes[0]["kind"], "insert-destination");
    assert_eq!(outcomes[0]["value"]["properties"], json!({"added": true}));
    assert_eq!(outcomes[1]["class"], "filtered");
    assert_eq!(outcomes[2]["class"], "filtered");
    assert!(
        outcomes[2]["warnings"][0]
            .as_str()
            .unwrap()
            .contains("return event")
    );
}

#[test]
fn what_is_no_event_was_sent_on_by_an_insert_function() {
    for value in ["[event]", "() => 1", "new Date()", "'text'", "7", "true"] {
        let outcome = Run::new(&format!(
            "async function onTrack(event) {{ return {value} }}"
        ))
        .args(&["--kind", "insert-destination"])
        .track("t")
        .outcome();
        assert_eq!(outcome["class"], "filtered", "{value}");
        let batch = Run::new(&format!(
            "async function onBatch(events) {{ const [event] = events; return [{value}] }}"
        ))
        .args(&["--kind", "insert-destination"])
        .event(json!([{"type": "track"}]))
        .outcome();
        assert_eq!(batch["batch"][0]["class"], "filtered", "{value}");
    }
}

#[test]
fn both_insert_kinds_can_be_asked_for() {
    for kind in ["insert-destination", "insert-source"] {
        let run = Run::new("async function onTrack(e) { e.a = 1 }").args(&["--kind", kind]);
        let outcome = run.track("t").outcome();
        assert_eq!(outcome["kind"], kind);
        assert_eq!(outcome["class"], "filtered");
    }
}

#[test]
fn a_handler_may_return_anything_that_can_be_awaited() {
    let source =
        "function onTrack() { return { then(resolve) { setTimeout(() => resolve(5), 1) } } }";
    assert_eq!(Run::new(source).track("t").value(), 5);
}

fn source(body: &str) -> Run {
    Run::new(&format!(
        "async function onRequest(request, settings) {{ {body} }}"
    ))
}

#[test]
fn a_source_function_gets_a_server_request() {
    let run = source(
        "return [request.json(), request.text(), request.headers.get('x-a'), request.headers.get('b'), \
         request.url.searchParams.get('q'), JSON.stringify(request), request.json() === request.json(), \
         request instanceof ServerRequest, await request.json() === request.json()]",
    )
    .event(json!({
        "headers": {"X-A": ["1", "2"], "Content-Type": "application/json"},
        "queryParameters": {"q": "z", "r": ["1", "2"]},
        "body": {"a": 1}
    }));
    assert_eq!(
        run.value(),
        json!([{"a": 1}, "{\"a\":1}", "1,2", null, "z", "{}", true, true, true])
    );
}

#[test]
fn plain_json_is_the_body_of_a_request() {
    let run =
        source("return [request.json().hello, request.url.href]").event(json!({"hello": "you"}));
    assert_eq!(run.value(), json!(["you", "https://fn.segmentapis.com/"]));
}

#[test]
fn a_request_with_names_of_others_was_taken_for_a_body() {
    let outcomes = source("return [request.json().id ?? null, request.url.search]")
        .event(json!({"headers": {}, "queryParams": {"a": 1}, "body": {"id": 1}}))
        .event(json!({"headers": {}, "path": "/", "body": {"id": 1}}))
        .event(json!({"query": "x", "id": 2}))
        .outcomes();
    let seen: Vec<_> = outcomes
        .iter()
        .map(|o| (&o["value"], &o["warnings"][0]))
        .collect();
    let renamed = json!("`queryParams` is taken as `queryParameters`, as the platform calls it");
    let body = json!(
        "the input has `body` and `headers`, but also `path`, so all of it is taken as the body; a request has `body`, `headers`, `url`, `queryParameters`, `method` only"
    );
    assert_eq!(seen[0], (&json!([1, "?a=1"]), &renamed));
    assert_eq!(seen[1], (&json!([null, ""]), &body));
    assert_eq!(seen[2], (&json!([2, ""]), &Value::Null));
}

#[test]
fn what_the_platform_calls_a_function_with_was_skipped() {
    let event = json!({"type": "track", "event": "E"});
    let run = Run::new(
        "async function onTrack(event) { return event.event } async function onBatch(events) { return events.length }",
    );
    let outcomes = run
        .event(json!({"event": event, "settings": {}}))
        .event(json!({"payload": event}))
        .event(json!({"payload": {"event": event, "settings": {}}, "settings": {}}))
        .event(json!({"events": [event, event]}))
        .event(json!({"event": event, "type": "page"}))
        .outcomes();
    let values: Vec<_> = outcomes.iter().map(|outcome| &outcome["value"]).collect();
    assert_eq!(
        values[..4],
        [&json!("E"), &json!("E"), &json!("E"), &json!(2)]
    );
    assert_eq!(outcomes[4]["error"]["message"], "page not supported");
}

#[test]
fn payloads_in_payloads_without_end_crashed_the_process() {
    let folder = crate::support::Folder::new(&[("f.js", "async function onTrack() { return 1 }")]);
    let deep = "{\"payload\":".repeat(100_000) + "1" + &"}".repeat(100_000);
    folder.write("deep.ndjson", format!("{deep}\n{{\"type\":\"track\"}}\n"));
    let (code, outcomes) = folder.outcomes(&["f.js", "deep.ndjson"]);
    let classes: Vec<_> = outcomes.iter().map(|outcome| &outcome["class"]).collect();
    assert_eq!(
        (code, classes),
        (0, vec![&json!("skipped"), &json!("success")])
    );
}

#[test]
fn a_string_body_is_kept_and_a_form_body_arrives_parsed() {
    let outcomes = source("let j; try { j = request.json() } catch (e) { j = e.name } return [request.text(), j]")
        .event(json!({"body": "{\"b\":1, \"a\":2}"}))
        .event(json!({"body": "not json"}))
        .event(json!({"headers": {"content-type": "application/x-www-form-urlencoded"}, "body": "From=%2B1&t=a&t=b"}))
        .outcomes();
    assert_eq!(
        outcomes[0]["value"],
        json!(["{\"b\":1, \"a\":2}", {"b": 1, "a": 2}])
    );
    assert_eq!(outcomes[1]["value"], json!(["not json", "SyntaxError"]));
    assert_eq!(
        outcomes[2]["value"][1],
        json!({"From": "+1", "t": ["a", "b"]})
    );
}

#[test]
fn the_urls_query_is_built_as_the_platform_does() {
    let outcomes = source("return request.url.href")
        .event(json!({"body": {}, "queryParameters": "a=1"}))
        .event(json!({"body": {}, "queryParameters": {"a": ["1", "2"], "b": 3}}))
        .event(json!({"body": {}, "url": "https://example.com/x?y=1", "queryParameters": "a=1"}))
        .outcomes();
    assert_eq!(outcomes[0]["value"], "https://fn.segmentapis.com/?a=1");
    assert_eq!(
        outcomes[1]["value"],
        "https://fn.segmentapis.com/?a=1&a=2&b=3"
    );
    assert_eq!(outcomes[2]["value"], "https://example.com/x?y=1");
}

#[test]
fn a_request_body_over_512_kib_is_refused() {
    let outcomes = source("return request.text().length")
        .event(json!({"body": "x".repeat(512 * 1024)}))
        .event(json!({"body": "x".repeat(512 * 1024 + 1)}))
        .outcomes();
    assert_eq!(outcomes[0]["value"], 512 * 1024);
    assert_eq!(outcomes[1]["error"]["code"], "message_rejected");
}

#[test]
fn segment_queues_messages_in_the_platforms_form() {
    let run = source(
        "Segment.track({ event: 'E', userId: 'u', properties: { p: 1 }, context: { a: [1] }, custom: 1, timestamp: new Date(0) });
         Segment.identify({ anonymousId: 'a', traits: {} });
         Segment.page({ userId: 7, name: 'n', category: 'dropped' });
         Segment.set({ collection: 'c', id: 'i', properties: { x: 1 } });
         return 'ignored'",
    )
    .event(json!({}));
    let outcome = run.outcome();
    assert_eq!(outcome["kind"], "source");
    assert_eq!(
        outcome["messages"],
        json!({
            "events": [
                {"type": "track", "event": "E", "properties": {"p": 1}, "userId": "u", "context": {"a": [1]}, "timestamp": "1970-01-01T00:00:00.000Z"},
                {"type": "identify", "traits": {}, "anonymousId": "a"},
                {"type": "page", "name": "n", "userId": 7}
            ],
            "objects": [{"collection": "c", "id": "i", "properties": {"x": 1}}]
        })
    );
    let warnings = outcome["warnings"].to_string();
    assert!(
        warnings.contains("custom") && warnings.contains("category"),
        "{warnings}"
    );
}

#[test]
fn segment_validates_as_the_platform_does() {
    let cases = [
        (
            "track({ userId: 'u' })",
            "event is required but not defined",
        ),
        (
            "track({ event: '' , userId: 'u' })",
            "event is required but not defined",
        ),
        (
            "track({ event: 'e' })",
            "One of userId,anonymousId is required but not defined",
        ),
        (
            "identify({ userId: 0 })",
            "One of userId,anonymousId is required but not defined",
        ),
        (
            "group({ userId: 'u' })",
            "groupId is required but not defined",
        ),
        (
            "alias({ userId: 'u' })",
            "previousId is required but not defined",
        ),
        ("set({ id: 'i' })", "collection is required but not defined"),
        ("set({ collection: 'c' })", "id is required but not defined"),
    ];
    for (call, message) in cases {
        let outcome = source(&format!("Segment.{call}"))
            .event(json!({}))
            .outcome();
        assert_eq!(outcome["error"]["name"], "ValidationError", "{call}");
        assert_eq!(outcome["error"]["message"], message, "{call}");
    }
}

#[test]
fn a_source_function_that_throws_sends_nothing_then_or_later() {
    let outcomes = source(
        "Segment.track({ event: request.json().e, userId: 'u' }); if (request.json().fail) throw new Error('x')",
    )
    .event(json!({"e": "lost", "fail": true}))
    .event(json!({"e": "kept"}))
    .outcomes();
    assert_eq!(outcomes[0]["messages"], Value::Null);
    assert_eq!(
        outcomes[1]["messages"]["events"].as_array().unwrap().len(),
        1
    );
    assert_eq!(outcomes[1]["messages"]["events"][0]["event"], "kept");
}

fn batch() -> Value {
    json!([
        {"type": "track", "messageId": "1"},
        {"type": "identify", "messageId": "2"},
        {"type": "track", "messageId": "3"}
    ])
}

fn classes(outcome: &Value) -> Vec<String> {
    let items = outcome["batch"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["class"].as_str().unwrap().to_string())
        .collect()
}

#[test]
fn a_destination_batch_has_a_result_for_each_event() {
    let source = "async function onBatch(events) {
        return [{ status: 200 }, { status: 400, errormessage: 'bad' }, { status: 500, errorMessage: 'later' }];
      }";
    let outcome = Run::new(source).event(batch()).outcome();
    assert_eq!(outcome["handler"], "onBatch");
    assert_eq!(classes(&outcome), ["success", "discard", "retry"]);
    assert_eq!(outcome["batch"][1]["message"], "bad");
    assert!(
        outcome["warnings"][0]
            .as_str()
            .unwrap()
            .contains("errormessage")
    );
}

#[test]
fn what_is_not_a_list_of_results_counts_as_delivered() {
    for returned in [
        "undefined",
        "null",
        "[[], null, 1]",
        "[{ status: 500 }]",
        "'x'",
    ] {
        let source = format!("async function onBatch(events) {{ return {returned} }}");
        let outcome = Run::new(&source)
            .args(&["--kind", "destination"])
            .event(batch())
            .outcome();
        assert_eq!(
            classes(&outcome),
            ["success", "success", "success"],
            "{returned}"
        );
        let warned = outcome["warnings"].is_array();
        assert_eq!(warned, returned.starts_with('['), "{returned}");
    }
}

#[test]
fn a_batch_that_throws_ends_as_a_whole() {
    let run = Run::new("async function onBatch() { throw new RetryError('x') }").event(batch());
    assert_eq!(run.outcome()["class"], "retry");
}

#[test]
fn an_insert_batch_is_paired_by_position_identity_and_message_id() {
    let insert = |body: &str| {
        let source = format!("async function onBatch(events) {{ {body} }}");
        Run::new(&source)
            .args(&["--kind", "insert-destination"])
            .event(batch())
            .outcome()
    };
    let ids = |outcome: &Value| -> Vec<Value> {
        let items = outcome["batch"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["event"]["messageId"].clone())
            .collect()
    };
    let same = insert("events[0].x = 1; return [events[0], null, events[2]]");
    assert_eq!(classes(&same), ["success", "filtered", "success"]);
    let shorter = insert("return events.filter((e) => e.type === 'track')");
    assert_eq!(ids(&shorter), [json!("1"), Value::Null, json!("3")]);
    let copied = insert("return [{ ...events[1] }]");
    assert_eq!(ids(&copied), [Value::Null, json!("2"), Value::Null]);
    let permuted = insert("return events.reverse()");
    assert!(permuted["warnings"].to_string().contains("order"));
    let nothing = insert("");
    assert_eq!(classes(&nothing), ["filtered", "filtered", "filtered"]);
}

#[test]
fn a_handler_can_be_asked_for_by_name() {
    let run = Run::new(ALL).args(&["--handler", "onPage"]).track("t");
    assert_eq!(run.value()[0], "page");
}
