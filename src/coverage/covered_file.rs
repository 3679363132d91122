//! The coverage of one function's file.

use crate::coverage::ScriptCoverage;

/// The coverage of one function.
#[derive(Clone, Debug, PartialEq)]
pub struct CoveredFile {
    /// The text that ran, without a byte order mark.
    pub source: String,
    pub script: ScriptCoverage,
    /// The folder of the function's configuration, where that is not the folder of its file.
    pub home: Option<String>,
}
