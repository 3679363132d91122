//! Buckets: folders, and a note of each one's region and date.

use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use super::disk::{at, ignore_missing, is_absence, read_json};
use super::error::StoreError;
use super::object_store::ObjectStore;

/// The region of a bucket that says nothing of one.
pub const DEFAULT_REGION: &str = "us-east-1";

/// What is remembered of a bucket.
#[derive(Debug, Serialize, Deserialize)]
pub struct Bucket {
    pub region: String,
    /// Milliseconds since 1970.
    created: u64,
}

impl Bucket {
    /// When the bucket was made.
    pub fn created(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.created)
    }
}

impl ObjectStore {
    /// Whether the bucket exists.
    pub fn has_bucket(&self, bucket: &str) -> bool {
        self.bucket_path(bucket).is_dir()
    }

    /// Makes the bucket; `false` when it was there.
    pub fn create_bucket(&self, bucket: &str, region: &str) -> Result<bool, StoreError> {
        if self.has_bucket(bucket) {
            return Ok(false);
        }
        let folder = self.bucket_path(bucket);
        self.stay_inside(&folder)?;
        let _changing = self.lock_buckets()?;
        let made = fs::create_dir_all(self.buckets()).and_then(|()| fs::create_dir(&folder));
        match made {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists && self.has_bucket(bucket) => {
                return Ok(false);
            }
            Err(error) => return Err(at(&folder, &error).into()),
        }
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let remembered = Bucket {
            region: region.to_owned(),
            created: u64::try_from(since.as_millis()).unwrap_or(0),
        };
        self.write_json(&self.bucket_file(bucket), &remembered)?;
        Ok(true)
    }

    /// What is known of a bucket; a folder that a person made counts as one.
    pub fn bucket(&self, bucket: &str) -> Result<Bucket, StoreError> {
        let path = self.bucket_path(bucket);
        let folder = fs::metadata(&path).map_err(|error| match is_absence(&error) {
            true => StoreError::NoBucket,
            false => at(&path, &error).into(),
        })?;
        if !folder.is_dir() {
            return Err(StoreError::NoBucket);
        }
        if let Some(known) = read_json(&self.bucket_file(bucket)) {
            return Ok(known);
        }
        let since = folder
            .modified()?
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Ok(Bucket {
            region: DEFAULT_REGION.to_owned(),
            created: u64::try_from(since.as_millis()).unwrap_or(0),
        })
    }

    /// The names of all buckets, in order.
    pub fn bucket_names(&self) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        let entries = match fs::read_dir(self.buckets()) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(names),
            entries => entries.map_err(|error| at(&self.buckets(), &error))?,
        };
        for entry in entries {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string()
                && s3s::path::check_bucket_name(&name)
                && entry.file_type()?.is_dir()
            {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Removes an empty bucket.
    pub fn delete_bucket(&self, bucket: &str) -> Result<(), StoreError> {
        let folder = self.bucket_path(bucket);
        if !folder.is_dir() {
            return Err(StoreError::NoBucket);
        }
        self.stay_inside(&folder)?;
        let _changing = self.lock_buckets()?;
        remove_empty(&folder)?;
        match fs::remove_dir(&folder) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {
                return Err(StoreError::BucketNotEmpty);
            }
            // Somebody else has removed it.
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(StoreError::NoBucket),
            Err(error) => return Err(error.into()),
        }
        self.retire(&self.state("details").join(bucket))?;
        self.retire(&self.state("uploads").join(bucket))?;
        ignore_missing(fs::remove_file(self.bucket_file(bucket)))?;
        Ok(())
    }
}

/// Removes the folders below `folder` that hold no file.
fn remove_empty(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        // Somebody else has just removed it.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_empty(&entry.path())?;
            match fs::remove_dir(entry.path()) {
                Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {}
                other => ignore_missing(other)?,
            }
        }
    }
    Ok(())
}
