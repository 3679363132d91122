//! The disk side of the embedded S3: buckets and objects as folders and files under one root.
//!
//! - `ROOT/s3/BUCKET/KEY`: the objects, as [`names`] spells them; plain files a person can open.
//! - `ROOT/s3-state/buckets`: region and date of each bucket.
//! - `ROOT/s3-state/details`: what a file can't say about its object, see [`details`].
//! - `ROOT/s3-state/uploads`: multipart uploads in progress, see [`uploads`].
//! - `ROOT/s3-state/temporary`: objects being received, see [`temporary`].
//! - `ROOT/s3-state/locks`: empty files whose locks keep several processes apart.
//!
//! An object appears by one rename of a complete file, so nobody ever sees half of one. The calls
//! are plain blocking ones: each takes microseconds, less than a hop to another thread would.

mod buckets;
mod copy;
pub mod details;
mod disk;
mod error;
pub mod list;
mod locks;
mod names;
mod object_store;
mod objects;
mod temporary;
pub mod uploads;

pub use self::buckets::DEFAULT_REGION;
pub use self::copy::copy_objects;
pub use self::error::StoreError;
pub use self::object_store::ObjectStore;
pub use self::objects::{Object, Precondition};
pub use self::temporary::TemporaryFile;
