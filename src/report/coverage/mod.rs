//! Coverage as text for people, as a page, and as lcov for other tools.

mod html;
mod lcov;
mod text;

pub use self::html::{html, page_name};
pub use self::lcov::lcov;
pub use self::text::text;
