//! The comparison itself: three runs in step.

use std::io;
use std::ops::ControlFlow;

use crate::json::Json;

use super::compared_cost::MeasuredCosts;
use super::difference::{OutcomeDifference, outcome_differences};
use super::error::DiffError;
use super::example::Example;
use super::fan_out::fan_out;
use super::stored;
use super::summary::ComparisonSummary;
use super::version_run::{Comparable, InvalidInput, Kept, VersionRun, prepare};
use crate::cassette::{Redactor, Rules};
use crate::coverage::{Coverage, ScriptCoverage};
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
    /// Runs both versions over `inputs`. `tell` may end it; what came until then is no summary of all inputs.
    ///
    /// # Errors
    /// A version can't be loaded or run, or what the runs stored can't be read.
    pub fn run(
        self,
        inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
        mut tell: impl FnMut(ComparisonEvent) -> ControlFlow<()>,
    ) -> Result<ComparisonSummary, DiffError> {
        let comparison = self.comparison;
        let [for_base, for_again, for_candidate] = fan_out(inputs).map_err(DiffError::Base)?;
        let mut base_run = VersionRun::start(self.base, for_base).map_err(DiffError::Base)?;
        let mut again_run = VersionRun::start(self.again, for_again).map_err(DiffError::Base)?;
        let mut candidate_run =
            VersionRun::start(self.candidate, for_candidate).map_err(DiffError::Candidate)?;
        let loaded_base = base_run.loaded().map_err(DiffError::Base)?;
        again_run.loaded().map_err(DiffError::Base)?;
        let loaded_candidate = candidate_run.loaded().map_err(DiffError::Candidate)?;
        let options = &comparison.candidate.options;
        let costs = MeasuredCosts::new(options.timeout);
        let mut summary = ComparisonSummary::new(costs, options.fresh);
        let mut covered = options.coverage.then(ScriptCoverage::default);
        let mut ended = false;
        if let (Some(base), Some(candidate)) = (&loaded_base, &loaded_candidate) {
            summary.kinds = Some((base.kind, candidate.kind));
            ended = tell(ComparisonEvent::Loaded { base, candidate }).is_break();
        }
        while !ended {
            let seen = (
                base_run.next().map_err(DiffError::Base)?,
                again_run.next().map_err(DiffError::Base)?,
                candidate_run.next().map_err(DiffError::Candidate)?,
            );
            ended = match seen {
                (None, None, None) => break,
                // What one version can't take, the other can where they are of different kinds.
                (Some(Comparable::InvalidInput(bad)), Some(_), Some(_))
                | (
                    Some(Comparable::Outcome { .. }),
                    Some(_),
                    Some(Comparable::InvalidInput(bad)),
                ) => {
                    summary.unreadable += 1;
                    tell(ComparisonEvent::Unreadable(&bad)).is_break()
                }
                (Some(base), Some(again), Some(mut candidate)) => {
                    if let Some(covered) = &mut covered
                        && let Some(ran) = candidate.take_coverage()
                    {
                        covered.add(ran);
                    }
                    comparison.add(&mut summary, base, again, candidate)?;
                    tell(ComparisonEvent::Compared).is_break()
                }
                _ => return Err(DiffError::OutOfStep),
            };
        }
        summary.coverage = covered.map(|covered| {
            let function = &comparison.candidate.function;
            let mut coverage = Coverage::default();
            let path = function.path.display().to_string();
            // It is the only one.
            let _ = coverage.add_script(&path, &function.source, covered);
            coverage
        });
        let is_any = summary.inputs + summary.unreadable > 0;
        summary.warm_parts = summary.warm_parts.map(|_| u64::from(is_any));
        comparison
            .add_objects(&mut summary)
            .map_err(DiffError::Stored)?;
        Ok(summary)
    }
}

impl Comparison<'_> {
    /// Adds what came of an input in each run.
    fn add(
        &self,
        summary: &mut ComparisonSummary,
        base: Comparable,
        again: Comparable,
        candidate: Comparable,
    ) -> Result<(), DiffError> {
        let (
            Comparable::Outcome {
                place,
                json: one,
                nothing_done: in_base,
                cost: cost_one,
                assumed: by_base,
                ..
            },
            Comparable::Outcome {
                json: two,
                cost: cost_two,
                ..
            },
            Comparable::Outcome {
                json: other,
                nothing_done: in_candidate,
                cost: cost_other,
                assumed: by_candidate,
                event,
                ..
            },
        ) = (base, again, candidate)
        else {
            return Err(DiffError::OutOfStep);
        };
        summary.costs.add(&cost_one, &cost_two, &cost_other);
        summary.assumed.base += by_base;
        summary.assumed.candidate += by_candidate;
        if let (Some(_), Some(failure)) = (in_base, in_candidate) {
            summary.failed.add(failure);
        }
        summary.inputs += 1;
        let example = |input: &str, base, candidate, event| {
            Example {
                place,
                input: input.to_owned(),
                base,
                candidate,
                event,
            }
            .shortened()
        };
        if one != two {
            let (input, found) = self.compare(&one, &two);
            summary
                .noise
                .add(found, |one, two| example(&input, one, two, None));
        }
        if one != other {
            let (input, found) = self.compare(&one, &other);
            let event = || self.shown(event.as_ref()?);
            summary
                .groups
                .add(found, |one, other| example(&input, one, other, event()));
        }
        Ok(())
    }

    /// Adds the objects that differ.
    fn add_objects(&self, summary: &mut ComparisonSummary) -> io::Result<()> {
        let folder = |options: &Options| options.host.folder.clone();
        let base = folder(&self.base.options);
        let again = folder(&self.again);
        stored::compare(&base, &again, self.secrets, &mut summary.object_noise)?;
        let candidate = folder(&self.candidate.options);
        stored::compare(&base, &candidate, self.secrets, &mut summary.objects)
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
