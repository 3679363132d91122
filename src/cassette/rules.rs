//! What a project says of its traffic: which fields aren't compared, and what else is secret.

use regex::bytes::Regex as BytesRegex;
use serde_json::Value;
use url::Url;

use super::redaction::Redaction;
use crate::json::{FieldPath, PathError, PathPart};
use crate::outcome::{Exchange, Sent, SentBody};

/// What stands where something isn't compared.
pub const MASKED: &str = "[masked]";

/// The rules of a project, from its segfn.toml.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Of a request's parts: `body.…`, `query.NAME`, `headers.NAME`, `path`, `host`.
    traffic: Vec<FieldPath>,
    /// Of an outcome: everything else.
    outcome: Vec<FieldPath>,
    /// Of a URL's path, by its segments; `None` is one that isn't compared.
    url_paths: Vec<Vec<Option<String>>>,
    /// In lower case.
    pub(super) headers: Vec<String>,
    /// Within bodies in JSON, of requests and of responses.
    pub(super) json: Vec<FieldPath>,
    pub(super) patterns: Vec<BytesRegex>,
}

/// Why a rule can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct RulesError {
    /// The key of segfn.toml: `mask`, `redact.json` …
    pub key: &'static str,
    /// Which item of its list, from 0.
    pub index: usize,
    pub problem: String,
}

impl Rules {
    /// The rules that segfn.toml's lists state.
    ///
    /// `masks` name fields of outcomes (`value.id`, `exchanges[*].request.body.json.sentAt`), parts
    /// of requests (`body.sentAt`, `query.ts`, `headers.x-id`, `path`) or patterns of URLs' paths
    /// (`/v1/users/*/events`, where what stands at `*` isn't compared). The rest are the lists of
    /// `[redact]`: names of headers, paths within JSON bodies, regular expressions.
    pub fn new(
        masks: &[String],
        headers: &[String],
        json: &[String],
        patterns: &[String],
    ) -> Result<Rules, RulesError> {
        let mut rules = Rules {
            headers: headers
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .collect(),
            ..Rules::default()
        };
        rules.add_masks(masks)?;
        for (index, path) in json.iter().enumerate() {
            let path = path.parse().map_err(|error: PathError| RulesError {
                key: "redact.json",
                index,
                problem: error.to_string(),
            })?;
            rules.json.push(path);
        }
        for (index, pattern) in patterns.iter().enumerate() {
            let fail = |problem: String| RulesError {
                key: "redact.patterns",
                index,
                problem,
            };
            let regex = BytesRegex::new(pattern).map_err(|error| {
                fail(format!("`{pattern}` is not a regular expression: {error}"))
            })?;
            if regex.is_match(b"") {
                return Err(fail(format!(
                    "`{pattern}` matches even where there is nothing"
                )));
            }
            rules.patterns.push(regex);
        }
        Ok(rules)
    }

    /// The same rules, and further masks; see [`Rules::new`].
    pub fn with_masks(&self, masks: &[String]) -> Result<Rules, RulesError> {
        let mut rules = self.clone();
        rules.add_masks(masks)?;
        Ok(rules)
    }

    fn add_masks(&mut self, masks: &[String]) -> Result<(), RulesError> {
        for (index, mask) in masks.iter().enumerate() {
            self.add_mask(mask).map_err(|error| RulesError {
                key: "mask",
                index,
                problem: error.to_string(),
            })?;
        }
        Ok(())
    }

    /// What a cassette's file says of them.
    pub fn redaction(&self) -> Redaction {
        Redaction {
            headers: self.headers.clone(),
            json: self.json.iter().map(FieldPath::to_string).collect(),
            patterns: self
                .patterns
                .iter()
                .map(|regex| regex.as_str().to_owned())
                .collect(),
        }
    }

    fn add_mask(&mut self, text: &str) -> Result<(), PathError> {
        if let Some(path) = text.strip_prefix('/') {
            let segments = path.split('/');
            self.url_paths.push(
                segments
                    .map(|segment| (segment != "*").then(|| segment.to_owned()))
                    .collect(),
            );
            return Ok(());
        }
        let path: FieldPath = text.parse()?;
        let key = |index: usize| match path.0.get(index) {
            Some(PathPart::Key(name)) => Some(name.as_str()),
            _ => None,
        };
        let traffic = match (key(0), key(2), key(3), key(4)) {
            (Some("body" | "query" | "headers" | "header" | "path" | "host"), ..) => {
                self.traffic.push(lower_header(path));
                return Ok(());
            }
            _ if path.0.first() == Some(&PathPart::Deep) => Some(path.clone()),
            (Some("exchanges"), Some("request"), Some("headers"), Some(_)) => {
                Some(FieldPath(path.0[3..].to_vec()))
            }
            (Some("exchanges"), Some("request"), Some("body"), _) => {
                // What follows is the kind of body, which stands for the whole.
                let rest = path.0.get(5..).unwrap_or_default().iter().cloned();
                let body = std::iter::once(PathPart::Key("body".into()));
                Some(FieldPath(body.chain(rest).collect()))
            }
            _ => None,
        };
        self.traffic.extend(traffic.map(lower_header));
        self.outcome.push(path);
        Ok(())
    }

    /// Whether a part of a request isn't compared. `place` leads through
    /// [`RequestKey`](super::RequestKey)'s parts.
    pub(super) fn masks_traffic(&self, place: &FieldPath) -> bool {
        self.traffic.iter().any(|mask| mask.matches(place))
    }

    /// Whether there is a mask for any part of a request.
    pub(super) fn masks_any_traffic(&self) -> bool {
        !self.traffic.is_empty()
    }

    /// Whether the field of an outcome at `place` isn't compared. What masks of requests' parts name
    /// is taken out by [`Rules::mask_exchange`].
    pub fn masks_outcome(&self, place: &FieldPath) -> bool {
        self.outcome.iter().any(|mask| mask.matches(place))
    }

    /// The path of a URL with `*` where it isn't compared.
    pub(super) fn mask_path(&self, path: &str) -> String {
        let mut segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        for pattern in &self.url_paths {
            let fits = |(wanted, segment): (&Option<String>, &&str)| {
                wanted.as_ref().is_none_or(|wanted| wanted == segment)
            };
            if pattern.len() == segments.len() && pattern.iter().zip(&segments).all(fits) {
                for (wanted, segment) in pattern.iter().zip(&mut segments) {
                    if wanted.is_none() {
                        *segment = "*";
                    }
                }
            }
        }
        format!("/{}", segments.join("/"))
    }

    /// Puts [`MASKED`] into `exchange` where masks of requests' parts say that it isn't compared.
    pub fn mask_exchange(&self, exchange: &mut Exchange) {
        if self.traffic.is_empty() && self.url_paths.is_empty() {
            return;
        }
        exchange.url = self.mask_url(&exchange.url);
        if let Some(sent) = &mut exchange.request {
            self.mask_sent(sent);
        }
    }

    /// [`Rules::mask_exchange`] for an exchange that is JSON, as in an expectation. What is none is
    /// left as it is.
    pub fn mask_exchange_json(&self, exchange: &mut Value) {
        if self.traffic.is_empty() && self.url_paths.is_empty() {
            return;
        }
        if let Some(Value::String(url)) = exchange.get_mut("url") {
            *url = self.mask_url(url);
        }
        let Some(request) = exchange.get_mut("request") else {
            return;
        };
        if let Ok(mut sent) = serde_json::from_value::<Sent>(request.clone()) {
            self.mask_sent(&mut sent);
            *request = serde_json::to_value(sent).unwrap_or_default();
        }
    }

    fn mask_url(&self, text: &str) -> String {
        let Ok(mut url) = Url::parse(text) else {
            return text.to_owned();
        };
        let root = FieldPath::default();
        let masked = |name: &str| self.masks_traffic(&root.key("query").key(name));
        if url.query_pairs().any(|(name, _)| masked(&name)) {
            let pairs: Vec<(String, String)> = url
                .query_pairs()
                .map(|(name, value)| match masked(&name) {
                    true => (name.into_owned(), MASKED.to_owned()),
                    false => (name.into_owned(), value.into_owned()),
                })
                .collect();
            url.query_pairs_mut().clear().extend_pairs(pairs);
        }
        let path = match self.masks_traffic(&root.key("path")) {
            true => "/*".to_owned(),
            false => self.mask_path(url.path()),
        };
        if path != url.path() {
            url.set_path(&path);
        }
        if self.masks_traffic(&root.key("host")) {
            // A host that can't be replaced is compared as it is.
            let _ = url.set_host(Some("masked.invalid"));
        }
        url.into()
    }

    fn mask_sent(&self, sent: &mut Sent) {
        let root = FieldPath::default();
        for (name, value) in &mut sent.headers {
            if self.masks_traffic(&root.key("headers").key(name)) {
                *value = MASKED.to_owned();
            }
        }
        if let Some(body) = &mut sent.body {
            self.mask_body(body, &root.key("body"));
        }
    }

    fn mask_body(&self, body: &mut SentBody, place: &FieldPath) {
        if self.masks_traffic(place) {
            *body = SentBody::Text(MASKED.to_owned());
            return;
        }
        match body {
            SentBody::Json(value) => self.mask_value(value, place),
            SentBody::Form(pairs) => {
                for (name, value) in pairs {
                    if self.masks_traffic(&place.key(name)) {
                        *value = MASKED.to_owned();
                    }
                }
            }
            SentBody::Multipart(parts) => {
                for part in parts {
                    self.mask_body(&mut part.body, &place.key(&part.name));
                }
            }
            SentBody::Text(_) | SentBody::Base64(_) => {}
        }
    }

    /// Masks what stands in `value`, which itself stands at `place` of a request.
    pub(super) fn mask_value(&self, value: &mut Value, place: &FieldPath) {
        if self.traffic.is_empty() {
            return;
        }
        if self.masks_traffic(place) {
            *value = Value::String(MASKED.to_owned());
            return;
        }
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.mask_value(item, &place.index(index));
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    self.mask_value(field, &place.key(name));
                }
            }
            _ => {}
        }
    }
}

/// `header.X-Id` and `headers.x-id` are the same.
fn lower_header(mut path: FieldPath) -> FieldPath {
    if let [PathPart::Key(first), PathPart::Key(name), ..] = path.0.as_mut_slice()
        && (first == "header" || first == "headers")
    {
        *first = "headers".to_owned();
        *name = name.to_ascii_lowercase();
    }
    path
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::outcome::Via;

    fn rules(masks: &[&str]) -> Rules {
        let masks: Vec<String> = masks.iter().map(|mask| (*mask).to_owned()).collect();
        Rules::new(&masks, &[], &[], &[]).expect("rules")
    }

    #[test]
    fn masks_are_for_outcomes_and_for_traffic() {
        let rules = rules(&[
            "value.id",
            "exchanges[*].request.body.json.sentAt",
            "**.timestamp",
            "header.X-Id",
        ]);
        let path = |text: &str| text.parse::<FieldPath>().expect("a path");
        assert!(rules.masks_outcome(&path("value.id")));
        assert!(rules.masks_outcome(&path("messages.events[0].timestamp")));
        assert!(!rules.masks_outcome(&path("value.name")));
        assert!(rules.masks_traffic(&path("body.sentAt")));
        assert!(rules.masks_traffic(&path("body.a.timestamp")));
        assert!(rules.masks_traffic(&path("headers.x-id")));
        assert!(!rules.masks_traffic(&path("body.id")));
    }

    #[test]
    fn an_exchange_is_masked_where_it_is_said() {
        let mut exchange = Exchange {
            via: Via::Http,
            method: "POST".into(),
            url: "https://a.example/v1/users/17/events?ts=5&x=1".into(),
            status: Some(200),
            error: None,
            ms: 0.0,
            request: Some(Sent {
                headers: [("x-id".to_owned(), "5".to_owned())].into(),
                body: Some(SentBody::Json(json!({"items": [{"id": 1, "n": 2}]}))),
            }),
        };
        rules(&[
            "/v1/users/*/events",
            "query.ts",
            "headers.x-id",
            "body.items[*].id",
        ])
        .mask_exchange(&mut exchange);
        assert_eq!(
            exchange.url,
            "https://a.example/v1/users/*/events?ts=%5Bmasked%5D&x=1"
        );
        let sent = exchange.request.expect("a request");
        assert_eq!(sent.headers["x-id"], MASKED);
        assert_eq!(
            sent.body,
            Some(SentBody::Json(json!({"items": [{"id": MASKED, "n": 2}]})))
        );
    }

    #[test]
    fn a_rule_that_says_nothing_is_refused() {
        let texts = |text: &str| vec![text.to_owned()];
        let error = Rules::new(&texts("a..b"), &[], &[], &[]).expect_err("a mask");
        assert_eq!((error.key, error.index), ("mask", 0));
        let error = Rules::new(&[], &[], &[], &texts("(")).expect_err("a pattern");
        assert!(
            error.to_string().contains("is not a regular expression"),
            "{error}"
        );
        assert!(Rules::new(&[], &[], &[], &texts("x*")).is_err());
    }
}
