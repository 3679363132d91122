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
pub mod details;
pub mod list;
mod locks;
mod names;
mod objects;
mod temporary;
pub mod uploads;

use std::fs;
use std::io;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use serde::Deserialize;
use serde::Serialize;

pub use self::objects::Object;
pub use self::objects::Precondition;
pub use self::temporary::Temporary;
use super::Clock;

/// The region of a bucket that says nothing of one.
pub const DEFAULT_REGION: &str = "us-east-1";

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

/// All buckets under one root, shared by all threads.
pub struct Store {
    root: PathBuf,
    clock: Clock,
    scratch: Mutex<Option<temporary::Scratch>>,
    stamps: AtomicU32,
}

impl Store {
    /// A store in `root`, which is made at the first write.
    pub fn new(root: PathBuf, clock: Clock) -> Store {
        Store {
            root,
            clock,
            scratch: Mutex::new(None),
            stamps: AtomicU32::new(0),
        }
    }

    /// The time by the store's clock.
    pub fn now(&self) -> SystemTime {
        (self.clock)()
    }

    fn buckets(&self) -> PathBuf {
        self.root.join("s3")
    }

    fn state(&self, room: &str) -> PathBuf {
        self.root.join("s3-state").join(room)
    }

    fn bucket_path(&self, bucket: &str) -> PathBuf {
        self.buckets().join(bucket)
    }

    fn bucket_file(&self, bucket: &str) -> PathBuf {
        self.state("buckets").join(format!("{bucket}.json"))
    }

    /// A file that becomes an object by [`Store::commit`], or vanishes when it is dropped.
    pub fn temporary(&self) -> io::Result<Temporary> {
        let mut scratch = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        // The folder is made anew when somebody has removed the whole root in the meantime.
        if let Some(open) = scratch.as_mut() {
            match open.file() {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                done => return done,
            }
        }
        scratch
            .insert(temporary::Scratch::open(&self.state("temporary"))?)
            .file()
    }

    /// A time for a new file: the clock's millisecond, and below it a number that differs from
    /// write to write, so that (time, size) names one version of an object.
    fn stamp(&self) -> SystemTime {
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let whole = Duration::from_millis(u64::try_from(since.as_millis()).unwrap_or(0));
        let count = self.stamps.fetch_add(1, Ordering::Relaxed);
        // Another process counts from another start; 999,983 is prime, so all values are met.
        let below = count.wrapping_mul(7_919).wrapping_add(std::process::id()) % 999_983;
        UNIX_EPOCH + whole + Duration::from_nanos(u64::from(below))
    }

    fn write_json(&self, path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
        use std::io::Write;
        let mut temporary = self.temporary()?;
        temporary
            .file
            .write_all(&serde_json::to_vec(value).map_err(io::Error::from)?)?;
        if let Some(parent) = path.parent()
            && !parent.is_dir()
        {
            fs::create_dir_all(parent)?;
        }
        fs::rename(&temporary.path, path)?;
        temporary.keep();
        Ok(())
    }
}

/// The value in a JSON file; `None` when there is none or it can't be read as one.
fn read_json<T: for<'de> Deserialize<'de>>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Whether the error says that nothing is at the path: a file may stand where a folder was meant.
fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
