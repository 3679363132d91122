//! One object at a time: open, commit, delete.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use super::details::Details;
use super::disk::{ATTEMPTS, ignore_missing, is_absence, open_file};
use super::error::StoreError;
use super::locks::Hold;
use super::names;
use super::object_store::ObjectStore;
use super::temporary::TemporaryFile;

/// An object as it is on the disk.
#[derive(Debug)]
pub struct Object {
    /// The open file: it stays readable whatever happens to the key.
    pub file: File,
    /// Bytes.
    pub size: u64,
    pub modified: SystemTime,
    pub details: Details,
    path: PathBuf,
}

/// What must hold of the object that a write replaces.
#[derive(Debug, Default)]
pub struct Precondition {
    /// The object must exist, with this ETag unless it is `*`.
    pub matches: Option<String>,
    /// The object must not exist.
    pub absent: bool,
}

impl ObjectStore {
    /// Opens the object of a key.
    pub fn open(&self, bucket: &str, key: &str) -> Result<Object, StoreError> {
        let _reading = self.lock(bucket, key, Hold::Reading)?;
        self.open_unlocked(bucket, key)
    }

    pub(super) fn open_unlocked(&self, bucket: &str, key: &str) -> Result<Object, StoreError> {
        let plain = self.bucket_path(bucket).join(names::path_of(key));
        for path in [names::aside(&plain), plain].into_iter().rev() {
            if let Some(object) = self.open_path(bucket, key, path)? {
                return Ok(object);
            }
        }
        Err(if self.has_bucket(bucket) {
            StoreError::NoObject
        } else {
            StoreError::NoBucket
        })
    }

    /// Opens the object of `key` that lies at `path`, if one does.
    fn open_path(
        &self,
        bucket: &str,
        key: &str,
        path: PathBuf,
    ) -> Result<Option<Object>, StoreError> {
        self.stay_inside(&path)?;
        let Some(file) = open_file(&path)? else {
            return Ok(None);
        };
        let about = file.metadata()?;
        let (size, modified) = (about.len(), about.modified()?);
        let details = self.details(bucket, key, &file, size, modified)?;
        Ok(Some(Object {
            file,
            size,
            modified,
            details,
            path,
        }))
    }

    /// Makes a complete temporary file the object of a key, in one step; the bucket appears if it
    /// is not there. Gives the object's time.
    ///
    /// # Errors
    /// [`StoreError::Precondition`], or what the disk says; the key then is what it was.
    pub fn commit(
        &self,
        temporary: TemporaryFile,
        bucket: &str,
        key: &str,
        region: &str,
        mut details: Details,
        precondition: &Precondition,
    ) -> Result<SystemTime, StoreError> {
        temporary.file.set_modified(self.stamp())?;
        let about = temporary.file.metadata()?;
        let modified = about.modified()?;
        details.size = about.len();
        details.key = key.to_owned();
        for _ in 0..ATTEMPTS {
            match self.place(
                &temporary.path,
                bucket,
                region,
                &details,
                modified,
                precondition,
            ) {
                Ok(true) => {
                    temporary.keep();
                    return Ok(modified);
                }
                Ok(false) => {
                    self.create_bucket(bucket, region)?;
                    self.make_folders(bucket, key)?;
                }
                Err(error) => {
                    self.remove_details(bucket, key, modified)?;
                    return Err(error);
                }
            }
        }
        self.remove_details(bucket, key, modified)?;
        Err(io::Error::other("the folder of the key keeps changing").into())
    }

    /// Moves a file to where its key lies; `false` when there is no folder for it.
    fn place(
        &self,
        file: &Path,
        bucket: &str,
        region: &str,
        details: &Details,
        modified: SystemTime,
        precondition: &Precondition,
    ) -> Result<bool, StoreError> {
        let key = details.key.as_str();
        let plain = self.bucket_path(bucket).join(names::path_of(key));
        // A link in the object's own place is replaced, and not followed.
        plain
            .parent()
            .map_or(Ok(()), |parent| self.stay_inside(parent))?;
        let _writing = self.lock(bucket, key, Hold::Writing)?;
        let old = self.check(bucket, key, &plain, precondition)?;
        if details.must_be_kept() {
            self.create_bucket(bucket, region)?;
            self.write_details(bucket, details, modified)?;
        }
        let mut target = plain;
        let mut renamed = fs::rename(file, &target);
        if let Err(error) = &renamed
            && error.kind() == ErrorKind::IsADirectory
        {
            target = names::aside(&target);
            renamed = fs::rename(file, &target);
        }
        match renamed {
            Ok(()) => {}
            Err(error) if is_absence(&error) && file.exists() => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        // A bucket that was removed between those two steps took the details with it, and somebody
        // has made it again. Now that it holds an object it stays.
        if details.must_be_kept() && !self.has_details(bucket, key, modified) {
            self.write_details(bucket, details, modified)?;
        }
        if let Some((path, replaced)) = old {
            if path != target {
                ignore_missing(fs::remove_file(path))?;
            }
            // File systems end somewhere: two versions beyond may have one time, and one file of details.
            if replaced != modified || !details.must_be_kept() {
                self.remove_details(bucket, key, replaced)?;
            }
        }
        Ok(true)
    }

    /// Makes the folders above the file of `key`; a file in the way is moved [`names::aside`], as
    /// its own key's lock allows.
    fn make_folders(&self, bucket: &str, key: &str) -> Result<(), StoreError> {
        let folder = self.bucket_path(bucket);
        let plain = folder.join(names::path_of(key));
        plain
            .parent()
            .map_or(Ok(()), |parent| self.stay_inside(parent))?;
        match make_below(&folder, &plain) {
            Ok(()) => return Ok(()),
            // A parent has just been removed with its last key: the caller tries again.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::AlreadyExists | ErrorKind::NotADirectory
                ) => {}
            Err(error) => return Err(error.into()),
        }
        for (slash, _) in key.match_indices('/') {
            let shorter = &key[..slash];
            let path = folder.join(names::path_of(shorter));
            let _writing = self.lock(bucket, shorter, Hold::Writing)?;
            if fs::symlink_metadata(&path).is_ok_and(|about| !about.is_dir()) {
                fs::rename(&path, names::aside(&path))?;
            }
        }
        Ok(())
    }

    /// Path and time of the object that is there now, once the precondition is known to hold.
    fn check(
        &self,
        bucket: &str,
        key: &str,
        plain: &Path,
        precondition: &Precondition,
    ) -> Result<Option<(PathBuf, SystemTime)>, StoreError> {
        if let Some(etag) = &precondition.matches {
            let old = self.open_unlocked(bucket, key)?;
            if etag != "*" && *etag != old.details.etag {
                return Err(StoreError::Precondition);
            }
            return Ok(Some((old.path, old.modified)));
        }
        for path in [plain.to_owned(), names::aside(plain)] {
            match fs::symlink_metadata(&path) {
                // A pipe or a device is no object either.
                Ok(about) if !about.is_file() && !about.is_symlink() => {}
                Ok(_) if precondition.absent => return Err(StoreError::Precondition),
                Ok(about) => return Ok(Some((path, about.modified()?))),
                Err(error) if is_absence(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// Removes the object of a key; that there is none is no error, unless the precondition names one.
    pub fn delete(
        &self,
        bucket: &str,
        key: &str,
        precondition: &Precondition,
    ) -> Result<(), StoreError> {
        if !self.has_bucket(bucket) {
            return Err(StoreError::NoBucket);
        }
        let folder = self.bucket_path(bucket);
        let plain = folder.join(names::path_of(key));
        plain
            .parent()
            .map_or(Ok(()), |parent| self.stay_inside(parent))?;
        let _writing = self.lock(bucket, key, Hold::Writing)?;
        let Some((path, modified)) = self.check(bucket, key, &plain, precondition)? else {
            return Ok(());
        };
        ignore_missing(fs::remove_file(&path))?;
        self.remove_details(bucket, key, modified)?;
        // Folders are not keys: one that has become empty goes, as in S3 it was never there.
        for parent in path
            .ancestors()
            .skip(1)
            .take_while(|parent| *parent != folder)
        {
            if fs::remove_dir(parent).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// Makes the folders between `folder` and `file`. `folder` itself is not made: a bucket that has
/// just been removed must come back by [`ObjectStore::create_bucket`].
fn make_below(folder: &Path, file: &Path) -> io::Result<()> {
    let Some(below) = file.parent().and_then(|it| it.strip_prefix(folder).ok()) else {
        return Ok(());
    };
    let mut way = folder.to_owned();
    for component in below {
        way.push(component);
        match fs::create_dir(&way) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists || !way.is_dir() => {
                return Err(error);
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::aws_local::store::DEFAULT_REGION;
    use crate::aws_local::store::details::USUAL_TYPE;

    fn put(store: &ObjectStore, bytes: &[u8], content_type: &str) {
        let mut temporary = store.temporary().expect("a file");
        temporary.file.write_all(bytes).expect("written");
        let details = Details {
            content_type: content_type.to_owned(),
            ..Details::default()
        };
        let any = Precondition::default();
        let made = store.commit(temporary, "bkt", "key", DEFAULT_REGION, details, &any);
        made.expect("committed");
    }

    #[test]
    fn a_small_object_that_has_nothing_to_tell_has_no_file_of_details() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = ObjectStore::new(folder.path().to_owned(), Arc::new(SystemTime::now));
        put(&store, b"two", USUAL_TYPE);
        assert!(!folder.path().join("s3-state/details").exists());
        let object = store.open("bkt", "key").expect("an object");
        assert_eq!(object.details.etag, "b8a9f715dbb64fd5c56e7783c6820a61");
    }

    #[test]
    fn an_object_does_not_take_over_the_details_of_one_with_its_time_and_size() {
        let folder = tempfile::tempdir().expect("a folder");
        // Later than the times of some file systems go, which then give all files the last one.
        let late = UNIX_EPOCH + Duration::from_secs(253_402_300_800);
        let store = ObjectStore::new(folder.path().to_owned(), Arc::new(move || late));
        put(&store, b"one", "text/html");
        put(&store, b"two", USUAL_TYPE);
        let object = store.open("bkt", "key").expect("an object");
        assert_eq!(object.details.content_type, USUAL_TYPE);
        assert_eq!(object.details.etag, "b8a9f715dbb64fd5c56e7783c6820a61");
    }
}
