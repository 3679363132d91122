//! A suite, opened: its function, what `segfn.toml` says, and the names of its cases.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::case::Siblings;
use super::case_definition::name_of;
use super::case_error::CaseError;
use super::case_result::FunctionText;
use super::find::{self, CaseLocation, FindError, SuiteLocation};
use crate::project::source::SourceError;
use crate::project::{Overrides, Project, ProjectError};
use crate::secrets::Secrets;

/// The cases of one function.
pub struct Suite {
    /// The function, with what its files say.
    pub project: Project,
    pub text: Arc<FunctionText>,
    /// Where it was found.
    pub(super) location: SuiteLocation,
    /// Its cases by name.
    pub(super) siblings: Siblings,
}

/// A case that was chosen to run.
#[derive(Clone, Debug)]
pub struct CaseRef {
    /// Its suite's index.
    pub suite: usize,
    /// `FOLDER/NAME`.
    pub id: String,
    pub location: CaseLocation,
}

/// Why a suite can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    #[error(transparent)]
    Find(#[from] FindError),
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Case(#[from] CaseError),
    /// What changed since a revision can't be told.
    #[error("what changed can't be told: {0}")]
    Changes(SourceError),
    #[error("{one} and {other} have the same name, {name}")]
    SameName {
        name: String,
        one: String,
        other: String,
    },
}

impl SuiteError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            SuiteError::Find(FindError::NoSuite(_)) => {
                Some("cases are in the folder cases/ beside function.js, or in cases.ndjson".into())
            }
            SuiteError::Find(FindError::Read { .. }) => None,
            SuiteError::Find(FindError::Source(error)) => error.hint(),
            SuiteError::Project(error) => error.hint(),
            SuiteError::Case(error) => error.hint(),
            SuiteError::Changes(error) => error.hint(),
            SuiteError::SameName { .. } => Some("rename one of them".into()),
        }
    }
}

impl Suite {
    /// Opens the function in an environment, and lists its cases. Its secret settings are hidden by `secrets` from then on,
    /// also those that are secret by their names alone: what cases do is written down and kept.
    pub fn open(
        found: &SuiteLocation,
        environment: Option<&str>,
        secrets: &Arc<Secrets>,
    ) -> Result<Suite, SuiteError> {
        let overrides = Overrides {
            environment: environment.map(str::to_owned),
            hide_by_name: true,
            ..Overrides::default()
        };
        let project = Project::open(&found.function, &overrides, secrets)?;
        Ok(Suite::new(project, found.clone()))
    }

    fn new(project: Project, location: SuiteLocation) -> Suite {
        Suite {
            location,
            text: Arc::new(FunctionText {
                path: project.function.path.clone(),
                source: project.function.source.clone(),
            }),
            project,
            siblings: BTreeMap::new(),
        }
    }

    /// The suite of a function that is open already, with all of its cases.
    ///
    /// # Errors
    /// The cases can't be listed.
    pub(super) fn with_cases(mut project: Project) -> Result<(Suite, Vec<CaseRef>), SuiteError> {
        project.cases = project.cases.plain();
        let location = SuiteLocation {
            function: project.function.path.clone(),
            cases: project.cases.clone(),
            only: None,
        };
        let mut suite = Suite::new(project, location);
        let list = suite.list()?;
        let cases = list.into_iter().map(|(name, location)| CaseRef {
            suite: 0,
            id: suite.case_id(&name),
            location,
        });
        let cases = cases.collect();
        Ok((suite, cases))
    }

    /// The suite's cases, in order, of which two may not have the same name.
    pub(super) fn list(&mut self) -> Result<Vec<(String, CaseLocation)>, SuiteError> {
        let mut cases = Vec::new();
        for location in find::cases(&self.project.cases)? {
            let name = name_of(&location)?;
            if let Some(other) = self.siblings.insert(name.clone(), location.clone()) {
                return Err(SuiteError::SameName {
                    name,
                    one: other.shown(),
                    other: location.shown(),
                });
            }
            cases.push((name, location));
        }
        Ok(cases)
    }

    /// The names of its cases, once they were listed.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.siblings.keys().cloned()
    }

    /// `FOLDER/NAME`, or the name alone for the function of the working folder.
    pub(super) fn case_id(&self, name: &str) -> String {
        match self.project.cases.id().as_str() {
            "" => name.to_owned(),
            id => format!("{id}/{name}"),
        }
    }
}
