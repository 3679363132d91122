//! Outcomes as bytes: for people ([`text`]) and for programs ([`json`]). Nothing here runs or
//! prints anything, and no V8 type comes by.

pub mod cases;
pub mod coverage;
pub mod diff;
mod frame;
mod hint;
pub mod json;
mod palette;
mod stack;
mod tally;
pub mod text;
mod value;
mod words;
mod writer;

pub use self::frame::frame;
pub use self::hint::hint;
pub use self::palette::Palette;
pub use self::tally::Tally;
