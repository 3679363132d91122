//! What came of cases, for people and for the programs that CI has.

mod case_reporter;
mod github;
mod json;
mod junit;
mod tap;
mod text;
mod wording;

pub use self::case_reporter::CaseReporter;
pub use self::github::GithubReporter;
pub use self::json::JsonReporter;
pub use self::junit::JunitReporter;
pub use self::tap::TapReporter;
pub use self::text::TextReporter;
