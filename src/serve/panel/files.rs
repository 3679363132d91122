//! The page's files, which are in the program.

use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::serve::front::{HttpAnswer, text_answer};

/// A file of js/dist/panel: its name, and its bytes.
type PageFile = (&'static str, &'static [u8]);

/// What build.rs found there; nothing where the panel wasn't built.
const FILES: &[PageFile] = include!(concat!(env!("OUT_DIR"), "/panel.rs"));

/// Nothing is from elsewhere or written into the page: the editor's styles are sheets of a shadow root.
const POLICY: &str = "default-src 'self'; frame-ancestors 'none'";

/// The page at `/` and its files below `/panel/`; `None` where there is none.
pub fn page_file(path: &str) -> Option<HttpAnswer> {
    let name = match path {
        "/" => "index.html",
        path => path.strip_prefix("/panel/")?,
    };
    let (_, bytes) = FILES.iter().find(|(known, _)| *known == name)?;
    let mut answer = text_answer(StatusCode::OK, kind_of(name), *bytes);
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        answer
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Some(answer)
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
