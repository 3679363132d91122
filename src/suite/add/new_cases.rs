//! Writes new cases.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::json::{Json, JsonError};

use crate::cassette::Redactor;
use crate::files::Staging;
use crate::function::Kind;
use crate::project::CasePaths;
use crate::suite::add::case_sampler::SampledCase;
use crate::suite::add::error::AddError;
use crate::suite::find::{INPUTS, SuiteLocation};
use crate::suite::new_lines::NewLines;
use crate::suite::record::{name_for, name_of};
use crate::suite::run::RunOptions;

/// A case that was added.
#[derive(Clone, Debug)]
pub struct AddedCase {
    pub name: String,
    /// The folder of a case that needs a cassette. The others are lines of a file.
    pub folder: Option<PathBuf>,
}

/// New cases, to be written beside those of a suite: folders and lines, which appear when they are
/// finished.
#[derive(Debug)]
pub(in crate::suite) struct NewCases {
    cases: CasePaths,
    /// The names that cases have already.
    taken: BTreeSet<String>,
    redactor: Redactor,
    /// The staging of the folders, those in it, and where they go.
    folders: Option<Staging>,
    begun: Vec<(PathBuf, PathBuf)>,
    /// For the file of small cases.
    lines: NewLines,
}

impl NewCases {
    pub fn new(cases: CasePaths, taken: BTreeSet<String>, redactor: Redactor) -> NewCases {
        NewCases {
            lines: NewLines::new(cases.file(), None),
            cases,
            taken,
            redactor,
            folders: None,
            begun: Vec::new(),
        }
    }

    /// Adds a case: a folder, if it needs a cassette, and a line otherwise.
    pub fn add(&mut self, chosen: &SampledCase) -> Result<AddedCase, AddError> {
        let value = self.value_of(chosen)?;
        let name = name_for(chosen.handler.as_deref(), &value, &mut self.taken);
        self.add_value(chosen, value, name)
    }

    /// The same for a case that is about `what`.
    pub fn add_named(&mut self, chosen: &SampledCase, what: &str) -> Result<AddedCase, AddError> {
        let value = self.value_of(chosen)?;
        let name = name_of(what, &mut self.taken);
        self.add_value(chosen, value, name)
    }

    fn value_of(&self, chosen: &SampledCase) -> Result<Json, AddError> {
        let unkept = |error: JsonError| AddError::Input {
            input: chosen.input.name.clone(),
            problem: error.to_string(),
        };
        Json::parse(&self.redactor.input(&chosen.input.json)).map_err(unkept)
    }

    fn add_value(
        &mut self,
        chosen: &SampledCase,
        value: Json,
        name: String,
    ) -> Result<AddedCase, AddError> {
        let is_request = chosen.kind == Kind::Source;
        if !chosen.asks {
            let key = if is_request { "request" } else { "event" };
            let line = Json::object([("name", name.as_str().into()), (key, value)]).to_string();
            self.lines.push(name.clone(), line);
            return Ok(AddedCase { name, folder: None });
        }
        let folder = self.cases.folder().join(&name);
        let failed = failed_in(&folder);
        let mut begin = || {
            let staging = match &mut self.folders {
                Some(staging) => staging,
                none => none.insert(Staging::new(self.cases.folder())?),
            };
            let staged = staging.begin()?;
            let file = INPUTS[if is_request { 2 } else { 0 }];
            let text = value.to_string_pretty() + "\n";
            std::fs::write(staged.join(file), text)?;
            io::Result::Ok(staged)
        };
        let staged = begin().map_err(failed)?;
        self.begun.push((staged, folder.clone()));
        Ok(AddedCase {
            name,
            folder: Some(folder),
        })
    }

    /// The file of the cases that have no folder.
    pub fn file(&self) -> PathBuf {
        self.lines.path().to_owned()
    }

    /// Has the cases appear: folders as they are, and lines with what they do as what is expected of them.
    /// These run as `segfn test` runs them: as the files of the function at `location` say, whatever was
    /// said when they were added.
    ///
    /// # Errors
    /// The cases can't be run, or something can't be written.
    pub fn finish(
        mut self,
        location: &SuiteLocation,
        options: &RunOptions,
    ) -> Result<(), AddError> {
        self.lines.finish::<AddError>(location, options)?;
        for (staged, folder) in &self.begun {
            if let Some(staging) = &mut self.folders {
                staging.finish(staged, folder).map_err(failed_in(folder))?;
            }
        }
        Ok(())
    }
}

/// For `map_err`.
fn failed_in(path: &Path) -> impl FnOnce(io::Error) -> AddError {
    let path = path.to_owned();
    |source| AddError::Write { path, source }
}
