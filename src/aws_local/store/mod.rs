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
use super::unique;

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
            // Another process, or another store of this one, counts from another start.
            stamps: AtomicU32::new(unique().map_or(std::process::id(), u32::from_le_bytes)),
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
        scratch.insert(self.scratch()?).file()
    }

    fn scratch(&self) -> io::Result<temporary::Scratch> {
        let room = self.state("temporary");
        self.stay_inside(&room)?;
        temporary::Scratch::open(&room).map_err(|error| at(&room, &error))
    }

    /// A time for a new file: the clock's millisecond, and below it a number that differs from
    /// write to write, so that (time, size) names one version of an object.
    fn stamp(&self) -> SystemTime {
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let whole = Duration::from_millis(u64::try_from(since.as_millis()).unwrap_or(0));
        let count = self.stamps.fetch_add(1, Ordering::Relaxed);
        // 999,983 is prime, so all values are met.
        let below = count.wrapping_mul(7_919) % 999_983;
        UNIX_EPOCH + whole + Duration::from_nanos(u64::from(below))
    }

    fn write_json(&self, path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
        use std::io::Write;
        self.stay_inside(path)?;
        let mut temporary = self.temporary()?;
        temporary
            .file
            .write_all(&serde_json::to_vec(value).map_err(io::Error::from)?)?;
        let mut failed = None;
        for _ in 0..ATTEMPTS {
            match fs::rename(&temporary.path, path) {
                Ok(()) => {
                    temporary.keep();
                    return Ok(());
                }
                // There is no folder yet, or it has just been removed with its bucket.
                Err(error) if is_absence(&error) => {
                    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
                    failed = made.err().or(failed);
                }
                Err(error) => return Err(at(path, &error).into()),
            }
        }
        let failed = failed.unwrap_or_else(|| io::Error::other("its folder keeps changing"));
        Err(at(path, &failed).into())
    }

    /// Refuses a path below the root that leads through a symbolic link, which may lead out of it.
    fn stay_inside(&self, path: &Path) -> io::Result<()> {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        let mut way = self.root.clone();
        for component in below {
            way.push(component);
            match fs::symlink_metadata(&way) {
                Ok(about) if about.is_symlink() => {
                    let refusal = io::Error::other("a symbolic link, which is not followed");
                    return Err(at(&way, &refusal));
                }
                Ok(_) => {}
                // Nothing lies here, and nothing below.
                Err(_) => break,
            }
        }
        Ok(())
    }

    /// Removes a folder of files that nobody must find any more, all of them at once.
    fn retire(&self, folder: &Path) -> Result<(), StoreError> {
        self.stay_inside(folder)?;
        let temporary = self.temporary()?;
        // The name of a temporary file, without the file, is one that nobody else has.
        fs::remove_file(&temporary.path)?;
        ignore_missing(fs::rename(folder, &temporary.path))?;
        for _ in 0..ATTEMPTS {
            match fs::remove_dir_all(&temporary.path) {
                // Somebody had found the folder under its old name, and put one more file there.
                Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {}
                other => return Ok(ignore_missing(other)?),
            }
        }
        // Nobody finds it any more, and the next start takes it away.
        Ok(())
    }
}

/// How often a step is tried that others undo: keys come and go, and folders with them.
const ATTEMPTS: usize = 100;

/// The error with the path that it is about, which the system doesn't tell.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
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
        Err(error) if is_absence(&error) => Ok(()),
        other => other,
    }
}
