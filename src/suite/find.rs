//! Finding suites and their cases on the disk.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// The folder of cases beside a function.
pub const CASES: &str = "cases";
/// The file of small cases, beside a function or in its folder of cases.
pub const CASES_FILE: &str = "cases.ndjson";
/// A case's own settings, in its folder.
pub const CASE_FILE: &str = "case.toml";
/// The files of which a case's folder holds one.
pub const INPUTS: [&str; 3] = ["event.json", "events.json", "request.json"];
/// What the case is expected to do.
pub const EXPECTED_FILE: &str = "expected.json";
/// The case's traffic.
pub const CASSETTE_FILE: &str = "traffic.har";

/// What a function's file may be called in its folder.
const FUNCTIONS: [&str; 2] = ["function.js", "handler.js"];

/// Folders that hold no functions of the user's, and may be huge.
const NOT_ENTERED: [&str; 3] = ["node_modules", "target", CASES];

/// Where the cases of one function are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// As `segfn run` takes it: a JavaScript file, or a function in a Terraform file.
    pub function: PathBuf,
    /// The folder that holds `cases/` or `cases.ndjson`.
    pub folder: PathBuf,
    /// Only this case, when its own folder was named.
    pub only: Option<String>,
}

/// Where a case is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    Folder(PathBuf),
    /// A line of an NDJSON file; it counts from 1.
    Line {
        file: PathBuf,
        line: u32,
        text: Arc<str>,
    },
}

impl Home {
    /// The line of a case that has one, else 1.
    pub fn line(&self) -> u32 {
        match self {
            Home::Folder(_) => 1,
            Home::Line { line, .. } => *line,
        }
    }

    /// The path to show, with `:LINE` for one line.
    pub fn shown(&self) -> String {
        match self {
            Home::Folder(path) => path.display().to_string(),
            Home::Line { file, line, .. } => format!("{}:{line}", file.display()),
        }
    }
}

/// Why there are no cases to run.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} is neither a function, a folder of functions, nor a case", .0.display())]
    NoSuite(PathBuf),
}

/// The suites in `path`: of a function, of a folder of functions at any depth, or the one that a
/// case's folder belongs to.
pub fn find(path: &Path) -> Result<Vec<Found>, FindError> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if path.is_dir() {
        let parent = absolute.parent().unwrap_or(&absolute);
        if is_case(path) && parent.file_name().is_some_and(|name| name == CASES) {
            let folder = up(path, 2);
            let function = function_in(&folder).ok_or_else(|| no_suite(path))?;
            let only = absolute.file_name().map(|n| n.to_string_lossy().into());
            return Ok(vec![Found {
                function,
                folder,
                only,
            }]);
        }
        let mut found = BTreeSet::new();
        let from = match absolute.file_name().is_some_and(|name| name == CASES) {
            true => up(path, 1),
            false => path.to_owned(),
        };
        walk(&from, &mut found)?;
        return Ok(found.into_iter().collect());
    }
    if path.file_name().is_some_and(|name| name == CASES_FILE) && path.is_file() {
        let mut folder = up(path, 1);
        if folder.file_name().is_some_and(|name| name == CASES) {
            folder = up(&folder, 1);
        }
        let function = function_in(&folder).ok_or_else(|| no_suite(path))?;
        return Ok(vec![Found {
            function,
            folder,
            only: None,
        }]);
    }
    let is_function = path.extension().is_some_and(|extension| extension == "js");
    if path.is_file() && is_function {
        return Ok(vec![Found {
            function: path.to_owned(),
            folder: up(path, 1),
            only: None,
        }]);
    }
    Err(no_suite(path))
}

fn no_suite(path: &Path) -> FindError {
    FindError::NoSuite(path.to_owned())
}

/// The folder so many levels above `path`, as a path that begins as the user's.
fn up(path: &Path, levels: usize) -> PathBuf {
    let mut folder = path.to_owned();
    for _ in 0..levels {
        folder = match folder.parent() {
            Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
            Some(parent) if folder.file_name().is_some() => parent.to_owned(),
            _ => folder.join(".."),
        };
    }
    folder
}

/// The function of a folder, if it has one.
pub fn function_in(folder: &Path) -> Option<PathBuf> {
    FUNCTIONS
        .iter()
        .map(|name| folder.join(name))
        .find(|file| file.is_file())
        .map(|file| plain(&file))
}

/// The path without a `./` in front, which says nothing.
fn plain(path: &Path) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(short) if !short.as_os_str().is_empty() => short.to_owned(),
        _ => path.to_owned(),
    }
}

fn walk(folder: &Path, found: &mut BTreeSet<Found>) -> Result<(), FindError> {
    if has_cases(folder)
        && let Some(function) = function_in(folder)
    {
        found.insert(Found {
            function,
            folder: plain(folder),
            only: None,
        });
    }
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // A link may lead back up.
        let enter = path.is_dir() && !path.is_symlink() && !name.starts_with('.');
        if enter && !NOT_ENTERED.contains(&name.as_ref()) {
            walk(&path, found)?;
        }
    }
    Ok(())
}

fn has_cases(folder: &Path) -> bool {
    folder.join(CASES).is_dir() || folder.join(CASES_FILE).is_file()
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
pub fn cases(folder: &Path) -> Result<Vec<Home>, FindError> {
    let mut homes = Vec::new();
    let mut files = Vec::new();
    let inside = folder.join(CASES);
    if inside.is_dir() {
        for path in entries(&inside)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            // Hidden ones are those that `segfn record` has not finished.
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                homes.push(Home::Folder(path));
            } else if name.ends_with(".ndjson") {
                files.push(path);
            }
        }
    }
    files.extend(Some(folder.join(CASES_FILE)).filter(|file| file.is_file()));
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|source| FindError::Read {
            path: file.clone(),
            source,
        })?;
        for (index, text) in text.lines().enumerate() {
            if text.trim().is_empty() {
                continue;
            }
            homes.push(Home::Line {
                file: file.clone(),
                line: u32::try_from(index + 1).unwrap_or(u32::MAX),
                text: text.into(),
            });
        }
    }
    Ok(homes)
}
