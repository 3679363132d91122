//! One case, read: what the function is given, how, and what is expected of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::bases::Bases;
use super::case_definition::CaseDefinition;
use super::case_error::{CaseError, CaseProblem};
use super::case_input::CaseInput;
use super::expected::Expected;
use super::find::CaseLocation;
use crate::project::config::CaseConfig;
use crate::text::nearest;

/// How many cases may stand on one another by `from`.
const DEEPEST: usize = 16;

/// A case with all that it takes over from others.
#[derive(Clone, Debug)]
pub struct Case {
    pub input: CaseInput,
    pub config: CaseConfig,
    /// Its own cassette; those of its configuration come on top.
    pub cassette: Option<CaseCassette>,
    /// What the embedded S3 holds at first, from the folder `s3/BUCKET/KEY` of the case: buckets,
    /// keys and bytes.
    pub objects: Vec<(String, String, Vec<u8>)>,
    /// What is expected; `None` while there is nothing yet.
    pub expected: Option<Expected>,
}

/// The cassette in a case's folder, or in that of the case it is a variation of.
#[derive(Clone, Debug)]
pub struct CaseCassette {
    pub path: PathBuf,
    pub is_inherited: bool,
}

/// The cases of a suite by name, for `from`.
pub type Siblings = BTreeMap<String, CaseLocation>;

impl Case {
    /// Reads the case at `location`, with what it takes over `from` siblings.
    pub fn read(
        location: &CaseLocation,
        siblings: &Siblings,
        bases: &Bases,
    ) -> Result<Case, CaseError> {
        let CaseDefinition {
            name,
            mut input,
            mut config,
            change,
            cassette: own,
            mut objects,
            expected,
        } = CaseDefinition::read(location)?;
        let bad = |problem| CaseError::bad(location.shown(), problem);
        let mut seen = vec![name];
        let mut changes = Vec::from_iter(change);
        let mut inherited = None;
        while let Some(from) = config.from.take() {
            let Some(other) = siblings.get(&from) else {
                let near = nearest(&from, siblings.keys().map(String::as_str));
                let near = near.map(str::to_owned);
                return Err(bad(CaseProblem::NoBase { from, near }));
            };
            if seen.contains(&from) || seen.len() > DEEPEST {
                let chain = seen.join(" from ");
                return Err(bad(CaseProblem::StandsOnItself(format!(
                    "{chain} from {from}"
                ))));
            }
            let base = bases.read(&from, other)?;
            config = config.or(base.config.clone());
            if input.is_none() {
                input = base.input.clone();
                changes.extend(base.change.clone());
            }
            inherited = inherited.or_else(|| base.cassette.clone());
            objects.extend(base.objects.iter().cloned());
            seen.push(from);
        }
        let mut input = input.ok_or_else(|| bad(CaseProblem::NoInput))?;
        // The farthest change is nearest to the event.
        for change in changes.iter().rev() {
            input.change(change, &location.shown())?;
        }
        let is_inherited = own.is_none();
        let cassette = own
            .or(inherited)
            .map(|path| CaseCassette { path, is_inherited });
        Ok(Case {
            input,
            config,
            cassette,
            objects,
            expected,
        })
    }
}
