//! Which cases failed the last time they ran.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::files;
use crate::json::Json;
use crate::project::CasePaths;

/// The version of the file's form.
const FORMAT_VERSION: u64 = 1;

/// The cases that failed the last time they ran, kept in a small file of the working folder: each by the
/// function whose case it is, relative to that folder, and its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastRun {
    failed: BTreeSet<(String, String)>,
}

/// Why what is known of the last run can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LastRunError {
    #[error("there is no {} of an earlier run", .0.display())]
    Missing(PathBuf),
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} isn't what this version of segfn wrote", .0.display())]
    Form(PathBuf),
}

impl LastRun {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// It isn't there, or isn't of this version's form.
    pub fn read(path: &Path) -> Result<LastRun, LastRunError> {
        let text = std::fs::read_to_string(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => LastRunError::Missing(path.to_owned()),
            _ => LastRunError::Read {
                path: path.to_owned(),
                source,
            },
        })?;
        LastRun::parse(&text).ok_or_else(|| LastRunError::Form(path.to_owned()))
    }

    fn parse(text: &str) -> Option<LastRun> {
        let value = Json::parse(text).ok()?;
        if value["v"].as_u64() != Some(FORMAT_VERSION) {
            return None;
        }
        let failed = value["failed"].as_array()?.iter().map(|case| {
            let text = |name: &str| case[name].as_str().map(str::to_owned);
            Some((text("function")?, text("case")?))
        });
        Some(LastRun {
            failed: failed.collect::<Option<_>>()?,
        })
    }

    /// Whether no case failed.
    pub fn is_empty(&self) -> bool {
        self.failed.is_empty()
    }

    /// Takes down how the case `name` of the function with these `cases` went; what is known of others stays.
    pub fn note(&mut self, cases: &CasePaths, name: &str, failed: bool) {
        let case = (function_of(cases), name.to_owned());
        match failed {
            true => self.failed.insert(case),
            false => self.failed.remove(&case),
        };
    }

    /// The names of the cases among `cases` that failed.
    pub fn failed_of(&self, cases: &CasePaths) -> BTreeSet<String> {
        let function = function_of(cases);
        let own = self.failed.iter().filter(|(other, _)| *other == function);
        own.map(|(_, name)| name.clone()).collect()
    }

    /// Writes the file as a whole.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let failed = self.failed.iter().map(|(function, case)| {
            Json::object([
                ("function", function.as_str().into()),
                ("case", case.as_str().into()),
            ])
        });
        let value = Json::object([("v", FORMAT_VERSION.into()), ("failed", failed.collect())]);
        files::replace(path, (value.to_string_pretty() + "\n").as_bytes())
    }
}

/// What the cases' function is called: the same however its path was written.
fn function_of(cases: &CasePaths) -> String {
    let home = cases.home();
    let absolute = home.canonicalize().unwrap_or(home);
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let short = here.ok().and_then(|here| {
        let below = absolute.strip_prefix(here).ok()?;
        Some(below.to_owned())
    });
    let home = short.unwrap_or(absolute);
    let own = cases.folder().strip_prefix(cases.home());
    home.join(own.unwrap_or(cases.folder()))
        .display()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_known_until_it_passes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".segfn/last-test.json");
        let missing = LastRun::read(&path).expect_err("nothing");
        assert!(matches!(missing, LastRunError::Missing(_)));
        for name in ["a", "b", "c"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let cases = |name: &str| CasePaths::in_folder(&folder.path().join(name));
        let mut run = LastRun::default();
        run.note(&cases("a"), "x", true);
        run.note(&cases("a"), "y", true);
        run.note(&cases("b"), "x", true);
        run.note(&cases("a"), "x", false);
        run.note(&cases("b"), "z", false);
        run.write(&path).expect("written");
        let read = LastRun::read(&path).expect("a file");
        assert_eq!(read, run);
        assert_eq!(read.failed_of(&cases("a")), ["y".to_owned()].into());
        assert_eq!(read.failed_of(&cases("b")), ["x".to_owned()].into());
        assert_eq!(read.failed_of(&cases("c/../a")).len(), 1);
    }

    #[test]
    fn a_file_of_another_form_is_none() {
        for text in [
            "",
            "{}",
            r#"{"v":2,"failed":[]}"#,
            r#"{"v":1,"failed":["x"]}"#,
        ] {
            assert_eq!(LastRun::parse(text), None, "{text}");
        }
        assert_eq!(
            LastRun::parse(r#"{"v":1,"failed":[]}"#),
            Some(LastRun::default())
        );
    }
}
