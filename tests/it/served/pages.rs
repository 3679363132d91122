//! What web pages, and names of strangers for this machine, get: as browsers send it.

use insta::assert_snapshot;

use super::{line, signing, url_to_get, url_to_put};
use crate::support::Folder;
use crate::support::served::{Answer, FIXED_KEY, Served};

const ALLOWED: &str = "origin: http://localhost:3000";

/// The headers that concern browsers, without those of CORS that are long.
fn for_browsers(answer: &Answer) -> String {
    let names = [
        "access-control-allow-origin",
        "access-control-allow-methods",
        "access-control-allow-headers",
        "access-control-allow-credentials",
        "vary",
        "x-content-type-options",
        "content-security-policy",
        "cross-origin-resource-policy",
    ];
    let mut text = format!("{}\n", answer.status);
    for name in names {
        if let Some(value) = answer.header(name) {
            text += &format!("{name}: {value}\n");
        }
    }
    text
}

#[test]
fn a_strangers_name_for_this_machine_was_answered() {
    let folder = Folder::new(&[]);
    let served = Served::start(&folder, &FIXED_KEY);
    let url = url_to_put(&signing(&served), "key");
    let put = |host: &str| served.ask(&[&line("PUT", &served, &url), host], "it");
    for host in [
        "host: rebind.test:4566",
        "host: 0.0.0.0",
        "host: localhost\r\nhost: a.test",
        "x: y",
    ] {
        let answer = put(host);
        assert_eq!(answer.status / 100, 4, "{host}: {answer:?}");
        assert!(answer.body.contains("Host"), "{host}: {answer:?}");
    }
    assert!(
        put("host: rebind.test")
            .body
            .contains("--allow-host rebind.test adds it")
    );
    assert!(!folder.path().join(".segfn/s3/bkt").exists());
    // A name that is let in is one that the signature can be for.
    let named = Served::start(&folder, &["--allow-host", "rebind.test"]);
    let answer = named.ask(&["GET / HTTP/1.1", "host: rebind.test:4566"], "");
    assert!(
        answer.body.contains("<Message>Access Denied<"),
        "{answer:?}"
    );
}

#[test]
fn any_web_page_read_and_wrote_objects() {
    let folder = Folder::new(&[(".segfn/s3/bkt/there", "an object")]);
    // As if the page had come by the key.
    let served = Served::start(&folder, &FIXED_KEY);
    let s3 = signing(&served);
    let (put, get) = (url_to_put(&s3, "new"), url_to_get(&s3, "there"));
    let host = format!("host: {}", served.address());
    for headers in [
        // fetch, and forms, of pages elsewhere and of other ports of this machine.
        &["origin: https://evil.example", "sec-fetch-site: cross-site"][..],
        &["origin: http://localhost:3000", "sec-fetch-site: same-site"],
        &["origin: null", "sec-fetch-site: cross-site"],
        // Browsers that know no Sec-Fetch-Site.
        &["origin: https://evil.example"],
        // Images, scripts, frames and links.
        &["sec-fetch-site: cross-site", "sec-fetch-mode: no-cors"],
        &["sec-fetch-site: same-site", "sec-fetch-mode: navigate"],
    ] {
        for (method, url) in [("PUT", &put), ("GET", &get)] {
            let first = line(method, &served, url);
            let lines = [&[first.as_str(), &host], headers].concat();
            let answer = served.ask(&lines, "of a page");
            assert_eq!(answer.refusal(), (403, "AccessForbidden"), "{lines:?}");
            assert!(answer.body.contains("--cors ORIGIN lets"), "{answer:?}");
            assert!(!answer.body.contains("an object"));
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
        let form = "Action=GetSessionToken&Version=2011-06-15";
        let kind = "content-type: application/x-www-form-urlencoded";
        let lines = [&["POST / HTTP/1.1", &host, kind], headers].concat();
        assert_eq!(served.ask(&lines, form).refusal(), (403, "AccessForbidden"));
    }
    assert!(!folder.path().join(".segfn/s3/bkt/new").exists());
    // Programs, and a person who opens a presigned URL, are served.
    for headers in [&[][..], &["sec-fetch-site: none"]] {
        let first = line("GET", &served, &get);
        let lines = [&[first.as_str(), &host], headers].concat();
        assert_eq!(served.ask(&lines, "").body, "an object");
    }
}

#[test]
fn a_page_of_an_origin_that_is_let_in_is_answered_as_by_s3() {
    let folder = Folder::new(&[]);
    let served = Served::start(&folder, &["--cors", "http://localhost:3000"]);
    let host = format!("host: {}", served.address());
    let ask = |lines: &[&str]| served.ask(&[lines, &[&host]].concat(), "");
    let wanted = "access-control-request-method: PUT";
    let names = "access-control-request-headers: content-type,x-amz-meta-a";
    let answer = ask(&["OPTIONS /bkt/key HTTP/1.1", ALLOWED, wanted, names]);
    assert_snapshot!(for_browsers(&answer), @r"
    200
    access-control-allow-origin: http://localhost:3000
    access-control-allow-methods: GET, PUT, POST, DELETE, HEAD
    access-control-allow-headers: content-type,x-amz-meta-a
    access-control-allow-credentials: true
    vary: Origin, Access-Control-Request-Headers, Access-Control-Request-Method
    x-content-type-options: nosniff
    content-security-policy: default-src 'none'; style-src 'unsafe-inline'; sandbox
    cross-origin-resource-policy: same-origin
    ");
    for (lines, refusal) in [
        (
            &[
                "OPTIONS /bkt/key HTTP/1.1",
                "origin: http://localhost:3001",
                wanted,
            ][..],
            (403, "AccessForbidden"),
        ),
        (&["OPTIONS /bkt/key HTTP/1.1", wanted], (400, "BadRequest")),
        (&["OPTIONS /bkt/key HTTP/1.1", ALLOWED], (400, "BadRequest")),
        (
            &[
                "OPTIONS /bkt/key HTTP/1.1",
                ALLOWED,
                "access-control-request-method: PATCH",
            ],
            (400, "BadRequest"),
        ),
    ] {
        assert_eq!(ask(lines).refusal(), refusal, "{lines:?}");
    }
    let s3 = signing(&served);
    let put = line("PUT", &served, &url_to_put(&s3, "key"));
    let answer = served.ask(&[&put, &host, ALLOWED, "x-amz-meta-a: b"], "it");
    assert_eq!(answer.status, 200, "{answer:?}");
    let get = line("GET", &served, &url_to_get(&s3, "key"));
    let answer = ask(&[&get, ALLOWED, "sec-fetch-site: cross-site"]);
    assert_eq!(answer.body, "it");
    assert_snapshot!(for_browsers(&answer), @r"
    200
    access-control-allow-origin: http://localhost:3000
    access-control-allow-credentials: true
    vary: Origin, Access-Control-Request-Headers, Access-Control-Request-Method
    x-content-type-options: nosniff
    content-security-policy: default-src 'none'; style-src 'unsafe-inline'; sandbox
    cross-origin-resource-policy: same-origin
    ");
    let exposed = answer
        .header("access-control-expose-headers")
        .expect("names");
    for name in ["etag", "x-amz-meta-a", "x-amz-request-id"] {
        assert!(
            exposed.split(", ").any(|exposed| exposed == name),
            "{exposed}"
        );
    }
    // What S3 refuses, the page can read, too.
    let answer = ask(&["GET /bkt/key HTTP/1.1", ALLOWED]);
    assert_eq!(answer.refusal(), (403, "AccessDenied"));
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("http://localhost:3000")
    );
}

#[test]
fn an_object_was_shown_as_a_page_of_the_api() {
    let folder = Folder::new(&[(".segfn/s3/bkt/page.html", "<script>alert(1)</script>")]);
    let served = Served::start(&folder, &[]);
    let s3 = signing(&served);
    let get = s3.get_object().bucket("bkt").key("page.html");
    let get = get
        .response_content_type("text/html")
        .presigned(super::minute());
    let url = super::uri(super::wait(get).expect("signed"));
    let host = format!("host: {}", served.address());
    let answer = served.ask(&[&line("GET", &served, &url), &host], "");
    assert_eq!(answer.header("content-type"), Some("text/html"));
    assert_snapshot!(for_browsers(&answer), @r"
    200
    x-content-type-options: nosniff
    content-security-policy: default-src 'none'; style-src 'unsafe-inline'; sandbox
    cross-origin-resource-policy: same-origin
    ");
    let refused = served.ask(&["GET /bkt/page.html HTTP/1.1", &host], "");
    assert_snapshot!(for_browsers(&refused), @r"
    403
    x-content-type-options: nosniff
    content-security-policy: default-src 'none'; style-src 'unsafe-inline'; sandbox
    cross-origin-resource-policy: same-origin
    ");
}
