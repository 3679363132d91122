//! A webhook's request, as a source function gets it (docs/platform.md section 4).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, header};
use url::form_urlencoded;

use crate::cassette::{Content, Multipart};
use crate::json::{Json, JsonObject};

/// The largest body, in bytes (docs/platform.md section 9).
pub const LARGEST_BODY: usize = 512 << 10;

/// The field of the query that names the source and has its secret.
const SECRET: &str = "b";

/// The request in the form that source functions take. Names in a JSON body are in alphabetical order,
/// as a deployed function gets them. With `secret`, the query's `b` is not for it.
pub fn request_of(parts: &Parts, body: &Bytes, secret: bool) -> Json {
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let query = query.filter(|(name, _)| !secret || name != SECRET);
    Json::object([
        ("headers", headers_of(&parts.headers)),
        ("queryParameters", form_of(query)),
        ("body", body_of(&parts.headers, body)),
    ])
}

/// The name of the source that `/?b=…` of the platform's own URLs means, and its secret: `b` is
/// `SOURCE::SECRET` in Base64.
pub fn source_of(query: &str) -> Option<(String, String)> {
    let (_, b) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == SECRET)?;
    let b = b.trim_end_matches('=');
    let decoded = STANDARD_NO_PAD.decode(b).or_else(|_| STANDARD.decode(b));
    let text = String::from_utf8(decoded.ok()?).ok()?;
    let (source, secret) = text.split_once("::")?;
    Some((source.to_owned(), secret.to_owned()))
}

fn headers_of(headers: &HeaderMap) -> Json {
    let mut all = JsonObject::new();
    for name in headers.keys() {
        let values = headers.get_all(name).iter();
        let values =
            values.map(|value| Json::from(String::from_utf8_lossy(value.as_bytes()).into_owned()));
        all.insert(title(name.as_str()), Json::Array(values.collect()));
    }
    Json::Object(all)
}

/// `content-type` as the platform's gateway writes it: `Content-Type`.
fn title(name: &str) -> String {
    let mut begins = true;
    name.chars()
        .map(|c| {
            let new = if begins { c.to_ascii_uppercase() } else { c };
            begins = c == '-';
            new
        })
        .collect()
}

fn body_of(headers: &HeaderMap, body: &Bytes) -> Json {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let text = || String::from_utf8_lossy(body);
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return form_of(form_urlencoded::parse(body));
    }
    if let Some(form) = Multipart::of(body, Some(kind)) {
        let fields = form.parts.iter().map(|part| {
            let text = match &part.content {
                Content::Text(text) => text.clone(),
                _ => String::from_utf8_lossy(&body[part.span.clone()]).into_owned(),
            };
            (part.name.clone(), text)
        });
        return form_of(fields);
    }
    match Json::parse(&text()) {
        Ok(mut json) => {
            sort(&mut json);
            json
        }
        Err(_) => Json::from(text().into_owned()),
    }
}

/// A name that comes several times has all of its values.
fn form_of<N: Into<String>, V: Into<String>>(fields: impl Iterator<Item = (N, V)>) -> Json {
    let mut all = JsonObject::new();
    for (name, value) in fields {
        let (name, value) = (name.into(), Json::from(value.into()));
        match all.get_mut(&name) {
            Some(Json::Array(values)) => values.push(value),
            Some(first) => *first = Json::Array(vec![first.clone(), value]),
            None => all.insert(name, value),
        }
    }
    Json::Object(all)
}

fn sort(json: &mut Json) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(sort),
        Json::Object(fields) => {
            let mut sorted: Vec<(String, Json)> = fields
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
            let mut all = JsonObject::new();
            for (name, mut value) in sorted {
                sort(&mut value);
                all.insert(name, value);
            }
            *fields = all;
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(kind: &str, body: &str) -> String {
        let parts = http::Request::post("/hooks/a?x=1&x=2&y=3")
            .header("content-type", kind)
            .body(())
            .expect("a request")
            .into_parts()
            .0;
        let request = request_of(&parts, &Bytes::from(body.to_owned()), false);
        let query = request.get("queryParameters").map(ToString::to_string);
        assert_eq!(query.as_deref(), Some(r#"{"x":["1","2"],"y":"3"}"#));
        assert!(request.pointer("/headers/Content-Type").is_some());
        request.get("body").expect("a body").to_string()
    }

    #[test]
    fn every_type_of_body_is_read() {
        let form = "application/x-www-form-urlencoded; charset=utf-8";
        assert_eq!(
            request(form, "a=1&a=2&b=x+y"),
            r#"{"a":["1","2"],"b":"x y"}"#
        );
        let json = r#"{"b":{"d":1,"c":2},"a":[{"z":1,"y":2}]}"#;
        let sorted = r#"{"a":[{"y":2,"z":1}],"b":{"c":2,"d":1}}"#;
        assert_eq!(request("application/json", json), sorted);
        assert_eq!(request("text/plain", "hello"), r#""hello""#);
        let multipart = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X--\r\n";
        let kind = "multipart/form-data; boundary=X";
        assert_eq!(request(kind, multipart), r#"{"a":"1"}"#);
    }

    #[test]
    fn a_secret_in_the_url_is_not_for_the_function() {
        let request = http::Request::post("/?b=YWJjOjpz&x=1").body(());
        let (parts, ()) = request.expect("a request").into_parts();
        for (secret, wanted) in [
            (true, r#"{"x":"1"}"#),
            (false, r#"{"b":"YWJjOjpz","x":"1"}"#),
        ] {
            let request = request_of(&parts, &Bytes::new(), secret);
            assert_eq!(request["queryParameters"].to_string(), wanted);
        }
    }

    #[test]
    fn the_platforms_own_url_names_the_source() {
        let b = STANDARD.encode("abc::secret");
        let meant = Some(("abc".to_owned(), "secret".to_owned()));
        assert_eq!(source_of(&format!("b={b}")), meant);
        assert_eq!(source_of("b=abc"), None);
        assert_eq!(source_of("c=1"), None);
    }
}
