//! What came of a comparison.

use super::groups::Group;

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
}

impl Differences {
    /// Whether the versions do the same.
    pub fn is_empty(&self) -> bool {
        self.different == 0 && self.objects.is_empty()
    }
}
