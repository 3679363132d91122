//! The keys of a bucket in S3's order (by their UTF-8 bytes), page by page, straight from the
//! folders: what lies there is the truth, there is no index to go stale.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::details::Details;
use super::disk::is_absence;
use super::error::StoreError;
use super::names;
use super::object_store::ObjectStore;

/// Which keys are asked for.
#[derive(Debug, Default)]
pub struct Query<'a> {
    pub prefix: &'a str,
    /// Keys that share the text up to the next delimiter after the prefix become one entry.
    pub delimiter: Option<&'a str>,
    /// Only entries behind this one: a key, or a common prefix.
    pub after: &'a str,
    /// At most this many entries.
    pub limit: usize,
}

/// What a listing tells of an object.
pub struct Listed {
    pub key: String,
    /// Bytes.
    pub size: u64,
    pub modified: SystemTime,
    pub details: Details,
}

/// One entry of a page.
pub enum Entry {
    Object(Box<Listed>),
    CommonPrefix(String),
}

impl Entry {
    /// The key or common prefix: where the next page goes on.
    pub fn name(&self) -> &str {
        match self {
            Entry::Object(object) => &object.key,
            Entry::CommonPrefix(prefix) => prefix,
        }
    }
}

/// A page of a listing.
#[derive(Default)]
pub struct Page {
    pub entries: Vec<Entry>,
    /// More entries follow.
    pub truncated: bool,
}

impl ObjectStore {
    /// Lists a bucket.
    pub fn list(&self, bucket: &str, query: &Query<'_>) -> Result<Page, StoreError> {
        let folder = self.bucket_path(bucket);
        if !folder.is_dir() {
            return Err(StoreError::NoBucket);
        }
        self.stay_inside(&folder)?;
        let mut walk = Walk {
            store: self,
            bucket,
            query,
            page: Page::default(),
            passed: None,
        };
        if query.limit > 0 {
            walk.folder(&folder, "")?;
        }
        Ok(walk.page)
    }
}

struct Walk<'a> {
    store: &'a ObjectStore,
    bucket: &'a str,
    query: &'a Query<'a>,
    page: Page,
    /// A common prefix that is in the page: nothing below it is looked at any more.
    passed: Option<String>,
}

/// Whether a walk goes on.
#[derive(PartialEq)]
enum Step {
    On,
    Full,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, above: &str) -> Result<Step, StoreError> {
        let mut found = Vec::new();
        read_folder(folder, above, &mut found)?;
        // A file aside and its plain twin (a crash between two steps) are one key: the plain one.
        found.sort_unstable_by(|a, b| (&a.key, a.aside).cmp(&(&b.key, b.aside)));
        found.dedup_by(|later, first| later.key == first.key);
        for found in found {
            if self
                .passed
                .as_ref()
                .is_some_and(|passed| found.key.starts_with(passed.as_str()))
            {
                continue;
            }
            let step = if found.folder {
                if !self.may_hold(&found.key) {
                    continue;
                }
                self.folder(&found.path, &found.key)?
            } else {
                self.file(found)?
            };
            if step == Step::Full {
                return Ok(Step::Full);
            }
        }
        Ok(Step::On)
    }

    /// Whether a folder, whose keys all begin with `start`, can hold a key that is asked for.
    fn may_hold(&self, start: &str) -> bool {
        let Query { prefix, after, .. } = *self.query;
        (start.starts_with(prefix) || prefix.starts_with(start))
            && (start > after || after.starts_with(start))
    }

    fn file(&mut self, found: Found) -> Result<Step, StoreError> {
        let Query {
            prefix,
            delimiter,
            after,
            limit,
        } = *self.query;
        let Some(rest) = found.key.strip_prefix(prefix) else {
            return Ok(Step::On);
        };
        if found.key.as_str() <= after {
            return Ok(Step::On);
        }
        let common = delimiter
            .filter(|delimiter| !delimiter.is_empty())
            .and_then(|delimiter| Some(rest.find(delimiter)? + delimiter.len()))
            .map(|end| found.key[..prefix.len() + end].to_owned());
        if common.as_deref() == Some(after) {
            self.passed = common;
            return Ok(Step::On);
        }
        let entry = match common {
            Some(common) => {
                self.passed = Some(common.clone());
                Entry::CommonPrefix(common)
            }
            None => {
                // Looked up again: the file may have been moved aside since the folder was read.
                match self.store.open(self.bucket, &found.key) {
                    // Its file is closed again: a page has more of them than a process may open.
                    Ok(object) => Entry::Object(Box::new(Listed {
                        key: found.key,
                        size: object.size,
                        modified: object.modified,
                        details: object.details,
                    })),
                    Err(StoreError::NoObject | StoreError::NoBucket) => return Ok(Step::On),
                    Err(error) => return Err(error),
                }
            }
        };
        if self.page.entries.len() == limit {
            self.page.truncated = true;
            return Ok(Step::Full);
        }
        self.page.entries.push(entry);
        Ok(Step::On)
    }
}

/// A file, or a folder of keys that begin with `key` (which then ends in a slash).
struct Found {
    key: String,
    folder: bool,
    aside: bool,
    path: PathBuf,
}

/// What is in a folder; the pieces of over-long names are put together.
fn read_folder(folder: &Path, above: &str, found: &mut Vec<Found>) -> Result<(), StoreError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if is_absence(&error) => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().and_then(names::read) else {
            continue;
        };
        let kind = entry.file_type()?;
        let mut key = format!("{above}{}", name.text);
        if kind.is_dir() && name.goes_on {
            read_folder(&entry.path(), &key, found)?;
        } else if kind.is_dir() && !name.aside {
            key.push('/');
            found.push(Found {
                key,
                folder: true,
                aside: false,
                path: entry.path(),
            });
        } else if kind.is_file() && !name.goes_on {
            found.push(Found {
                key,
                folder: false,
                aside: name.aside,
                path: entry.path(),
            });
        }
    }
    Ok(())
}
