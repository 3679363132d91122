//! What inputs there are, as a list that says the same on every machine.

use std::collections::HashMap;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::host::HostOptions;
use crate::host::aws::{ArchiveUrl, S3Store};
use crate::project::inputs::entries::{Entries, EntryReader, ManifestEntry};
use crate::project::inputs::error::InputError;
use crate::project::inputs::folder::files_in;
use crate::project::samples::SCHEME;

/// What the events that reached `segfn serve` here are asked for by. A function's name may follow.
pub(super) const PAST: &str = "history:";

/// What says that a file is one of these.
pub(super) const MARK: &str = "segfn inputs";
pub(super) const VERSION: u32 = 1;

/// So much of its JSON is written at once, in bytes.
const WRITTEN: usize = 64 << 10;

/// The files and objects of events, in the order in which one machine would read them. Clones share them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    pub(super) entries: Arc<Entries>,
    digest: [u8; 32],
}

/// A manifest as it comes to be.
#[derive(Default)]
pub(super) struct ManifestBuilder {
    entries: Entries,
    hasher: Sha256,
    /// What is hashed of an entry.
    line: String,
}

impl ManifestBuilder {
    pub(super) fn push(&mut self, entry: &ManifestEntry) {
        let ManifestEntry { name, size, etag } = entry;
        let etag = etag.as_deref().unwrap_or_default();
        self.line.clear();
        // To write into a text never fails.
        let _ = writeln!(self.line, "{name}\0{size}\0{etag}");
        self.hasher.update(&self.line);
        self.entries.push(entry);
    }

    pub(super) fn count(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn finish(self) -> Manifest {
        Manifest {
            entries: Arc::new(self.entries),
            digest: self.hasher.finalize().into(),
        }
    }
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
        let mut built = ManifestBuilder::default();
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
                let mut found = false;
                let listed = stores[&url.bucket].list_each(&url.prefix, |object| {
                    found = true;
                    if object.size > 0 && ArchiveUrl::may_hold(&object.key, since) {
                        built.push(&ManifestEntry {
                            name: url.name(&object.key),
                            size: object.size,
                            etag: object.etag,
                        });
                    }
                });
                listed.map_err(failed)?;
                if !found {
                    return Err(failed(url.nothing_found()));
                }
            } else if path.is_dir() {
                for file in files_in(path)? {
                    built.push(&file_entry(&file)?);
                }
            } else if path == Path::new("-")
                || [SCHEME, PAST]
                    .iter()
                    .any(|name| path.to_string_lossy().starts_with(name))
            {
                return Err(InputError::NotListed(path.clone()));
            } else {
                built.push(&file_entry(path)?);
            }
        }
        Ok(built.finish())
    }

    /// Writes it as JSON, an entry a line, piece by piece.
    ///
    /// # Errors
    /// What `write` gives.
    pub fn write_json(&self, mut write: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let count = self.count();
        let begin =
            format!("{{\"form\":\"{MARK}\",\"v\":{VERSION},\"count\":{count},\"objects\":[");
        let mut text = begin.into_bytes();
        let mut reader = EntryReader::new(self.entries.clone());
        let entries = (0..count).filter_map(|number| reader.entry(number));
        for (number, entry) in entries.enumerate() {
            text.extend_from_slice(if number == 0 { b"\n" } else { b",\n" });
            serde_json::to_writer(&mut text, &entry)?;
            if text.len() > WRITTEN {
                write(&text)?;
                text.clear();
            }
        }
        text.extend_from_slice(b"\n]}\n");
        write(&text)
    }

    /// What tells it from other manifests.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// How many files and objects it lists.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// All of it together, in bytes.
    pub(super) fn size(&self) -> u64 {
        let sizes = self.entries.extents().iter().map(|extent| extent.size());
        sizes.fold(0, u64::saturating_add)
    }
}

impl FromIterator<ManifestEntry> for Manifest {
    fn from_iter<I: IntoIterator<Item = ManifestEntry>>(entries: I) -> Manifest {
        let mut built = ManifestBuilder::default();
        entries.into_iter().for_each(|entry| built.push(&entry));
        built.finish()
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
    use crate::text::hex;

    #[test]
    fn results_of_other_versions_of_segfn_know_a_manifest_by_its_digest() {
        let entry = |name: &str, etag: Option<&str>| ManifestEntry {
            name: name.to_owned(),
            size: 12,
            etag: etag.map(str::to_owned),
        };
        let manifest: Manifest = [entry("a", None), entry("s3://b/k", Some("\"e\""))]
            .into_iter()
            .collect();
        let expected = Sha256::digest("a\x0012\0\ns3://b/k\x0012\0\"e\"\n");
        assert_eq!(hex(&manifest.digest()), hex(&expected));
    }
}
