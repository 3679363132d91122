//! Which requests a reply is for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

/// A method, and a URL without a query, as in `POST https://api.example.com/v1/*`. `*` stands for any text,
/// also with slashes, and in the method's place for any method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTarget {
    /// `None` is any.
    method: Option<String>,
    /// With `*` for any text.
    url: String,
}

/// Why a text is no [`ReplyTarget`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    #[error("expected a method and a URL such as \"POST https://api.example.com/v1/*\"")]
    Form,
    #[error("no request has this method")]
    Method,
    #[error("no request goes to this URL")]
    Url,
    #[error("a query doesn't belong here")]
    Query,
}

impl TargetError {
    /// What to write instead.
    pub fn hint(self) -> &'static str {
        match self {
            TargetError::Form => "`*` in the method's place stands for any method",
            TargetError::Method => "methods are in capital letters: GET, POST, PUT",
            TargetError::Url => "a URL begins with https:// or http:// and a host, without a user",
            TargetError::Query => {
                "say what the query is to have: when = { \"query.page\" = \"2\" }"
            }
        }
    }
}

impl FromStr for ReplyTarget {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<ReplyTarget, TargetError> {
        let (method, url) = text.split_once(' ').ok_or(TargetError::Form)?;
        if !method.bytes().all(|byte| byte.is_ascii_uppercase()) && method != "*" {
            return Err(TargetError::Method);
        }
        let (scheme, rest) = url.split_once("://").ok_or(TargetError::Url)?;
        let scheme = scheme.to_ascii_lowercase();
        let default = match scheme.as_str() {
            "https" => ":443",
            "http" => ":80",
            _ => return Err(TargetError::Url),
        };
        if rest.contains(['?', '#']) {
            return Err(TargetError::Query);
        }
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix(default).unwrap_or(&host);
        let fits = |c: char| c.is_ascii_alphanumeric() || ".-_*:[]".contains(c);
        if host.is_empty() || !host.chars().all(fits) {
            return Err(TargetError::Url);
        }
        // As the path is sent.
        let path = Url::parse(&format!("http://h{path}")).map_err(|_| TargetError::Url)?;
        Ok(ReplyTarget {
            method: (method != "*").then(|| method.to_owned()),
            url: format!("{scheme}://{host}{}", path.path()),
        })
    }
}

impl fmt::Display for ReplyTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_deref().unwrap_or("*"), self.url)
    }
}

impl ReplyTarget {
    /// Whether a request is one of those that are meant.
    pub fn matches(&self, method: &str, url: &str) -> bool {
        let Ok(url) = Url::parse(url) else {
            return false;
        };
        let asked = url.origin().ascii_serialization() + url.path();
        self.is_method(method) && fits(self.url.as_bytes(), asked.as_bytes())
    }

    /// Whether every request that `other` means is meant here, too. That there is none is told with
    /// certainty only.
    pub fn covers(&self, other: &ReplyTarget) -> bool {
        let method = match &other.method {
            Some(method) => self.is_method(method),
            None => self.method.is_none(),
        };
        // Where the other has a `*`, only one here takes it.
        method && fits(self.url.as_bytes(), other.url.as_bytes())
    }

    /// The host that it names, if it names one.
    pub fn host(&self) -> Option<&str> {
        let (_, rest) = self.url.split_once("://")?;
        let host = rest.split(['/', ':']).next()?;
        (!host.contains('*')).then_some(host)
    }

    fn is_method(&self, method: &str) -> bool {
        let own = self.method.as_deref();
        own.is_none_or(|own| own.eq_ignore_ascii_case(method))
    }
}

/// Whether `text` is `pattern` with some text in the place of each `*`.
pub(in crate::net) fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    // Where the last `*` was, and how far its text goes.
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(byte) if *byte == text[place] => (at, place) = (at + 1, place + 1),
            _ => match &mut star {
                Some((before, taken)) => {
                    *taken += 1;
                    (at, place) = (*before + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> ReplyTarget {
        text.parse().expect(text)
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (to, method, url, is_it) in [
            (
                "POST https://a.example/v1/*",
                "POST",
                "https://a.example/v1/x/y?z=1",
                true,
            ),
            (
                "POST https://a.example/v1/*",
                "POST",
                "https://a.example/v1/",
                true,
            ),
            (
                "POST https://a.example/v1/*",
                "POST",
                "https://a.example/v1",
                false,
            ),
            (
                "POST https://a.example/v1/*",
                "GET",
                "https://a.example/v1/x",
                false,
            ),
            (
                "* https://a.example/v1/*/e",
                "GET",
                "https://a.example/v1/x/e/y/e",
                true,
            ),
            (
                "GET https://*.example/",
                "GET",
                "https://a.b.example/",
                true,
            ),
            (
                "GET https://*.example/",
                "GET",
                "https://a.b.example/x",
                false,
            ),
            (
                "GET HTTPS://A.example:443",
                "GET",
                "https://a.example/",
                true,
            ),
            (
                "GET http://127.0.0.1:*/x",
                "GET",
                "http://127.0.0.1:8080/x",
                true,
            ),
            (
                "GET https://a.example/a b",
                "GET",
                "https://a.example/a%20b",
                true,
            ),
            ("GET https://a.example/", "GET", "http://a.example/", false),
        ] {
            assert_eq!(
                target(to).matches(method, url),
                is_it,
                "{to} {method} {url}"
            );
        }
    }

    #[test]
    fn one_target_may_cover_another() {
        let covers = |one: &str, other: &str| target(one).covers(&target(other));
        assert!(covers(
            "* https://a.example/*",
            "POST https://a.example/v1/*"
        ));
        assert!(covers("GET https://a.example/x", "GET https://a.example/x"));
        assert!(!covers("GET https://a.example/*", "* https://a.example/x"));
        assert!(!covers(
            "GET https://a.example/v1/*",
            "GET https://a.example/*"
        ));
    }

    #[test]
    fn a_host_is_named_or_a_pattern() {
        assert_eq!(
            target("GET https://a.example:8443/x").host(),
            Some("a.example")
        );
        assert_eq!(target("GET https://*.example/x").host(), None);
    }

    #[test]
    fn what_no_request_has_is_refused() {
        for (to, error) in [
            ("https://a.example/", TargetError::Form),
            ("post https://a.example/", TargetError::Method),
            ("POST a.example/v1", TargetError::Url),
            ("POST ftp://a.example/", TargetError::Url),
            ("POST https:///x", TargetError::Url),
            ("POST https://u:p@a.example/", TargetError::Url),
            ("GET https://a.example/?page=2", TargetError::Query),
        ] {
            assert_eq!(to.parse::<ReplyTarget>(), Err(error), "{to}");
        }
    }
}
