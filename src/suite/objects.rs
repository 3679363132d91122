//! What the embedded S3 of a case holds at first: the files in a folder of buckets.

use std::path::{Path, PathBuf};

use super::case_error::{CaseError, file_name};

/// Buckets, keys and bytes of the objects in a case's folder of buckets.
pub(super) fn objects(folder: &Path) -> Result<Vec<(String, String, Vec<u8>)>, CaseError> {
    let mut objects = Vec::new();
    if folder.is_dir() {
        for bucket in entries(folder)? {
            collect(&bucket, &file_name(&bucket), "", &mut objects)?;
        }
    }
    Ok(objects)
}

fn collect(
    folder: &Path,
    bucket: &str,
    prefix: &str,
    objects: &mut Vec<(String, String, Vec<u8>)>,
) -> Result<(), CaseError> {
    for path in entries(folder)? {
        let key = format!("{prefix}{}", file_name(&path));
        if path.is_dir() {
            collect(&path, bucket, &format!("{key}/"), objects)?;
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|source| CaseError::Read {
            path: path.clone(),
            source,
        })?;
        objects.push((bucket.to_owned(), key, bytes));
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let list = || -> std::io::Result<Vec<PathBuf>> {
        let entries = std::fs::read_dir(folder)?;
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()?;
        paths.sort();
        Ok(paths)
    };
    list().map_err(|source| CaseError::Read {
        path: folder.to_owned(),
        source,
    })
}
