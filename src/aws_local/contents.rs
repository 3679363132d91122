//! What the embedded S3 holds, for who set it up: without requests, signatures and rights.

use std::collections::BTreeMap;
use std::io;
use std::io::{Read, Write};
use std::time::SystemTime;

use flate2::read::MultiGzDecoder;
use md5::Md5;
use sha2::{Digest, Sha256};

use super::local_aws::LocalAws;
use super::store::details::Details;
use super::store::list::{Entry, Query};
use super::store::{DEFAULT_REGION, ObjectStore, Precondition, StoreError};
use crate::outcome::StoredObject;
use crate::text::hex;

/// Objects that are listed at a time.
const PAGE: usize = 1000;

/// The longest text that [`StoredObject::body`] has, in bytes.
const SMALL: u64 = 4 << 10;

/// The longest key that S3 takes, in bytes.
const LONGEST_KEY: usize = 1024;

/// What tells one version of an object from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    size: u64,
    modified: SystemTime,
    etag: String,
}

/// All objects, by bucket and key.
pub type Contents = BTreeMap<(String, String), Version>;

impl LocalAws {
    fn store(&self) -> ObjectStore {
        ObjectStore::new(self.root.clone(), self.clock.clone())
    }

    /// Puts an object there; the bucket appears if it is not there.
    ///
    /// # Errors
    /// The bucket's name or the key is none, or what the disk says.
    pub fn put(&self, bucket: &str, key: &str, bytes: &[u8]) -> io::Result<()> {
        if !s3s::path::check_bucket_name(bucket) {
            return Err(invalid(format!("{bucket:?} is not the name of a bucket")));
        }
        if key.is_empty() || key.len() > LONGEST_KEY {
            return Err(invalid("a key has 1 to 1024 bytes".into()));
        }
        let store = self.store();
        let mut temporary = store.temporary()?;
        temporary.file.write_all(bytes)?;
        let details = Details {
            etag: hex(&Md5::digest(bytes)),
            ..Details::default()
        };
        store
            .commit(
                temporary,
                bucket,
                key,
                DEFAULT_REGION,
                details,
                &Precondition::default(),
            )
            .map_err(to_io)?;
        Ok(())
    }

    /// All objects there are.
    ///
    /// # Errors
    /// What the disk says.
    pub fn contents(&self) -> io::Result<Contents> {
        let store = self.store();
        let mut contents = Contents::new();
        for bucket in store.bucket_names().map_err(to_io)? {
            let mut after = String::new();
            loop {
                let query = Query {
                    after: &after,
                    limit: PAGE,
                    ..Query::default()
                };
                let page = store.list(&bucket, &query).map_err(to_io)?;
                let last = page.entries.last().map(|entry| entry.name().to_owned());
                for entry in page.entries {
                    let Entry::Object(object) = entry else {
                        continue;
                    };
                    let version = Version {
                        size: object.size,
                        modified: object.modified,
                        etag: object.etag,
                    };
                    contents.insert((bucket.clone(), object.key), version);
                }
                match last {
                    Some(last) if page.truncated => after = last,
                    _ => break,
                }
            }
        }
        Ok(contents)
    }

    /// The object as an outcome tells it.
    ///
    /// # Errors
    /// What the disk says.
    pub fn describe(&self, bucket: &str, key: &str) -> io::Result<StoredObject> {
        let mut file = self.store().open(bucket, key).map_err(to_io)?.file;
        let mut hash = Sha256::new();
        let mut start = Vec::new();
        let mut piece = vec![0; 64 << 10];
        let mut size = 0;
        loop {
            let read = file.read(&mut piece)?;
            if read == 0 {
                break;
            }
            hash.update(&piece[..read]);
            size += read as u64;
            if start.len() as u64 <= SMALL {
                start.extend_from_slice(&piece[..read]);
            }
        }
        let whole = start.len() as u64 == size;
        Ok(StoredObject {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            size,
            sha256: hex(&hash.finalize()),
            body: whole.then(|| small_text(&start)).flatten(),
        })
    }
}

/// A small text, be it in a gzip file.
fn small_text(bytes: &[u8]) -> Option<String> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return text(bytes);
    }
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(SMALL + 1)
        .read_to_end(&mut unpacked)
        .ok()?;
    text(&unpacked)
}

fn text(bytes: &[u8]) -> Option<String> {
    let small = bytes.len() as u64 <= SMALL;
    small
        .then(|| std::str::from_utf8(bytes).ok().map(str::to_owned))
        .flatten()
}

fn invalid(problem: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, problem)
}

fn to_io(error: StoreError) -> io::Error {
    match error {
        StoreError::Io(error) => error,
        other => io::Error::other(other),
    }
}
