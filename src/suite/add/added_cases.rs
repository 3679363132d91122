//! What was added.

use std::path::PathBuf;

use crate::suite::add::error::AddError;
use crate::suite::add::new_cases::{AddedCase, NewCases};
use crate::suite::find::SuiteLocation;
use crate::suite::run::RunOptions;

/// What was added.
#[derive(Debug)]
pub struct AddedCases {
    pub cases: Vec<AddedCase>,
    /// The file of those that have no folder.
    pub file: PathBuf,
    /// How many events were like others.
    pub duplicates: usize,
    new: NewCases,
}

impl AddedCases {
    pub(in crate::suite) fn new(
        cases: Vec<AddedCase>,
        duplicates: usize,
        new: NewCases,
    ) -> AddedCases {
        AddedCases {
            cases,
            file: new.file(),
            duplicates,
            new,
        }
    }

    /// Has the cases appear ([`NewCases::finish`]).
    ///
    /// # Errors
    /// The cases can't be run, or something can't be written.
    pub fn finish(self, location: &SuiteLocation, options: &RunOptions) -> Result<(), AddError> {
        self.new.finish(location, options)
    }
}
