//! Outcomes as bytes: for people ([`text`]) and for programs ([`json`]). Nothing here runs or
//! prints anything, and no V8 type comes by.

mod annotation;
pub mod cases;
pub mod cost;
pub mod coverage;
pub mod diff;
mod frame;
mod hint;
mod html;
pub mod json;
mod line_diff;
mod markdown;
mod palette;
mod stack;
mod tally;
pub mod text;
mod texts;
mod value;
mod words;
mod writer;

pub use self::frame::{frame, underlined};
pub use self::hint::hint;
pub use self::palette::Palette;
pub use self::tally::Tally;
pub use self::texts::Texts;
pub use self::words::visible;
