//! Where results are.

use std::io;
use std::path::{Path, PathBuf};

use crate::files;
use crate::host::HostOptions;
use crate::host::aws::{ArchiveUrl, S3Store};

/// Where results are: a folder, one file, or what lies below a prefix in S3.
pub struct ResultPlace {
    name: PathBuf,
    kind: Kind,
}

enum Kind {
    Files,
    S3 { store: S3Store, prefix: String },
}

/// Names of results begin and end so.
const BEGIN: &str = "part-";
const END: &str = ".json.gz";

impl ResultPlace {
    /// The place that `name` names; a bucket is that of the AWS of `host`.
    ///
    /// # Errors
    /// There are no credentials.
    pub fn open(name: &Path, host: &HostOptions) -> io::Result<ResultPlace> {
        let kind = match ArchiveUrl::parse(name) {
            Some(url) => Kind::S3 {
                store: S3Store::open(&url.bucket, host)?,
                // A place is a folder, whether its name ends so or not.
                prefix: match url.prefix.is_empty() || url.prefix.ends_with('/') {
                    true => url.prefix,
                    false => url.prefix + "/",
                },
            },
            None => Kind::Files,
        };
        Ok(ResultPlace {
            name: name.to_owned(),
            kind,
        })
    }

    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Whether a file can be written there, as far as that can be told before. Folders on the way are made.
    ///
    /// # Errors
    /// It can't.
    pub fn check(&self, file_name: &str) -> io::Result<()> {
        match &self.kind {
            Kind::Files => files::check(&self.name.join(file_name)),
            Kind::S3 { .. } => Ok(()),
        }
    }

    /// Writes a file as a whole, in one step, in place of one of that name. Tells where it is.
    ///
    /// # Errors
    /// What the system or S3 says.
    pub fn write(&self, file_name: &str, bytes: Vec<u8>) -> io::Result<PathBuf> {
        match &self.kind {
            Kind::Files => {
                let path = self.name.join(file_name);
                files::replace(&path, &bytes)?;
                Ok(path)
            }
            Kind::S3 { store, prefix } => {
                store.put(&format!("{prefix}{file_name}"), bytes)?;
                let bucket = ArchiveUrl::parse(&self.name).map(|url| url.bucket);
                let name = bucket.unwrap_or_default();
                Ok(PathBuf::from(format!("s3://{name}/{prefix}{file_name}")))
            }
        }
    }

    /// Hands on the results that are there, in the order of their names, each with its name.
    ///
    /// # Errors
    /// The place can't be listed; or what `take` gives.
    pub fn read_each<E: From<io::Error>>(
        &self,
        mut take: impl FnMut(&str, io::Result<&[u8]>) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.kind {
            Kind::Files => {
                for path in result_files(&self.name)? {
                    let bytes = std::fs::read(&path);
                    take(
                        &path.display().to_string(),
                        bytes.as_ref().map(Vec::as_slice).map_err(again),
                    )?;
                }
                Ok(())
            }
            Kind::S3 { store, prefix } => {
                let mut keys = Vec::new();
                store.list_each(prefix, |object| {
                    let name = object.key.strip_prefix(prefix.as_str());
                    if name.is_some_and(is_result) {
                        keys.push(object.key);
                    }
                })?;
                let bucket = ArchiveUrl::parse(&self.name).map(|url| url.bucket);
                let bucket = bucket.unwrap_or_default();
                store.get_each(&keys, |key, bytes| {
                    let name = format!("s3://{bucket}/{key}");
                    take(&name, bytes.as_ref().map(|bytes| &bytes[..]).map_err(again))
                })
            }
        }
    }
}

/// The error as another one that says the same.
fn again(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}

fn is_result(name: &str) -> bool {
    name.starts_with(BEGIN) && name.ends_with(END) && !name.contains('/')
}

fn result_files(name: &Path) -> io::Result<Vec<PathBuf>> {
    if !name.metadata()?.is_dir() {
        return Ok(vec![name.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(name)? {
        let path = entry?.path();
        if path
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(is_result)
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
