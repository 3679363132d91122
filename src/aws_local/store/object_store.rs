//! The store itself: its folders, its temporary files, and the times it gives.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, io};

use serde::Serialize;

use super::disk::{ATTEMPTS, at, ignore_missing, is_absence};
use super::error::StoreError;
use super::temporary::{TemporaryFile, TemporaryFiles};
use crate::aws_local::time_source::TimeSource;

/// All buckets under one root, shared by all threads.
pub struct ObjectStore {
    root: PathBuf,
    clock: TimeSource,
    scratch: Mutex<Option<TemporaryFiles>>,
    stamps: AtomicU32,
}

impl ObjectStore {
    /// A store in `root`, which is made at the first write.
    pub fn new(root: PathBuf, clock: TimeSource) -> ObjectStore {
        ObjectStore {
            root,
            clock,
            scratch: Mutex::new(None),
            // Another process, or another store of this one, counts from another start.
            stamps: AtomicU32::new(
                crate::random::from_system().map_or(std::process::id(), u32::from_le_bytes),
            ),
        }
    }

    /// The time by the store's clock.
    pub fn now(&self) -> SystemTime {
        (self.clock)()
    }

    pub(super) fn buckets(&self) -> PathBuf {
        self.root.join("s3")
    }

    pub(super) fn state(&self, room: &str) -> PathBuf {
        self.root.join("s3-state").join(room)
    }

    pub(super) fn bucket_path(&self, bucket: &str) -> PathBuf {
        self.buckets().join(bucket)
    }

    pub(super) fn bucket_file(&self, bucket: &str) -> PathBuf {
        self.state("buckets").join(format!("{bucket}.json"))
    }

    /// A file that becomes an object by [`ObjectStore::commit`], or vanishes when it is dropped.
    pub fn temporary(&self) -> io::Result<TemporaryFile> {
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

    fn scratch(&self) -> io::Result<TemporaryFiles> {
        let room = self.state("temporary");
        self.stay_inside(&room)?;
        TemporaryFiles::open(&room).map_err(|error| at(&room, &error))
    }

    /// A time for a new file: the clock's millisecond, and below it a number that differs from
    /// write to write, so that (time, size) names one version of an object.
    pub(super) fn stamp(&self) -> SystemTime {
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let whole = Duration::from_millis(u64::try_from(since.as_millis()).unwrap_or(0));
        let count = self.stamps.fetch_add(1, Ordering::Relaxed);
        // 999,983 is prime, so all values are met.
        let below = count.wrapping_mul(7_919) % 999_983;
        UNIX_EPOCH + whole + Duration::from_nanos(u64::from(below))
    }

    pub(super) fn write_json(&self, path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
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
    pub(super) fn stay_inside(&self, path: &Path) -> io::Result<()> {
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
    pub(super) fn retire(&self, folder: &Path) -> Result<(), StoreError> {
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
