//! Finding suites and their cases on the disk.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::project::source::{FunctionRef, SourceError, functions_in};
use crate::project::{CasePaths, LEVELS, is_below_cases, plain, scripts_of};
use crate::text::decode;

/// A case's own settings, in its folder.
pub const CASE_FILE: &str = "case.toml";
/// The files of which a case's folder holds one.
pub const INPUTS: [&str; 3] = ["event.json", "events.json", "request.json"];
/// What the case is expected to do.
pub const EXPECTED_FILE: &str = "expected.json";
/// The case's traffic.
pub const CASSETTE_FILE: &str = "traffic.har";

/// Where the cases of one function are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuiteLocation {
    /// As `segfn run` takes it.
    pub function: PathBuf,
    pub cases: CasePaths,
    /// Only this case, when its own folder was named.
    pub only: Option<String>,
}

/// Where a case is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseLocation {
    Folder(PathBuf),
    /// A line of an NDJSON file; it counts from 1.
    Line {
        file: PathBuf,
        line: u32,
        text: Arc<str>,
    },
}

impl CaseLocation {
    /// The line of a case that has one, else 1.
    pub fn line(&self) -> u32 {
        match self {
            CaseLocation::Folder(_) => 1,
            CaseLocation::Line { line, .. } => *line,
        }
    }

    /// The path to show, with `:LINE` for one line.
    pub fn shown(&self) -> String {
        match self {
            CaseLocation::Folder(path) => path.display().to_string(),
            CaseLocation::Line { file, line, .. } => format!("{}:{line}", file.display()),
        }
    }
}

/// Why there are no cases to run.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("{} is not a function, a folder of functions or a case", .0.display())]
    NoSuite(PathBuf),
}

/// The suites in `path`: of a function, of a folder of functions at any depth, or the one that a
/// case's folder, a file of cases or the folder of all cases belongs to.
pub fn find(path: &Path) -> Result<Vec<SuiteLocation>, FindError> {
    let is_data = path.is_file() && path.extension().is_some_and(|e| e == "ndjson");
    let functions = match is_data {
        true => Vec::new(),
        false => functions_in(path)?,
    };
    // Of one function that was named, it is to be told that it has no cases.
    let named = !path.is_dir();
    let found: Vec<SuiteLocation> = functions
        .into_iter()
        .filter(|found| named || found.cases.exist())
        .map(|found| location_of(&found, None))
        .collect();
    if !found.is_empty() || path.is_dir() && !is_below_cases(path) {
        return Ok(found);
    }
    let function = function_of(path)?.ok_or_else(|| FindError::NoSuite(path.to_owned()))?;
    let parent_is_suite = same(&up(path), function.cases.folder());
    let only = path.file_name().map(|name| name.to_string_lossy().into());
    let only = only.filter(|_| parent_is_suite && path.is_dir() && is_case(path));
    Ok(vec![location_of(&function, only)])
}

fn location_of(found: &FunctionRef, only: Option<String>) -> SuiteLocation {
    SuiteLocation {
        function: plain(&found.path),
        cases: found.cases.plain(),
        only,
    }
}

/// The function whose cases `path` is, or is one of.
fn function_of(path: &Path) -> Result<Option<FunctionRef>, FindError> {
    for script in scripts_of(path) {
        let mut functions = functions_in(&script)?.into_iter();
        if let Some(found) = functions.find(|function| function.cases.hold(path)) {
            return Ok(Some(found));
        }
    }
    let mut folder = up(path);
    for _ in 0..LEVELS {
        let mut functions = functions_in(&folder)?.into_iter();
        if let Some(found) = functions.find(|function| function.cases.hold(path)) {
            return Ok(Some(found));
        }
        folder = up(&folder);
    }
    Ok(None)
}

fn same(one: &Path, other: &Path) -> bool {
    std::path::absolute(one).ok() == std::path::absolute(other).ok()
}

/// The folder above `path`, as a path that begins as the user's.
fn up(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) if path.file_name().is_some() => parent.to_owned(),
        _ => path.join(".."),
    }
}

/// Whether a folder is a case's.
pub fn is_case(folder: &Path) -> bool {
    INPUTS
        .iter()
        .chain([&CASE_FILE, &EXPECTED_FILE, &CASSETTE_FILE])
        .any(|name| folder.join(name).is_file())
}

/// What `folder` holds, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, FindError> {
    let failed = |source| FindError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// The cases of a suite, in the order of their names; those of NDJSON files by line, after the
/// folders.
pub fn cases(paths: &CasePaths) -> Result<Vec<CaseLocation>, FindError> {
    let mut locations = Vec::new();
    let mut files = Vec::new();
    let folder = paths.folder();
    if folder.is_dir() {
        for path in entries(folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            // Hidden ones are those that `segfn record` has not finished.
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                locations.push(CaseLocation::Folder(path));
            } else if name.ends_with(".ndjson") {
                files.push(path);
            }
        }
    }
    files.extend(Some(paths.file()).filter(|file| file.is_file()));
    for file in files {
        let text = std::fs::read(&file).and_then(|bytes| {
            decode(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
        });
        let text = text.map_err(|source| FindError::Read {
            path: file.clone(),
            source,
        })?;
        for (index, text) in text.lines().enumerate() {
            if text.trim().is_empty() {
                continue;
            }
            locations.push(CaseLocation::Line {
                file: file.clone(),
                line: u32::try_from(index + 1).unwrap_or(u32::MAX),
                text: text.into(),
            });
        }
    }
    Ok(locations)
}
