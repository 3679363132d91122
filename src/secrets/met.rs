//! Values that come by in requests, such as tokens that a function gets anew for each event. There may be
//! any number of them, so only the newest are kept.

use std::collections::VecDeque;
use std::sync::Arc;

use super::index::{Index, Pattern};

/// So many values are kept.
pub const MOST: usize = 2048;
/// So many bytes of them altogether.
const MOST_BYTES: usize = 2 << 20;
/// So much of one: no server takes longer headers.
pub const LONGEST: usize = 16 << 10;
/// After so many removals the filters are made anew.
const STALE: usize = 512;

/// The newest values that came by.
#[derive(Default)]
pub struct Met {
    ring: VecDeque<Arc<Pattern>>,
    bytes: usize,
    index: Index,
    stale: usize,
}

impl Met {
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Keeps a value of at most [`LONGEST`] bytes, which becomes the newest; tells whether it wasn't kept
    /// yet.
    pub fn add(&mut self, value: &str, placeholder: Arc<str>) -> bool {
        let bytes = value.as_bytes();
        if let Some(at) = self.ring.iter().rposition(|one| *one.bytes == *bytes) {
            if let Some(known) = self.ring.remove(at) {
                self.ring.push_back(known);
            }
            return false;
        }
        let pattern = Arc::new(Pattern {
            bytes: bytes.into(),
            placeholder,
        });
        self.bytes += bytes.len();
        self.index.add(&pattern);
        self.ring.push_back(pattern);
        while self.ring.len() > MOST || self.bytes > MOST_BYTES {
            let Some(oldest) = self.ring.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes.len();
            self.index.remove(&oldest);
            self.stale += 1;
        }
        if self.stale >= STALE {
            self.index.refresh();
            self.stale = 0;
        }
        true
    }
}
