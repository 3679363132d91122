//! Multipart uploads in progress: `ROOT/s3-state/uploads/BUCKET/ID/`, with `upload.json` and one
//! file a part, named `NUMBER.ETAG`. They outlive the process, as they do in S3.

use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::details::Details;
use super::disk::{open_file, read_json};
use super::error::StoreError;
use super::object_store::ObjectStore;
use super::temporary::TemporaryFile;
use crate::random::{self, Use};
use crate::text::hex;

/// An upload that was begun.
#[derive(Debug, Serialize, Deserialize)]
pub struct Upload {
    pub id: String,
    pub key: String,
    /// Milliseconds since 1970.
    initiated: u64,
    /// What the object will have besides its bytes.
    pub details: Details,
    /// The checksum that the object is to have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum: Option<UploadChecksum>,
}

/// The checksum that an object in parts is to have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UploadChecksum {
    /// `crc32`, `sha256` …
    pub algorithm: String,
    /// It is computed over the whole object, and not over the checksums of its parts.
    pub whole: bool,
}

impl Upload {
    /// When it was begun.
    pub fn initiated(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.initiated)
    }
}

/// A part that has arrived.
#[derive(Debug)]
pub struct Part {
    /// MD5 in hexadecimal, without quotes.
    pub etag: String,
    /// Bytes.
    pub size: u64,
    pub modified: SystemTime,
    path: PathBuf,
}

impl Part {
    /// Opens the part to read; it goes with its upload, which somebody else may have ended.
    pub fn open(&self) -> Result<File, StoreError> {
        open_file(&self.path)?.ok_or(StoreError::NoUpload)
    }
}

impl ObjectStore {
    fn upload_path(&self, bucket: &str, id: &str) -> PathBuf {
        self.state("uploads").join(bucket).join(id)
    }

    /// Begins an upload; the bucket appears if it is not there. Gives the upload's id.
    pub fn begin_upload(
        &self,
        bucket: &str,
        key: &str,
        region: &str,
        details: Details,
        checksum: Option<UploadChecksum>,
    ) -> Result<String, StoreError> {
        self.create_bucket(bucket, region)?;
        let id = hex(&random::bytes::<32>(Use::Aws)?);
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let upload = Upload {
            id: id.clone(),
            key: key.to_owned(),
            initiated: u64::try_from(since.as_millis()).unwrap_or(0),
            details,
            checksum,
        };
        self.write_json(&self.upload_path(bucket, &id).join("upload.json"), &upload)?;
        Ok(id)
    }

    /// The upload with this id, if it is one of this key.
    pub fn upload(&self, bucket: &str, key: &str, id: &str) -> Result<Upload, StoreError> {
        // An id that this store can't have made must not become a path.
        let made_here = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        made_here
            .then(|| read_json::<Upload>(&self.upload_path(bucket, id).join("upload.json")))
            .flatten()
            .filter(|upload| upload.key == key)
            .ok_or(StoreError::NoUpload)
    }

    /// All uploads of a bucket, by key and then by time.
    pub fn uploads(&self, bucket: &str) -> Result<Vec<Upload>, StoreError> {
        if !self.has_bucket(bucket) {
            return Err(StoreError::NoBucket);
        }
        let mut uploads: Vec<Upload> = match fs::read_dir(self.state("uploads").join(bucket)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            entries => entries?
                .filter_map(|entry| read_json(&entry.ok()?.path().join("upload.json")))
                .collect(),
        };
        uploads.sort_unstable_by(|a, b| {
            (&a.key, a.initiated, &a.id).cmp(&(&b.key, b.initiated, &b.id))
        });
        Ok(uploads)
    }

    /// Takes a complete temporary file as a part; the last one of a number counts.
    pub fn put_part(
        &self,
        temporary: TemporaryFile,
        bucket: &str,
        id: &str,
        number: u32,
        etag: &str,
    ) -> Result<SystemTime, StoreError> {
        let modified = self.stamp();
        temporary.file.set_modified(modified)?;
        let path = self
            .upload_path(bucket, id)
            .join(format!("{number}.{etag}"));
        self.stay_inside(&path)?;
        match fs::rename(&temporary.path, path) {
            Ok(()) => temporary.keep(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(StoreError::NoUpload),
            Err(error) => return Err(error.into()),
        }
        Ok(modified)
    }

    /// The parts that have arrived, by number.
    pub fn parts(&self, bucket: &str, id: &str) -> Result<BTreeMap<u32, Part>, StoreError> {
        let entries = match fs::read_dir(self.upload_path(bucket, id)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(StoreError::NoUpload),
            entries => entries?,
        };
        let mut parts: BTreeMap<u32, Part> = BTreeMap::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let Some((number, etag)) = name.to_str().and_then(|name| name.split_once('.')) else {
                continue;
            };
            let Ok(number) = number.parse() else { continue };
            let about = match entry.metadata() {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    return Err(StoreError::NoUpload);
                }
                about => about?,
            };
            if !about.is_file() {
                continue;
            }
            let part = Part {
                etag: etag.to_owned(),
                size: about.len(),
                modified: about.modified()?,
                path: entry.path(),
            };
            if parts
                .get(&number)
                .is_none_or(|known| known.modified <= part.modified)
            {
                parts.insert(number, part);
            }
        }
        Ok(parts)
    }

    /// Forgets an upload and its parts.
    pub fn end_upload(&self, bucket: &str, id: &str) -> Result<(), StoreError> {
        self.retire(&self.upload_path(bucket, id))
    }
}
