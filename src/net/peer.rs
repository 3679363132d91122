//! Who is at the other end.

use std::net::{Ipv4Addr, SocketAddr};

/// The two ends of a connection; an extension of every response.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    pub remote: SocketAddr,
    pub local: SocketAddr,
}

impl Peer {
    /// The ends of a connection to `port` that isn't there.
    pub(super) fn nobody(port: u16) -> Peer {
        let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Peer {
            remote: loopback(port),
            local: loopback(0),
        }
    }
}
