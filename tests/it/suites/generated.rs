//! `segfn cases generate`: cases from a tracking plan.

use serde_json::{Value, json};

use crate::support::Folder;

fn plan(rules: &Value) -> String {
    json!({"data": {"rules": rules}}).to_string()
}

fn order() -> Value {
    json!({"key": "Order Completed", "type": "TRACK", "version": 1, "jsonSchema": {
        "type": "object",
        "properties": {"properties": {
            "type": "object",
            "properties": {
                "order_id": {"type": "string"},
                "currency": {"type": "string", "enum": ["EUR", "USD"]},
                "email": {"type": "string", "format": "email"},
                "products": {"type": "array", "items": {
                    "type": "object",
                    "properties": {"sku": {"type": "string"}, "price": {"type": "number"}},
                }},
            },
            "required": ["order_id"],
        }},
    }})
}

fn cases(folder: &Folder, file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.path().join(file)).expect("cases");
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn names(cases: &[Value]) -> Vec<&str> {
    cases
        .iter()
        .map(|case| case["name"].as_str().expect("a name"))
        .collect()
}

#[test]
fn each_way_through_the_code_becomes_a_case() {
    let source = "function onTrack(event) {
        const { order_id, currency, email, products } = event.properties;
        if (typeof order_id !== 'string') throw new ValidationError('no order');
        if (currency === undefined) return 'no currency';
        if (currency.toLowerCase() === 'eur' && products) return products.map(p => p.price.toFixed(2));
        return [currency, email];
    }";
    let folder = Folder::new(&[
        ("function.js", source),
        ("plan.json", &plan(&json!([order()]))),
    ]);
    let (code, text, error) = folder.segfn(&["cases", "generate", ".", "--plan", "plan.json"]);
    assert_eq!((code, error.as_str()), (0, ""));
    insta::assert_snapshot!(text);
    let all = cases(&folder, "cases.ndjson");
    assert_eq!(
        names(&all),
        [
            "track-order-completed",
            "track-order-completed-with-required-fields-only",
            "track-order-completed-without-order-id",
            "track-order-completed-without-products",
            "track-order-completed-without-products-0-price",
            "track-order-completed-with-a-number-as-currency",
            "track-order-completed-with-a-text-as-products",
        ]
    );
    // An event as the platform gives it, with the plan's fields and no others.
    let event = &all[0]["event"];
    assert_eq!(event["event"], "Order Completed");
    assert!(event["messageId"].is_string() && event["context"]["library"].is_object());
    insta::assert_snapshot!(event["properties"].to_string());
    assert_eq!(
        all[1]["event"]["properties"]
            .as_object()
            .expect("fields")
            .len(),
        1
    );
    assert_eq!(folder.segfn(&["test"]).0, 0);
    // All of them are there now.
    let again = folder.segfn(&["cases", "generate", ".", "--plan", "plan.json"]);
    assert!(
        again
            .1
            .starts_with("0 cases added, 14 events like others left out\n"),
        "{}",
        again.1
    );
}

#[test]
fn a_type_error_and_what_is_unset_in_requests_are_shown() {
    let source = "async function onTrack(event) {
        const { order_id, email, products, currency } = event.properties;
        await fetch(`https://a.example/orders/${order_id}?mail=${encodeURIComponent(email)}`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ text: `Order for ${products}`, total: products[0].price * 2, always: null, currency: currency || null }),
        });
        await fetch('https://a.example/form', { method: 'POST', body: new URLSearchParams({ order_id }) });
    }";
    let folder = Folder::new(&[
        ("function.js", source),
        ("plan.json", &plan(&json!([order()]))),
    ]);
    let (code, text, error) = folder.segfn(&[
        "cases",
        "generate",
        ".",
        "--plan",
        "plan.json",
        "--limit",
        "1",
    ]);
    assert_eq!(code, 0, "{error}");
    insta::assert_snapshot!(text + &error);
}

#[test]
fn all_types_of_rules_are_tried_where_the_function_takes_them() {
    let traits = json!({"properties": {"traits": {"type": "object", "properties": {"plan": {"type": "string"}}}}});
    let rules = json!([
        {"key": null, "type": "COMMON", "jsonSchema": {"properties": {"context": {"type": "object", "properties": {"tenant": {"type": "string", "const": "t-1"}}}}}},
        {"key": null, "type": "IDENTIFY", "jsonSchema": traits},
        {"type": "GROUP", "jsonSchema": traits},
        {"key": "Home", "type": "PAGE", "jsonSchema": {"properties": {"properties": {"properties": {"path": {"type": "string"}}}}}},
        {"key": "Basket", "type": "SCREEN", "jsonSchema": {}},
    ]);
    let source = "const say = e => [e.type, e.name, e.traits, e.properties, e.context.tenant];
        function onIdentify(event) { return say(event) }
        function onGroup(event) { return say(event) }
        function onPage(event) { return say(event) }";
    let folder = Folder::new(&[("function.js", source), ("plan.json", &plan(&rules))]);
    let (code, text, error) = folder.segfn(&["cases", "generate", ".", "--plan", "plan.json"]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(
        text.contains("the function has no handler for 2 events"),
        "{text}"
    );
    let values: Vec<Value> = cases(&folder, "cases.ndjson")
        .iter()
        .map(|case| case["expected"]["value"].clone())
        .collect();
    assert_eq!(
        values,
        [
            json!(["identify", null, {"plan": "Team"}, null, "t-1"]),
            json!(["group", null, {"plan": "Team"}, null, "t-1"]),
            json!(["page", "Home", null, {"path": "/games/board"}, "t-1"]),
        ]
    );
}

#[test]
fn a_plan_that_cant_be_used_is_refused_with_its_place() {
    let folder = Folder::new(&[
        ("function.js", "function onTrack() {}"),
        ("source.js", "function onRequest() {}"),
        ("good.json", &plan(&json!([order()]))),
    ]);
    let mut told = String::new();
    for text in [
        "{\"data\": {\n  \"rules\": [\n",
        "{\"data\": {\"name\": \"My plan\"}}",
        "{\"rules\": {}}",
        "[]",
        "[\n  {\"key\": \"A\", \"jsonSchema\": {}}\n]",
        "[\n  {\"key\": \"A\", \"type\": \"TRAK\", \"jsonSchema\": {}}\n]",
        "[{\"type\": \"TRACK\", \"jsonSchema\": {}}]",
        "[{\"key\": \"A\", \"type\": \"TRACK\"}]",
        "[{\"key\": \"A\", \"type\": \"TRACK\", \"jsonSchema\": []}]",
        "[{\"key\": \"A\", \"type\": \"TRACK\", \"jsonSchema\": {\n\"properties\": {\"properties\": {\"properties\": {\n\"a\": {\"type\": \"sting\"}}}}}}]",
        "[{\"key\": \"A\", \"type\": \"TRACK\", \"jsonSchema\": {\"required\": \"a\"}}]",
    ] {
        folder.write("plan.json", text);
        let (code, out, error) = folder.segfn(&["cases", "generate", ".", "--plan", "plan.json"]);
        assert_eq!((code, out.as_str()), (4, ""), "{error}");
        told.push_str(&error);
    }
    insta::assert_snapshot!(told);
    let (code, _, error) = folder.segfn(&["cases", "generate", ".", "--plan", "none.json"]);
    assert_eq!(code, 4);
    assert!(error.contains("can't read none.json"), "{error}");
    let (code, _, error) = folder.segfn(&["cases", "generate", "source.js", "--plan", "good.json"]);
    assert_eq!(code, 2);
    assert!(error.contains("the function takes requests"), "{error}");
    assert!(!folder.path().join("cases.ndjson").exists());
}
