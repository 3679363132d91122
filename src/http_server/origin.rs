//! Origins of web pages.

use std::str::FromStr;

use url::Url;

/// Where a web page is from: scheme, host and port, as browsers write it in `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// Why a text is no origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an origin: expected one such as `http://localhost:3000`, without a path")]
pub struct OriginError(String);

impl Origin {
    /// Whether this is what a browser has written.
    pub fn is(&self, written: &str) -> bool {
        self.0 == written
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Origin, OriginError> {
        let bad = || OriginError(text.to_owned());
        let url = Url::parse(text).map_err(|_| bad())?;
        let only_origin = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !only_origin {
            return Err(bad());
        }
        Ok(Origin(url.origin().ascii_serialization()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_do() {
        for (text, written) in [
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://localhost:3000/", "http://localhost:3000"),
            ("HTTPS://App.Example.com:443", "https://app.example.com"),
            ("http://[::1]:80", "http://[::1]"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert!(text.parse::<Origin>().expect(text).is(written), "{text}");
        }
        for bad in [
            "",
            "*",
            "null",
            "localhost:3000",
            "file:///a",
            "http://a/b",
            "http://a?b",
            "http://a#b",
            "http://u@a",
        ] {
            let refused = bad.parse::<Origin>();
            assert_eq!(refused, Err(OriginError(bad.to_owned())), "{bad}");
        }
    }
}
