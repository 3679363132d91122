//! Which cases are to run.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::changed::is_changed;
use super::find::{self, CaseLocation};
use super::last_run::LastRun;
use super::shard::{Shard, Timings};
use super::suite::{CaseRef, Suite, SuiteError};
use crate::project::source::ChangedFiles;
use crate::secrets::Secrets;

/// What to run: all cases that each of these chooses.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Functions, folders of functions, cases; the working folder when there are none.
    pub paths: Vec<PathBuf>,
    /// Parts of the ids of cases: one of them must be in it. A whole id chooses that case only.
    pub filters: Vec<String>,
    /// Only the cases that failed then.
    pub failed_in: Option<LastRun>,
    /// Only the cases of functions of which something changed since this revision: their code, settings,
    /// configuration or cases.
    pub changed_since: Option<String>,
    pub shard: Option<Shard>,
    /// How long cases take, which the shards are balanced by.
    pub timings: Timings,
    /// In which the functions are opened.
    pub environment: Option<String>,
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
    /// Opens the suites and chooses the cases. Suites without a chosen case are there, too, but not those
    /// of which nothing changed.
    pub fn open(&self, secrets: &Arc<Secrets>) -> Result<(Vec<Suite>, Vec<CaseRef>), SuiteError> {
        let here = [PathBuf::from(".")];
        let paths = match self.paths.is_empty() {
            true => &here[..],
            false => &self.paths,
        };
        let mut changes = self.changed_since.as_deref().map(ChangedFiles::since);
        let mut suites: Vec<Suite> = Vec::new();
        // A function that was named twice is run once.
        let mut wanted: Vec<Wanted> = Vec::new();
        for path in paths {
            for found in find::find(path)? {
                let key = std::path::absolute(&found.function).unwrap_or(found.function.clone());
                let index = match wanted.iter().position(|wanted| wanted.key == key) {
                    Some(index) => index,
                    None => {
                        let open = || Suite::open(&found, self.environment.as_deref(), secrets);
                        let mut suite = match &mut changes {
                            None => open()?,
                            Some(changes) => {
                                // Where nothing changed at all, there is nothing to open.
                                let home = found.cases.home();
                                if !changes.ask(&home).map_err(SuiteError::Changes)? {
                                    continue;
                                }
                                let suite = open()?;
                                if !is_changed(&suite.project, changes)? {
                                    continue;
                                }
                                suite
                            }
                        };
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
        let cases = self.choose(&suites, wanted);
        Ok((suites, cases))
    }

    fn choose(&self, suites: &[Suite], wanted: Vec<Wanted>) -> Vec<CaseRef> {
        let mut cases: Vec<CaseRef> = Vec::new();
        for (index, Wanted { list, only, .. }) in wanted.into_iter().enumerate() {
            let suite = &suites[index];
            let failed = self.failed_in.as_ref();
            let failed = failed.map(|run| run.failed_of(&suite.project.cases));
            for (name, location) in list {
                let is_meant = only.as_ref().is_none_or(|only| only.contains(&name))
                    && failed.as_ref().is_none_or(|failed| failed.contains(&name));
                if is_meant {
                    cases.push(CaseRef {
                        suite: index,
                        id: suite.case_id(&name),
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
        match self.shard {
            Some(shard) => shard.choose(cases, &self.timings),
            None => cases,
        }
    }
}
