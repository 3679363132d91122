//! S3's operations over the [`ObjectStore`](super::store::ObjectStore). s3s answers `NotImplemented`, by name, for all that is not
//! here.

mod buckets;
mod checksums;
mod conditions;
mod copy;
mod describe;
mod error;
mod headers;
mod in_progress;
mod listing;
mod multipart;
mod objects;
mod operations;
mod read;
mod receive;
mod tags;
mod values;

pub use self::operations::Operations;
