//! The globals that functions have, as far as they are not of a package of their own
//! (docs/platform.md section 3). What is expected is what Node 20, or the platform's npm package,
//! gives.

use serde_json::json;

use crate::support;
use crate::support::value_of;

#[test]
fn an_invalid_url_had_no_code() {
    let value = value_of(
        "const failure = make => { try { make() } catch (e) { return [e.name, e.message, { ...e }, e instanceof TypeError] } };
         return [failure(() => new URL('nope')), failure(() => new URL('/x', 'nope')), failure(() => new URL())];",
    );
    assert_eq!(
        value,
        json!([
            ["TypeError", "Invalid URL", {"code": "ERR_INVALID_URL", "input": "nope"}, true],
            ["TypeError", "Invalid URL", {"code": "ERR_INVALID_URL", "input": "/x", "base": "nope"}, true],
            ["TypeError", "The \"url\" argument must be specified", {"code": "ERR_MISSING_ARGS"}, true],
        ])
    );
}

#[test]
fn a_url_is_one_class_everywhere() {
    let value = value_of(
        "class Mine extends URL {}
         const url = new URL('../b?x=1', 'https://example.com/a/');
         return [url.href, url instanceof URL, url.constructor === URL, URL.name, new Mine('http://x') instanceof Mine,
                 URL.canParse('nope'), JSON.stringify(url), typeof https.request];",
    );
    assert_eq!(
        value,
        json!([
            "https://example.com/b?x=1",
            true,
            true,
            "URL",
            true,
            false,
            "\"https://example.com/b?x=1\"",
            "function"
        ])
    );
}

#[test]
fn a_logged_url_had_no_search_params() {
    let outcome = support::Run::new("function onTrack() { console.log(new URL('http://x/?a=1')) }")
        .track("t")
        .outcome();
    let text = outcome["logs"][0]["text"].as_str().expect("a text");
    assert!(
        text.starts_with("URL {\n  href: 'http://x/?a=1',\n")
            && text.ends_with(
                "  search: '?a=1',\n  searchParams: URLSearchParams { 'a' => '1' },\n  hash: ''\n}"
            ),
        "{text}"
    );
}

#[test]
fn base64_of_odd_text_threw_undefined() {
    // The platform's atob and btoa are npm's, over Buffer, and refuse nothing.
    let value = value_of(
        "return [btoa('a:b'), atob('YTpi'), btoa('é'), btoa('€'), btoa(Buffer.from('€')), atob('*'), atob('YQ==')];",
    );
    assert_eq!(
        value,
        json!(["YTpi", "a:b", "6Q==", "rA==", "4oKs", "", "a"])
    );
}

#[test]
fn an_error_of_the_webs_own_was_undefined() {
    let value = value_of(
        "try { structuredClone(() => {}) } catch (e) { return [e.name, e.code, e instanceof DOMException] }",
    );
    assert_eq!(value, json!(["DataCloneError", 25, true]));
}

#[test]
fn what_node_shows_and_hides_of_its_globals_was_the_same_for_all() {
    let value = value_of(
        "return ['URL', 'Buffer', 'setTimeout', 'Blob', 'AWS'].map((name) => {
           const { enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(globalThis, name);
           return [enumerable, writable ?? null, configurable];
         });",
    );
    assert_eq!(
        value,
        json!([
            [false, true, true],
            [false, null, true],
            [true, true, true],
            [false, null, true],
            [true, null, true]
        ])
    );
}

#[test]
fn performance_lacked_what_node_adds() {
    let value = value_of(
        "const twice = performance.timerify(function twice(n) { return 2 * n; });
         const refused = () => { try { performance.timerify(1) } catch (e) { return [e.code, e.message] } };
         return [twice(2), twice.name, performance.eventLoopUtilization(), performance.nodeTiming.name, refused()];",
    );
    assert_eq!(
        value,
        json!([
            4,
            "timerified twice",
            { "idle": 0, "active": 0, "utilization": 0 },
            "node",
            ["ERR_INVALID_ARG_TYPE", "The \"fn\" argument must be of type function. Received type number (1)"]
        ])
    );
}

#[test]
fn packages_of_sloppy_code_ran_as_strict_code() {
    // A text has no properties, which only strict code is told.
    let value = value_of(
        "const s3 = new AWS.S3({ region: 'us-east-1', accessKeyId: 'a', secretAccessKey: 'b' });
         const request = s3.getObject({ Bucket: 'b', Key: 'k' });
         request.on('sign', (req) => { req.response.error = 'a text'; });
         return new Promise((resolve) => request.send((error) => resolve([String(error)])));",
    );
    assert_eq!(value, json!(["a text"]));
    for name in ["aws-sdk", "azure", "google-cloud", "akeyless"] {
        let file = format!("{}/js/dist/{name}.js", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&file).expect("a bundle");
        assert!(!text.starts_with("\"use strict\""), "{name}");
        assert!(!text.contains("host.ops"), "{name} gets no ops");
    }
}

#[test]
fn console_clear_was_missing() {
    assert_eq!(value_of("console.clear(); return 'went on'"), "went on");
}

#[test]
fn what_the_web_gives_was_logged_with_its_private_fields() {
    let outcome = support::Run::new(
        "function onTrack() { console.log(new TextDecoder(), [new Blob(['a'])]) }",
    )
    .track("t")
    .outcome();
    assert_eq!(
        outcome["logs"][0]["text"],
        "TextDecoder { encoding: 'utf-8', fatal: false, ignoreBOM: false } [ Blob { size: 1, type: '' } ]"
    );
}

#[test]
fn what_node_20_lacks_ran_only_here() {
    let value = value_of(
        "return [typeof Promise.withResolvers, typeof Promise.try, typeof Object.groupBy, typeof Map.groupBy,
                 typeof Array.fromAsync, typeof new Set().union, typeof [].values().map, typeof Iterator,
                 typeof RegExp.escape, typeof new Map().getOrInsert, typeof JSON.rawJSON];",
    );
    assert_eq!(value, json!(vec!["undefined"; 11]));
    // And what Node 20 has is there.
    let value = value_of(
        "return [[2, 1].toSorted(), [1, 2].findLast(n => n < 2), 'a'.isWellFormed(), Object.hasOwn({ a: 1 }, 'a'), [...[1].values()]];",
    );
    assert_eq!(value, json!([[1, 2], 1, true, true, [1]]));
}
