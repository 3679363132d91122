//! What came of cases, for people and for the programs that CI has.

mod case_reporter;
mod github;
mod html;
mod json;
mod junit;
mod markdown;
mod tap;
mod text;
mod wording;

pub use self::case_reporter::CaseReporter;
pub use self::github::GithubReporter;
pub use self::html::HtmlReporter;
pub use self::json::JsonReporter;
pub use self::junit::JunitReporter;
pub use self::markdown::MarkdownReporter;
pub use self::tap::TapReporter;
pub use self::text::{ListedCases, TextReporter};
