//! Takes out of exchanges what must not reach a disk. It is done on parsed values, so that no
//! encoding hides anything; docs/cassettes.md has the rules.

mod text;
mod value;

use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use super::coding::{gunzip, gzip};
use super::content::Content;
use super::payload::Payload;
use super::recorded_exchange::{Answer, Headers, RecordedExchange, Request, header};
use super::rules::Rules;
use crate::node_error::NodeError;
use crate::secrets::{Secrets, names, placeholder};

/// Redacts by the secrets that are known and by a project's [`Rules`]. Clones share both.
///
/// The same value always becomes the same placeholder, `[secret NAME]`, so that a request can be
/// looked up after redaction.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    rules: Arc<Rules>,
    secrets: Arc<Secrets>,
}

/// Relative references are resolved against this.
const BASE: &str = "http://relative.invalid";

/// What stands for a secret host.
const HIDDEN_HOST: &str = "secret.invalid";

impl Redactor {
    pub fn new(rules: Arc<Rules>, secrets: Arc<Secrets>) -> Redactor {
        Redactor { rules, secrets }
    }

    /// The project's rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Redacts the whole exchange.
    pub fn exchange(&self, exchange: &mut RecordedExchange) {
        self.request(&mut exchange.request);
        match &mut exchange.answer {
            Answer::NoResponse => {}
            Answer::Failed(failure) => self.failure(failure),
            Answer::Response(response) => {
                response.reason = self.text(&response.reason).into_owned();
                let kind = header(&response.headers, "content-type").map(str::to_owned);
                self.payload(&mut response.body, kind.as_deref());
                self.headers(&mut response.headers);
                self.headers(&mut response.trailers);
                if let Some(failure) = &mut response.broken {
                    self.failure(failure);
                }
            }
        }
    }

    /// Redacts what a request says.
    pub fn request(&self, request: &mut Request) {
        request.url = self.url(&request.url);
        if request.url.contains(HIDDEN_HOST) {
            let hosts = request.headers.iter_mut();
            let hosts = hosts.filter(|(name, _)| name.eq_ignore_ascii_case("host"));
            hosts.for_each(|(_, value)| *value = HIDDEN_HOST.to_owned());
        }
        let kind = header(&request.headers, "content-type").map(str::to_owned);
        self.payload(&mut request.body, kind.as_deref());
        self.headers(&mut request.headers);
    }

    fn failure(&self, failure: &mut NodeError) {
        failure.message = self.text(&failure.message).into();
        for text in [&mut failure.address, &mut failure.hostname]
            .into_iter()
            .flatten()
        {
            *text = self.text(text).into();
        }
        failure
            .errors
            .iter_mut()
            .for_each(|error| self.failure(error));
    }

    fn headers(&self, headers: &mut Headers) {
        for (name, value) in headers {
            *value = self.header(name, value);
        }
    }

    /// The value of the header `name`; each character is one byte.
    pub fn header(&self, name: &str, value: &str) -> String {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "authorization" | "proxy-authorization" => {
                let hidden = placeholder(&lower);
                match value.split_once(' ') {
                    Some((scheme, _)) if value != hidden => format!("{scheme} {hidden}"),
                    _ => hidden,
                }
            }
            "cookie" => {
                let cookies = value
                    .split(';')
                    .map(|cookie| named(cookie.trim(), "cookie"));
                cookies.collect::<Vec<_>>().join("; ")
            }
            "set-cookie" => match value.split_once(';') {
                Some((cookie, attributes)) => {
                    format!(
                        "{};{}",
                        named(cookie.trim(), "cookie"),
                        self.text(attributes)
                    )
                }
                None => named(value, "cookie"),
            },
            _ if self.rules.headers.contains(&lower) || names::secret_header(&lower) => {
                placeholder(&lower)
            }
            "location" | "content-location" | "referer" => self.url(value),
            _ => self.latin1(value),
        }
    }

    /// A URL, absolute or relative. What stands for a secret in it is percent-encoded.
    pub fn url(&self, text: &str) -> String {
        // A setting may be a URL as a whole, as those of webhooks are, or begin one.
        if let std::borrow::Cow::Owned(redacted) = self.text(text)
            && redacted.starts_with("[secret ")
            && let Ok(base) = Url::parse(&format!("https://{HIDDEN_HOST}/"))
            && let Ok(url) = base.join(&format!("/{redacted}"))
        {
            return self.url(url.as_str());
        }
        let (parsed, relative) = match Url::parse(text) {
            Ok(url) => (url, false),
            Err(_) => match Url::parse(BASE).and_then(|base| base.join(text)) {
                Ok(url) if text.starts_with(['/', '?']) && !text.starts_with("//") => (url, true),
                _ => return self.text(text).into_owned(),
            },
        };
        if !parsed.has_host() {
            return self.text(text).into_owned();
        }
        let mut url = parsed.clone();
        if !url.username().is_empty() || url.password().is_some() {
            // A URL with a host can have both.
            let _ = url.set_username("");
            let _ = url.set_password(None);
        }
        if let std::borrow::Cow::Owned(path) = self.text(url.path()) {
            url.set_path(&path);
        }
        if let Some(query) = url.query().and_then(|query| self.query(query)) {
            url.set_query(Some(&query));
        }
        if let Some(std::borrow::Cow::Owned(fragment)) = url.fragment().map(|text| self.text(text))
        {
            url.set_fragment(Some(&fragment));
        }
        if let Some(std::borrow::Cow::Owned(_)) = url.host_str().map(|host| self.text(host)) {
            // It is a name that can be one, so this does not fail.
            let _ = url.set_host(Some(HIDDEN_HOST));
        }
        if url == parsed {
            return text.to_owned();
        }
        let text: String = url.into();
        match (relative, text.strip_prefix(BASE)) {
            (true, Some(rest)) => rest.to_owned(),
            _ => text,
        }
    }

    /// The query with secrets replaced; `None` where there are none.
    fn query(&self, query: &str) -> Option<String> {
        let pairs = || url::form_urlencoded::parse(query.as_bytes());
        let names: Vec<String> = pairs().map(|(name, _)| name.into_owned()).collect();
        let presigned = names::is_presigned(names.iter().map(String::as_str));
        let mut changed = false;
        let mut parts = Vec::new();
        for raw in query.split('&').filter(|raw| !raw.is_empty()) {
            // Who does not encode a `+` sends a space, and the secret all the same.
            let plain = self.text(raw);
            changed |= matches!(plain, std::borrow::Cow::Owned(_));
            let Some((name, value)) = url::form_urlencoded::parse(plain.as_bytes()).next() else {
                continue;
            };
            let new = match &*name {
                name if presigned && names::changes_with_signature(name) => placeholder(name),
                name if !value.is_empty() && names::secret_parameter(name) => placeholder(name),
                _ => self.text(&value).into_owned(),
            };
            let new_name = self.text(&name);
            if plain == raw && new == value && new_name == name {
                parts.push(raw.to_owned());
                continue;
            }
            changed = true;
            parts.push(
                url::form_urlencoded::Serializer::new(String::new())
                    .append_pair(&new_name, &new)
                    .finish(),
            );
        }
        changed.then(|| parts.join("&"))
    }

    /// Redacts a body; the content type tells how to read it.
    pub fn payload(&self, payload: &mut Payload, content_type: Option<&str>) {
        if let (content, true) = self.read(&payload.bytes, content_type) {
            payload.bytes = content.write();
        }
    }

    /// What a body says, redacted, and whether anything changed.
    pub(super) fn read(&self, bytes: &Bytes, content_type: Option<&str>) -> (Content, bool) {
        let mut content = Content::parse(bytes, content_type);
        let mut changed = false;
        if let Content::Form(_) = content
            && let Some(plain) = self.bytes(bytes)
        {
            // As in a query.
            content = Content::parse(&plain.into(), content_type);
            changed = true;
        }
        changed |= self.content(&mut content);
        (content, changed)
    }

    /// Redacts a content; tells whether anything changed.
    pub fn content(&self, content: &mut Content) -> bool {
        match content {
            Content::Empty => false,
            Content::Json(value) => self.json(value),
            Content::Lines(values) => {
                let mut changed = false;
                for value in values {
                    changed |= self.json(value);
                }
                changed
            }
            Content::Form(pairs) => {
                let presigned = names::is_presigned(pairs.iter().map(|(name, _)| name.as_str()));
                let mut changed = false;
                for (name, value) in pairs {
                    changed |= self.field(name, value, presigned);
                    changed |= replace(name, self.text(name).into_owned());
                }
                changed
            }
            Content::Multipart(multipart) => {
                let names = multipart.parts.iter().map(|part| part.name.as_str());
                let presigned = names::is_presigned(names);
                let mut changed = false;
                for part in &mut multipart.parts {
                    let mut content = part.content.clone();
                    let different = match &mut content {
                        Content::Text(text) => self.field(&part.name, text, presigned),
                        other => self.content(other),
                    };
                    if different {
                        part.replace(content);
                    }
                    changed |= different;
                    let name = self.text(&part.name).into_owned();
                    changed |= replace(&mut part.name, name);
                    if let Some(filename) = &mut part.filename {
                        let new = self.text(filename).into_owned();
                        changed |= replace(filename, new);
                    }
                }
                changed
            }
            Content::Text(text) => {
                let new = self.markup(text);
                replace(text, new)
            }
            Content::Binary(bytes) => match self.binary(bytes) {
                Some(new) => {
                    *bytes = new;
                    true
                }
                None => false,
            },
        }
    }

    /// A form's field.
    fn field(&self, name: &str, value: &mut String, presigned: bool) -> bool {
        let new = match name {
            _ if presigned && names::changes_with_signature(name) => placeholder(name),
            _ if !value.is_empty() && names::secret_field(name) => placeholder(name),
            _ => self.string(value),
        };
        replace(value, new)
    }

    /// Bytes that are no text; `None` where there is nothing to replace. Compressed ones are looked
    /// into as far as they can be read.
    fn binary(&self, bytes: &Bytes) -> Option<Bytes> {
        let (plain, cut) = match gunzip(bytes) {
            Some(found) => found,
            None => return self.bytes(bytes).map(Bytes::from),
        };
        let mut content = Content::parse(&plain.into(), None);
        let changed = self.content(&mut content);
        (changed || cut).then(|| gzip(&content.write()))
    }
}

/// `NAME=VALUE` without its value.
fn named(pair: &str, kind: &str) -> String {
    match pair.split_once('=') {
        Some((name, _)) => format!("{name}={}", placeholder(kind)),
        None => placeholder(kind),
    }
}

/// Sets `text`, and tells whether it changed.
fn replace(text: &mut String, new: String) -> bool {
    let changed = *text != new;
    *text = new;
    changed
}

#[cfg(test)]
mod tests;
