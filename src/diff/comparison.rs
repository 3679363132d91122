//! The comparison itself: three runs in step.

use std::io;
use std::ops::ControlFlow;

use serde_json::Value;

use super::difference::{OutcomeDifference, outcome_differences};
use super::differences::Differences;
use super::error::DiffError;
use super::fan_out::{Feed, fan_out};
use super::groups::{Group, Groups};
use super::stored;
use super::version_run::{Comparable, InvalidInput, VersionRun};
use crate::cassette::Rules;
use crate::engine::{Loaded, Options};
use crate::function::{Function, Input};
use crate::outcome::Outcome;
use crate::secrets::Secrets;
use crate::suite::Expected;

/// A version and how to run it.
#[derive(Clone, Debug)]
pub struct FunctionVersion {
    pub function: Function,
    pub options: Options,
}

/// What to compare.
pub struct Comparison<'a> {
    pub base: FunctionVersion,
    /// How the base is run the second time: with an embedded AWS and a network of its own.
    pub again: Options,
    pub candidate: FunctionVersion,
    /// The fields that aren't compared, where there are any.
    pub masks: Option<&'a Rules>,
    /// Whether logs are.
    pub logs: bool,
    /// Taken out of examples.
    pub secrets: &'a Secrets,
}

/// What is told while it runs, on the caller's thread.
pub enum ComparisonEvent<'a> {
    /// Both versions are loaded.
    Loaded {
        base: &'a Loaded,
        candidate: &'a Loaded,
    },
    Unreadable(&'a InvalidInput),
    /// An input was compared.
    Compared,
}

impl Comparison<'_> {
    /// Runs both versions over `inputs`. `tell` may end it.
    pub fn run(
        self,
        inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
        mut tell: impl FnMut(ComparisonEvent) -> ControlFlow<()>,
    ) -> Result<Differences, DiffError> {
        let [for_base, for_again, for_candidate] = fan_out(inputs).map_err(DiffError::Base)?;
        let start = |function: &Function, options: &Options, inputs: Feed| {
            VersionRun::start(function.clone(), options.clone(), inputs, self.logs)
        };
        let (base, candidate) = (&self.base, &self.candidate);
        let mut base_run =
            start(&base.function, &base.options, for_base).map_err(DiffError::Base)?;
        let mut again_run =
            start(&base.function, &self.again, for_again).map_err(DiffError::Base)?;
        let mut candidate_run = start(&candidate.function, &candidate.options, for_candidate)
            .map_err(DiffError::Candidate)?;
        let loaded_base = base_run.loaded().map_err(DiffError::Base)?;
        again_run.loaded().map_err(DiffError::Base)?;
        let loaded_candidate = candidate_run.loaded().map_err(DiffError::Candidate)?;
        let mut ended = false;
        if let (Some(base), Some(candidate)) = (&loaded_base, &loaded_candidate) {
            ended = tell(ComparisonEvent::Loaded { base, candidate }).is_break();
        }
        let mut found = Differences::default();
        let (mut groups, mut noise) = (Groups::default(), Groups::default());
        while !ended {
            let seen = (
                base_run.next().map_err(DiffError::Base)?,
                again_run.next().map_err(DiffError::Base)?,
                candidate_run.next().map_err(DiffError::Candidate)?,
            );
            let (one, two, other) = match seen {
                (None, None, None) => break,
                (Some(Comparable::InvalidInput(bad)), Some(_), Some(_)) => {
                    found.unreadable += 1;
                    ended = tell(ComparisonEvent::Unreadable(&bad)).is_break();
                    continue;
                }
                (
                    Some(Comparable::Outcome(one)),
                    Some(Comparable::Outcome(two)),
                    Some(Comparable::Outcome(other)),
                ) => (one, two, other),
                // What one version can't take, the other can: they are of different kinds.
                (Some(Comparable::Outcome(_)), Some(_), Some(Comparable::InvalidInput(bad))) => {
                    found.unreadable += 1;
                    ended = tell(ComparisonEvent::Unreadable(&bad)).is_break();
                    continue;
                }
                _ => return Err(DiffError::OutOfStep),
            };
            found.inputs += 1;
            if one != two {
                let (input, found) = self.compare(&one, &two);
                noise.add(&input, found, |value| self.secrets.redact_value(value));
            }
            if one != other {
                let (input, found) = self.compare(&one, &other);
                groups.add(&input, found, |value| self.secrets.redact_value(value));
            }
            ended = tell(ComparisonEvent::Compared).is_break();
        }
        found.dropped = groups.dropped();
        (found.groups, found.different) = groups.without(&noise);
        found.noise = noise.without(&Groups::default()).0;
        (found.objects, found.different_objects) = self.objects().map_err(DiffError::Stored)?;
        Ok(found)
    }

    /// The objects that differ, and how many they are.
    fn objects(&self) -> io::Result<(Vec<Group>, u64)> {
        let folder = |options: &Options| options.host.folder.clone();
        let base = folder(&self.base.options);
        let (mut groups, mut noise) = (Groups::default(), Groups::default());
        stored::compare(&base, &folder(&self.again), self.secrets, &mut noise)?;
        let candidate = folder(&self.candidate.options);
        stored::compare(&base, &candidate, self.secrets, &mut groups)?;
        Ok(groups.without(&noise))
    }

    /// The input's name, and what differs.
    fn compare(&self, base: &[u8], candidate: &[u8]) -> (String, Vec<OutcomeDifference>) {
        let document = |bytes: &[u8]| -> Option<(String, Value)> {
            let mut outcome: Outcome = serde_json::from_slice(bytes).ok()?;
            let input = std::mem::take(&mut outcome.input);
            let mut document = Expected::new(&[outcome], &[], &[], self.logs);
            if let Some(masks) = self.masks {
                document.mask(masks);
            }
            Some((input, document.into_document()))
        };
        match (document(base), document(candidate)) {
            (Some((input, base)), Some((_, candidate))) => {
                (input, outcome_differences(base, candidate))
            }
            // Deeper than serde_json goes.
            _ => (String::new(), vec![OutcomeDifference::whole()]),
        }
    }
}
