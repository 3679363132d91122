//! Which lines, functions and branches of users' functions ran: added up, written and read as JSON.
//! Who counts is `engine::isolate::coverage`.
//!
//! What is covered is told by V8's counts, as other tools of JavaScript do it: a branch is a block
//! that V8 tells apart, which it does for those that ran more or less often than what is around
//! them. So an `if` that was always true has one branch, and one that was true at times has two.

mod file;
mod script;
mod summary;

use std::collections::BTreeMap;

pub use self::file::ReadError;
pub use self::script::Count;
pub use self::script::FunctionCoverage;
pub use self::script::ScriptCoverage;
pub use self::script::Span;
pub use self::summary::Branch;
pub use self::summary::Function;
pub use self::summary::Line;
pub use self::summary::Ratio;
pub use self::summary::Summary;
pub use self::summary::Thresholds;
pub use self::summary::Total;

/// The coverage of any number of functions, by the paths of their files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    files: BTreeMap<String, File>,
}

/// The coverage of one function.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// The text that ran, without a byte order mark.
    pub source: String,
    pub script: ScriptCoverage,
    /// The folder of the function's configuration, where that is not the folder of its file.
    pub home: Option<String>,
}

/// Two runs of what should have been one function.
#[derive(Debug, thiserror::Error)]
#[error(
    "{path} is not the same in all runs: coverage can only be added up where the same text ran; run all shards on one commit"
)]
pub struct OtherSource {
    pub path: String,
}

impl Coverage {
    /// Adds what ran of the function in the file at `path`.
    ///
    /// # Errors
    /// Another text of that file has been added before.
    pub fn add_script(
        &mut self,
        path: &str,
        source: &str,
        script: ScriptCoverage,
    ) -> Result<(), OtherSource> {
        let file = self.files.entry(path.to_owned()).or_insert_with(|| File {
            source: source.to_owned(),
            script: ScriptCoverage::default(),
            home: None,
        });
        if file.source != source {
            return Err(OtherSource {
                path: path.to_owned(),
            });
        }
        file.script.add(script);
        Ok(())
    }

    /// Says in which folder the configuration of the function in the file at `path` is, where that is
    /// not the file's own.
    pub fn set_home(&mut self, path: &str, home: &str) {
        if let Some(file) = self.files.get_mut(path) {
            file.home = Some(home.to_owned());
        }
    }

    /// Adds what ran elsewhere, such as in another shard.
    ///
    /// # Errors
    /// Another text of one of the files has been added before.
    pub fn add(&mut self, other: Coverage) -> Result<(), OtherSource> {
        for (path, file) in other.files {
            self.add_script(&path, &file.source, file.script)?;
            if let Some(home) = file.home {
                self.set_home(&path, &home);
            }
        }
        Ok(())
    }

    /// The functions' files, by their paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// What is covered of all functions together.
    pub fn total(&self) -> Total {
        let mut total = Total::default();
        for file in self.files.values() {
            total.add(Summary::of(file).total());
        }
        total
    }
}
