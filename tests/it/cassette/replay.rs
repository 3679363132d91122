//! What is recorded is replayed: the outcome is the same, and nobody is asked.

use std::io::Write;

use segfn::host::HostOptions;
use segfn::net::{NetMode, Recorder};
use segfn::options::AwsMode;
use serde_json::json;

use super::runs::{file, host_options, player, record, replay, run_with};
use super::server::Server;
use crate::support::server::{closed_port, response};

/// Records `body` (with the server's URL as `url`) and replays it: the outcomes are equal but for
/// times, and the replay opens no connection. Gives the outcome.
#[track_caller]
fn same(server: &Server, body: &str) -> serde_json::Value {
    let body = format!("const url = '{}';\n{body}", server.url);
    let (live, cassette) = record(&body);
    let connections = server.connections();
    let replayed = replay(&body, cassette);
    assert_eq!(replayed, live);
    assert_eq!(server.connections(), connections, "nobody is asked");
    live
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn bodies_of_all_kinds() {
    let server = Server::start(|request| {
        let text = String::from_utf8_lossy(request);
        Some(match text.split(' ').nth(1).expect("a path") {
            "/json" => response("201 Created for you", "Content-Type: application/json\r\nX-Twice: a\r\nX-Twice: b\r\n", "{\"a\":[1.50,\"é\"]}"),
            "/binary" => response("200 OK", "Content-Type: image/png\r\n", [0, 159, 146, 150, 255]),
            "/gzip" => response("200 OK", "Content-Encoding: gzip\r\nContent-Type: application/json\r\n", gzip("{\"zipped\":true}")),
            "/nothing" => b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
            "/chunked" => b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-End: yes\r\n\r\n".to_vec(),
            _ => response("200 OK", "Content-Length: 5\r\n", ""),
        })
    });
    let outcome = same(
        &server,
        "const json = await fetch(url + '/json');
         const zipped = await fetch(url + '/gzip');
         const all = [];
         all.push(json.status, json.statusText, json.headers.raw(), await json.json());
         all.push((await (await fetch(url + '/binary')).buffer()).toString('hex'));
         all.push(zipped.headers.get('content-encoding'), await zipped.text());
         all.push((await fetch(url + '/nothing')).status);
         let chunks = ''; for await (const chunk of (await fetch(url + '/chunked')).body) chunks += chunk;
         all.push(chunks);
         return all;",
    );
    assert_eq!(outcome["value"][1], "Created for you");
    assert_eq!(outcome["value"][2]["x-twice"], json!(["a, b"]));
    assert_eq!(outcome["value"][4], "009f9296ff");
    assert_eq!(outcome["value"][6], "{\"zipped\":true}");
    assert_eq!(outcome["value"][8], "abcde");
}

#[test]
fn redirects_and_equal_requests_in_their_order() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |request| {
        let text = String::from_utf8_lossy(request);
        let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Some(match text.split(' ').nth(1).expect("a path") {
            "/start" => response("302 Found", "Location: /end?token=abc\r\n", ""),
            _ => response("200 OK", "", number.to_string()),
        })
    });
    let outcome = same(
        &server,
        "const first = await fetch(url + '/start');
         const rest = [];
         for (let i = 0; i < 3; i++) rest.push(await (await fetch(url + '/n')).text());
         return [first.redirected, await first.text(), rest];",
    );
    assert_eq!(outcome["value"], json!([true, "1", ["2", "3", "4"]]));
}

#[test]
fn requests_are_shown_as_they_were_sent() {
    let server = Server::start(|_| Some(response("200 OK", "", "{}")));
    let outcome = same(
        &server,
        "const post = (body, headers) => fetch(url, { method: 'POST', body, headers });
         await post(JSON.stringify({ at: Date.now(), id: crypto.randomUUID(), password: 'p' }), { 'Content-Type': 'application/json', Authorization: 'Bearer abcdef' });
         await post(new URLSearchParams({ a: 'b c', client_secret: 'x' }));
         const form = new FormData(); form.append('name', 'v'); form.append('file', Buffer.from('{\"k\":1}'), { filename: 'f.json', contentType: 'application/json' });
         await post(form);
         const { gzipSync } = zlib.zlib;
         await post(gzipSync('{\"zipped\":1}'), { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' });
         await post(Buffer.from([0, 255]));",
    );
    let request = |index: usize| &outcome["exchanges"][index]["request"];
    assert_eq!(
        request(0)["headers"]["authorization"],
        "Bearer [secret authorization]"
    );
    assert_eq!(request(0)["body"]["json"]["password"], "[secret password]");
    assert_eq!(
        request(1)["body"]["form"],
        json!([["a", "b c"], ["client_secret", "[secret client_secret]"]])
    );
    assert_eq!(
        request(2)["body"]["multipart"],
        json!([
            {"name": "name", "body": {"text": "v"}},
            {"name": "file", "filename": "f.json", "type": "application/json", "body": {"json": {"k": 1}}}
        ])
    );
    assert_eq!(request(3)["body"]["json"], json!({"zipped": 1}));
    assert_eq!(request(4)["body"]["base64"], "AP8=");
}

#[test]
fn streamed_requests() {
    let server = Server::start(|request| {
        let text = String::from_utf8_lossy(request);
        Some(response(
            "200 OK",
            "",
            text.split("\r\n\r\n").nth(1).expect("a body"),
        ))
    });
    let outcome = same(
        &server,
        "const { createGzip } = zlib.zlib;
         const stream = createGzip(); stream.write('{\"a\":'); stream.end('1}');
         const r = await fetch(url, { method: 'POST', body: stream, headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' } });
         return (await r.buffer()).length > 10;",
    );
    assert_eq!(
        outcome["exchanges"][0]["request"]["body"]["json"],
        json!({"a": 1})
    );
}

#[test]
fn failures() {
    let (_held, port) = closed_port();
    let server = Server::start(|request| {
        let text = String::from_utf8_lossy(request);
        Some(match text.split(' ').nth(1).expect("a path") {
            "/broken" => b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec(),
            "/nonsense" => b"what\r\n\r\n".to_vec(),
            _ => Vec::new(),
        })
    });
    let outcome = same(
        &server,
        &format!(
            "const fails = async (to) => {{ try {{ await (await fetch(to)).text() }} catch (e) {{ return [e.name, e.code, e.errno, e.message.replace(/\\d{{4,}}/g, 'N')] }} }};
             const half = await fetch(url + '/broken'); let read = ''; half.body.on('data', (chunk) => read += chunk);
             await new Promise((resolve) => setTimeout(resolve, 1000));
             return [await fails('http://127.0.0.1:{port}/'), read, await fails(url + '/nonsense'), await fails(url + '/hang-up')];"
        ),
    );
    assert_eq!(outcome["value"][0][1], "ECONNREFUSED", "{outcome:#}");
    assert_eq!(outcome["value"][1], "half");
    assert_eq!(outcome["exchanges"][0]["error"], "aborted");
    assert_eq!(outcome["value"][3][1], "ECONNRESET");
}

#[test]
fn what_was_never_answered_is_not_waited_for_in_a_replay() {
    let server = Server::start(|_| None);
    let body = format!(
        "const started = Date.now();
         try {{ await fetch('{}/slow', {{ timeout: 3000 }}) }} catch (e) {{ return [e.name, Date.now() - started] }}",
        server.url
    );
    let started = std::time::Instant::now();
    let (live, cassette) = record(&body);
    assert!(
        started.elapsed().as_secs() >= 3,
        "the timer is really waited for"
    );
    assert_eq!(live["value"], json!(["FetchError", 3000]), "{live:#}");
    let started = std::time::Instant::now();
    assert_eq!(replay(&body, cassette), live);
    assert!(started.elapsed().as_secs() < 3, "it waited");
}

#[test]
fn a_body_that_nobody_reads_is_recorded_too() {
    let server = Server::start(|_| Some(response("200 OK", "", "x".repeat(300_000))));
    let (_, cassette) = record(&format!("return (await fetch('{}')).status", server.url));
    let read = format!(
        "return (await (await fetch('{}')).text()).length",
        server.url
    );
    assert_eq!(replay(&read, cassette)["value"], 300_000);
}

#[test]
fn aws_answers_from_a_cassette_without_the_machines_credentials() {
    let har = json!({"log": {"_segfn": {"version": 1}, "entries": [{
        "_via": "aws",
        "request": {"method": "GET", "url": "https://bkt.s3.eu-west-1.amazonaws.com/k", "headers": []},
        "response": {"status": 200, "headers": [{"name": "etag", "value": "\"x\""}],
            "content": {"text": "stored", "mimeType": "text/plain"}}
    }]}});
    let (_folder, path) = file("traffic.har", har.to_string());
    let cassette = segfn::cassette::Cassette::read(&path).expect("a cassette");
    let player = player(cassette, &[]);
    // Nothing of the machine is asked for, be it there or not: that would be the error here.
    let outcome = run_with(
        "const s3 = new AWS.S3({ region: 'eu-west-1' });
         const { Body } = await s3.getObject({ Bucket: 'bkt', Key: 'k' }).promise();
         const other = await s3.putObject({ Bucket: 'bkt', Key: 'k', Body: 'x' }).promise().catch((e) => e.code);
         return [Body.toString(), other];",
        HostOptions {
            aws: AwsMode::Real,
            ..host_options(NetMode::Replay(player.clone()))
        },
    );
    assert_eq!(
        outcome["value"],
        json!(["stored", "ERR_SEGFN_NOT_RECORDED"]),
        "{outcome:#}"
    );
    assert_eq!(player.misses().len(), 1);
}

#[test]
fn what_is_too_large_is_not_recorded_and_told() {
    let server = Server::start(|request| {
        let large = request.starts_with(b"GET /large");
        Some(response(
            "200 OK",
            "",
            vec![b'x'; if large { 65 << 20 } else { 1 }],
        ))
    });
    let recorder = Recorder::new();
    let host = host_options(NetMode::Record(recorder.clone()));
    let redactor = host.redactor();
    let outcome = run_with(
        &format!(
            "const size = async (path) => {{
               let size = 0;
               for await (const part of (await fetch('{}' + path)).body) size += part.length;
               return size;
             }};
             return [await size('/small'), await size('/large')]",
            server.url
        ),
        host,
    );
    assert_eq!(
        outcome["value"],
        json!([1, 65 << 20]),
        "the function has it all the same"
    );
    let recorded = recorder.finish(&redactor);
    assert_eq!(recorded.cassette.exchanges.len(), 1);
    assert!(
        recorded.warnings[0].contains("was not recorded: a cassette may hold at most 64 MiB"),
        "{:?}",
        recorded.warnings
    );
}
