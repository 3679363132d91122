use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::cassette::payload::Payload;
use crate::cassette::{Coding, Redaction};
use crate::json::arbitrary::json;
use crate::secrets::stand_in;

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| {
    let secrets = Secrets::default();
    secrets.add("apiKey", "s3cr3t value+/&");
    let texts = |list: &[&str]| {
        list.iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let redaction = Redaction {
        headers: texts(&["X-Customer"]),
        json: texts(&["$.user.email", "items[*].ssn"]),
        patterns: texts(&[r"\d{4}-\d{4}-\d{4}-\d{4}"]),
        keep: texts(&["$.page.token"]),
        pseudonymize: None,
    };
    let rules = Rules::new(&[], &redaction);
    Redactor::new(Arc::new(rules.expect("rules")), Arc::new(secrets))
});

fn body(bytes: impl Into<Bytes>, kind: &str) -> String {
    let mut payload = Payload {
        bytes: bytes.into(),
        codings: Vec::new(),
    };
    REDACTOR.payload(&mut payload, Some(kind));
    String::from_utf8(payload.bytes.to_vec()).expect("text")
}

#[test]
fn headers_lose_their_secrets() {
    let redactor = &*REDACTOR;
    for (name, value, expected) in [
        (
            "Authorization",
            "Bearer abc",
            "Bearer [secret authorization]",
        ),
        ("authorization", "abc", "[secret authorization]"),
        (
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/x, Signature=y",
            "AWS4-HMAC-SHA256 [secret authorization]",
        ),
        ("Cookie", "a=1; b=2", "a=[secret cookie]; b=[secret cookie]"),
        (
            "Set-Cookie",
            "a=1; Path=/; HttpOnly",
            "a=[secret cookie]; Path=/; HttpOnly",
        ),
        (
            "X-Shopify-Access-Token",
            "x",
            "[secret x-shopify-access-token]",
        ),
        ("x-api-key", "x", "[secret x-api-key]"),
        ("x-customer", "x", "[secret x-customer]"),
        ("x-amz-security-token", "x", "[secret x-amz-security-token]"),
        ("access-control-allow-credentials", "true", "true"),
        ("x-note", "is s3cr3t value+/&", "is [secret apiKey]"),
        ("content-type", "text/plain", "text/plain"),
        (
            "location",
            "/next?token=abc&page=2",
            "/next?token=%5Bsecret+token%5D&page=2",
        ),
    ] {
        assert_eq!(redactor.header(name, value), expected, "{name}");
    }
}

#[test]
fn urls_lose_their_secrets() {
    let redactor = &*REDACTOR;
    for (url, expected) in [
        (
            "https://a.example/p?x=1&y=a%20b",
            "https://a.example/p?x=1&y=a%20b",
        ),
        ("https://u:p@a.example/", "https://a.example/"),
        (
            "https://a.example/p?api_key=x&q=1&access_token=",
            "https://a.example/p?api_key=%5Bsecret+api_key%5D&q=1&access_token=",
        ),
        (
            "https://a.example/p/s3cr3t%20value%2B%2F%26/x",
            "https://a.example/p/[secret%20apiKey]/x",
        ),
        (
            "https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Expires=60&X-Amz-Signature=s&X-Amz-Credential=c",
            "https://b.s3.amazonaws.com/k?X-Amz-Date=%5Bsecret+X-Amz-Date%5D&X-Amz-Expires=60&X-Amz-Signature=%5Bsecret+X-Amz-Signature%5D&X-Amz-Credential=%5Bsecret+X-Amz-Credential%5D",
        ),
        ("not a url s3cr3t value+/&", "not a url [secret apiKey]"),
    ] {
        assert_eq!(redactor.url(url), expected);
    }
}

#[test]
fn json_loses_its_secrets() {
    let value = json!({
        "user": {"email": "a@b.example", "name": "n"},
        "items": [{"ssn": 5}, {"ssn": {"deep": true}}],
        "card": "4111-1111-1111-1111",
        "password": "hunter2",
        "refresh_token": "r",
        "next_page_token": "p",
        "s3cr3t value+/&": "k",
        "url": "https://a.example/?sig=x",
        "inner": "{\"client_secret\":\"c\",\"n\":1}",
        "basic": "dTpzM2NyM3QgdmFsdWUrLyY=",
        "untouched": 1.50
    });
    let redacted: Json = Json::parse(&body(value.to_string(), "application/json")).expect("JSON");
    assert_eq!(
        redacted,
        json!({
            "user": {"email": "[secret email]", "name": "n"},
            "items": [{"ssn": "[secret ssn]"}, {"ssn": "[secret ssn]"}],
            "card": "[secret pattern]",
            "password": "[secret password]",
            "refresh_token": "[secret refresh_token]",
            "next_page_token": "p",
            "[secret apiKey]": "k",
            "url": "https://a.example/?sig=%5Bsecret+sig%5D",
            "inner": "{\"client_secret\":\"[secret client_secret]\",\"n\":1}",
            "basic": redacted["basic"],
            "untouched": 1.50
        })
    );
    let basic = redacted["basic"].as_str().expect("a text");
    assert!(basic.contains("[secret apiKey]"), "{basic}");
    let exact = "{ \"a\": 1.50, \"a\": 2 }";
    assert_eq!(
        body(exact, "application/json"),
        exact,
        "bytes stay as they were sent"
    );
}

#[test]
fn other_bodies_lose_their_secrets() {
    assert_eq!(
        body(
            "a=1&password=x&k=s3cr3t+value%2B%2F%26",
            "application/x-www-form-urlencoded"
        ),
        "a=1&password=%5Bsecret+password%5D&k=%5Bsecret+apiKey%5D"
    );
    assert_eq!(
        body(
            "<a><Password x='1'>p</Password><b>s3cr3t value+/&amp;</b></a>",
            "text/xml"
        ),
        "<a><Password x='1'>[secret Password]</Password><b>[secret apiKey]</b></a>"
    );
    let sts = "<R><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>wJalr</SecretAccessKey><SessionToken>FQo</SessionToken></Credentials></R>";
    let redacted = body(sts, "text/xml");
    for gone in ["ASIAIOSFODNN7EXAMPLE", "wJalr", "FQo"] {
        assert!(!redacted.contains(gone), "{redacted}");
    }
    assert!(redacted.contains(&format!("<AccessKeyId>{}</AccessKeyId>", stand_in::KEY_ID)));
    let form = "--xx\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\nv\r\n--xx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"s3cr3t value+/&.json\"\r\nContent-Type: application/json\r\n\r\n{\"password\":\"p\"}\r\n--xx--\r\n";
    let redacted = body(form, "multipart/form-data; boundary=xx");
    assert!(
        redacted.contains("\r\n\r\n[secret api_key]\r\n"),
        "{redacted}"
    );
    assert!(
        redacted.contains("filename=\"[secret apiKey].json\""),
        "{redacted}"
    );
    assert!(
        redacted.contains("{\"password\":\"[secret password]\"}"),
        "{redacted}"
    );
}

#[test]
fn compressed_bodies_are_looked_into() {
    let zipped = super::super::coding::gzip(b"{\"k\":\"s3cr3t value+/&\"}");
    let whole = Payload::decode(zipped.clone(), None);
    assert_eq!(whole.codings, [Coding::Gzip]);
    let redactor = &*REDACTOR;
    // In the middle of a form, and cut off.
    for bytes in [zipped.clone(), zipped.slice(..zipped.len() - 4)] {
        let redacted = redactor.binary(&bytes).expect("something to replace");
        let (plain, _) = super::super::coding::gunzip(&redacted).expect("gzip");
        assert_eq!(plain, b"{\"k\":\"[secret apiKey]\"}");
    }
    let clean = super::super::coding::gzip(b"nothing");
    assert_eq!(redactor.binary(&clean), None);
    let text = STANDARD.encode(&zipped);
    assert_ne!(redactor.string(&text, Scope::VALUE), text);
}

#[test]
fn what_is_redacted_stays_so() {
    let redactor = &*REDACTOR;
    let once = redactor.url("https://a.example/s3cr3t%20value%2B%2F%26?api_key=x");
    assert_eq!(redactor.url(&once), once);
    let once = body(
        "{\"password\":\"x\",\"AccessKeyId\":\"AKIAIOSFODNN7EXAMPLE\"}",
        "application/json",
    );
    assert_eq!(body(once.clone(), "application/json"), once);
}

#[test]
fn a_setting_that_is_a_whole_url_was_written_into_the_cassette() {
    let secrets = Secrets::default();
    secrets.add("hook", "https://hooks.example.com/services/T0/B0/XXXX");
    let redactor = Redactor::new(Arc::default(), Arc::new(secrets));
    for (url, shown) in [
        (
            "https://hooks.example.com/services/T0/B0/XXXX",
            "https://secret.invalid/[secret%20hook]",
        ),
        (
            "https://hooks.example.com/services/T0/B0/XXXX/more?a=1",
            "https://secret.invalid/[secret%20hook]/more?a=1",
        ),
        (
            "https://hooks.example.com/else",
            "https://hooks.example.com/else",
        ),
    ] {
        assert_eq!(redactor.url(url), shown);
        // What was redacted once stays as it is.
        assert_eq!(redactor.url(shown), shown);
    }
    let mut request = Request {
        method: "POST".into(),
        url: "https://hooks.example.com/services/T0/B0/XXXX".into(),
        headers: vec![("Host".into(), "hooks.example.com".into())],
        ..Request::default()
    };
    redactor.request(&mut request);
    assert_eq!(request.headers[0].1, "secret.invalid");
}

/// What bodies and URLs are made of: secrets, what stands for them, and what is around them.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "s3cr3t value+/&",
        "s3cr3t%20value%2B%2F%26",
        "s3cr3t+value%2B%2F%26",
        "[secret apiKey]",
        "%5Bsecret+apiKey%5D",
        "password",
        "token",
        "X-Amz-Signature",
        "4111-1111-1111-1111",
        "AKIAIOSFODNN7EXAMPLE",
        "https://u:p@a.example/p?sig=1#f",
        "{\"password\":\"x\"}",
        "<a><password>x</password></a>",
        "=",
        "&",
        "?",
        "/",
        "%",
        ";",
        " ",
        "é",
    ];
    prop_oneof![
        4 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..6).prop_map(|pieces| pieces.concat())
}

fn redacted(bytes: &Bytes, kind: &str) -> Bytes {
    let mut payload = Payload {
        bytes: bytes.clone(),
        codings: Vec::new(),
    };
    REDACTOR.payload(&mut payload, Some(kind));
    payload.bytes
}

fn redact_twice(text: String, kind: &str) -> Result<(), TestCaseError> {
    let once = redacted(&text.into(), kind);
    prop_assert_eq!(redacted(&once, kind), once);
    Ok(())
}

proptest! {
    #[test]
    fn a_form_is_redacted_once(text in text()) {
        redact_twice(text, "application/x-www-form-urlencoded")?;
    }

    #[test]
    fn a_text_is_redacted_once(text in text()) {
        redact_twice(text, "text/plain")?;
    }

    #[test]
    fn markup_is_redacted_once(text in text()) {
        redact_twice(format!("<r>{text}</r>"), "text/xml")?;
    }

    #[test]
    fn json_is_redacted_once(value in crate::json::arbitrary::value(), name in text(), text in text()) {
        let item = Json::object([(&name, text.into())]);
        let value = Json::object([("user", value), ("items", vec![item].into())]);
        redact_twice(value.to_string(), "application/json")?;
    }

    #[test]
    fn where_no_name_tells_of_a_secret_names_make_no_difference(
        value in crate::json::arbitrary::value(),
        texts in proptest::collection::vec(prop_oneof![text(), "[a-z]{0,8}[:={<\\[/&?]{0,3}[A-Za-z0-9]{0,12}"], 3),
        name in prop_oneof!["name", "type", "id", "note", "page", "tags"],
    ) {
        let redactor = Redactor::default();
        let texts = texts.into_iter().map(Json::from).collect::<Vec<_>>();
        let value = Json::object([(&name, texts[0].clone()), ("value", texts[1].clone()), ("a", value), ("b", texts.into())]);
        let text = value.to_string();
        let document = Document::parse(&text).expect("JSON");
        let scope = Scope { plain: redactor.is_plain(&text), ..Scope::VALUE };
        let edits = redactor.edits_of(&document, 0, scope);
        prop_assert_eq!(edits, redactor.edits_by_names(&document, 0, scope), "{}", text);
    }

    #[test]
    fn bytes_are_redacted_once(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in text()) {
        let bytes = Bytes::from([&bytes[..], text.as_bytes()].concat());
        let once = redacted(&bytes, "");
        prop_assert_eq!(redacted(&once, ""), once);
    }

    #[test]
    fn a_url_is_redacted_once(start in prop_oneof!["", "/", "https://a.example/", "//"], text in text()) {
        let redactor = &*REDACTOR;
        let once = redactor.url(&format!("{start}{text}"));
        prop_assert_eq!(redactor.url(&once), once);
    }

    #[test]
    fn a_header_is_redacted_once(
        name in prop_oneof!["authorization", "cookie", "set-cookie", "location", "x-customer", "x-note"],
        text in text(),
    ) {
        let redactor = &*REDACTOR;
        let once = redactor.header(&name, &text);
        prop_assert_eq!(redactor.header(&name, &once), once);
    }

    #[test]
    fn no_secret_is_left_in_json(name in text(), before in text(), after in text()) {
        let secret = "s3cr3t value+/&";
        let value = json!({name: [format!("{before}{secret}{after}")]});
        let body = redacted(&value.to_string().into(), "application/json");
        let body = String::from_utf8_lossy(&body);
        prop_assert!(!body.contains(secret), "{body}");
    }
}
