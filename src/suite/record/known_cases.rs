//! The inputs that are cases already.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::json::{Json, JsonError, canonical_text};

use crate::cassette::Redactor;
use crate::function::Input;
use crate::suite::bases::Bases;
use crate::suite::case::Case;
use crate::suite::case_error::CaseError;
use crate::suite::case_input::CaseInput;
use crate::suite::find::CaseLocation;
use crate::suite::suite::{CaseRef, Suite};

/// The inputs that are cases already, in a form that is equal for equal inputs.
#[derive(Default)]
pub struct KnownCases(BTreeMap<String, PathBuf>);

impl KnownCases {
    /// Of the cases whose folders hold one input each.
    pub fn new(suite: &Suite, cases: &[CaseRef]) -> Result<KnownCases, CaseError> {
        let bases = Bases::default();
        let mut known = BTreeMap::new();
        for case in cases {
            let CaseLocation::Folder(folder) = &case.location else {
                continue;
            };
            let case = Case::read(&case.location, &suite.siblings, &bases)?;
            if let CaseInput::One { json, .. } = case.input
                && let Ok(value) = Json::parse(&json)
            {
                known.insert(canonical_text(&value), folder.clone());
            }
        }
        Ok(KnownCases(known))
    }

    /// The folder of the case of `input`, if there is one.
    pub fn find(&self, input: &Input, redactor: &Redactor) -> Option<&Path> {
        let value = redacted(&input.json, redactor).ok()?;
        self.0.get(&canonical_text(&value)).map(PathBuf::as_path)
    }
}

/// An input as it is written down.
///
/// # Errors
/// It isn't JSON, or can't be kept.
pub(super) fn redacted(json: &str, redactor: &Redactor) -> Result<Json, JsonError> {
    Json::parse(&redactor.input(json))
}
