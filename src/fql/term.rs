//! The parts of an expression.

use std::ops::Range;

use crate::fql::function::Function;
use crate::json::Json;

/// A part of an expression, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub span: Range<usize>,
    pub kind: TermKind,
}

#[derive(Clone, Debug)]
pub(super) enum TermKind {
    /// A value: anything but an object.
    Value(Json),
    /// A field: names in the form of [`crate::json::string`].
    Path(Vec<String>),
    Not(Box<Term>),
    /// At least two.
    And(Vec<Term>),
    /// At least two.
    Or(Vec<Term>),
    Compare(Comparison, Box<Term>, Box<Term>),
    Call(Function, Vec<Term>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
}

impl Comparison {
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
            Comparison::In => "in",
        }
    }

    /// In messages.
    pub fn quoted(self) -> &'static str {
        match self {
            Comparison::Equal => "`=`",
            Comparison::NotEqual => "`!=`",
            Comparison::Less => "`<`",
            Comparison::LessOrEqual => "`<=`",
            Comparison::Greater => "`>`",
            Comparison::GreaterOrEqual => "`>=`",
            Comparison::In => "`in`",
        }
    }
}
