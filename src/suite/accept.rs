//! Accepting what a case did as what it should do.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

use super::expected::Expected;
use super::find::{CaseLocation, EXPECTED_FILE};
use crate::files;

/// Why an expectation could not be written.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    #[error("can't write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{}:{line} has changed since the case ran", path.display())]
    Changed { path: PathBuf, line: u32 },
}

/// Writes what cases did as what they should do. Each file is replaced as a whole; those before
/// an error have been.
pub fn accept<'a>(
    cases: impl Iterator<Item = (&'a CaseLocation, &'a Expected)>,
) -> Result<(), AcceptError> {
    let mut lines: BTreeMap<&Path, BTreeMap<u32, (&str, &Expected)>> = BTreeMap::new();
    let write = |path: &Path, bytes: &[u8]| {
        files::replace(path, bytes).map_err(|source| AcceptError::Write {
            path: path.to_owned(),
            source,
        })
    };
    for (location, got) in cases {
        match location {
            CaseLocation::Folder(folder) => {
                write(&folder.join(EXPECTED_FILE), got.to_text().as_bytes())?
            }
            CaseLocation::Line { file, line, text } => {
                lines.entry(file).or_default().insert(*line, (text, got));
            }
        }
    }
    for (file, changes) in lines {
        write(file, &with_lines(file, &changes)?)?;
    }
    Ok(())
}

/// The file's bytes with the expectations in their lines; every other byte stays.
fn with_lines(
    file: &Path,
    changes: &BTreeMap<u32, (&str, &Expected)>,
) -> Result<Vec<u8>, AcceptError> {
    let whole = std::fs::read_to_string(file).map_err(|source| AcceptError::Write {
        path: file.to_owned(),
        source,
    })?;
    let mut new = String::with_capacity(whole.len());
    let mut left = changes.len();
    for (number, line) in (1..).zip(whole.split_inclusive('\n')) {
        let Some((text, got)) = changes.get(&number) else {
            new.push_str(line);
            continue;
        };
        let changed = || AcceptError::Changed {
            path: file.to_owned(),
            line: number,
        };
        let current = line.lines().next().unwrap_or_default();
        if current != *text {
            return Err(changed());
        }
        new.push_str(&line_with(current, &got.to_json()).ok_or_else(changed)?);
        new.push_str(&line[current.len()..]);
        left -= 1;
    }
    match changes.keys().next_back() {
        Some(line) if left > 0 => Err(AcceptError::Changed {
            path: file.to_owned(),
            line: *line,
        }),
        _ => Ok(new.into_bytes()),
    }
}

/// The line with `expected` in the place of what it had, or at its end.
fn line_with(line: &str, expected: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Line<'a> {
        #[serde(borrow)]
        expected: Option<&'a RawValue>,
    }
    let parsed: Line = serde_json::from_str(line).ok()?;
    let (start, end, before) = match parsed.expected {
        Some(old) => {
            let start = old.get().as_ptr() as usize - line.as_ptr() as usize;
            (start, start + old.get().len(), "")
        }
        None => {
            let end = line.rfind('}')?;
            (end, end, ",\"expected\":")
        }
    };
    Some([&line[..start], before, expected, &line[end..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_expectation_of_a_line_changes() {
        let line = r#"{ "name":"a", "expected" : {"v":1} , "event":{"expected":2} } "#;
        assert_eq!(
            line_with(line, "3").expect("a line"),
            r#"{ "name":"a", "expected" : 3 , "event":{"expected":2} } "#
        );
        assert_eq!(
            line_with(r#"{"name":"a"}"#, "3").expect("a line"),
            r#"{"name":"a","expected":3}"#
        );
    }

    #[test]
    fn a_line_is_accepted_in_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("cases.ndjson");
        std::fs::write(&file, "{\"name\":\"a\"}\r\n\n{\"name\":\"b\"}").expect("a file");
        let got = Expected::parse(r#"{"v":1,"class":"success"}"#).expect("an expectation");
        let location = |line, text: &str| CaseLocation::Line {
            file: file.clone(),
            line,
            text: text.into(),
        };
        let locations = [
            location(3, "{\"name\":\"b\"}"),
            location(1, "{\"name\":\"a\"}"),
        ];
        accept(locations.iter().map(|location| (location, &got))).expect("accepted");
        let text = std::fs::read_to_string(&file).expect("a file");
        assert_eq!(
            text,
            "{\"name\":\"a\",\"expected\":{\"v\":1,\"class\":\"success\"}}\r\n\n{\"name\":\"b\",\"expected\":{\"v\":1,\"class\":\"success\"}}"
        );
        let late = accept([(&locations[1], &got)].into_iter()).expect_err("changed");
        assert!(
            late.to_string()
                .ends_with(":1 has changed since the case ran"),
            "{late}"
        );
    }
}
