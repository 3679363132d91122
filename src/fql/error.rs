//! What is wrong with an expression, or between an expression and an event.

use std::ops::Range;

use crate::fql::types::{FqlType, TypeSet};

/// What is wrong with an expression, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct FqlError {
    /// The bytes of the expression that are meant.
    pub span: Range<usize>,
    pub problem: FqlProblem,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FqlProblem {
    #[error("it is empty")]
    Empty,
    #[error("`{0}` has no meaning here")]
    Character(char),
    /// Another language's word for one of FQL's.
    #[error("FQL has no `{found}`")]
    Foreign { found: String, write: &'static str },
    #[error("the text has no end")]
    UnendedText,
    #[error("a backslash at the end escapes nothing")]
    UnendedEscape,
    #[error("`{0}` is not a number")]
    Number(String),
    /// The end of the expression is told as such.
    #[error("expected {expected}, but here {}", here(found))]
    Expected {
        expected: &'static str,
        found: Option<String>,
    },
    #[error("expected a value, but here stands the field `{0}`")]
    FieldInList(String),
    #[error("there is no function `{name}`")]
    UnknownFunction {
        name: String,
        nearest: Option<&'static str>,
    },
    #[error("`{name}` takes {}, but here it is given {given}", values(*takes))]
    Arguments {
        name: &'static str,
        takes: usize,
        given: usize,
    },
    #[error("it can't be told what `!` negates")]
    Negation { whole: String },
    #[error("comparisons can't be strung together")]
    Chain,
    #[error("the pattern {0}")]
    Glob(&'static str),
    #[error("parentheses and `!` lie in one another more than {0} deep")]
    TooDeep(usize),
    /// A value of a type that has no meaning there.
    #[error("{of} takes {takes}, but {what} is {}", article(*got))]
    Type {
        /// Such as `` `>` ``.
        of: &'static str,
        takes: TypeSet,
        /// As it is written in the expression.
        what: String,
        got: FqlType,
    },
    #[error("the expression is {}, but it has to be true or false", article(*.0))]
    Result(FqlType),
    /// A text that is to be a number.
    #[error("{what} is {value:?}, which is not a number")]
    NotNumeric { what: String, value: String },
}

impl FqlError {
    pub(super) fn new(span: Range<usize>, problem: FqlProblem) -> FqlError {
        FqlError { span, problem }
    }

    /// Whether it is only that an event doesn't have the field.
    pub fn is_missing_field(&self) -> bool {
        let got = match &self.problem {
            FqlProblem::Type { got, .. } | FqlProblem::Result(got) => *got,
            _ => return false,
        };
        got == FqlType::Null
    }

    /// What to write instead.
    pub fn hint(&self) -> Option<String> {
        Some(match &self.problem {
            FqlProblem::Empty => "write a condition, such as type = \"track\"".to_owned(),
            FqlProblem::Character(_) => {
                "a name with other signs than a-z A-Z 0-9 _ - needs a backslash before each of them: product\\ 1"
                    .to_owned()
            }
            FqlProblem::Foreign { write, .. } => format!("write {write}"),
            FqlProblem::UnendedText => {
                "texts begin and end with the same quote, \" or ', and have no escapes".to_owned()
            }
            FqlProblem::UnendedEscape => "write the sign that it escapes behind it".to_owned(),
            FqlProblem::Number(_) => "write it like 10, -1 or 2.5".to_owned(),
            FqlProblem::Expected { found: Some(found), .. } if is_word(found) => {
                format!("a text stands in quotes: \"{found}\"")
            }
            FqlProblem::Expected { found: Some(found), .. } if found == "," => {
                "a list stands in brackets: [\"a\", \"b\"]".to_owned()
            }
            FqlProblem::Expected { found: Some(found), .. } if found == "[" => {
                "a field leads through objects, and not into lists".to_owned()
            }
            FqlProblem::FieldInList(name) => format!("a text stands in quotes: \"{name}\""),
            FqlProblem::UnknownFunction { nearest: Some(near), .. } => {
                format!("did you mean `{near}`?")
            }
            FqlProblem::UnknownFunction { nearest: None, .. } => {
                format!("the functions are: {}", super::function::names())
            }
            FqlProblem::Negation { whole } => {
                format!("write !({whole}), or `!=` in place of `=`")
            }
            FqlProblem::Chain => "join them by `and`, or group them by parentheses".to_owned(),
            FqlProblem::Type { takes, got: FqlType::String, what, .. }
                if takes.first() == FqlType::Number =>
            {
                format!("number({what}) makes a number of it")
            }
            FqlProblem::Result(_) => "compare it with something, such as type = \"track\"".to_owned(),
            FqlProblem::NotNumeric { what, .. } => {
                format!("ask for typeof({what}) = \"number\" before")
            }
            FqlProblem::Expected { .. }
            | FqlProblem::Arguments { .. }
            | FqlProblem::Glob(_)
            | FqlProblem::TooDeep(_)
            | FqlProblem::Type { .. } => return None,
        })
    }
}

fn here(found: &Option<String>) -> String {
    match found {
        Some(found) => format!("stands `{found}`"),
        None => "it ends".to_owned(),
    }
}

fn values(count: usize) -> String {
    match count {
        1 => "1 value".to_owned(),
        count => format!("{count} values"),
    }
}

fn article(of: FqlType) -> String {
    match of {
        FqlType::Null => "null".to_owned(),
        FqlType::Json => "an object".to_owned(),
        other => format!("a {}", other.name()),
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic())
}
