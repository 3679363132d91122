//! Locks on keys, shared by threads and processes alike.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::{fs, io};

use super::disk::{at, never_waiting, open_file};
use super::object_store::ObjectStore;

/// The number of locks that the keys share.
const LOCKS: u32 = 64;

/// What a key is held for. Writers of one key wait for each other, and readers for them: between
/// the rename of an object and the removal of its predecessor's details, a reader could mix the two.
#[derive(Clone, Copy)]
pub enum Hold {
    Reading,
    Writing,
}

impl ObjectStore {
    /// Holds a key, against other threads and processes, until the file that this gives is
    /// dropped. Never held while waiting for anything, another key's lock included.
    pub(super) fn lock(&self, bucket: &str, key: &str, hold: Hold) -> io::Result<Option<File>> {
        let mixed = bucket.bytes().chain(key.bytes()).fold(0_u32, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(u32::from(byte))
        });
        let path = self.state("locks").join((mixed % LOCKS).to_string());
        self.lock_file(&path, hold)
    }

    /// Holds the list of buckets, while one is made or removed. It may be waited for while a key is
    /// held, and not the other way round.
    pub(super) fn lock_buckets(&self) -> io::Result<Option<File>> {
        self.lock_file(&self.state("locks").join("buckets"), Hold::Writing)
    }

    fn lock_file(&self, path: &Path, hold: Hold) -> io::Result<Option<File>> {
        match hold {
            Hold::Reading => match open_file(path)? {
                Some(file) => {
                    file.lock_shared()?;
                    Ok(Some(file))
                }
                // Nothing has been written here yet, and reading must leave no trace.
                None => Ok(None),
            },
            Hold::Writing => {
                self.stay_inside(path)?;
                let open = || never_waiting().create(true).append(true).open(path);
                let opened = match open() {
                    Err(error) if error.kind() == ErrorKind::NotFound => {
                        fs::create_dir_all(self.state("locks")).and_then(|()| open())
                    }
                    opened => opened,
                };
                let file = opened.map_err(|error| at(path, &error))?;
                file.lock()?;
                Ok(Some(file))
            }
        }
    }
}
