//! Takes out of exchanges what must not reach a disk. It is done on what bodies say, so that no
//! encoding hides anything; docs/cassettes.md has the rules.

mod body;
mod form;
mod json;
mod markup;
mod personal;
mod silent;
mod text;

use std::borrow::Cow;
use std::sync::Arc;

use url::Url;

pub use self::silent::are_silent;
use super::recorded_exchange::{Answer, Headers, RecordedExchange, Request, header};
use super::rules::Rules;
use crate::json::{Document, FieldPath, Json};
use crate::node_error::NodeError;
use crate::pseudonyms::Pseudonyms;
use crate::pseudonyms::names::FieldPlace;
use crate::secrets::names::{self, NamePlace, NameTells};
use crate::secrets::stand_in::HIDDEN_HOST;
use crate::secrets::{Secrets, looks_drawn, placeholder};

/// Redacts by the secrets that are known, by names and forms that tell secrets, and by a project's
/// [`Rules`]. Clones share both.
///
/// The same value always becomes the same placeholder, `[secret NAME]`, or what has the form of the value
/// where code depends on it, so that a request can be looked up after redaction.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    rules: Arc<Rules>,
    secrets: Arc<Secrets>,
    /// What stands for personal data, where it is replaced as well.
    pseudonyms: Option<Arc<Pseudonyms>>,
}

/// How a text is redacted.
#[derive(Clone, Copy, Debug)]
struct Scope {
    /// Whether it is a body, in which the project's paths name fields.
    is_body: bool,
    /// Whether the project says that it is no secret: then only known ones are taken out.
    kept: bool,
    /// In how many other texts it stands.
    level: u8,
    /// Whether it stands as it is in a text that is plain ([`Redactor::is_plain`]), and so is one itself.
    plain: bool,
}

impl Scope {
    const BODY: Scope = Scope {
        is_body: true,
        kept: false,
        level: 0,
        plain: false,
    };
    const VALUE: Scope = Scope {
        is_body: false,
        ..Scope::BODY
    };

    /// Of a text in a text.
    fn inner(self) -> Scope {
        Scope {
            is_body: false,
            kept: self.kept,
            level: self.level + 1,
            plain: false,
        }
    }

    /// The same for a text that is a part of this one.
    fn part(self) -> Scope {
        Scope {
            plain: self.plain,
            ..self.inner()
        }
    }

    fn keeping(self, kept: bool) -> Scope {
        Scope {
            kept: self.kept || kept,
            ..self
        }
    }
}

/// Relative references are resolved against this.
const BASE: &str = "http://relative.invalid";

impl Redactor {
    pub fn new(rules: Arc<Rules>, secrets: Arc<Secrets>) -> Redactor {
        Redactor {
            rules,
            secrets,
            pseudonyms: None,
        }
    }

    /// The same, which also puts pseudonyms in the place of personal data. It isn't for requests that are
    /// looked up: these hold pseudonyms already, and would get others.
    pub fn with_pseudonyms(&self, pseudonyms: Arc<Pseudonyms>) -> Redactor {
        Redactor {
            pseudonyms: Some(pseudonyms),
            ..self.clone()
        }
    }

    /// Makes the expressions that nearly every text needs, for processes that are about to be forked.
    pub fn warm_up() {
        Redactor::default().said("a b=c: https://a.example/?d=e");
    }

    /// Whether it knows the same secrets and has the same rules as another one.
    pub fn is_like(&self, other: &Redactor) -> bool {
        Arc::ptr_eq(&self.secrets, &other.secrets)
            && self.rules == other.rules
            && self.pseudonyms.is_none()
            && other.pseudonyms.is_none()
    }

    /// The project's rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Redacts the whole exchange.
    pub fn exchange(&self, exchange: &mut RecordedExchange) {
        self.request(&mut exchange.request);
        self.answer(&mut exchange.answer);
    }

    /// Redacts what came of a request.
    pub fn answer(&self, answer: &mut Answer) {
        match answer {
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

    /// An input of a function, in JSON: with what stands for its secrets.
    pub fn input<'t>(&self, json: &'t str) -> Cow<'t, str> {
        match self.json_text(json, Scope::VALUE) {
            Some(new) => Cow::Owned(new),
            None => Cow::Borrowed(json),
        }
    }

    /// Whether nothing is to be replaced in a value that came of a function, wherever it stands.
    pub fn finds_nothing(&self, json: &str) -> bool {
        let document = Document::parse(json).filter(|_| !self.rules.has_paths());
        document
            .is_some_and(|document| self.finds_nothing_in(&document, 0, are_silent(&document, 0)))
    }

    /// Whether nothing is to be replaced in an input that is the value with this number in a larger text.
    /// `are_silent` says whether its names are.
    pub fn finds_nothing_in(&self, document: &Document, number: usize, are_silent: bool) -> bool {
        let scope = Scope {
            plain: self.is_plain(document.raw(&document.nodes()[number])),
            ..Scope::VALUE
        };
        let edits = match are_silent && self.is_simple(scope) {
            true => self.edits_of_values(document, number, scope),
            false => self.edits_by_names(document, number, scope),
        };
        edits.is_empty()
    }

    /// Settings, or what came of a function, with what stands for the secrets in it.
    pub fn value(&self, value: &mut Json) {
        self.json_value(value, Scope::VALUE);
    }

    /// A value without known secrets, of which names and forms tell nothing.
    pub fn known(&self, value: &mut Json) {
        self.json_value(value, Scope::VALUE.keeping(true));
    }

    /// A text that a function gave.
    pub fn said(&self, text: &str) -> String {
        self.string(text, Scope::VALUE).into_owned()
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
            replace(name, self.latin1(name));
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
            _ if self.rules.headers.contains(&lower) => placeholder(&lower),
            _ if self.rules.keeps_part("headers", &lower) => self.latin1(value),
            _ if names::tells(&lower, NamePlace::Header).is_secret(value) => placeholder(&lower),
            "location" | "content-location" | "referer" => self.url(value),
            _ if let Some(new) = self.named(FieldPlace::named(&lower), value) => new,
            _ => self.latin1(&self.loose(value, Scope::VALUE)),
        }
    }

    /// A URL, absolute or relative. What stands for a secret in it is percent-encoded.
    pub fn url(&self, text: &str) -> String {
        self.url_in(text, Scope::VALUE)
    }

    fn url_in(&self, text: &str, scope: Scope) -> String {
        // A setting may be a URL as a whole, as those of webhooks are, or begin one.
        if let Cow::Owned(redacted) = self.secret_text(text)
            && redacted.starts_with("[secret ")
            && let Ok(base) = Url::parse(&format!("https://{HIDDEN_HOST}/"))
            && let Ok(url) = base.join(&format!("/{redacted}"))
        {
            return self.url_in(url.as_str(), scope.inner());
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
        if let Cow::Owned(path) = self.path(url.path()) {
            url.set_path(&path);
        }
        if let Some(query) = url.query()
            && let Some(query) = self.form(query, NamePlace::Query, scope)
        {
            url.set_query(Some(&query));
        }
        if let Some(fragment) = url.fragment() {
            let new = self.fragment(fragment, scope);
            if new != fragment {
                url.set_fragment(Some(&new));
            }
        }
        if let Some(Cow::Owned(_)) = url.host_str().map(|host| self.secret_text(host)) {
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

    /// Learns the secrets of an input or a response, if it is JSON, so that they are taken out of all that
    /// comes of it.
    pub fn learn(&self, json: &str) {
        let Some(document) = Document::parse(json) else {
            return;
        };
        let nodes = document.nodes().iter().filter(|node| node.key.is_some());
        for node in nodes {
            let name = document.key(node).unwrap_or_default();
            let tells = names::tells(&name, NamePlace::Field);
            // Most names tell nothing, which is known sooner than how a value looks.
            if matches!(tells, NameTells::Secret | NameTells::Perhaps)
                && let Some(value) = document.string(node)
                && looks_drawn(&value)
                && tells.is_secret(&value)
                && !self.rules.keeps(&FieldPath::default().key(&name))
            {
                self.secrets.meet(&name, &value);
            }
        }
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
mod places;
#[cfg(test)]
mod tests;
