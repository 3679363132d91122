//! Why the store can't do what was asked.

use std::io;

/// Why the store can't do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("no such bucket")]
    NoBucket,
    #[error("no such object")]
    NoObject,
    #[error("no such upload")]
    NoUpload,
    #[error("the bucket holds objects")]
    BucketNotEmpty,
    #[error("a precondition does not hold")]
    Precondition,
    #[error(transparent)]
    Io(#[from] io::Error),
}
