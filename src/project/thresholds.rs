//! Whether enough of functions is covered, by what their configuration asks.

use std::path::Path;

use crate::coverage::{Coverage, Summary};
use crate::project::config::{Config, ConfigError};

/// What is missing of the coverage that each function's own configuration asks for: a sentence each.
///
/// # Errors
/// A configuration file can't be used.
pub fn missed_thresholds(coverage: &Coverage) -> Result<Vec<String>, ConfigError> {
    let mut missed = Vec::new();
    for (path, file) in coverage.files() {
        let home = match &file.home {
            Some(home) => Path::new(home),
            None => Path::new(path).parent().unwrap_or(Path::new("")),
        };
        let thresholds = Config::for_folder(home)?.test.coverage;
        let problems = thresholds.missed(&Summary::new(file).total());
        missed.extend(
            problems
                .into_iter()
                .map(|problem| format!("{path}: {problem}")),
        );
    }
    Ok(missed)
}
