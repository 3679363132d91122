//! Locks on keys, shared by threads and processes alike.

use std::fs;
use std::fs::File;
use std::io;
use std::io::ErrorKind;

use super::Store;
use super::is_absence;

/// The number of locks that the keys share.
const LOCKS: u32 = 64;

/// What a key is held for. Writers of one key wait for each other, and readers for them: between
/// the rename of an object and the removal of its predecessor's details, a reader could mix the two.
#[derive(Clone, Copy)]
pub enum Hold {
    Reading,
    Writing,
}

impl Store {
    /// Holds a key, against other threads and processes, until the file that this gives is
    /// dropped. Never held while waiting for anything, a second lock included.
    pub(super) fn lock(&self, bucket: &str, key: &str, hold: Hold) -> io::Result<Option<File>> {
        let mixed = bucket.bytes().chain(key.bytes()).fold(0_u32, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(u32::from(byte))
        });
        let path = self.state("locks").join((mixed % LOCKS).to_string());
        match hold {
            Hold::Reading => match File::open(path) {
                Ok(file) => {
                    file.lock_shared()?;
                    Ok(Some(file))
                }
                // Nothing has been written here yet, and reading must leave no trace.
                Err(error) if is_absence(&error) => Ok(None),
                Err(error) => Err(error),
            },
            Hold::Writing => {
                let open = || File::options().create(true).append(true).open(&path);
                let file = match open() {
                    Err(error) if error.kind() == ErrorKind::NotFound => {
                        fs::create_dir_all(self.state("locks"))?;
                        open()?
                    }
                    opened => opened?,
                };
                file.lock()?;
                Ok(Some(file))
            }
        }
    }
}
