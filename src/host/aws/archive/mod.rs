//! Archives of events in S3, as Segment's S3 destination writes them:
//! `s3://BUCKET/segment-logs/SOURCE/DAY/NAME.gz`, where `DAY` is the day on which the events came, in
//! milliseconds since 1970, and each object is gzipped NDJSON. Any other objects of events do too.

mod archive_url;
mod listed;
mod object_sum;
mod read_ahead;
mod s3_archive;
mod s3_bucket;
mod s3_client;
mod s3_error;
mod s3_store;

pub use self::archive_url::ArchiveUrl;
pub use self::listed::{ListedChange, ListedPiece, is_plain};
pub use self::s3_archive::{ArchiveObject, S3Archive};
pub use self::s3_bucket::ArchiveEntry;
pub use self::s3_store::S3Store;
