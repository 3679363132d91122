//! What came of a comparison.

use serde::{Deserialize, Serialize};

use super::compared_cost::ComparedCost;
use super::failures::Failures;
use super::groups::Group;

/// How many requests of each version were answered as recorded for a request that differs.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct AssumedRequests {
    pub base: u64,
    pub candidate: u64,
}

/// What two versions do differently.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    /// Inputs that were run.
    pub inputs: u64,
    /// Inputs for which anything differs.
    pub different: u64,
    pub groups: Vec<Group>,
    /// Objects that differ in the embedded S3 after the runs; their examples' inputs are the objects'
    /// names.
    pub objects: Vec<Group>,
    /// How many objects differ.
    pub different_objects: u64,
    /// What differs between two runs of the base.
    pub noise: Vec<Group>,
    /// Differences in further groups, of which there were too many to keep.
    pub dropped: u64,
    pub unreadable: u64,
    pub assumed: AssumedRequests,
    /// What failed in both versions, whose outcomes were compared as far as they go.
    pub failed: Failures,
    pub cost: ComparedCost,
    /// Of how many parts this was added up, where each began anew with instances that then stayed warm: what a
    /// function keeps from event to event, it kept within a part.
    pub warm_parts: Option<u64>,
}

impl Differences {
    /// Whether the versions do the same.
    pub fn is_empty(&self) -> bool {
        self.different == 0 && self.objects.is_empty()
    }

    /// Whether there was no input that got through in either version.
    pub fn nothing_compared(&self) -> bool {
        self.failed.inputs == self.inputs
    }
}
