//! Accepting what a case did as what it should do.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

use super::assumed::AcceptableRequest;
use super::case_result::CaseResult;
use super::expected::Expected;
use super::find::{CaseLocation, EXPECTED_FILE};
use crate::cassette::{Cassette, CassetteError, RecordedExchange};
use crate::files;

/// Why an expectation could not be written.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    #[error("can't write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{}:{line} has changed since the case ran", path.display())]
    Changed { path: PathBuf, line: u32 },
    #[error("{} has changed since the case ran", .0.display())]
    ChangedCassette(PathBuf),
    #[error(transparent)]
    Cassette(#[from] CassetteError),
}

/// What a case did, to be taken as what it should do.
#[derive(Clone, Debug)]
pub struct Acceptance {
    location: CaseLocation,
    got: Expected,
    /// What its cassettes are to say.
    requests: Vec<AcceptableRequest>,
}

impl Acceptance {
    /// Of a case whose cassettes stay as they are.
    pub fn new(location: CaseLocation, got: Expected) -> Acceptance {
        Acceptance {
            location,
            got,
            requests: Vec::new(),
        }
    }

    /// Of a case that was run, if what it did can be accepted.
    pub fn of(result: &CaseResult) -> Option<Acceptance> {
        let report = &result.report;
        let got = report.got.clone().filter(|_| report.can_be_accepted())?;
        Some(Acceptance {
            requests: report.requests.clone(),
            ..Acceptance::new(result.location.clone(), got)
        })
    }

    /// Where the case is.
    pub fn location(&self) -> &CaseLocation {
        &self.location
    }
}

/// Writes what cases did as what they should do, and the requests that they made into the cassettes that
/// answered as for others. Each file is replaced as a whole; those before an error have been.
pub fn accept(cases: &[Acceptance]) -> Result<(), AcceptError> {
    write_requests(cases)?;
    let mut lines: BTreeMap<&Path, BTreeMap<u32, (&str, &Expected)>> = BTreeMap::new();
    let write = |path: &Path, bytes: &[u8]| {
        files::replace(path, bytes).map_err(|source| AcceptError::Write {
            path: path.to_owned(),
            source,
        })
    };
    for Acceptance { location, got, .. } in cases {
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

/// Writes the requests into their cassettes.
fn write_requests(cases: &[Acceptance]) -> Result<(), AcceptError> {
    let mut by_file: BTreeMap<&Path, Vec<Vec<&AcceptableRequest>>> = BTreeMap::new();
    for case in cases {
        let mut of_case: BTreeMap<&Path, Vec<&AcceptableRequest>> = BTreeMap::new();
        for request in &case.requests {
            of_case.entry(&request.cassette).or_default().push(request);
        }
        for (file, requests) in of_case {
            by_file.entry(file).or_default().push(requests);
        }
    }
    for (file, by_case) in by_file {
        let mut cassette = Cassette::read(file)?;
        with_requests(&mut cassette, &by_case)
            .ok_or_else(|| AcceptError::ChangedCassette(file.to_owned()))?;
        cassette.write(file)?;
    }
    Ok(())
}

/// Puts the requests of several cases into their cassette. What was added since a case ran, as for another one,
/// isn't added again: each replay has the whole cassette for itself.
fn with_requests(cassette: &mut Cassette, by_case: &[Vec<&AcceptableRequest>]) -> Option<()> {
    for requests in by_case {
        let mut taken = BTreeSet::new();
        for wanted in requests {
            let entry = cassette.exchanges.get_mut(wanted.entry)?;
            if wanted.replaces {
                entry.request = wanted.request.clone();
                entry.assumed = true;
                continue;
            }
            let new = RecordedExchange {
                request: wanted.request.clone(),
                assumed: true,
                ..entry.clone()
            };
            let mut since = (0..).zip(&cassette.exchanges).skip(wanted.entries);
            let same = since.find(|(at, one)| one.request == new.request && !taken.contains(at));
            match same.map(|(at, _)| at) {
                Some(at) => taken.insert(at),
                None => {
                    cassette.exchanges.push(new);
                    taken.insert(cassette.exchanges.len() - 1)
                }
            };
        }
    }
    Some(())
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
        let case = |line, text: &str| {
            let location = CaseLocation::Line {
                file: file.clone(),
                line,
                text: text.into(),
            };
            Acceptance::new(location, got.clone())
        };
        let cases = [case(3, "{\"name\":\"b\"}"), case(1, "{\"name\":\"a\"}")];
        accept(&cases).expect("accepted");
        let text = std::fs::read_to_string(&file).expect("a file");
        assert_eq!(
            text,
            "{\"name\":\"a\",\"expected\":{\"v\":1,\"class\":\"success\"}}\r\n\n{\"name\":\"b\",\"expected\":{\"v\":1,\"class\":\"success\"}}"
        );
        let late = accept(&cases[1..]).expect_err("changed");
        assert!(
            late.to_string()
                .ends_with(":1 has changed since the case ran"),
            "{late}"
        );
    }
}
