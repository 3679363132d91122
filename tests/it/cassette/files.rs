//! Files that are no cassettes, or those of others.

use segfn::cassette::Cassette;
use serde_json::{Value, json};

use super::runs::{file, record, replay};
use super::server::Server;
use crate::support::server::response;

fn error(content: impl AsRef<[u8]>) -> String {
    let (folder, path) = file("traffic.har", content);
    let error = Cassette::read(&path).expect_err("no cassette");
    assert!(error.hint().is_some(), "{error}");
    let text = error.to_string();
    text.replace(&format!("{}/", folder.path().display()), "")
}

fn with_entry(request: Value, response: Value) -> String {
    json!({"log": {"entries": [{"request": request, "response": response}]}}).to_string()
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let whole = {
        let server = Server::start(|_| Some(response("200 OK", "", "x")));
        let (_, cassette) = record(&format!("await fetch('{}')", server.url));
        String::from_utf8(cassette.to_bytes()).expect("text")
    };
    let cut = &whole[..whole.len() / 2];
    assert!(
        error(cut).starts_with(&format!("traffic.har:{}:", cut.lines().count())),
        "{}",
        error(cut)
    );
    assert!(error("").contains("it is empty"));
    assert!(error("{}").contains("missing field `log`"));
    assert!(error("{\"log\":{}}").contains("missing field `entries`"));
    assert_eq!(error(b"{\n\"log\": \"\xff\"}"), "traffic.har:2: not UTF-8");
    let utf16: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(error(utf16).contains("missing field `log`"));
    let newer = whole.replace("\"version\": 1", "\"version\": 2");
    assert_eq!(
        error(newer),
        "traffic.har: this cassette has version 2, but this segfn reads versions up to 1"
    );
    let changed = r#"{"log": {"_segfn": {"version": 7, "redact": 5}, "entries": "none"}}"#;
    assert!(error(changed).contains("version 7"), "{}", error(changed));
    let get = json!({"method": "GET", "url": "http://a.example/"});
    let ok = json!({"status": 200});
    for (request, response, expected) in [
        (
            json!({"method": "G T", "url": "http://a/"}),
            ok.clone(),
            "entry 1: request.method: `G T` is not a method",
        ),
        (
            json!({"method": "GET", "url": "a"}),
            ok.clone(),
            "entry 1: request.url: `a` is not a URL",
        ),
        (
            json!({"method": "GET", "url": "data:x"}),
            ok,
            "entry 1: request.url: `data:x` has no host",
        ),
        (
            get.clone(),
            json!({"status": 9}),
            "entry 1: response.status: `9` is not a status",
        ),
        (
            get,
            json!({"status": 200, "content": {"text": "*", "encoding": "base64"}}),
            "entry 1: response.content.text: it is not base64",
        ),
    ] {
        let text = error(with_entry(request, response));
        assert!(text.contains(expected), "{text}");
    }
    let deep = format!("{{\"log\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(error(deep).contains("not a HAR"));
}

#[test]
fn what_is_no_file_is_refused_without_waiting() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = Cassette::read(&folder.path().join("none.har")).expect_err("none");
    assert!(
        missing
            .hint()
            .is_some_and(|hint| hint.contains("segfn record"))
    );
    let error = Cassette::read(folder.path()).expect_err("a folder");
    assert!(error.to_string().ends_with("is not a file"), "{error}");
    let pipe = folder.path().join("pipe.har");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .expect("mkfifo")
            .success()
    );
    let error = Cassette::read(&pipe).expect_err("a pipe");
    assert!(error.to_string().ends_with("is not a file"), "{error}");
    let huge = folder.path().join("huge.har");
    std::fs::File::create(&huge)
        .and_then(|file| file.set_len(200 << 20))
        .expect("a sparse file");
    let error = Cassette::read(&huge).expect_err("a huge file");
    assert!(error.to_string().contains("has 200 MiB"), "{error}");
}

#[test]
fn links_and_odd_names_are_read_and_a_link_stays_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("ünusual \"name\"\n.har");
    Cassette::default().write(&target).expect("written");
    let link = folder.path().join("link.har");
    std::os::unix::fs::symlink(&target, &link).expect("a link");
    assert_eq!(Cassette::read(&link).expect("read"), Cassette::default());
    Cassette::default().write(&link).expect("written");
    assert!(link.is_symlink());
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        2,
        "nothing is left over"
    );
}

#[test]
fn a_browsers_har_is_played() {
    let har = json!({"log": {
        "version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [],
        "entries": [{
            "_initiator": {"type": "script"}, "_priority": "High", "cache": {}, "connection": "443",
            "startedDateTime": "2026-01-02T03:04:05.678+02:00", "time": 12.5,
            "timings": {"blocked": 1, "dns": -1, "ssl": -1, "connect": -1, "send": 0.1, "wait": 10, "receive": 1},
            "request": {"method": "POST", "url": "https://api.example.com/x?token=real", "httpVersion": "h2",
                "headers": [{"name": ":authority", "value": "api.example.com"}, {"name": "content-type", "value": "application/json"}],
                "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 7,
                "postData": {"mimeType": "application/json", "text": "{\"a\":1}"}},
            "response": {"status": 200, "statusText": "", "httpVersion": "h2", "cookies": [],
                "headers": [{"name": "content-encoding", "value": "br"}, {"name": "content-length", "value": "999"}, {"name": ":status", "value": "200"}],
                "content": {"size": 12, "mimeType": "application/json", "text": "{\"ok\":true}"},
                "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 5, "_error": null}
        }]
    }});
    let (_folder, path) = file("traffic.har", har.to_string());
    let cassette = Cassette::read(&path).expect("a cassette");
    let body = "const r = await fetch('https://api.example.com/x?token=other', { method: 'POST', body: JSON.stringify({ a: 1 }), compress: false });
                return [r.headers.get('content-encoding'), zlib.zlib.brotliDecompressSync(await r.buffer()).toString()]";
    assert_eq!(
        replay(body, cassette)["value"],
        json!(["br", "{\"ok\":true}"])
    );
}

#[test]
fn a_browser_joins_headers_by_line_ends_and_tells_a_type_beside_them() {
    let har = json!({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [{
        "startedDateTime": "2026-01-02T03:04:05.678Z", "time": 1,
        "request": {"method": "POST", "url": "https://api.example.com/x", "headers": [],
            "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "b=2&a=%31"}},
        "response": {"status": 200, "statusText": "", "headers": [{"name": "Set-Cookie", "value": "a=1\nb=2"}],
            "content": {"size": 0, "mimeType": "", "text": ""}}
    }]}});
    let (_folder, path) = file("traffic.har", har.to_string());
    let cassette = Cassette::read(&path).expect("a cassette");
    let body = "const r = await fetch('https://api.example.com/x', { method: 'POST', body: new URLSearchParams({ b: 2, a: 1 }) });
                return r.headers.raw()['set-cookie'].map((cookie) => cookie.split('=')[0])";
    assert_eq!(replay(body, cassette)["value"], json!(["a", "b"]));
}
