//! FQL's functions: their names, and what they take and give.

use crate::fql::types::TypeSet;

/// A function of FQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Contains,
    Match,
    Length,
    Lowercase,
    Uppercase,
    Snakecase,
    Kebabcase,
    Titlecase,
    Typeof,
    Bool,
    String,
    Number,
}

impl Function {
    pub const ALL: [Function; 12] = [
        Function::Contains,
        Function::Match,
        Function::Length,
        Function::Lowercase,
        Function::Uppercase,
        Function::Snakecase,
        Function::Kebabcase,
        Function::Titlecase,
        Function::Typeof,
        Function::Bool,
        Function::String,
        Function::Number,
    ];

    pub fn from_name(name: &str) -> Option<Function> {
        Function::ALL.into_iter().find(|known| known.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Function::Contains => "contains",
            Function::Match => "match",
            Function::Length => "length",
            Function::Lowercase => "lowercase",
            Function::Uppercase => "uppercase",
            Function::Snakecase => "snakecase",
            Function::Kebabcase => "kebabcase",
            Function::Titlecase => "titlecase",
            Function::Typeof => "typeof",
            Function::Bool => "bool",
            Function::String => "string",
            Function::Number => "number",
        }
    }

    /// What each of its arguments may be. Null stands for a field that an event doesn't have.
    pub fn takes(self) -> &'static [TypeSet] {
        match self {
            Function::Contains | Function::Match => &[TypeSet::STRING_OR_NULL, TypeSet::STRING],
            Function::Length => &[TypeSet::LIST_OR_STRING],
            Function::Lowercase
            | Function::Uppercase
            | Function::Snakecase
            | Function::Kebabcase
            | Function::Titlecase => &[TypeSet::STRING_OR_NULL],
            Function::Typeof => &[TypeSet::ANY],
            Function::Bool | Function::String => &[TypeSet::PLAIN],
            Function::Number => &[TypeSet::NUMBER_OR_STRING],
        }
    }

    /// What it may give.
    pub fn gives(self) -> TypeSet {
        match self {
            Function::Contains | Function::Match | Function::Bool => TypeSet::BOOL,
            Function::Length | Function::Number => TypeSet::NUMBER,
            Function::Typeof | Function::String => TypeSet::STRING,
            Function::Lowercase
            | Function::Uppercase
            | Function::Snakecase
            | Function::Kebabcase
            | Function::Titlecase => TypeSet::STRING_OR_NULL,
        }
    }
}

/// All of them, to be told.
pub(super) fn names() -> String {
    Function::ALL.map(Function::name).join(", ")
}
