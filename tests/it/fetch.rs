//! `fetch` and `https` as functions see them, against real servers on loopback
//! (docs/platform.md section 3.1).

use std::io::Write;
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::support::Run;
use crate::support::server::{response, server};

/// Runs `body` with the server's URL as `url`, once.
fn run(url: &str, body: &str) -> Run {
    let source = format!("const url = '{url}';\nasync function onTrack(event) {{\n{body}\n}}");
    Run::new(&source)
        .args(&["--kind", "destination"])
        .track("t")
}

#[test]
fn a_request_is_node_fetchs() {
    let url = server(|request| response("200 OK", "X-A: 1\r\n", request));
    let value = run(
        &url,
        "const r = await fetch(url + '/p?q=1', { method: 'patch', headers: { 'X-Test': 'é'.length }, body: new URLSearchParams({ a: 'b c' }) });
         return [r.status, r.statusText, r.ok, r.url === url + '/p?q=1', r.headers.get('x-a'), r.headers.raw()['x-a'], await r.text()]",
    )
    .value();
    assert_eq!(value[0], 200);
    assert_eq!(value[4], "1");
    assert_eq!(value[5], json!(["1"]));
    let request = value[6].as_str().unwrap();
    assert!(
        request.starts_with("PATCH /p?q=1 HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(request.ends_with("\r\n\r\na=b+c"), "{request}");
    for header in [
        "accept: */*",
        "user-agent: node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
        "accept-encoding: gzip,deflate",
        "connection: close",
        "content-length: 5",
        "content-type: application/x-www-form-urlencoded;charset=utf-8",
        "x-test: 1",
    ] {
        assert!(
            request.to_ascii_lowercase().contains(header),
            "{header}: {request}"
        );
    }
}

#[test]
fn bodies_come_back_in_every_form() {
    let url = server(|_| {
        response(
            "201 Created",
            "Content-Type: application/json\r\n",
            "{\"a\":[1,\"é\"]}",
        )
    });
    let value = run(
        &url,
        "const get = () => fetch(url);
         const json = await (await get()).json();
         const buffer = await (await get()).buffer();
         const bytes = new Uint8Array(await (await get()).arrayBuffer());
         const r = await get(); const copy = r.clone();
         const both = [await r.text(), await copy.text()];
         let twice; try { await r.text() } catch (e) { twice = e.message }
         let chunks = ''; for await (const chunk of (await get()).body) chunks += chunk.toString();
         return [json, buffer instanceof Buffer, buffer.length, bytes.length, both[0] === both[1], twice === 'body used already for: ' + url + '/', chunks]",
    )
    .value();
    assert_eq!(
        value,
        json!([{"a": [1, "é"]}, true, 14, 14, true, true, "{\"a\":[1,\"é\"]}"])
    );
}

#[test]
fn gzip_is_decoded() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all("zip ".repeat(5000).as_bytes()).unwrap();
    let body = encoder.finish().unwrap();
    let url = server(move |_| response("200 OK", "Content-Encoding: gzip\r\n", &body));
    assert_eq!(
        run(&url, "return (await (await fetch(url)).text()).length").value(),
        20_000
    );
}

#[test]
fn a_redirect_to_another_host_carried_the_credentials() {
    let other = server(|request| response("200 OK", "", request));
    let location = format!("Location: {other}/landed\r\n");
    let url = server(move |_| response("302 Found", &location, ""));
    let value = run(
        &url,
        "return [await (await fetch(url.replace('//', '//user:pw@'))).text(), AWS.util.url.resolve('http://user:pw@a/', 'http://b/')];",
    )
    .value();
    let request = value[0].as_str().expect("a request").to_ascii_lowercase();
    assert!(request.starts_with("get /landed"), "{request}");
    assert!(!request.contains("authorization"), "{request}");
    assert_eq!(value[1], "http://b/");
}

#[test]
fn redirects_are_followed_told_or_refused() {
    let url = server(|request| match request.split(' ').nth(1) {
        Some("/end") => response("200 OK", "", request.split(' ').next().unwrap()),
        Some("/loop") => response("302 Found", "Location: /loop\r\n", ""),
        _ => response("303 See Other", "Location: /end\r\n", ""),
    });
    let value = run(
        &url,
        "const followed = await fetch(url + '/start', { method: 'POST', body: 'x' });
         const manual = await fetch(url, { redirect: 'manual' });
         const fails = async (path, options) => { try { await fetch(url + path, options) } catch (e) { return [e.name, e.type] } };
         return [followed.redirected, await followed.text(), manual.status, await fails('/', { redirect: 'error' }), await fails('/loop')]",
    )
    .value();
    assert_eq!(
        value,
        json!([
            true,
            "GET",
            303,
            ["FetchError", "no-redirect"],
            ["FetchError", "max-redirect"]
        ])
    );
}

#[test]
fn a_refused_connection_is_a_fetch_error_in_nodes_words() {
    let outcome = run("http://127.0.0.1:1", "await fetch(url + '/x')").outcome();
    assert_eq!(outcome["class"], "discard");
    assert_eq!(outcome["error"]["name"], "FetchError");
    assert_eq!(
        outcome["error"]["message"],
        "request to http://127.0.0.1:1/x failed, reason: connect ECONNREFUSED 127.0.0.1:1"
    );
    let value = run(
        "http://127.0.0.1:1",
        "try { await fetch(url) } catch (e) { return [e.type, e.code, e.errno, e instanceof Error] }",
    )
    .value();
    assert_eq!(
        value,
        json!(["system", "ECONNREFUSED", "ECONNREFUSED", true])
    );
}

#[test]
fn other_failures_have_node_fetchs_types() {
    let hung = server(|_| Vec::new());
    let text = run(
        &hung,
        "try { await fetch(url) } catch (e) { return e.message }",
    )
    .value();
    assert!(
        text.as_str()
            .unwrap()
            .ends_with("failed, reason: socket hang up"),
        "{text}"
    );

    let url = server(|_| response("200 OK", "", "not json"));
    let value = run(
        &url,
        "const fails = async (act) => { try { await act() } catch (e) { return [e.name, e.type ?? null, e.message.replaceAll(url, 'URL')] } };
         const controller = new AbortController(); controller.abort();
         return [
           await fails(async () => (await fetch(url)).json()),
           await fails(() => fetch(url, { body: 'x' })),
           await fails(() => fetch('/relative')),
           await fails(() => fetch(url, { signal: controller.signal })),
           await fails(async () => (await fetch(url, { size: 2 })).text()),
         ]",
    )
    .value();
    assert_eq!(
        value,
        json!([
            [
                "FetchError",
                "invalid-json",
                "invalid json response body at URL/ reason: Unexpected token 'o', \"not json\" is not valid JSON"
            ],
            [
                "TypeError",
                null,
                "Request with GET/HEAD method cannot have body"
            ],
            ["TypeError", null, "Only absolute URLs are supported"],
            ["AbortError", "aborted", "The user aborted a request."],
            [
                "FetchError",
                "max-size",
                "content size at URL/ over limit: 2"
            ],
        ])
    );
}

#[test]
fn a_timeout_of_fetch_is_not_the_functions() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let value = run(
        &url,
        "try { await fetch(url, { timeout: 30 }) } catch (e) { return [e.name, e.type] }",
    )
    .value();
    assert_eq!(value, json!(["FetchError", "request-timeout"]));
}

#[test]
fn exchanges_are_told_in_the_order_they_began() {
    let url = server(|request| match request.starts_with("POST") {
        true => response("503 Unwell", "", "no"),
        false => response("200 OK", "", "yes"),
    });
    let outcome = run(
        &url,
        "await fetch(url + '/a'); await fetch(url + '/b?token=x', { method: 'POST', body: '1' });
         await fetch('http://127.0.0.1:1/').catch(() => {})",
    )
    .outcome();
    let told: Vec<Value> = outcome["exchanges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|exchange| {
            json!([
                exchange["via"],
                exchange["method"],
                exchange["url"],
                exchange["status"],
                exchange["error"]
            ])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!(["http", "GET", format!("{url}/a"), 200, null]),
            json!(["http", "POST", format!("{url}/b?token=x"), 503, null]),
            json!([
                "http",
                "GET",
                "http://127.0.0.1:1/",
                null,
                "connect ECONNREFUSED 127.0.0.1:1"
            ]),
        ]
    );
}

#[test]
fn the_network_can_be_closed_or_opened_for_one_host() {
    let url = server(|_| response("200 OK", "", "reached"));
    let host = url.trim_start_matches("http://");
    let body = "return (await fetch(url)).text()";
    let denied = run(&url, body).args(&["--deny-net"]).outcome();
    let message = denied["error"]["message"].as_str().unwrap();
    assert!(message.contains("--allow-net 127.0.0.1"), "{message}");
    let other = run(&url, body)
        .args(&["--allow-net", "example.com"])
        .outcome();
    assert_eq!(other["class"], "discard");
    assert_eq!(
        run(&url, body).args(&["--allow-net", host]).value(),
        "reached"
    );
}

#[test]
fn the_https_module_makes_requests_through_the_same_door() {
    let value = run(
        "https://127.0.0.1:1",
        "return new Promise((resolve) => https.get(url, () => {}).on('error', (e) => resolve([e.message, e.code, e.syscall, e.port])))",
    )
    .value();
    assert_eq!(
        value,
        json!([
            "connect ECONNREFUSED 127.0.0.1:1",
            "ECONNREFUSED",
            "connect",
            1
        ])
    );
}

#[test]
fn thousands_of_fetches_at_once_all_come_back() {
    let url = server(|_| response("200 OK", "", "x"));
    let outcome = run(
        &url,
        "const all = await Promise.all(Array.from({ length: 2000 }, async () => (await fetch(url)).text()));
         return all.length + all.join('').length",
    )
    .args(&["--timeout", "60s"])
    .outcome();
    assert_eq!(outcome["value"], 4000, "{}", outcome["error"]);
}

#[test]
fn secrets_never_appear_in_what_is_written() {
    let url = server(|request| response("200 OK", "", request));
    let run = run(
        &url,
        "const r = await fetch(url + '/?key=' + settings.apiKey, { headers: { Authorization: 'Bearer tok-en-12345' } });
         console.log(await r.text(), settings, r);
         throw new Error('with ' + settings.apiKey + ' and ' + Buffer.from(settings.apiKey).toString('base64'))",
    );
    let run = run.write(
        "segfn.toml",
        "secret = [\"apiKey\"]\n[settings]\napiKey = \"sk/live+123456\"\n",
    );
    let source = std::fs::read_to_string(run.folder().path().join("function.js")).unwrap();
    let run = run.write(
        "function.js",
        source.replace("onTrack(event)", "onTrack(event, settings)"),
    );
    // Writes the inputs.
    let _ = run.output();
    for arguments in [&["--json"][..], &[][..]] {
        let arguments = [&["run", "function.js", "inputs.ndjson"], arguments].concat();
        let (_, stdout, stderr) = run.folder().segfn(&arguments);
        let written = format!("{stdout}{stderr}");
        for secret in [
            "sk/live+123456",
            "sk%2Flive%2B123456",
            "c2svbGl2ZSsxMjM0NTY",
            "tok-en-12345",
        ] {
            assert!(!written.contains(secret), "{secret} in {written}");
        }
        assert!(written.contains("[secret"), "{written}");
    }
}
