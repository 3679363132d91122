//! Connections kept for the next request to the same place, as Node's agent keeps them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderMap, header};
use parking_lot::Mutex;

use super::connection::Connection;
use super::destination::Destination;

/// Node's agent closes a socket that was idle this long; servers that close earlier say so in
/// `Keep-Alive`.
pub(super) const IDLE: Duration = Duration::from_secs(5);

/// As many idle sockets as Node's agent keeps for one host. Here it is for all of them together,
/// since every worker has a pool and they share the process's files.
const KEPT: usize = 256;

#[derive(Debug, Default)]
pub(super) struct ConnectionPool(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// The one that was used last is at the end, and is taken first.
    idle: HashMap<Destination, Vec<Idle>>,
    count: usize,
}

#[derive(Debug)]
struct Idle {
    connection: Connection,
    until: Instant,
}

/// A connection that is in use for one exchange. Dropping it closes the connection.
#[derive(Debug)]
pub(super) struct Lease {
    pub connection: Connection,
    pub destination: Destination,
    pub pool: Arc<ConnectionPool>,
    /// How long it may be kept after the exchange; `None` to close it.
    pub keep: Option<Duration>,
}

impl ConnectionPool {
    /// An idle connection to `destination` that was alive when last looked at.
    pub fn take(&self, destination: &Destination) -> Option<Connection> {
        let now = Instant::now();
        self.with(|kept| {
            let list = kept.idle.get_mut(destination)?;
            let mut found = None;
            while let Some(idle) = list.pop() {
                kept.count -= 1;
                if idle.until > now && idle.connection.sender.is_ready() {
                    found = Some(idle.connection);
                    break;
                }
            }
            if list.is_empty() {
                kept.idle.remove(destination);
            }
            found
        })
    }

    /// Whether [`ConnectionPool::take`] might find something.
    pub fn knows(&self, destination: &Destination) -> bool {
        self.with(|kept| kept.idle.contains_key(destination))
    }

    pub fn put(&self, destination: Destination, connection: Connection, keep: Duration) {
        let now = Instant::now();
        self.with(|kept| {
            if kept.count >= KEPT {
                kept.idle.retain(|_, list| {
                    list.retain(|idle| idle.until > now && !idle.connection.sender.is_closed());
                    !list.is_empty()
                });
                kept.count = kept.idle.values().map(Vec::len).sum();
            }
            if kept.count < KEPT {
                kept.count += 1;
                kept.idle.entry(destination).or_default().push(Idle {
                    connection,
                    until: now + keep,
                });
            }
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.0.lock())
    }
}

impl Lease {
    /// The exchange is over: the connection goes back to the pool if it may be kept.
    pub fn give_back(self) {
        let Lease {
            mut connection,
            destination,
            pool,
            keep,
        } = self;
        let Some(keep) = keep else { return };
        if connection.sender.is_ready() {
            pool.put(destination, connection, keep);
        } else if !connection.sender.is_closed() {
            // The request's body, or the connection's own end of this exchange, is still to come.
            tokio::spawn(async move {
                if connection.sender.ready().await.is_ok() {
                    pool.put(destination, connection, keep);
                }
            });
        }
    }
}

/// How long a connection may be kept, by the headers of a request or a response.
pub(super) fn keep(headers: &HeaderMap) -> Option<Duration> {
    let says = |name, wanted: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|token| token.trim().eq_ignore_ascii_case(wanted))
    };
    if says(header::CONNECTION, "close") {
        return None;
    }
    let hint = headers
        .get("keep-alive")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| {
            value
                .split(',')
                .find_map(|part| part.trim().strip_prefix("timeout="))
        })
        .and_then(|seconds| seconds.parse().ok())
        .map(Duration::from_secs);
    Some(hint.map_or(IDLE, |hint| hint.min(IDLE)))
}
