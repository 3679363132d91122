//! Runs cases that are not in their places yet.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::case_result::CaseResult;
use super::find::{CaseLocation, SuiteLocation};
use super::run::{RunOptions, run};
use super::suite::{CaseRef, Suite, SuiteError};
use crate::engine::EngineError;

/// Runs cases, given by their names and where they are now, as `segfn test` does in the suite at
/// `location`, which is opened afresh in an environment.
pub(super) fn run_staged<E: From<SuiteError> + From<EngineError>>(
    location: &SuiteLocation,
    environment: Option<&str>,
    cases: impl Iterator<Item = (String, CaseLocation)>,
    options: &RunOptions,
    mut sink: impl FnMut(CaseResult),
) -> Result<(), E> {
    let mut suite = Suite::open(location, environment, &options.secrets)?;
    suite.list()?;
    let cases = cases.map(|(name, location)| CaseRef {
        suite: 0,
        id: suite.case_id(&name),
        location,
    });
    let cases: Arc<Vec<CaseRef>> = Arc::new(cases.collect());
    run(&Arc::new(vec![suite]), &cases, options, |result| {
        sink(result);
        ControlFlow::Continue(())
    })?;
    Ok(())
}
