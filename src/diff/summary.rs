//! What came of comparing some inputs, before noise is taken out: those of several parts of the inputs add
//! up to that of all.

use serde::{Deserialize, Serialize};

use super::compared_cost::MeasuredCosts;
use super::differences::{AssumedRequests, Differences};
use super::example::Example;
use super::failures::Failures;
use super::groups::Groups;
use crate::coverage::Coverage;
use crate::function::Kind;

/// What came of comparing some inputs. Each report is made of one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComparisonSummary {
    /// Inputs that were run.
    pub inputs: u64,
    pub unreadable: u64,
    pub(super) assumed: AssumedRequests,
    pub(super) failed: Failures,
    /// By which the candidate differs from the base.
    pub(super) groups: Groups,
    /// By which the base differs from itself.
    pub(super) noise: Groups,
    /// The same of the objects in the embedded S3 after the runs.
    pub(super) objects: Groups,
    pub(super) object_noise: Groups,
    pub(super) costs: MeasuredCosts,
    /// What the base and the candidate are; `None` where there was no input to load them for.
    pub(super) kinds: Option<(Kind, Kind)>,
    /// How many times a run began anew with instances that then stayed warm: 1 for each part that has an
    /// input. `None` where each input had instances of its own.
    pub(super) warm_parts: Option<u64>,
    /// What ran of the candidate, where that was asked for.
    pub coverage: Option<Coverage>,
}

impl ComparisonSummary {
    pub(super) fn new(costs: MeasuredCosts, is_cold: bool) -> ComparisonSummary {
        ComparisonSummary {
            inputs: 0,
            unreadable: 0,
            assumed: AssumedRequests::default(),
            failed: Failures::default(),
            groups: Groups::default(),
            noise: Groups::default(),
            objects: Groups::default(),
            object_noise: Groups::default(),
            costs,
            kinds: None,
            warm_parts: (!is_cold).then_some(0),
            coverage: None,
        }
    }

    /// Adds that of other inputs, which the same versions were run over in the same way.
    pub fn merge(&mut self, other: ComparisonSummary) {
        self.inputs += other.inputs;
        self.unreadable += other.unreadable;
        self.assumed.base += other.assumed.base;
        self.assumed.candidate += other.assumed.candidate;
        self.failed.merge(other.failed);
        self.groups.merge(other.groups);
        self.noise.merge(other.noise);
        self.objects.merge(other.objects);
        self.object_noise.merge(other.object_noise);
        self.costs.merge(other.costs);
        self.kinds = self.kinds.or(other.kinds);
        let both = self.warm_parts.zip(other.warm_parts);
        self.warm_parts = both.map(|(one, other)| one + other);
        if let (Some(own), Some(other)) = (&mut self.coverage, other.coverage) {
            // Parts of one run have one candidate.
            let _ = own.add(other);
        }
    }

    /// The examples that are inputs, to be named otherwise.
    pub fn examples_mut(&mut self) -> impl Iterator<Item = &mut Example> {
        let groups = self.groups.examples_mut();
        groups.chain(self.noise.examples_mut())
    }

    /// What is told of it. A cost may rise by `allowed_rise`, such as 0.1, if that is limited.
    pub fn differences(&self, allowed_rise: Option<f64>) -> Differences {
        let (groups, different) = self.groups.without(&self.noise);
        let (objects, different_objects) = self.objects.without(&self.object_noise);
        let (noise, _) = self.noise.without(&Groups::default());
        let cost = self
            .kinds
            .map(|(base, candidate)| self.costs.compared(base, candidate, allowed_rise));
        Differences {
            inputs: self.inputs,
            different,
            groups,
            objects,
            different_objects,
            noise,
            dropped: self.groups.dropped(),
            unreadable: self.unreadable,
            assumed: self.assumed,
            failed: self.failed.told(),
            cost: cost.unwrap_or_default(),
            warm_parts: self.warm_parts.filter(|parts| *parts > 1),
        }
    }
}
