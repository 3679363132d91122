//! JSON as plain values: where something stands in it, what two values differ in, and one text for
//! all values that are equal.

#[cfg(test)]
pub(crate) mod arbitrary;
mod canonical;
mod compare;
mod difference;
mod path;

pub use self::canonical::canonical_text;
pub use self::compare::{Numbers, differences};
pub use self::difference::{Change, Difference};
pub use self::path::{FieldPath, PathError, PathPart};
