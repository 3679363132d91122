//! The objects of an archive, wherever they come from.

use std::io::{self, Read};

/// The objects of an archive, in the order of their keys.
pub trait Archive: Send {
    /// The next object; it is asked for when the one before has been read, or dropped.
    fn next_object(&mut self) -> io::Result<Option<ArchiveObject>>;
}

/// One object.
pub struct ArchiveObject {
    /// `s3://BUCKET/KEY`.
    pub name: String,
    pub content: Box<dyn Read + Send>,
}
