//! JSON as plain values: all of it that JavaScript reads, where something stands in it, what two values
//! differ in, and one text for all values that are equal.
//!
//! There are two forms. A [`Json`] is a value, to look into, to change and to compare. A [`Document`] is
//! a text that was taken apart, to replace some of its bytes and to keep the others.

#[cfg(test)]
pub(crate) mod arbitrary;
mod canonical;
mod compare;
mod convert;
mod difference;
mod document;
mod error;
mod in_serde;
mod number;
mod parse;
mod path;
mod printed;
pub mod string;
mod value;
mod write;

pub use self::canonical::canonical_text;
pub use self::compare::{count_differences, differences};
pub use self::difference::{Change, Difference};
pub use self::document::{Document, Node, NodeKind};
pub use self::error::{JsonError, MAX_DEPTH};
pub use self::number::Number;
pub use self::path::{FieldPath, PathError, PathPart};
pub use self::printed::printed;
pub use self::value::{Json, JsonObject};
