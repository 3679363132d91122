//! A suite, opened: its function, what `segfn.toml` says, and the names of its cases.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::case::Siblings;
use super::case_definition::name_of;
use super::case_error::CaseError;
use super::case_result::FunctionText;
use super::find::{self, CaseLocation, FindError, SuiteLocation};
use crate::project::{Overrides, Project, ProjectError};
use crate::secrets::Secrets;

/// The cases of one function.
pub struct Suite {
    /// The function, with what its files say.
    pub project: Project,
    pub text: Arc<FunctionText>,
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
            SuiteError::SameName { .. } => Some("rename one of them".into()),
        }
    }
}

impl Suite {
    /// Opens the function and lists its cases. Its secret settings are hidden by `secrets` from then on,
    /// also those that are secret by their names alone: what cases do is written down and kept.
    pub fn open(found: &SuiteLocation, secrets: &Arc<Secrets>) -> Result<Suite, SuiteError> {
        let overrides = Overrides {
            hide_by_name: true,
            ..Overrides::default()
        };
        let project = Project::open(&found.function, &overrides, secrets)?;
        Ok(Suite {
            text: Arc::new(FunctionText {
                path: project.function.path.clone(),
                source: project.function.source.clone(),
            }),
            project,
            siblings: BTreeMap::new(),
        })
    }

    /// The suite's cases, in order, of which two may not have the same name.
    fn list(&mut self) -> Result<Vec<(String, CaseLocation)>, SuiteError> {
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
    fn case_id(&self, name: &str) -> String {
        match self.project.cases.id().as_str() {
            "" => name.to_owned(),
            id => format!("{id}/{name}"),
        }
    }
}

/// What to run.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Functions, folders of functions, cases; the working folder when there are none.
    pub paths: Vec<PathBuf>,
    /// Parts of the ids of cases: one of them must be in it. A whole id chooses that case only.
    pub filters: Vec<String>,
    pub shard: Option<Shard>,
}

/// One of several parts of all cases, which run on machines of their own: `2/4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub part: u32,
    pub of: u32,
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Shard, &'static str> {
        let (part, of) = text
            .split_once('/')
            .and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)))
            .ok_or("expected a part such as 1/4, the first of four")?;
        match part {
            1.. if part <= of => Ok(Shard { part, of }),
            _ => Err("parts count from 1 to the number of parts"),
        }
    }
}

impl Shard {
    /// Whether the case belongs to this part: by a hash of its id, so that a new case moves no
    /// other.
    pub fn has(&self, id: &str) -> bool {
        let hash = Sha256::digest(id.as_bytes());
        let number = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
        number % self.of == self.part - 1
    }
}

/// What is wanted of the suite with the same index.
struct Wanted {
    /// The function's absolute path.
    key: PathBuf,
    list: Vec<(String, CaseLocation)>,
    /// Only the cases of these names.
    only: Option<BTreeSet<String>>,
}

impl Selection {
    /// Opens the suites and chooses the cases. Suites without a chosen case are there, too.
    pub fn open(&self, secrets: &Arc<Secrets>) -> Result<(Vec<Suite>, Vec<CaseRef>), SuiteError> {
        let here = [PathBuf::from(".")];
        let paths = match self.paths.is_empty() {
            true => &here[..],
            false => &self.paths,
        };
        let mut suites: Vec<Suite> = Vec::new();
        let mut cases: Vec<CaseRef> = Vec::new();
        // A function that was named twice is run once.
        let mut wanted: Vec<Wanted> = Vec::new();
        for path in paths {
            for found in find::find(path)? {
                let key = std::path::absolute(&found.function).unwrap_or(found.function.clone());
                let index = match wanted.iter().position(|wanted| wanted.key == key) {
                    Some(index) => index,
                    None => {
                        let mut suite = Suite::open(&found, secrets)?;
                        wanted.push(Wanted {
                            key,
                            list: suite.list()?,
                            only: Some(BTreeSet::new()),
                        });
                        suites.push(suite);
                        suites.len() - 1
                    }
                };
                let only = &mut wanted[index].only;
                match (found.only, only.as_mut()) {
                    (Some(name), Some(names)) => {
                        names.insert(name);
                    }
                    _ => *only = None,
                }
            }
        }
        for (suite, Wanted { list, only, .. }) in wanted.into_iter().enumerate() {
            for (name, location) in list {
                if only.as_ref().is_none_or(|only| only.contains(&name)) {
                    let id = suites[suite].case_id(&name);
                    cases.push(CaseRef {
                        suite,
                        id,
                        location,
                    });
                }
            }
        }
        if !self.filters.is_empty() {
            let exact = |case: &CaseRef| self.filters.contains(&case.id);
            let part = |case: &CaseRef| self.filters.iter().any(|part| case.id.contains(part));
            match cases.iter().any(exact) {
                true => cases.retain(exact),
                false => cases.retain(part),
            }
        }
        if let Some(shard) = self.shard {
            cases.retain(|case| shard.has(&case.id));
        }
        Ok((suites, cases))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_is_in_exactly_one_shard() {
        let ids: Vec<String> = (0..1000).map(|i| format!("functions/a/case-{i}")).collect();
        let mut counts = [0; 4];
        for id in &ids {
            let parts = (1..=4).filter(|part| Shard { part: *part, of: 4 }.has(id));
            let parts: Vec<u32> = parts.collect();
            assert_eq!(parts.len(), 1, "{id}");
            counts[parts[0] as usize - 1] += 1;
        }
        assert!(
            counts.iter().all(|count| (200..300).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn a_shard_is_written_as_a_fraction() {
        assert_eq!("2/4".parse(), Ok(Shard { part: 2, of: 4 }));
        for bad in ["0/4", "5/4", "4", "a/b", "1/0"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }
}
