//! Files that are being received.
//!
//! Each process has a folder of its own, held by a lock on a file in it. What a killed process
//! left behind is known by its lock being free, and removed by the next one that writes.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::disk::{ignore_missing, never_waiting, open_file};
use crate::random;

/// One process's folder of temporary files.
pub struct TemporaryFiles {
    folder: PathBuf,
    count: u64,
    _lock: File,
}

/// A new file that nobody knows of; removed when dropped, unless it was kept.
#[derive(Debug)]
pub struct TemporaryFile {
    pub file: File,
    pub path: PathBuf,
    kept: bool,
}

impl TemporaryFiles {
    /// Makes this process's folder in `room`, and removes those of dead processes.
    pub fn open(room: &Path) -> io::Result<TemporaryFiles> {
        fs::create_dir_all(room)?;
        // One at a time: a folder whose owner has not locked it yet would look like a dead one's.
        let turn = never_waiting()
            .create(true)
            .append(true)
            .open(room.join("lock"))?;
        turn.lock()?;
        for entry in fs::read_dir(room)? {
            let folder = entry?.path();
            if let Ok(Some(lock)) = open_file(&folder.join("lock"))
                && lock.try_lock().is_ok()
            {
                // Its owner may just be ending, and remove it too.
                ignore_missing(fs::remove_dir_all(folder))?;
            }
        }
        let folder = room.join(format!(
            "{:016x}",
            u64::from_le_bytes(random::from_system()?)
        ));
        fs::create_dir(&folder)?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock()?;
        Ok(TemporaryFiles {
            folder,
            count: 0,
            _lock: lock,
        })
    }

    /// A new, empty file.
    pub fn file(&mut self) -> io::Result<TemporaryFile> {
        self.count += 1;
        let path = self.folder.join(self.count.to_string());
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)?;
        Ok(TemporaryFile {
            file,
            path,
            kept: false,
        })
    }
}

impl Drop for TemporaryFiles {
    fn drop(&mut self) {
        // What can't be removed now, the next process removes.
        fs::remove_dir_all(&self.folder).ok();
    }
}

impl TemporaryFile {
    /// The file has been moved to its place.
    pub fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if !self.kept {
            fs::remove_file(&self.path).ok();
        }
    }
}
