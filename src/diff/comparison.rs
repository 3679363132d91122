//! The comparison itself: three runs in step.

use std::io;
use std::ops::ControlFlow;

use crate::json::Json;

use super::compared_cost::MeasuredCosts;
use super::difference::{OutcomeDifference, outcome_differences};
use super::differences::Differences;
use super::error::DiffError;
use super::fan_out::fan_out;
use super::groups::{Group, Groups};
use super::stored;
use super::version_run::{Comparable, InvalidInput, Kept, VersionRun, prepare};
use crate::cassette::{Redactor, Rules};
use crate::engine::{InputRun, Loaded, Options};
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
    /// By which part a cost may rise, such as 0.1, if that is limited.
    pub allowed_rise: Option<f64>,
    /// What takes secrets out of the inputs of examples, where examples have them.
    pub events: Option<Redactor>,
    /// Taken out before anything is named after what differs, or shortened.
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

/// A [`Comparison`] whose versions are about to run.
pub struct ReadyComparison<'a> {
    comparison: Comparison<'a>,
    base: InputRun<Comparable>,
    again: InputRun<Comparable>,
    candidate: InputRun<Comparable>,
}

impl<'a> Comparison<'a> {
    /// Gets the versions ready to run. This is to be done before there is any thread, so that they run in
    /// processes of their own.
    ///
    /// # Errors
    /// The machine has no room for what a version needs.
    pub fn get_ready(self) -> Result<ReadyComparison<'a>, DiffError> {
        let logs = self.logs;
        let ready = |function: &Function, options: &Options, events| {
            prepare(function.clone(), options.clone(), Kept { logs, events })
        };
        let (base, candidate) = (&self.base, &self.candidate);
        Ok(ReadyComparison {
            base: ready(&base.function, &base.options, false).map_err(DiffError::Base)?,
            again: ready(&base.function, &self.again, false).map_err(DiffError::Base)?,
            candidate: ready(
                &candidate.function,
                &candidate.options,
                self.events.is_some(),
            )
            .map_err(DiffError::Candidate)?,
            comparison: self,
        })
    }
}

impl ReadyComparison<'_> {
    /// Runs both versions over `inputs`. `tell` may end it.
    pub fn run(
        self,
        inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
        mut tell: impl FnMut(ComparisonEvent) -> ControlFlow<()>,
    ) -> Result<Differences, DiffError> {
        let comparison = self.comparison;
        let [for_base, for_again, for_candidate] = fan_out(inputs).map_err(DiffError::Base)?;
        let mut base_run = VersionRun::start(self.base, for_base).map_err(DiffError::Base)?;
        let mut again_run = VersionRun::start(self.again, for_again).map_err(DiffError::Base)?;
        let mut candidate_run =
            VersionRun::start(self.candidate, for_candidate).map_err(DiffError::Candidate)?;
        let loaded_base = base_run.loaded().map_err(DiffError::Base)?;
        again_run.loaded().map_err(DiffError::Base)?;
        let loaded_candidate = candidate_run.loaded().map_err(DiffError::Candidate)?;
        let mut ended = false;
        if let (Some(base), Some(candidate)) = (&loaded_base, &loaded_candidate) {
            ended = tell(ComparisonEvent::Loaded { base, candidate }).is_break();
        }
        let mut found = Differences::default();
        let (mut groups, mut noise) = (Groups::default(), Groups::default());
        let mut costs = MeasuredCosts::new(comparison.candidate.options.timeout);
        while !ended {
            let seen = (
                base_run.next().map_err(DiffError::Base)?,
                again_run.next().map_err(DiffError::Base)?,
                candidate_run.next().map_err(DiffError::Candidate)?,
            );
            let (one, two, other, event) = match seen {
                (None, None, None) => break,
                (Some(Comparable::InvalidInput(bad)), Some(_), Some(_)) => {
                    found.unreadable += 1;
                    ended = tell(ComparisonEvent::Unreadable(&bad)).is_break();
                    continue;
                }
                (
                    Some(Comparable::Outcome {
                        json: one,
                        nothing_done: in_base,
                        cost: cost_one,
                        assumed: by_base,
                        ..
                    }),
                    Some(Comparable::Outcome {
                        json: two,
                        cost: cost_two,
                        ..
                    }),
                    Some(Comparable::Outcome {
                        json: other,
                        nothing_done: in_candidate,
                        cost: cost_other,
                        assumed: by_candidate,
                        event,
                    }),
                ) => {
                    costs.add(&cost_one, &cost_two, &cost_other);
                    found.assumed.base += by_base;
                    found.assumed.candidate += by_candidate;
                    if let (Some(_), Some(failure)) = (in_base, in_candidate) {
                        found.failed.add(failure);
                    }
                    (one, two, other, event)
                }
                // What one version can't take, the other can: they are of different kinds.
                (
                    Some(Comparable::Outcome { .. }),
                    Some(_),
                    Some(Comparable::InvalidInput(bad)),
                ) => {
                    found.unreadable += 1;
                    ended = tell(ComparisonEvent::Unreadable(&bad)).is_break();
                    continue;
                }
                _ => return Err(DiffError::OutOfStep),
            };
            found.inputs += 1;
            if one != two {
                let (input, found) = comparison.compare(&one, &two);
                noise.add(&input, found, || None);
            }
            if one != other {
                let (input, found) = comparison.compare(&one, &other);
                groups.add(&input, found, || comparison.shown(event.as_ref()?));
            }
            ended = tell(ComparisonEvent::Compared).is_break();
        }
        if let (Some(base), Some(candidate)) = (&loaded_base, &loaded_candidate) {
            found.cost = costs.compared(base.kind, candidate.kind, comparison.allowed_rise);
        }
        found.dropped = groups.dropped();
        (found.groups, found.different) = groups.without(&noise);
        found.noise = noise.without(&Groups::default()).0;
        (found.objects, found.different_objects) =
            comparison.objects().map_err(DiffError::Stored)?;
        Ok(found)
    }
}

impl Comparison<'_> {
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

    /// An input as an example has it.
    fn shown(&self, event: &[u8]) -> Option<Json> {
        let mut event = Json::parse(std::str::from_utf8(event).ok()?).ok()?;
        self.events.as_ref()?.value(&mut event);
        Some(event)
    }

    /// The input's name, and what differs.
    fn compare(&self, base: &[u8], candidate: &[u8]) -> (String, Vec<OutcomeDifference>) {
        let document = |bytes: &[u8]| -> Option<(String, Json)> {
            let mut outcome: Outcome = serde_json::from_slice(bytes).ok()?;
            let input = std::mem::take(&mut outcome.input);
            let mut document = Expected::new(&[outcome], &[], &[], self.logs);
            if let Some(masks) = self.masks {
                document.mask(masks);
            }
            document.hide(self.secrets);
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
