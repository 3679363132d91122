//! FQL, the language of Segment's destination filters (docs/fql.md): `type = "track" and
//! properties.revenue > 10`.
//!
//! An [`Expression`] is parsed once and asked about many events. An event is anything in which a field
//! can be looked up ([`Fields`]): a value, or a text that was taken apart, of which only the fields that
//! the expression names become values.

mod error;
mod evaluate;
mod expression;
mod fields;
mod function;
mod glob;
mod necessary;
mod parse;
mod print;
mod term;
mod token;
mod types;

#[cfg(test)]
mod tests;

pub use self::error::{FqlError, FqlProblem};
pub use self::expression::Expression;
pub use self::fields::{EventNode, Fields};
pub use self::types::{FqlType, TypeSet};
