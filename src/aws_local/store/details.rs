//! What a file can't say about its object: type, user metadata, tags and the like.
//!
//! They lie in a file of their own, named by a hash of the key and by the time of the very version
//! they belong to. It is written before that version appears and is found by nothing else, so an
//! object and its details change in one step. A small object that has nothing to tell beyond its
//! bytes has no such file: its ETag is computed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::disk::{ignore_missing, read_json};
use super::error::StoreError;
use super::locks::Hold;
use super::object_store::ObjectStore;
use crate::text::hex;

/// The type that AWS's SDKs send when the caller names none.
pub const USUAL_TYPE: &str = "application/octet-stream";

/// Up to this size (bytes) an ETag is computed when it is asked for; beyond, it is kept.
const CHEAP_TO_HASH: u64 = 64 * 1024;

/// What is known of an object besides its bytes and its time. Absent fields are absent in S3 too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Tells two keys with one hash apart.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// Without quotes.
    pub etag: String,
    pub content_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_key: Option<String>,
    /// MD5 of the caller's own key: it must be shown again to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_key_md5: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<(String, String)>,
    /// Checksums by algorithm (`crc32`, `sha256` …), base64.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub checksums: BTreeMap<String, String>,
    /// The sizes of the parts of a multipart upload.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<u64>,
}

impl Default for Details {
    fn default() -> Details {
        Details {
            key: String::new(),
            size: 0,
            etag: String::new(),
            content_type: USUAL_TYPE.to_owned(),
            cache_control: None,
            content_disposition: None,
            content_encoding: None,
            content_language: None,
            expires: None,
            redirect: None,
            storage_class: None,
            encryption: None,
            encryption_key: None,
            customer_key_md5: None,
            metadata: BTreeMap::new(),
            tags: Vec::new(),
            checksums: BTreeMap::new(),
            parts: Vec::new(),
        }
    }
}

impl Details {
    /// Whether the bytes alone would not give these details back, or not cheaply.
    pub fn must_be_kept(&self) -> bool {
        let plain = Details {
            key: self.key.clone(),
            size: self.size,
            etag: self.etag.clone(),
            ..Details::default()
        };
        self.size > CHEAP_TO_HASH || *self != plain
    }
}

impl ObjectStore {
    fn details_path(&self, bucket: &str, key: &str, modified: SystemTime) -> PathBuf {
        let hash = Sha256::digest(key.as_bytes());
        let time = modified
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_nanos();
        let name = format!("{}-{time:x}.json", hex(&hash[1..20]));
        self.state("details")
            .join(bucket)
            .join(hex(&hash[..1]))
            .join(name)
    }

    /// The details of the version of `key` that is in `file`.
    pub(super) fn details(
        &self,
        bucket: &str,
        key: &str,
        file: &File,
        size: u64,
        modified: SystemTime,
    ) -> Result<Details, StoreError> {
        let kept: Option<Details> = read_json(&self.details_path(bucket, key, modified));
        if let Some(details) = kept
            && details.key == key
            && details.size == size
        {
            return Ok(details);
        }
        Ok(Details {
            size,
            etag: md5_of(file)?,
            ..Details::default()
        })
    }

    pub(super) fn has_details(&self, bucket: &str, key: &str, modified: SystemTime) -> bool {
        self.details_path(bucket, key, modified).is_file()
    }

    pub(super) fn write_details(
        &self,
        bucket: &str,
        details: &Details,
        modified: SystemTime,
    ) -> Result<(), StoreError> {
        self.write_json(&self.details_path(bucket, &details.key, modified), details)
    }

    pub(super) fn remove_details(
        &self,
        bucket: &str,
        key: &str,
        modified: SystemTime,
    ) -> Result<(), StoreError> {
        Ok(ignore_missing(std::fs::remove_file(
            self.details_path(bucket, key, modified),
        ))?)
    }

    /// Gives an object other tags.
    pub fn set_tags(
        &self,
        bucket: &str,
        key: &str,
        tags: Vec<(String, String)>,
    ) -> Result<(), StoreError> {
        let _writing = self.lock(bucket, key, Hold::Writing)?;
        let object = self.open_unlocked(bucket, key)?;
        let details = Details {
            key: key.to_owned(),
            tags,
            ..object.details
        };
        self.write_details(bucket, &details, object.modified)
    }
}

/// The MD5 of a whole file in hexadecimal, without moving its read position for good.
pub fn md5_of(mut file: &File) -> io::Result<String> {
    use std::io::{Read, Seek};
    let mut hash = Md5::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
    }
    file.rewind()?;
    Ok(hex(&hash.finalize()))
}
