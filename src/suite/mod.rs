//! Suites: the cases of functions. They are found on the disk ([`find()`]), read (`case`), run in
//! fresh instances ([`run()`]), compared with what is expected (`evaluate`), and, when the difference is
//! right, accepted ([`accept`]).

pub mod accept;
pub mod add;
mod assumed;
mod bases;
mod case;
mod case_definition;
mod case_error;
mod case_input;
mod case_job;
mod case_line;
mod case_report;
mod case_result;
mod case_trace;
mod changed;
mod evaluate;
mod expectation;
mod expected;
mod find;
pub mod generate;
mod last_run;
mod new_lines;
mod objects;
mod prepare;
mod problem;
mod pseudonymizer;
pub mod record;
mod run;
mod selection;
mod shard;
mod shared;
mod staged;
mod steps;
mod suite;
mod totals;
pub mod vary;

pub use self::assumed::{AcceptableRequest, AssumedAnswer};
pub use self::case_error::{CaseError, CaseProblem};
pub use self::case_report::{CaseReport, Verdict};
pub use self::case_result::{CaseResult, FunctionText, UnrunCase, quoted};
pub use self::case_trace::{InvocationTrace, TracedRequest};
pub use self::expected::{Expected, ExpectedError};
pub use self::find::{
    CASE_FILE, CASSETTE_FILE, CaseLocation, EXPECTED_FILE, FindError, SuiteLocation, find,
};
pub use self::last_run::{LastRun, LastRunError};
pub use self::prepare::CaseOptions;
pub use self::problem::Problem;
pub use self::run::{LeftOver, RunOptions, run};
pub use self::selection::Selection;
pub use self::shard::{Shard, Timings, TimingsError};
pub use self::suite::{CaseRef, Suite, SuiteError};
pub use self::totals::Totals;
