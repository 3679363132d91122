//! An exchange that JavaScript makes over a socket of its own, as outcomes show it.

use http::HeaderMap;

use super::record::BodyTee;
use super::trace::TraceEntry;

/// One exchange, from the first byte of its request. Its time ends when this is dropped.
#[derive(Debug)]
pub struct WatchedExchange {
    pub(super) entry: TraceEntry,
    /// What is sent of the body, where outcomes show it.
    pub(super) sent: Option<BodyTee>,
}

impl WatchedExchange {
    /// A piece of the request's body was sent.
    pub fn sent(&self, piece: &[u8]) {
        if let Some(tee) = &self.sent {
            tee.add(piece);
        }
    }

    /// The response's head came.
    pub fn responded(&self, status: u16) {
        self.entry.responded(status);
    }

    /// Its headers, where outcomes show them.
    pub fn keep_head(&self, headers: &HeaderMap) {
        self.entry.keep_head(headers);
    }

    /// A piece of its body came, where outcomes show it.
    pub fn keep_piece(&self, piece: &[u8]) {
        self.entry.keep_piece(piece);
    }

    /// There was no response, or not all of it.
    pub fn failed(&self, reason: &str) {
        self.entry.failed(reason);
    }
}
