//! Which path is what.

use http::Method;

/// Where analytics.js's files lie after `npm install @segment/analytics-next`, from the working folder.
pub const SCRIPTS: &str = "node_modules/@segment/analytics-next/dist/umd";

/// The types of events, with the names that analytics.js has for them.
const TYPES: [(&str, &str); 6] = [
    ("track", "t"),
    ("identify", "i"),
    ("page", "p"),
    ("screen", "s"),
    ("group", "g"),
    ("alias", "a"),
];

/// Something that the Tracking API and its CDN answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// One event of this type.
    Event(&'static str),
    Batch,
    /// An image that carries one event of this type in its URL.
    Pixel(&'static str),
    /// What analytics.js tells about itself.
    Metrics,
    /// What a client is to do, for a write key.
    Settings(String),
    /// analytics.js, for a write key.
    Script(String),
    /// A part of it, which it loads itself: the file's name.
    ScriptPart(String),
}

impl Endpoint {
    /// What `path` is, with or without a slash at its end.
    pub fn of(path: &str) -> Option<Endpoint> {
        let parts: Vec<&str> = path
            .strip_suffix('/')
            .unwrap_or(path)
            .split('/')
            .skip(1)
            .collect();
        match *parts.as_slice() {
            ["v1", "batch" | "import" | "b"] => Some(Endpoint::Batch),
            ["v1", "m"] => Some(Endpoint::Metrics),
            ["v1", name] => TYPES
                .iter()
                .find(|(long, short)| name == *long || name == *short)
                .map(|(kind, _)| Endpoint::Event(kind)),
            ["v1", "pixel", name] => TYPES
                .iter()
                .find(|(kind, _)| name == *kind)
                .map(|(kind, _)| Endpoint::Pixel(kind)),
            ["v1", "projects", key, "settings"] | ["projects", key, "settings"] => {
                Some(Endpoint::Settings(key.to_owned()))
            }
            [
                "analytics.js",
                "v1",
                key,
                "analytics.min.js" | "analytics.js",
            ] => Some(Endpoint::Script(key.to_owned())),
            ["analytics-next", "bundles", file] => Some(Endpoint::ScriptPart(file.to_owned())),
            _ => None,
        }
    }

    /// The method by which it is asked.
    pub fn method(&self) -> Method {
        match self {
            Endpoint::Event(_) | Endpoint::Batch | Endpoint::Metrics => Method::POST,
            Endpoint::Pixel(_)
            | Endpoint::Settings(_)
            | Endpoint::Script(_)
            | Endpoint::ScriptPart(_) => Method::GET,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_short_names_are_the_same_with_and_without_a_slash() {
        for (kind, short) in TYPES {
            for path in [format!("/v1/{kind}"), format!("/v1/{short}/")] {
                assert_eq!(Endpoint::of(&path), Some(Endpoint::Event(kind)), "{path}");
            }
        }
        for path in ["/v1/batch", "/v1/import/", "/v1/b"] {
            assert_eq!(Endpoint::of(path), Some(Endpoint::Batch), "{path}");
        }
        for path in [
            "/v1",
            "/v1/",
            "/track",
            "/v1/x",
            "/v1/track/x",
            "/v1/pixel/x",
            "/",
        ] {
            assert_eq!(Endpoint::of(path), None, "{path}");
        }
    }
}
