//! What two versions do differently, for people, for programs, and for where pull requests are read.

mod compared;
mod github;
mod html;
mod json;
mod markdown;
mod text;
mod wording;

pub use self::compared::ComparedVersions;
pub use self::github::github;
pub use self::html::html;
pub use self::json::json;
pub use self::markdown::markdown;
pub use self::text::DiffText;
