//! What inputs there are, as a list that says the same on every machine.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::host::HostOptions;
use crate::host::aws::{ArchiveUrl, S3Store};
use crate::project::inputs::error::InputError;
use crate::project::inputs::folder::files_in;
use crate::project::samples::SCHEME;

/// What the events that reached `segfn serve` here are asked for by. A function's name may follow.
pub(super) const PAST: &str = "history:";

/// What says that a file is one of these.
const MARK: &str = "segfn inputs";
const VERSION: u32 = 1;

/// A file of events, or an object of an archive, as it was listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// A path, or `s3://BUCKET/KEY`.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// Of an object: by it, S3 tells whether it is still the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

/// The files and objects of events, in the order in which one machine would read them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    pub entries: Vec<ManifestEntry>,
}

/// A file is no manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("not a list of inputs: {0}")]
    Json(#[from] serde_json::Error),
    #[error("not a list of inputs that this segfn can read")]
    Other,
    #[error("it lists {listed} objects, but says that they are {said}")]
    Cut { listed: usize, said: usize },
}

#[derive(Deserialize)]
struct ManifestForm {
    form: String,
    v: u32,
    count: usize,
    objects: Vec<ManifestEntry>,
}

impl Manifest {
    /// Lists what `paths` name: files, folders, and archives in S3, which come from the AWS of `host`. Objects that
    /// can't hold events since `since` are left out, and empty ones.
    ///
    /// # Errors
    /// A place can't be listed, or is none whose inputs are the same every time.
    pub fn list(
        paths: &[PathBuf],
        host: &HostOptions,
        since: Option<SystemTime>,
    ) -> Result<Manifest, InputError> {
        let mut entries = Vec::new();
        let mut stores = HashMap::new();
        for path in paths {
            let failed = |source| InputError::Open {
                path: path.clone(),
                source,
            };
            if let Some(url) = ArchiveUrl::parse(path) {
                if !stores.contains_key(&url.bucket) {
                    let store = S3Store::open(&url.bucket, host).map_err(failed)?;
                    stores.insert(url.bucket.clone(), store);
                }
                let listed = stores[&url.bucket].list(&url.prefix).map_err(failed)?;
                if listed.is_empty() {
                    return Err(failed(url.nothing_found()));
                }
                let wanted = listed.into_iter();
                let wanted = wanted
                    .filter(|object| object.size > 0 && ArchiveUrl::may_hold(&object.key, since));
                entries.extend(wanted.map(|object| ManifestEntry {
                    name: url.name(&object.key),
                    size: object.size,
                    etag: object.etag,
                }));
            } else if path.is_dir() {
                for file in files_in(path)? {
                    entries.push(file_entry(&file)?);
                }
            } else if path == Path::new("-")
                || [SCHEME, PAST]
                    .iter()
                    .any(|name| path.to_string_lossy().starts_with(name))
            {
                return Err(InputError::NotListed(path.clone()));
            } else {
                entries.push(file_entry(path)?);
            }
        }
        Ok(Manifest { entries })
    }

    /// As JSON, an entry a line.
    ///
    /// # Errors
    /// None that is known of: all of it has a JSON form.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let mut text = format!(
            "{{\"form\":\"{MARK}\",\"v\":{VERSION},\"count\":{},\"objects\":[",
            self.entries.len()
        );
        for (number, entry) in self.entries.iter().enumerate() {
            text.push_str(if number == 0 { "\n" } else { ",\n" });
            text.push_str(&serde_json::to_string(entry)?);
        }
        text.push_str("\n]}\n");
        Ok(text)
    }

    /// What [`Manifest::to_json`] wrote.
    ///
    /// # Errors
    /// It is something else.
    pub fn from_json(json: &[u8]) -> Result<Manifest, ManifestError> {
        let form: ManifestForm = serde_json::from_slice(json)?;
        if form.form != MARK || form.v != VERSION {
            return Err(ManifestError::Other);
        }
        match form.objects.len() == form.count {
            true => Ok(Manifest {
                entries: form.objects,
            }),
            false => Err(ManifestError::Cut {
                listed: form.objects.len(),
                said: form.count,
            }),
        }
    }

    /// What tells it from other manifests.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for ManifestEntry { name, size, etag } in &self.entries {
            hasher.update(format!(
                "{name}\0{size}\0{}\n",
                etag.as_deref().unwrap_or_default()
            ));
        }
        hasher.finalize().into()
    }

    /// All of it together, in bytes.
    pub fn size(&self) -> u64 {
        self.entries.iter().map(|entry| entry.size).sum()
    }
}

fn file_entry(path: &Path) -> Result<ManifestEntry, InputError> {
    let failed = |source| InputError::Open {
        path: path.to_owned(),
        source,
    };
    let metadata = path.metadata().map_err(failed)?;
    match metadata.is_file() {
        true => Ok(ManifestEntry {
            name: path.display().to_string(),
            size: metadata.len(),
            etag: None,
        }),
        false => Err(InputError::NotListed(path.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_as_it_was_written_and_a_cut_one_is_refused() {
        let entry = |name: &str, etag: Option<&str>| ManifestEntry {
            name: name.to_owned(),
            size: 12,
            etag: etag.map(str::to_owned),
        };
        let manifest = Manifest {
            entries: vec![entry("a \"b\"", None), entry("s3://b/k", Some("\"e\""))],
        };
        let json = manifest.to_json().expect("JSON");
        assert_eq!(json.lines().count(), 4);
        assert_eq!(
            Manifest::from_json(json.as_bytes()).expect("a manifest"),
            manifest
        );
        let cut: Vec<&str> = json.lines().filter(|line| !line.contains("s3:")).collect();
        let cut = cut.join("\n").replace("},", "}");
        let told = |text: &str| {
            Manifest::from_json(text.as_bytes())
                .expect_err(text)
                .to_string()
        };
        assert_eq!(told(&cut), "it lists 1 objects, but says that they are 2");
        assert!(told(&json[..json.len() - 4]).starts_with("not a list of inputs: EOF"));
        assert_ne!(manifest.digest(), Manifest::default().digest());
    }
}
