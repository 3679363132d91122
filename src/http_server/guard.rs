//! Who may ask over a port, beside having a key: web pages may not, unless their origin is named.
//!
//! A browser lets any page send requests to this machine. It says which page asks (`Origin`, and
//! `Sec-Fetch-Site` also where there is no `Origin`), and by which name the page knows this machine
//! (`Host`), which is the page's own when it has its name lead here after it was loaded.

use std::net::IpAddr;

use http::request::Parts;
use http::uri::Authority;
use http::{HeaderName, HeaderValue, header};

use super::origin::Origin;
use super::server::ClientConnection;
use crate::options::HostPattern;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Who may ask over a port, beside programs on this machine.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// The names that this machine may be asked by, beside `localhost`, those below it, and the
    /// addresses that lead back to it.
    pub hosts: Vec<HostPattern>,
    /// Whether it may be asked by any address, also one that doesn't lead back to it. No name can be had
    /// to lead elsewhere then.
    pub addresses: bool,
    /// The origins whose pages may ask.
    pub origins: Vec<Origin>,
}

/// Who asks.
#[derive(Debug, PartialEq, Eq)]
pub enum Caller {
    /// A program, or a person who has typed the address.
    Program,
    /// A page of one of the origins; this is what its browser calls the origin.
    Page(HeaderValue),
}

/// Why somebody may not ask. The texts are a stranger's, with what can be printed of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardRefusal {
    #[error("expected one Host header")]
    NoHost,
    #[error(
        "Only names of this machine, such as localhost, are answered, and the Host header is `{0}`"
    )]
    UnknownHost(String),
    /// A page of this origin, where its browser tells it.
    #[error("web pages{} may not ask", of(.0))]
    Foreign(String),
}

fn of(origin: &str) -> String {
    match origin {
        "" | "null" => String::new(),
        origin => format!(" of {origin}"),
    }
}

impl Guard {
    /// Whether any page may ask.
    pub fn has_pages(&self) -> bool {
        !self.origins.is_empty()
    }

    /// Who asks, if they may.
    ///
    /// # Errors
    /// What is answered instead.
    pub fn admit(&self, request: &Parts) -> Result<Caller, GuardRefusal> {
        let host = self.host(request)?;
        let origin = request.headers.get(header::ORIGIN);
        if let Some(origin) = origin {
            let written = origin.to_str().unwrap_or_default();
            if self.origins.iter().any(|allowed| allowed.is(written)) {
                return Ok(Caller::Page(origin.clone()));
            }
            let peer = request.extensions.get::<ClientConnection>();
            let scheme = peer.map_or("http", |peer| peer.scheme());
            let own = format!("{scheme}://{host}").parse();
            if !own.is_ok_and(|own: Origin| own.is(written)) {
                return Err(GuardRefusal::Foreign(shown(written)));
            }
        }
        // A browser that doesn't say it of a request without `Origin` is one that gives the answer
        // to no other page.
        match request
            .headers
            .get(SEC_FETCH_SITE)
            .map(HeaderValue::as_bytes)
        {
            None | Some(b"same-origin" | b"none") => Ok(Caller::Program),
            Some(_) => Err(GuardRefusal::Foreign(String::new())),
        }
    }

    /// The one name by which this machine is asked.
    fn host(&self, request: &Parts) -> Result<Authority, GuardRefusal> {
        let mut named = request.headers.get_all(header::HOST).iter();
        let (Some(host), None) = (named.next(), named.next()) else {
            return Err(GuardRefusal::NoHost);
        };
        let text = String::from_utf8_lossy(host.as_bytes());
        let host: Authority = text
            .parse()
            .map_err(|_| GuardRefusal::UnknownHost(shown(&text)))?;
        // The URL may name one too, which then is the one that counts.
        for authority in [Some(&host), request.uri.authority()].into_iter().flatten() {
            if !self.is_known(authority) {
                return Err(GuardRefusal::UnknownHost(shown(authority.host())));
            }
        }
        Ok(host)
    }

    fn is_known(&self, authority: &Authority) -> bool {
        if authority.as_str().contains('@') {
            return false;
        }
        let host = authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']');
        if let Ok(address) = host.parse::<IpAddr>()
            && (address.is_loopback() || self.addresses)
        {
            return true;
        }
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        // No browser asks the network for these.
        let local = name == "localhost" || name.ends_with(".localhost");
        let port = authority.port_u16().unwrap_or(80);
        local || self.hosts.iter().any(|known| known.matches(host, port))
    }
}

/// What a stranger has written, so that it is a name and not more.
fn shown(text: &str) -> String {
    let printable = text.chars().filter(|c| c.is_ascii_graphic());
    printable.take(260).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(guard: &Guard, headers: &[(&str, &str)]) -> bool {
        let mut request = http::Request::get("/bkt/key");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        guard.admit(&parts).is_ok()
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let guard = Guard {
            hosts: vec!["s3.test".parse().expect("a host")],
            ..Guard::default()
        };
        for host in [
            "localhost",
            "LOCALHOST:4566",
            "localhost.",
            "bkt.localhost:4566",
            "127.0.0.1",
            "127.9.9.9:80",
            "[::1]:4566",
            "s3.test:4566",
        ] {
            assert!(admitted(&guard, &[("host", host)]), "{host}");
        }
        for host in [
            "",
            "rebind.test",
            "rebind.test:4566",
            "localhost.rebind.test",
            "localhostx",
            "127.0.0.1.rebind.test",
            "user@localhost",
            "0.0.0.0:4566",
            "10.0.0.1",
            "[::2]",
            "bkt.s3.test",
            "local host",
            "ü",
        ] {
            assert!(!admitted(&guard, &[("host", host)]), "{host}");
        }
        assert!(!admitted(&guard, &[]));
        let two = [("host", "localhost"), ("host", "rebind.test")];
        assert!(!admitted(&guard, &two));
        let proxied = http::Request::get("http://rebind.test/bkt/key").header("host", "localhost");
        let (parts, ()) = proxied.body(()).expect("a request").into_parts();
        assert!(guard.admit(&parts).is_err());
    }

    #[test]
    fn where_any_address_may_be_asked_names_may_not() {
        let guard = Guard {
            addresses: true,
            ..Guard::default()
        };
        for host in ["localhost", "10.0.0.1:4010", "[2001:db8::1]:4010"] {
            assert!(admitted(&guard, &[("host", host)]), "{host}");
        }
        for host in ["rebind.test", "10.0.0.1.rebind.test", "10.0.0.1x"] {
            assert!(!admitted(&guard, &[("host", host)]), "{host}");
        }
    }

    #[test]
    fn the_own_origin_has_the_scheme_of_the_connection() {
        for (encrypted, own, other) in [
            (true, "https://localhost:1", "http://localhost:1"),
            (false, "http://localhost:1", "https://localhost:1"),
        ] {
            let admitted = |origin: &str| {
                let request = http::Request::get("/").header("host", "localhost:1");
                let request = request
                    .header("origin", origin)
                    .extension(ClientConnection {
                        address: ([127, 0, 0, 1], 1).into(),
                        encrypted,
                    });
                let (parts, ()) = request.body(()).expect("a request").into_parts();
                Guard::default().admit(&parts).is_ok()
            };
            assert!(admitted(own) && !admitted(other));
        }
    }

    #[test]
    fn only_pages_of_named_origins_are_answered() {
        let none = Guard::default();
        let one = Guard {
            origins: vec!["http://localhost:3000".parse().expect("an origin")],
            ..Guard::default()
        };
        // Each with what is made of it without `--cors`, and with it.
        for (headers, without, with) in [
            (&[][..], true, true),
            (&[("sec-fetch-site", "none")], true, true),
            (&[("sec-fetch-site", "same-origin")], true, true),
            (&[("sec-fetch-site", "same-site")], false, false),
            (&[("sec-fetch-site", "cross-site")], false, false),
            (&[("sec-fetch-site", "what comes")], false, false),
            (&[("origin", "http://localhost:4566")], true, true),
            (&[("origin", "https://localhost:4566")], false, false),
            (&[("origin", "http://localhost:3000")], false, true),
            (&[("origin", "http://localhost:30000")], false, false),
            (&[("origin", "null")], false, false),
            (&[("origin", "")], false, false),
            (
                &[
                    ("origin", "http://localhost:3000"),
                    ("sec-fetch-site", "cross-site"),
                ],
                false,
                true,
            ),
        ] {
            let headers = [&[("host", "localhost:4566")], headers].concat();
            assert_eq!(admitted(&none, &headers), without, "{headers:?}");
            assert_eq!(admitted(&one, &headers), with, "{headers:?}");
        }
    }
}
