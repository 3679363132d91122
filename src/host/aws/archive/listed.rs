//! What a listing said of objects, and whether it is still so.

use std::io;
use std::ops::Range;

/// A piece of an object that was listed.
#[derive(Clone, Debug)]
pub struct ListedPiece {
    pub key: String,
    /// As it was listed; what it is then is read, or nothing.
    pub etag: Option<String>,
    /// Of the whole object, in bytes.
    pub size: u64,
    pub range: Range<u64>,
}

/// An object, or a file, isn't what was listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListedChange {
    #[error("it has changed since it was listed")]
    Other,
    #[error("it was there when it was listed, and is gone")]
    Gone,
    #[error("its name says that it is lines of text, but it is not, so it can't be read in pieces")]
    NoLines,
}

impl ListedChange {
    /// The change that an error tells of.
    pub fn of(error: &io::Error) -> Option<ListedChange> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl From<ListedChange> for io::Error {
    fn from(change: ListedChange) -> io::Error {
        io::Error::other(change)
    }
}

/// Whether what begins so may be lines of UTF-8: no gzip, and no UTF-16.
pub fn is_plain(begin: &[u8]) -> bool {
    !(begin.starts_with(b"\x1f")
        || begin.starts_with(b"\xff\xfe")
        || begin.starts_with(b"\xfe\xff"))
}
