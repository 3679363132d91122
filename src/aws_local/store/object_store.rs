//! The store itself: its folders, its temporary files, and the times it gives.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, io};

use parking_lot::Mutex;
use serde::Serialize;

use super::disk::{ATTEMPTS, at, ignore_missing, is_absence};
use super::error::StoreError;
use super::temporary::{TemporaryFile, TemporaryFiles};
use crate::aws_local::time_source::TimeSource;

/// How many times this process has given, of all its stores: one nanosecond each. A clock that
/// stands still has whole milliseconds, and the real one goes on by more than that.
static STAMPS: Mutex<u64> = Mutex::new(0);

/// All buckets under one root, shared by all threads.
pub struct ObjectStore {
    root: PathBuf,
    clock: TimeSource,
    scratch: Mutex<Option<TemporaryFiles>>,
}

impl ObjectStore {
    /// A store in `root`, which is made at the first write.
    pub fn new(root: PathBuf, clock: TimeSource) -> ObjectStore {
        ObjectStore {
            root,
            clock,
            scratch: Mutex::new(None),
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
        let mut scratch = self.scratch.lock();
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

    /// A time for a new file: later than all that were given at the same time of the clock, or
    /// before it, so that the later of two files is known, and (time, size) names one version of an
    /// object.
    pub(super) fn stamp(&self) -> SystemTime {
        // The clock is read under the lock: whoever has the lower count has the earlier time, too.
        let mut count = STAMPS.lock();
        let now = self.now().max(UNIX_EPOCH);
        *count += 1;
        now.checked_add(Duration::from_nanos(*count)).unwrap_or(now)
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;

    #[test]
    fn of_two_files_in_one_millisecond_the_later_one_has_the_later_time() {
        let now = UNIX_EPOCH + Duration::from_secs(1_704_067_200);
        let store = |now| ObjectStore::new(PathBuf::new(), Arc::new(move || now));
        // Two stores, as two users of one folder have them.
        let (one, other) = (store(now), store(now));
        let stamps = thread::scope(|scope| {
            let threads = [&one, &other, &one].map(|store| {
                scope.spawn(|| {
                    let given: Vec<SystemTime> = (0..1000).map(|_| store.stamp()).collect();
                    assert!(given.is_sorted_by(|earlier, later| earlier < later));
                    given
                })
            });
            threads.map(|thread| thread.join().expect("no panic"))
        });
        let mut all = stamps.concat();
        all.sort_unstable();
        assert!(all.is_sorted_by(|earlier, later| earlier < later));
        let first = one.stamp();
        assert!(first > all[all.len() - 1]);
        assert!(other.stamp() > first);
        assert!(first.duration_since(now).expect("later") < Duration::from_millis(1));
        // A clock that was put back gives times of its own.
        assert!(store(now - Duration::from_secs(1)).stamp() < now);
    }
}
