//! Puts a stand-in where requests aren't compared.

use crate::json::Json;
use url::Url;

use super::rules::{MASKED, Rules};
use crate::json::FieldPath;
use crate::outcome::{Exchange, Sent, SentBody};

impl Rules {
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
        if !self.masks_any_traffic() && self.url_paths.is_empty() {
            return;
        }
        exchange.url = self.mask_url(&exchange.url);
        if let Some(sent) = &mut exchange.request {
            self.mask_sent(sent);
        }
    }

    /// [`Rules::mask_exchange`] for an exchange that is JSON, as in an expectation. What is none is
    /// left as it is.
    pub fn mask_exchange_json(&self, exchange: &mut Json) {
        if !self.masks_any_traffic() && self.url_paths.is_empty() {
            return;
        }
        if let Some(Json::String(url)) = exchange.get_mut("url") {
            *url = self.mask_url(url);
        }
        let Some(request) = exchange.get_mut("request") else {
            return;
        };
        if let Ok(mut sent) = serde_json::from_str::<Sent>(&request.to_string()) {
            self.mask_sent(&mut sent);
            *request = Json::of(&sent);
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
    pub(super) fn mask_value(&self, value: &mut Json, place: &FieldPath) {
        if !self.masks_any_traffic() {
            return;
        }
        if self.masks_traffic(place) {
            *value = Json::String(MASKED.to_owned());
            return;
        }
        match value {
            Json::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.mask_value(item, &place.index(index));
                }
            }
            Json::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    self.mask_value(field, &place.key(name));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::json::arbitrary::json;

    use super::*;
    use crate::outcome::Via;

    #[test]
    fn an_exchange_is_masked_where_it_is_said() {
        let mut exchange = Exchange {
            via: Via::Http,
            method: "POST".into(),
            url: "https://a.example/v1/users/17/events?ts=5&x=1".into(),
            status: Some(200),
            error: None,
            start: 0.0,
            ms: 0.0,
            assumed: None,
            request: Some(Sent {
                headers: [("x-id".to_owned(), "5".to_owned())].into(),
                body: Some(SentBody::Json(json!({"items": [{"id": 1, "n": 2}]}))),
            }),
            response: None,
            fault: None,
        };
        let masks = [
            "/v1/users/*/events",
            "query.ts",
            "headers.x-id",
            "body.items[*].id",
        ];
        let rules = Rules::default().with_masks(&masks.map(str::to_owned));
        rules.expect("rules").mask_exchange(&mut exchange);
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
}
