//! The types of FQL's values.

use std::fmt;

use crate::json::Json;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FqlType {
    Null,
    Bool,
    Number,
    String,
    List,
    /// An object of JSON, of which FQL can look at the fields alone.
    Json,
}

impl FqlType {
    pub fn of(value: &Json) -> FqlType {
        match value {
            Json::Null => FqlType::Null,
            Json::Bool(_) => FqlType::Bool,
            Json::Number(_) => FqlType::Number,
            Json::String(_) => FqlType::String,
            Json::Array(_) => FqlType::List,
            Json::Object(_) => FqlType::Json,
        }
    }

    /// What `typeof` gives.
    pub fn name(self) -> &'static str {
        match self {
            FqlType::Null => "null",
            FqlType::Bool => "bool",
            FqlType::Number => "number",
            FqlType::String => "string",
            FqlType::List => "list",
            FqlType::Json => "json",
        }
    }
}

/// Some types, which an operand may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeSet(&'static [FqlType]);

impl TypeSet {
    pub const BOOL: TypeSet = TypeSet(&[FqlType::Bool]);
    pub const BOOL_OR_NULL: TypeSet = TypeSet(&[FqlType::Bool, FqlType::Null]);
    pub const NUMBER: TypeSet = TypeSet(&[FqlType::Number]);
    pub const STRING: TypeSet = TypeSet(&[FqlType::String]);
    pub const STRING_OR_NULL: TypeSet = TypeSet(&[FqlType::String, FqlType::Null]);
    pub const NUMBER_OR_STRING: TypeSet =
        TypeSet(&[FqlType::Number, FqlType::String, FqlType::Null]);
    pub const LIST: TypeSet = TypeSet(&[FqlType::List]);
    pub const LIST_OR_STRING: TypeSet = TypeSet(&[FqlType::List, FqlType::String, FqlType::Null]);
    /// What can stand in a list.
    pub const ITEM: TypeSet = TypeSet(&[
        FqlType::String,
        FqlType::Number,
        FqlType::Bool,
        FqlType::Null,
    ]);
    /// What has a text of its own.
    pub const PLAIN: TypeSet = TypeSet(&[
        FqlType::String,
        FqlType::Number,
        FqlType::Bool,
        FqlType::List,
        FqlType::Null,
    ]);
    pub const ANY: TypeSet = TypeSet(&[
        FqlType::String,
        FqlType::Number,
        FqlType::Bool,
        FqlType::List,
        FqlType::Json,
        FqlType::Null,
    ]);

    pub fn only(one: FqlType) -> TypeSet {
        match one {
            FqlType::Null => TypeSet(&[FqlType::Null]),
            FqlType::Bool => TypeSet::BOOL,
            FqlType::Number => TypeSet::NUMBER,
            FqlType::String => TypeSet::STRING,
            FqlType::List => TypeSet::LIST,
            FqlType::Json => TypeSet(&[FqlType::Json]),
        }
    }

    pub fn has(self, one: FqlType) -> bool {
        self.0.contains(&one)
    }

    pub fn has_any_of(self, other: TypeSet) -> bool {
        self.0.iter().any(|one| other.has(*one))
    }

    /// The one that a reader is told first.
    pub fn first(self) -> FqlType {
        self.0[0]
    }
}

/// Without `null`, which stands for what isn't there.
impl fmt::Display for TypeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.0.iter().filter(|one| **one != FqlType::Null);
        let names: Vec<&str> = told.map(|one| one.name()).collect();
        match names.split_last() {
            Some((last, [])) => write!(f, "a {last}"),
            Some((last, others)) => write!(f, "a {} or {last}", others.join(", ")),
            None => f.write_str("null"),
        }
    }
}
