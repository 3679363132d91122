//! Header names in the case that a function wrote them in. The `http` crate knows only lower case, and hyper
//! sends names as written where a request carries a map of its own, private, kind. Its server makes such maps
//! of what it reads, so it is given the names to read, in memory.

use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::Write;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Extensions, Request, Response};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

/// Functions write the same few sets of names again and again.
const KEPT: usize = 64;

thread_local! {
    /// By the names, a line each.
    static KNOWN: RefCell<HashMap<String, Extensions>> = RefCell::default();
}

/// What a request has to carry to have its headers' names sent as they are in `names`, which may repeat. Nothing
/// for names that hyper writes so by itself, `Like-This`.
pub(crate) fn header_case<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Extensions {
    if names.clone().all(is_title_case) {
        return Extensions::new();
    }
    let mut key = String::new();
    for name in names.clone() {
        key.push_str(name);
        key.push('\n');
    }
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&key).cloned()) {
        return known;
    }
    let names = read(names).unwrap_or_default();
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(key, names.clone());
    });
    names
}

fn is_title_case(name: &str) -> bool {
    let mut first = true;
    name.bytes().all(|byte| {
        let fits = match first {
            true => !byte.is_ascii_lowercase(),
            false => !byte.is_ascii_uppercase(),
        };
        first = byte == b'-';
        fits
    })
}

/// What hyper's server has beside a request with these names.
fn read<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<Extensions> {
    let mut text = String::from("GET / HTTP/1.1\r\n");
    for name in names.clone() {
        // A request's body is announced by these, and what they may say is checked.
        let value = match name {
            _ if name.eq_ignore_ascii_case("content-length") => "0",
            _ if name.eq_ignore_ascii_case("transfer-encoding") => "chunked",
            _ => "",
        };
        // Writing to a String can't fail.
        let _ = write!(text, "{name}: {value}\r\n");
    }
    text.push_str("\r\n");
    let found = RefCell::new(None);
    let take = service_fn(|request: Request<Incoming>| {
        found.replace(Some(request.into_parts().0.extensions));
        async { Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())) }
    });
    let connection = tokio::io::join(text.as_bytes(), tokio::io::sink());
    // All of it is there already, so that nothing has to be waited for; how it ends doesn't matter.
    let _ = http1::Builder::new()
        .preserve_header_case(true)
        .keep_alive(false)
        .header_read_timeout(None)
        .max_headers(names.count().max(1))
        .serve_connection(TokioIo::new(connection), take)
        .now_or_never();
    let mut extensions = found.into_inner()?;
    extensions.remove::<OnUpgrade>();
    Some(extensions)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use hyper::client;
    use proptest::prelude::*;
    use tokio::io::AsyncReadExt;

    use super::*;

    #[test]
    fn only_what_hyper_would_change_is_carried() {
        assert!(header_case(["Content-Type", "X-1-A"].into_iter()).is_empty());
        assert!(header_case(std::iter::empty()).is_empty());
        for names in [
            vec!["X-foo"],
            vec!["content-type", "ETag"],
            vec!["content-length", "x"],
            vec!["transfer-encoding"],
            vec!["x-a"; 300],
        ] {
            assert!(!header_case(names.iter().copied()).is_empty(), "{names:?}");
            assert!(!header_case(names.iter().copied()).is_empty(), "again");
        }
    }

    /// The names of the headers that go out for a request with these.
    async fn sent(names: &[String]) -> Vec<String> {
        let (ours, mut theirs) = tokio::io::duplex(1 << 16);
        let (mut sender, driver) = client::conn::http1::Builder::new()
            .title_case_headers(true)
            .handshake(TokioIo::new(ours))
            .await
            .unwrap();
        let mut request = Request::new(Empty::<Bytes>::new());
        for name in names {
            let name: HeaderName = name.parse().unwrap();
            let value = HeaderValue::from_static("v");
            request.headers_mut().append(name, value);
        }
        *request.extensions_mut() = header_case(names.iter().map(String::as_str));
        let mut head = Vec::new();
        let read = async {
            while !head.ends_with(b"\r\n\r\n") {
                head.push(theirs.read_u8().await.unwrap());
            }
        };
        tokio::select! {
            _ = driver => {}
            _ = sender.send_request(request) => {}
            () = read => {}
        }
        let text = String::from_utf8(head).unwrap();
        let names = text.lines().skip(1).filter_map(|line| line.split_once(':'));
        names.map(|(name, _)| name.to_owned()).collect()
    }

    /// Those that say how a request's body is framed have values of their own.
    fn is_framing(name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        ["content-length", "transfer-encoding"].contains(&lower.as_str())
    }

    proptest! {
        #[test]
        fn names_are_sent_as_they_are_written(
            mut names in prop::collection::vec("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}|[xX]-[aA]", 1..8)
        ) {
            names.retain(|name| !is_framing(name));
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let mut sent = runtime.block_on(sent(&names));
            // A map has those of one name together, in the order in which they came.
            let order = |name: &String| name.to_ascii_lowercase();
            names.sort_by_key(order);
            sent.sort_by_key(order);
            prop_assert_eq!(sent, names);
        }
    }
}
