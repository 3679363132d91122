//! Which hosts a function may reach.

use std::fmt;
use std::str::FromStr;

/// Where requests may go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Anywhere.
    #[default]
    Open,
    /// Only to hosts that one of the patterns names.
    Only(Vec<HostPattern>),
    /// Nowhere.
    Closed,
}

impl Policy {
    /// Whether a request to `host` (as in a URL, without brackets) on `port` may be made.
    pub fn allows(&self, host: &str, port: u16) -> bool {
        match self {
            Policy::Open => true,
            Policy::Only(patterns) => patterns.iter().any(|pattern| pattern.matches(host, port)),
            Policy::Closed => false,
        }
    }
}

/// `HOST`, `*.HOST` (its subdomains, not itself), and either with `:PORT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    /// In lower case and punycode; an IPv6 address has no brackets.
    host: String,
    subdomains: bool,
    /// Any port when absent.
    port: Option<u16>,
}

impl HostPattern {
    fn matches(&self, host: &str, port: u16) -> bool {
        if self.port.is_some_and(|wanted| wanted != port) {
            return false;
        }
        // A name with its root dot is the same host.
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        if self.subdomains {
            host.strip_suffix(&self.host)
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            host == self.host
        }
    }
}

/// Why a text is not a [`HostPattern`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error("`{0}` is a URL: give only its host, such as `api.example.com`")]
    Url(String),
    #[error("`{0}` is not a port from 1 to 65535")]
    Port(String),
    #[error("`{0}` is not a host, such as `api.example.com`, `*.example.com` or `localhost:8080`")]
    Host(String),
}

impl FromStr for HostPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        if text.contains('/') {
            return Err(PatternError::Url(text.into()));
        }
        let (subdomains, rest) = match text.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        // The colons of a bare IPv6 address don't begin a port.
        let bare_v6 = rest.parse::<std::net::Ipv6Addr>().is_ok();
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !bare_v6 && !port.ends_with(']') => match port.parse() {
                Ok(port @ 1..) => (host, Some(port)),
                _ => return Err(PatternError::Port(port.into())),
            },
            _ => (rest, None),
        };
        let host = host.strip_suffix('.').unwrap_or(host);
        let host = if bare_v6 {
            format!("[{host}]")
        } else {
            host.to_owned()
        };
        let host = match url::Host::parse(&host) {
            Ok(url::Host::Domain(name)) if !name.contains('*') => name,
            Ok(url::Host::Ipv4(address)) if !subdomains => address.to_string(),
            Ok(url::Host::Ipv6(address)) if !subdomains => address.to_string(),
            _ => return Err(PatternError::Host(text.into())),
        };
        Ok(HostPattern {
            host,
            subdomains,
            port,
        })
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.subdomains {
            f.write_str("*.")?;
        }
        match self.port {
            Some(port) if self.host.contains(':') => write!(f, "[{}]:{port}", self.host),
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(patterns: &[&str]) -> Policy {
        Policy::Only(
            patterns
                .iter()
                .map(|pattern| pattern.parse().unwrap())
                .collect(),
        )
    }

    #[test]
    fn patterns_match_hosts_and_ports() {
        let policy = only(&[
            "api.example.com",
            "*.Segment.io",
            "localhost:8080",
            "[::1]:9000",
            "10.0.0.1",
        ]);
        assert!(policy.allows("api.example.com", 443));
        assert!(policy.allows("API.example.com.", 80));
        assert!(!policy.allows("evil-api.example.com", 443));
        assert!(policy.allows("cdn.segment.io", 443));
        assert!(policy.allows("a.b.segment.io", 443));
        assert!(!policy.allows("segment.io", 443));
        assert!(!policy.allows("notsegment.io", 443));
        assert!(policy.allows("localhost", 8080));
        assert!(!policy.allows("localhost", 80));
        assert!(policy.allows("::1", 9000));
        assert!(policy.allows("10.0.0.1", 1));
        assert!(!Policy::Closed.allows("localhost", 80));
    }

    #[test]
    fn patterns_print_as_they_are_written() {
        for text in [
            "api.example.com",
            "*.segment.io:443",
            "[::1]:9000",
            "::1",
            "127.0.0.1:1",
        ] {
            assert_eq!(text.parse::<HostPattern>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        let url = PatternError::Url("https://a.b".into());
        assert_eq!("https://a.b".parse::<HostPattern>(), Err(url));
        for port in ["localhost:0", "localhost:99999", "localhost:"] {
            assert!(
                matches!(port.parse::<HostPattern>(), Err(PatternError::Port(_))),
                "{port}"
            );
        }
        for host in ["", "*", "a*b.com", "*.127.0.0.1", "a b"] {
            assert!(
                matches!(host.parse::<HostPattern>(), Err(PatternError::Host(_))),
                "{host}"
            );
        }
    }
}
