//! Where clouds give a machine its credentials. A function on somebody's own machine, or in their
//! CI, must not get at those unless they are named in `--allow-net`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::options::NetPolicy;

/// Names of Google's metadata server.
const NAMES: [&str; 3] = ["metadata", "metadata.goog", "metadata.google.internal"];

/// Amazon's metadata by IPv6, also of containers: fd00:ec2::254 and its neighbours.
const AMAZON: [u16; 2] = [0xfd00, 0x0ec2];

/// Alibaba's metadata.
const ALIBABA: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);

/// The prefix by which networks translate IPv6 to IPv4 (RFC 6052), 64:ff9b::/96.
const TRANSLATED: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

/// Whether `host` (a name or an address, without brackets) is a cloud's metadata.
pub fn is_metadata(host: &str) -> bool {
    let name = bare(host);
    match name.parse() {
        Ok(address) => is_metadata_address(plain(address)),
        Err(_) => NAMES.contains(&name.as_str()),
    }
}

/// Whether `host` is a cloud's metadata that `policy` doesn't name.
pub(super) fn refuses_host(policy: &NetPolicy, host: &str, port: u16) -> bool {
    match bare(host).parse() {
        Ok(address) => refuses_address(policy, address, port),
        Err(_) => is_metadata(host) && !policy.names(host, port),
    }
}

/// Whether `address`, which may be what a name stands for, is a cloud's metadata that `policy` doesn't
/// name.
pub(super) fn refuses_address(policy: &NetPolicy, address: IpAddr, port: u16) -> bool {
    let plain = plain(address);
    let named = |address: IpAddr| policy.names(&address.to_string(), port);
    is_metadata_address(plain) && !named(plain) && !named(address)
}

/// Whether `host` is a name of metadata, and named by `policy`: what it stands for is meant then, too.
pub(super) fn is_named(policy: &NetPolicy, host: &str, port: u16) -> bool {
    is_metadata(host) && policy.names(host, port)
}

fn bare(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// All link-local addresses count: containers have their credentials there, too.
fn is_metadata_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local() || address == ALIBABA,
        IpAddr::V6(address) => address.segments().starts_with(&AMAZON),
    }
}

/// The IPv4 address that an IPv6 address stands for, if it does for one.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    let segments = v6.segments();
    let v4 = |high: u16, low: u16| IpAddr::V4((u32::from(high) << 16 | u32::from(low)).into());
    match v6.to_ipv4_mapped() {
        Some(mapped) => mapped.into(),
        None if segments.starts_with(&TRANSLATED) => v4(segments[6], segments[7]),
        // 6to4, and addresses that are IPv4's but for zeros.
        None if segments[0] == 0x2002 => v4(segments[1], segments[2]),
        None if segments.starts_with(&[0; 6]) && v6 != Ipv6Addr::LOCALHOST => {
            v4(segments[6], segments[7])
        }
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: [&str; 14] = [
        "169.254.169.254",
        "169.254.170.2",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "::ffff:169.254.169.254",
        "::ffff:a9fe:a9fe",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "100.100.100.200",
        "metadata.google.internal",
        "METADATA.google.internal.",
        "metadata.goog",
        "metadata",
    ];

    fn only(host: &str) -> NetPolicy {
        NetPolicy::Only(vec![host.parse().expect("a host")])
    }

    #[test]
    fn metadata_is_refused_however_it_is_written_unless_it_is_named() {
        for host in METADATA {
            assert!(refuses_host(&NetPolicy::Open, host, 80), "{host}");
            assert!(refuses_host(&only("example.com"), host, 80), "{host}");
            assert!(!refuses_host(&only(host), host, 80), "{host}");
        }
        let address = only("169.254.169.254");
        assert!(!refuses_host(&address, "::ffff:169.254.169.254", 80));
        assert!(refuses_host(
            &only("169.254.169.254:81"),
            "169.254.169.254",
            80
        ));
    }

    #[test]
    fn other_hosts_are_not_metadata() {
        for host in [
            "127.0.0.1",
            "::1",
            "10.0.0.1",
            "fd00::1",
            "192.168.1.1",
            "example.com",
            "metadata.example.com",
            "2001:db8::1",
            "fe80::1",
        ] {
            assert!(!refuses_host(&NetPolicy::Open, host, 80), "{host}");
        }
    }
}
