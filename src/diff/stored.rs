//! What the runs left in their embedded S3.

use std::fs;
use std::fs::File;
use std::io;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;

use serde_json::Value;
use serde_json::json;

use super::difference::{DifferenceKind, OutcomeDifference, Stored, is_id};
use super::groups::Groups;
use crate::secrets::Secrets;

/// Bodies up to this size are shown, in bytes.
const SMALL: u64 = 2048;

/// Adds the objects by which two folders of the embedded AWS differ. Only one folder's names are held
/// at a time.
pub fn compare(
    base: &Path,
    candidate: &Path,
    secrets: &Secrets,
    groups: &mut Groups,
) -> io::Result<()> {
    let mut add = |key: &str, found: OutcomeDifference| {
        let redact = |value: &mut Value| secrets.redact_value(value);
        groups.add(&format!("s3://{key}"), vec![found], redact);
    };
    walk(&base.join("s3"), &candidate.join("s3"), "", &mut add)
}

fn walk(
    base: &Path,
    candidate: &Path,
    key: &str,
    add: &mut impl FnMut(&str, OutcomeDifference),
) -> io::Result<()> {
    let (ours, theirs) = (names(base)?, names(candidate)?);
    let mut all: Vec<&String> = ours.iter().chain(&theirs).collect();
    all.sort();
    all.dedup();
    for name in all {
        let key = match key {
            "" => name.clone(),
            key => format!("{key}/{name}"),
        };
        let (one, other) = (base.join(name), candidate.join(name));
        if one.is_dir() || other.is_dir() {
            walk(&one, &other, &key, add)?;
            continue;
        }
        let how = match (one.exists(), other.exists()) {
            (true, true) if same(&one, &other)? => continue,
            (true, true) => Stored::Changed,
            (true, false) => Stored::Missing,
            (false, _) => Stored::Added,
        };
        let found = OutcomeDifference {
            kind: DifferenceKind::Stored {
                name: general(&key),
                how,
            },
            base: shown(&one),
            candidate: shown(&other),
        };
        add(&key, found);
    }
    Ok(())
}

/// The names in a folder, which need not be there.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

fn same(one: &Path, other: &Path) -> io::Result<bool> {
    let (a, b) = (one.metadata()?, other.metadata()?);
    if a.len() != b.len() {
        return Ok(false);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // What was there before the runs has one file in all of them.
        if (a.dev(), a.ino()) == (b.dev(), b.ino()) {
            return Ok(true);
        }
    }
    let mut one = BufReader::new(File::open(one)?);
    let mut other = BufReader::new(File::open(other)?);
    let (mut left, mut right) = ([0; 8192], [0; 8192]);
    loop {
        let read = one.read(&mut left)?;
        if read == 0 {
            return Ok(true);
        }
        other.read_exact(&mut right[..read])?;
        if left[..read] != right[..read] {
            return Ok(false);
        }
    }
}

/// The object as an example: its text where that is small.
fn shown(path: &Path) -> Option<Value> {
    let size = path.metadata().ok()?.len();
    if size <= SMALL
        && let Ok(text) = fs::read_to_string(path)
    {
        return Some(serde_json::from_str(&text).unwrap_or(Value::String(text)));
    }
    Some(json!({ "size": size }))
}

/// `s3://bucket/orders/*`: what objects of one sort have in common.
fn general(key: &str) -> String {
    let mut segments = key.split('/');
    let bucket = segments.next().unwrap_or_default();
    let rest = segments.map(|s| if is_id(s) { "*" } else { s });
    let rest: Vec<&str> = rest.collect();
    format!("s3://{bucket}/{}", rest.join("/"))
}
