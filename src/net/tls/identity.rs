//! Whether a certificate is the one of the host that was asked for: Node's `tls.checkServerIdentity`.

use std::fmt;
use std::net::IpAddr;

use openssl::nid::Nid;
use openssl::x509::{GeneralNameRef, X509Ref};

/// Checks that `certificate` is for `host`, a name or an address. The error is the reason, as Node
/// words it.
pub(super) fn check_identity(host: &str, certificate: &X509Ref) -> Result<(), String> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let names: Vec<AltName> = certificate
        .subject_alt_names()
        .iter()
        .flatten()
        .filter_map(AltName::read)
        .collect();
    let common: Vec<String> = certificate
        .subject_name()
        .entries_by_nid(Nid::COMMONNAME)
        .filter_map(|entry| entry.data().to_string().ok())
        .collect();
    check(host, &names, &common)
}

fn check(host: &str, names: &[AltName], common: &[String]) -> Result<(), String> {
    if let Ok(address) = host.parse::<IpAddr>() {
        let addresses = || names.iter().filter_map(AltName::address);
        if addresses().any(|other| other == address) {
            return Ok(());
        }
        let list: Vec<String> = addresses().map(|other| other.to_string()).collect();
        let list = list.join(", ");
        return Err(format!("IP: {host} is not in the cert's list: {list}"));
    }
    let mut dns = names.iter().filter_map(AltName::dns).peekable();
    if dns.peek().is_some() {
        if dns.any(|pattern| fits(host, pattern)) {
            return Ok(());
        }
        let list: Vec<String> = names.iter().map(AltName::to_string).collect();
        let list = list.join(", ");
        return Err(format!(
            "Host: {host}. is not in the cert's altnames: {list}"
        ));
    }
    if common.is_empty() {
        return Err("Cert does not contain a DNS name".to_owned());
    }
    if common.iter().any(|pattern| fits(host, pattern)) {
        return Ok(());
    }
    let list = common.join(",");
    Err(format!("Host: {host}. is not cert's CN: {list}"))
}

/// Whether a name of a certificate, which may begin with a wildcard, is one for `host`.
fn fits(host: &str, pattern: &str) -> bool {
    let labels = |name: &str| -> Vec<String> {
        let name = name.strip_suffix('.').unwrap_or(name);
        name.to_ascii_lowercase()
            .split('.')
            .map(str::to_owned)
            .collect()
    };
    let (host, pattern) = (labels(host), labels(pattern));
    let readable =
        |label: &String| !label.is_empty() && label.bytes().all(|byte| matches!(byte, b'!'..=0x7f));
    if host.len() != pattern.len() || !pattern.iter().all(readable) || host[1..] != pattern[1..] {
        return false;
    }
    let (own, wanted) = (&host[0], &pattern[0]);
    match wanted.split_once('*') {
        // A wildcard is none within an international name, nor right under a top-level domain.
        Some((before, after)) if !wanted.contains("xn--") => {
            !after.contains('*')
                && pattern.len() > 2
                && own.len() >= before.len() + after.len()
                && own.starts_with(before)
                && own.ends_with(after)
        }
        _ => own == wanted,
    }
}

/// One of a certificate's alternative names, of the kinds that Node shows.
#[derive(Debug)]
enum AltName {
    Dns(String),
    Address(IpAddr),
    Other(&'static str, String),
}

impl AltName {
    fn read(name: &GeneralNameRef) -> Option<AltName> {
        if let Some(name) = name.dnsname() {
            return Some(AltName::Dns(name.to_owned()));
        }
        if let Some(bytes) = name.ipaddress() {
            let address = match bytes.len() {
                4 => <[u8; 4]>::try_from(bytes).ok()?.into(),
                _ => <[u8; 16]>::try_from(bytes).ok()?.into(),
            };
            return Some(AltName::Address(address));
        }
        let other = |kind, value: &str| AltName::Other(kind, value.to_owned());
        let email = name.email().map(|value| other("email", value));
        email.or_else(|| name.uri().map(|value| other("URI", value)))
    }

    fn dns(&self) -> Option<&str> {
        match self {
            AltName::Dns(name) => Some(name),
            AltName::Address(_) | AltName::Other(..) => None,
        }
    }

    fn address(&self) -> Option<IpAddr> {
        match self {
            AltName::Address(address) => Some(*address),
            AltName::Dns(_) | AltName::Other(..) => None,
        }
    }
}

/// As in Node's `subjectaltname`.
impl fmt::Display for AltName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, value) = match self {
            AltName::Dns(name) => ("DNS", name),
            AltName::Other(kind, value) => (*kind, value),
            AltName::Address(IpAddr::V4(address)) => return write!(f, "IP Address:{address}"),
            AltName::Address(IpAddr::V6(address)) => {
                let groups = address.segments().map(|group| format!("{group:X}"));
                return write!(f, "IP Address:{}", groups.join(":"));
            }
        };
        // What could be taken for more than one name is quoted.
        let plain =
            |byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b',' | b'\'');
        if value.bytes().all(plain) {
            write!(f, "{kind}:{value}")
        } else {
            write!(f, "{kind}:{}", serde_json::Value::from(value.as_str()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dns(names: &[&str]) -> Vec<AltName> {
        names
            .iter()
            .map(|name| AltName::Dns((*name).to_owned()))
            .collect()
    }

    /// The expectations are what Node 20 says.
    #[test]
    fn names_are_checked_as_node_checks_them() {
        let fits = [
            ("a.b.com", "a.b.com"),
            ("A.b.com", "a.B.com."),
            ("a.b.com", "*.b.com"),
            ("abc.b.com", "a*c.b.com"),
            ("localhost", "localhost"),
            ("xn--a.b.com", "xn--a.b.com"),
        ];
        let others = [
            ("b.com", "*.com"),
            ("a.b.com", "*.*.com"),
            ("a.b.com", "**.b.com"),
            ("a.b.com", "a.*.com"),
            ("a.c.b.com", "*.b.com"),
            ("ab.b.com", "ab*b.b.com"),
            ("xn--a.b.com", "xn--*.b.com"),
            ("a.b.com", "a..com"),
            ("b\u{fc}.b.com", "b\u{fc}.b.com"),
            ("a.b.com", ""),
        ];
        for (host, pattern) in fits {
            assert_eq!(
                check(host, &dns(&[pattern]), &[]),
                Ok(()),
                "{host} {pattern}"
            );
            assert_eq!(
                check(host, &[], &[pattern.to_owned()]),
                Ok(()),
                "{host} {pattern}"
            );
        }
        for (host, pattern) in others {
            assert!(
                check(host, &dns(&[pattern]), &[]).is_err(),
                "{host} {pattern}"
            );
        }
    }

    #[test]
    fn reasons_are_worded_as_node_words_them() {
        let told = |host: &str, names: &[AltName], common: &[&str]| {
            let common: Vec<String> = common.iter().map(|&name| name.to_owned()).collect();
            check(host, names, &common).unwrap_err()
        };
        let mut names = dns(&["a.com", "b,c"]);
        names.push(AltName::Address("::1".parse().unwrap()));
        names.push(AltName::Address("1.2.3.4".parse().unwrap()));
        names.push(AltName::Other("URI", "http://a/".to_owned()));
        assert_eq!(
            told("c.com", &names, &["c.com"]),
            "Host: c.com. is not in the cert's altnames: DNS:a.com, DNS:\"b,c\", \
             IP Address:0:0:0:0:0:0:0:1, IP Address:1.2.3.4, URI:http://a/"
        );
        assert_eq!(
            told("1.2.3.5", &names, &["1.2.3.5"]),
            "IP: 1.2.3.5 is not in the cert's list: ::1, 1.2.3.4"
        );
        assert_eq!(
            told("c.com", &names[2..], &["a.com", "b.com"]),
            "Host: c.com. is not cert's CN: a.com,b.com"
        );
        assert_eq!(told("c.com", &[], &[]), "Cert does not contain a DNS name");
        assert_eq!(check("0:0::1", &names, &[]), Ok(()));
    }
}
