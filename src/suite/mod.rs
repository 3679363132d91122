//! Suites: the cases of functions. They are found on the disk ([`find()`]), read ([`case`]), run in
//! fresh instances ([`run()`]), compared with what is expected ([`expected`]), and, when
//! the difference is right, accepted ([`accept`]).

pub mod accept;
pub mod add;
mod case;
mod expected;
mod find;
mod given;
mod objects;
mod prepare;
pub mod record;
mod result;
mod run;
mod suite;

pub use self::case::CaseError;
pub use self::expected::Expected;
pub use self::find::CASE_FILE;
pub use self::find::CASSETTE_FILE;
pub use self::find::EXPECTED_FILE;
pub use self::find::FindError;
pub use self::find::find;
pub use self::find::{CaseLocation, SuiteLocation};
pub use self::result::CaseResult;
pub use self::result::FunctionText;
pub use self::result::Judged;
pub use self::result::Problem;
pub use self::result::Totals;
pub use self::result::Verdict;
pub use self::result::quoted;
pub use self::run::RunOptions;
pub use self::run::run;
pub use self::suite::CaseRef;
pub use self::suite::Selection;
pub use self::suite::Shard;
pub use self::suite::Suite;
pub use self::suite::SuiteError;
