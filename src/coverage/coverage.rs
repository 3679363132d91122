//! The coverage of any number of functions.

use std::collections::BTreeMap;

use crate::coverage::{CoverageTotal, CoveredFile, ScriptCoverage, Summary};

/// The coverage of any number of functions, by the paths of their files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    files: BTreeMap<String, CoveredFile>,
}

/// Two runs of what should have been one function.
#[derive(Debug, thiserror::Error)]
#[error(
    "{path} isn't the same in all runs; coverage can be added up only for the same code: run all shards on one commit"
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
        let file = self
            .files
            .entry(path.to_owned())
            .or_insert_with(|| CoveredFile {
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
    pub fn files(&self) -> impl Iterator<Item = (&str, &CoveredFile)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// What is covered of all functions together.
    pub fn total(&self) -> CoverageTotal {
        let mut total = CoverageTotal::default();
        for file in self.files.values() {
            total.add(Summary::new(file).total());
        }
        total
    }
}
