//! What the embedded S3 holds, for who set it up: without requests, signatures and rights.

use std::collections::BTreeMap;
use std::io;
use std::io::{Read, Write};
use std::time::SystemTime;

use flate2::read::MultiGzDecoder;
use md5::Md5;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::attributes::attributes;
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

/// An object and what S3 tells of it.
#[derive(Clone, Debug)]
pub struct ListedObject {
    pub bucket: String,
    pub key: String,
    /// In bytes.
    pub size: u64,
    pub modified: SystemTime,
    /// Without quotes.
    pub etag: String,
    /// What was said of the object when it was stored: see [`attributes`].
    pub attributes: Value,
}

/// Goes through the pages of all buckets.
struct Objects {
    store: ObjectStore,
    buckets: std::vec::IntoIter<String>,
    /// The bucket that is listed, and the key after which its next page begins.
    at: Option<(String, String)>,
    page: std::vec::IntoIter<ListedObject>,
}

impl Objects {
    fn next_page(&mut self) -> io::Result<bool> {
        let next = self.at.take();
        let Some((bucket, after)) =
            next.or_else(|| self.buckets.next().map(|bucket| (bucket, String::new())))
        else {
            return Ok(false);
        };
        let query = Query {
            after: &after,
            limit: PAGE,
            ..Query::default()
        };
        let page = self.store.list(&bucket, &query).map_err(to_io)?;
        let objects = page.entries.into_iter().filter_map(|entry| match entry {
            Entry::Object(object) => Some(ListedObject {
                bucket: bucket.clone(),
                key: object.key,
                size: object.size,
                modified: object.modified,
                attributes: attributes(&object.details),
                etag: object.details.etag,
            }),
            Entry::CommonPrefix(_) => None,
        });
        self.page = objects.collect::<Vec<_>>().into_iter();
        if page.truncated {
            let last = self.page.as_slice().last();
            self.at = last.map(|last| (bucket, last.key.clone()));
        }
        Ok(true)
    }
}

impl Iterator for Objects {
    type Item = io::Result<ListedObject>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(object) = self.page.next() {
                return Some(Ok(object));
            }
            match self.next_page() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    // What comes after a page that can't be read would be half of the truth.
                    self.buckets = Vec::new().into_iter();
                    return Some(Err(error));
                }
            }
        }
    }
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
        let version = |object: ListedObject| {
            let version = Version {
                size: object.size,
                modified: object.modified,
                etag: object.etag,
            };
            ((object.bucket, object.key), version)
        };
        self.objects()?.map(|object| object.map(version)).collect()
    }

    /// All objects there are, ordered by bucket and key. Only some of them are in memory at a time.
    ///
    /// # Errors
    /// What the disk says, at once or as an item.
    pub fn objects(&self) -> io::Result<impl Iterator<Item = io::Result<ListedObject>> + use<>> {
        let store = self.store();
        let buckets = store.bucket_names().map_err(to_io)?;
        Ok(Objects {
            store,
            buckets: buckets.into_iter(),
            at: None,
            page: Vec::new().into_iter(),
        })
    }

    /// The bytes of an object, from its beginning.
    ///
    /// # Errors
    /// What the disk says.
    pub fn read(&self, bucket: &str, key: &str) -> io::Result<impl Read + use<>> {
        Ok(self.store().open(bucket, key).map_err(to_io)?.file)
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
