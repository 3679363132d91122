//! The ways in which a server fails a function.

use std::time::Duration;

use url::Url;

use crate::json::{Json, JsonObject};

/// A case that does what another one does, until a request of it fails.
pub struct Variant {
    pub name: String,
    /// Its line in a file of cases.
    pub line: String,
}

/// The variants of the case `base`, which made these exchanges of an expectation and has so much time.
pub fn variants(base: &str, exchanges: &[&Json], limit: Duration) -> Vec<Variant> {
    let mut variants = Vec::new();
    let mut earlier: Vec<String> = Vec::new();
    for (number, exchange) in (1..).zip(exchanges) {
        // The embedded AWS answers by itself.
        if exchange.get("via").and_then(Json::as_str) == Some("embedded") {
            continue;
        }
        let Some(to) = target(exchange) else { continue };
        let before = earlier.iter().filter(|other| **other == to).count();
        let which = match exchanges.len() {
            1 => String::new(),
            _ => format!("-{number}"),
        };
        for (what, answer) in failures(exchange, limit) {
            let mut reply = JsonObject::new();
            reply.insert("to", to.as_str());
            if before > 0 {
                reply.insert("skip", before);
            }
            for (key, value) in answer {
                reply.insert(key, value);
            }
            let name = format!("{base}{which}-{what}");
            let line = Json::object([
                ("name", name.as_str().into()),
                ("from", base.into()),
                ("replies", vec![Json::Object(reply)].into()),
            ]);
            variants.push(Variant {
                name,
                line: line.to_string(),
            });
        }
        earlier.push(to);
    }
    variants
}

/// What a reply to the exchange's request says it is for.
fn target(exchange: &Json) -> Option<String> {
    let method = exchange.get("method")?.as_str()?;
    let mut url = Url::parse(exchange.get("url")?.as_str()?).ok()?;
    url.set_query(None);
    Some(format!("{method} {url}"))
}

/// From that request on, the server answers in one of these ways.
fn failures(exchange: &Json, limit: Duration) -> [(&'static str, Vec<(&'static str, Json)>); 5] {
    let status = exchange.get("status").and_then(Json::as_u64).unwrap_or(200);
    let too_late = limit + Duration::from_secs(1);
    let too_late = match too_late.subsec_millis() {
        0 => format!("{}s", too_late.as_secs()),
        _ => format!("{}ms", too_late.as_millis()),
    };
    [
        (
            "500",
            vec![
                ("status", 500.into()),
                ("text", "Internal Server Error".into()),
            ],
        ),
        (
            "429",
            vec![
                ("status", 429.into()),
                ("headers", Json::object([("Retry-After", "1".into())])),
                ("text", "Too Many Requests".into()),
            ],
        ),
        ("reset", vec![("error", "ECONNRESET".into())]),
        (
            "timeout",
            vec![("error", "ETIMEDOUT".into()), ("after", too_late.into())],
        ),
        (
            "not-json",
            vec![
                ("status", status.into()),
                (
                    "headers",
                    Json::object([("Content-Type", "text/html".into())]),
                ),
                ("text", "<html>no JSON</html>".into()),
            ],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::arbitrary::json;

    #[test]
    fn each_request_fails_in_each_way() {
        let exchanges = [
            json!({"via": "http", "method": "POST", "url": "https://a.example/x?y=1", "status": 201}),
            json!({"via": "embedded", "method": "PUT", "url": "https://b.s3.amazonaws.com/k"}),
            json!({"via": "http", "method": "POST", "url": "https://a.example/x", "status": 201}),
        ];
        let exchanges: Vec<&Json> = exchanges.iter().collect();
        let variants = variants("base", &exchanges, Duration::from_secs(5));
        let names: Vec<&str> = variants.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names.len(), 10);
        assert_eq!(names[..2], ["base-1-500", "base-1-429"]);
        assert_eq!(
            variants[3].line,
            r#"{"name":"base-1-timeout","from":"base","replies":[{"to":"POST https://a.example/x","error":"ETIMEDOUT","after":"6s"}]}"#
        );
        assert!(
            variants[9].line.contains(r#""skip":1,"status":201"#),
            "{}",
            variants[9].line
        );
    }
}
