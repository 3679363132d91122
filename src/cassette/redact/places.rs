//! Where secrets stand that nobody named: each place is tried, and how many are missed is counted.

use super::*;
use crate::cassette::payload::Payload;
use crate::cassette::recorded_exchange::Response;

/// Secrets that their names tell. What they look like must not matter.
const VALUES: [&str; 4] = [
    "hunter2",
    "WK-1234567890",
    "correct horse",
    "0a1b2c3d4e5f67890a1b2c3d",
];

/// A type and a body, in which `§` is the secret.
const BODIES: &[(&str, &str)] = &[
    ("application/json", r#"{"password":"§"}"#),
    ("application/json", r#"{ "api_key" : "§" , "n" : 1.10 }"#),
    ("application/json", r#"{"token":"§"}"#),
    ("application/json", r#"{"writeKey":"§","event":"x"}"#),
    ("application/json", r#"{"webhook_secret":"§"}"#),
    ("application/json", r#"{"accessKey":"§"}"#),
    ("application/json", r#"{"pwd":"§"}"#),
    (
        "application/json",
        r#"{"user":{"credentials":{"login":"a","value":"§"}}}"#,
    ),
    ("application/json", r#"{"credentials":["§"]}"#),
    ("application/json", r#"{"secrets":{"a":{"b":["x",["§"]]}}}"#),
    (
        "application/json",
        r#"{"token":{"type":"Bearer","value":"§","expires_in":3600}}"#,
    ),
    ("application/json", r#"[{"name":"password","value":"§"}]"#),
    (
        "application/json",
        r#"{"fields":[{"value":"§","key":"apiKey"}]}"#,
    ),
    (
        "application/json",
        r#"{"headers":[{"name":"X-Api-Key","value":"§"}]}"#,
    ),
    (
        "application/json",
        r#"{"params":[{"field":"client_secret","value":["§"]}]}"#,
    ),
    ("application/json", r#"{"headers":{"X-Key":"§"}}"#),
    (
        "application/json",
        r#"{"request":{"headers":{"X-Hub-Signature":"§"}}}"#,
    ),
    (
        "application/json",
        r#"{"rawHeaders":["Host","a","Authorization","Bearer §"]}"#,
    ),
    ("application/json", r#"[["user","a"],["password","§"]]"#),
    (
        "application/json",
        r#"{"auth":{"type":"apiKey","value":"§"}}"#,
    ),
    (
        "application/json",
        r#"{"inputs":[{"id":"password","value":"§"}]}"#,
    ),
    ("application/json", r#"{"data":"{\"password\":\"§\"}"}"#),
    (
        "application/json",
        r#"{"data":"{\"a\":\"{\\\"token\\\":\\\"§\\\"}\"}"}"#,
    ),
    (
        "application/json",
        r#"{"xml":"<a><password>§</password></a>"}"#,
    ),
    (
        "application/json",
        r#"{"form":"grant_type=password&password=§"}"#,
    ),
    (
        "application/json",
        r#"{"url":"https://a.example/x?api_key=§&b=1"}"#,
    ),
    (
        "application/json",
        r#"{"log":"request failed: {\"password\":\"§\"} at 12"}"#,
    ),
    (
        "application/json",
        r#"{"log":"called https://a.example/?access_token=§ twice"}"#,
    ),
    (
        "application/json",
        r#"{"password":"§","title":"cut \ud83d"}"#,
    ),
    ("application/json", r#"{"password":"§","n":1e400}"#),
    ("application/json", r#"{"password":"§",}"#),
    ("application/json", r#"{password:"§"}"#),
    ("application/json", r#"{'password':'§'}"#),
    (
        "application/json",
        r#"{"password":"§","deep":[[[[[[1]]]]]],"cut":"#,
    ),
    (
        "application/json",
        "{\"password\":\"§\"}\n{\"token\":\"§\"}\n",
    ),
    ("application/json", "\u{feff}{\"password\":\"§\"}"),
    ("application/json", r#"{"a":1,"passw\u006frd":"§"}"#),
    ("application/json", r#"{"token":"a1","token":"§"}"#),
    (
        "application/graphql+json",
        r#"{"query":"mutation","variables":{"input":{"userPassword":"§"}}}"#,
    ),
    (
        "application/vnd.api+json; charset=utf-8",
        r#"{"data":{"attributes":{"client-secret":"§"}}}"#,
    ),
    ("text/plain", r#"{"refresh_token":"§"}"#),
    ("text/plain", "password=§"),
    ("text/plain", "api_key: 1\nsecret=§\n"),
    ("text/plain", "client_id=a&client_secret=§"),
    ("", "client_id=a&client_secret=§"),
    ("", "user%5Bpassword%5D=§"),
    ("application/json", "client_id=a&client_secret=§"),
    ("application/octet-stream", r#"{"apikey":"§"}"#),
    (
        "text/html",
        r#"<form><input name="csrf_token" value="§"></form>"#,
    ),
    ("text/html", r#"<meta name="api-key" content="§">"#),
    (
        "text/html",
        r#"<script>var config = {"apiKey":"§"};</script>"#,
    ),
    ("text/html", r#"<script>window.x = {apiKey: '§'};</script>"#),
    ("text/javascript", r#"callback({"access_token":"§"})"#),
    ("application/x-www-form-urlencoded", "password=§"),
    ("application/x-www-form-urlencoded", "user[password]=§"),
    (
        "application/x-www-form-urlencoded",
        "user%5Bapi_key%5D=§&x=1",
    ),
    (
        "application/x-www-form-urlencoded",
        "payload=%7B%22token%22%3A%22§%22%7D",
    ),
    (
        "application/x-www-form-urlencoded",
        "next=https%3A%2F%2Fa.example%2F%3Ftoken%3D§",
    ),
    (
        "application/x-www-form-urlencoded",
        "grant_type=authorization_code&code=§",
    ),
    (
        "application/x-www-form-urlencoded",
        "assertion_type=x&client_assertion=§",
    ),
    ("text/xml", "<a><password>§</password></a>"),
    ("text/xml", "<a><ns:ApiKey xmlns:ns=\"x\">§</ns:ApiKey></a>"),
    ("text/xml", "<a password=\"§\"/>"),
    ("text/xml", "<a x='1' apiKey='§'>b</a>"),
    ("text/xml", "<a><param name=\"password\" value=\"§\"/></a>"),
    ("text/xml", "<a><param name=\"password\">§</param></a>"),
    (
        "text/xml",
        "<credentials><user>a</user><value>§</value></credentials>",
    ),
    ("text/xml", "<a><secret><![CDATA[§]]></secret></a>"),
    ("text/xml", "<a><![CDATA[{\"password\":\"§\"}]]></a>"),
    ("text/xml", "<a>{\"password\":\"§\"}</a>"),
    ("text/xml", "<a>{&quot;password&quot;:&quot;§&quot;}</a>"),
    (
        "text/xml",
        "<soap:Envelope><soap:Header><wsse:Security><wsse:Password Type=\"x\">§</wsse:Password></wsse:Security></soap:Header></soap:Envelope>",
    ),
    (
        "application/soap+xml",
        "<?xml version=\"1.0\"?><a><clientSecret>\n  §\n</clientSecret></a>",
    ),
    (
        "application/xml",
        "<a><b>grant_type=x&amp;client_secret=§</b></a>",
    ),
    (
        "multipart/form-data; boundary=xx",
        "--xx\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\n§\r\n--xx--\r\n",
    ),
    (
        "multipart/form-data; boundary=xx",
        "--xx\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{\"token\":\"§\"}\r\n--xx--\r\n",
    ),
    (
        "multipart/form-data; boundary=xx",
        "--xx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n{\"privateKey\":\"§\"}\r\n--xx--\r\n",
    ),
    (
        "multipart/form-data; boundary=xx",
        "--xx\r\nContent-Disposition: form-data; name=\"user[password]\"\r\n\r\n§\r\n--xx--\r\n",
    ),
];

/// Headers whose values are secret.
const HEADERS: &[(&str, &str)] = &[
    ("Authorization", "Bearer §"),
    ("Authorization", "§"),
    ("Proxy-Authorization", "Basic §"),
    ("Cookie", "sid=§; a=b"),
    ("Set-Cookie", "sid=§; Path=/"),
    ("X-Api-Key", "§"),
    ("apikey", "§"),
    ("Api-Token", "§"),
    ("X-Auth-Token", "§"),
    ("Ocp-Apim-Subscription-Key", "§"),
    ("X-Functions-Key", "§"),
    ("X-Shopify-Access-Token", "§"),
    ("X-Shopify-Hmac-Sha256", "§"),
    ("X-Hub-Signature-256", "sha256=§"),
    ("Stripe-Signature", "t=1,v1=§"),
    ("X-Vault-Token", "§"),
    ("X-Session-Id", "§"),
    ("DD-API-KEY", "§"),
    ("X-Insert-Key", "§"),
    ("X-Client-Secret", "§"),
    ("X-Password", "§"),
    ("Location", "https://a.example/?token=§"),
    ("Location", "/next?api_key=§"),
    (
        "Location",
        "https://a.example/#access_token=§&token_type=bearer",
    ),
    ("Referer", "https://a.example/?password=§"),
    (
        "Link",
        "<https://a.example/?page=2&access_token=§>; rel=\"next\"",
    ),
    ("X-Context", "{\"token\":\"§\"}"),
    ("Refresh", "5; url=https://a.example/?api_key=§"),
];

/// URLs with a secret.
const URLS: &[&str] = &[
    "https://a.example/?hapikey=§",
    "https://a.example/?api_key=§&x=1",
    "https://a.example/?x=1&access_token=§",
    "https://a.example/?token=§",
    "https://a.example/?sig=§",
    "https://a.example/?client_secret=§",
    "https://a.example/?user[password]=§",
    "https://a.example/?user%5Bpassword%5D=§",
    "https://a.example/?subscription-key=§",
    "https://a.example/?apiKey=§#x",
    "https://a.example/?q={\"token\":\"§\"}",
    "https://a.example/?redirect=https%3A%2F%2Fb.example%2F%3Faccess_token%3D§",
    "https://user:§@a.example/",
    "https://a.example/#access_token=§",
    "https://a.example/?pwd=§",
    "https://a.example/?oauth_signature=§",
    "https://a.example/?auth=§",
    "https://a.example/?sessionid=§",
];

/// Bodies that have no secret, whatever it looks like.
const PLAIN_BODIES: &[(&str, &str)] = &[
    (
        "application/json",
        r#"{"title":"The token ring","author":"A. Key","password_hint":true}"#,
    ),
    (
        "application/json",
        r#"{"tokens_used":12,"max_tokens":4096,"token_type":"bearer","expires_in":3600}"#,
    ),
    (
        "application/json",
        r#"{"keyword":"monkey","passport":"P1234567","keys":["a","b"],"key":"color"}"#,
    ),
    (
        "application/json",
        r#"{"next_page_token":"CAUQAA1234567890","pageToken":"abcdef1234567890"}"#,
    ),
    (
        "application/json",
        r#"{"name":"Alice","value":"a simple word 12345"}"#,
    ),
    (
        "application/json",
        r#"{"description":"Your password must have 8 characters, the token: none"}"#,
    ),
    (
        "application/json",
        r#"{"cookie_consent":"given","secretary":"Bob","session_count":12}"#,
    ),
    (
        "application/json",
        r#"{"id":"4f9b2c1e-8d7a-4b6c-9e3f-1a2b3c4d5e6f","hash":"0123456789abcdef0123"}"#,
    ),
    (
        "application/json",
        r#"{"code":"ERR_12345_ABC","state":"CA","pass":true,"auth":false}"#,
    ),
    (
        "application/json",
        r#"{ "a" : 1.10 , "a": 12345678901234567890123, "b": "\u00e9" }"#,
    ),
    (
        "text/xml",
        "<book title=\"The secret token\"><author>Key &amp; Co</author><keyword>pass</keyword></book>",
    ),
    ("text/plain", "The secret: is out. Token: expired. a=b"),
    (
        "application/x-www-form-urlencoded",
        "keyword=token&author=key+smith&page_token=abc123def456",
    ),
    (
        "text/html",
        "<p>Forgot password? <a href=\"/reset\">Reset</a></p>",
    ),
];

fn body_of(kind: &str, body: &str) -> String {
    let redactor = Redactor::default();
    let mut exchange = RecordedExchange {
        answer: Answer::Response(Response {
            headers: vec![("Content-Type".into(), kind.into())],
            body: Payload {
                bytes: body.to_owned().into(),
                codings: Vec::new(),
            },
            ..Response::default()
        }),
        via: crate::outcome::Via::Http,
        started: std::time::SystemTime::UNIX_EPOCH,
        ms: 0.0,
        assumed: false,
        request: Request::default(),
    };
    exchange.request.headers = vec![("Content-Type".into(), kind.into())];
    exchange.request.body.bytes = body.to_owned().into();
    redactor.exchange(&mut exchange);
    let Answer::Response(response) = exchange.answer else {
        unreachable!("it had one");
    };
    assert_eq!(response.body.bytes, exchange.request.body.bytes);
    String::from_utf8(response.body.bytes.to_vec()).expect("text")
}

#[test]
fn no_place_of_a_secret_is_missed() {
    let redactor = Redactor::default();
    let (mut tried, mut left) = (0, Vec::new());
    let mut check = |place: String, secret: &str, redacted: String| {
        tried += 1;
        let forms = [
            secret.to_owned(),
            secret.replace(' ', "+"),
            secret.replace(' ', "%20"),
        ];
        if forms.iter().any(|form| redacted.contains(form)) {
            left.push(format!("{place}: {redacted}"));
        }
    };
    for value in VALUES {
        for (kind, body) in BODIES {
            let is_form = kind.contains("form-url") || body.contains("=§") && !body.contains('<');
            let bare = value.replace(' ', if is_form { "+" } else { " " });
            let redacted = body_of(kind, &body.replace('§', &bare));
            check(format!("{kind} {body}"), value, redacted);
        }
        for (name, header) in HEADERS {
            let bare = if header.contains("://") {
                &value.replace(' ', "+")
            } else {
                value
            };
            check(
                format!("{name}: {header}"),
                value,
                redactor.header(name, &header.replace('§', bare)),
            );
        }
        for url in URLS {
            check(
                (*url).to_owned(),
                value,
                redactor.url(&url.replace('§', &value.replace(' ', "+"))),
            );
        }
    }
    assert!(
        left.len() * 50 < tried,
        "{} of {tried} in clear: {left:#?}",
        left.len()
    );
    assert!(
        left.is_empty(),
        "{} of {tried} in clear: {left:#?}",
        left.len()
    );
}

#[test]
fn ordinary_bodies_stay_as_they_are() {
    for (kind, body) in PLAIN_BODIES {
        assert_eq!(body_of(kind, body), *body, "{kind}");
    }
}

#[test]
fn a_redacted_body_keeps_every_other_byte() {
    for (before, after) in [
        (
            "{\"access_token\" : \"tok-ABCDEFGH-123456\", \"id\": 12345678901234567890123, \"n\": 1.10, \"z\":-0,\"id\":1E5 }\n",
            "{\"access_token\" : \"[secret access_token]\", \"id\": 12345678901234567890123, \"n\": 1.10, \"z\":-0,\"id\":1E5 }\n",
        ),
        (
            "{\"password\":\"x1\",\"title\":\"cut \\ud83d\",\"n\":1e400,\"e\":\"\\u00e9\\/\"}",
            "{\"password\":\"[secret password]\",\"title\":\"cut \\ud83d\",\"n\":1e400,\"e\":\"\\u00e9\\/\"}",
        ),
        ("{\"pin\":123456,\"n\":1}", "{\"pin\":111111,\"n\":1}"),
    ] {
        assert_eq!(body_of("application/json", before), after);
    }
    let deep = format!("{}\"x\"{}", "[".repeat(5_000), "]".repeat(5_000));
    let body = |secret: &str| format!("{{\"password\":\"{secret}\",\"deep\":{deep}}}");
    assert_eq!(
        body_of("application/json", &body("x1")),
        body("[secret password]")
    );
}

#[test]
fn what_is_hidden_has_a_form_that_code_can_go_on_with() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIiwiZXhwIjoxNzAwMDAwMDAwfQ.c2ln";
    let body = body_of(
        "application/json",
        &format!("{{\"id_token\":\"{jwt}\",\"note\":\"{jwt}\"}}"),
    );
    let body = Json::parse(&body).expect("JSON");
    for name in ["id_token", "note"] {
        let token = body[name].as_str().expect("a text");
        assert!(token != jwt && token.split('.').count() == 3, "{token}");
        assert!(crate::secrets::stand_in::is_whole(token));
    }
}

#[test]
fn what_the_project_keeps_is_no_secret() {
    let keep = [
        "$.page.token",
        "password",
        "query.token",
        "headers.x-api-key",
    ];
    let redaction = crate::cassette::Redaction {
        keep: keep.map(str::to_owned).to_vec(),
        ..Default::default()
    };
    let rules = Rules::new(&[], &redaction).expect("rules");
    let redactor = Redactor::new(Arc::new(rules), Arc::default());
    let redacted = |json: &str| redactor.input(json).into_owned();
    let kept = r#"{"page":{"token":"abc123def456"},"password":{"a":"x"}}"#;
    assert_eq!(redacted(kept), kept);
    assert_eq!(
        redacted(r#"{"token":"a1"}"#),
        r#"{"token":"[secret token]"}"#
    );
    assert_eq!(
        redactor.url("https://a.example/?token=x1"),
        "https://a.example/?token=x1"
    );
    assert_eq!(redactor.header("X-Api-Key", "x1"), "x1");
}

#[test]
fn no_text_takes_for_ever() {
    let start = std::time::Instant::now();
    for text in [
        "a:",
        "a=",
        "[",
        "{\"a\":[",
        "<a>",
        "&lt;a>",
        "https://a/?",
        "a:\"",
        "%25",
        "password=",
        "eyJ.",
    ] {
        let body = text.repeat(20_000);
        let _ = body_of("text/plain", &body);
    }
    let long = "x1".repeat(500);
    assert!(!body_of("text/plain", &format!("the secret={long} is")).contains("x1x1"));
    assert!(
        start.elapsed() < std::time::Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
}
