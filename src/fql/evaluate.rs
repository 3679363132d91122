//! Whether an event is as an expression says.

use std::borrow::Cow;

use crate::fql::error::{FqlError, FqlProblem};
use crate::fql::expression::Expression;
use crate::fql::fields::Fields;
use crate::fql::function::Function;
use crate::fql::glob::Glob;
use crate::fql::parse::{operands_of, type_error};
use crate::fql::term::{Comparison, Term, TermKind};
use crate::fql::types::{FqlType, TypeSet};
use crate::json::{Json, string};

impl Expression {
    /// Whether the expression is true of `event`.
    ///
    /// # Errors
    /// It is neither true nor false of it: a field is of a type that has no meaning there. The platform
    /// takes that for false.
    pub fn matches(&self, event: &impl Fields) -> Result<bool, FqlError> {
        let evaluation = Evaluation {
            text: self.text(),
            event,
        };
        match &*evaluation.value(self.root())? {
            Json::Bool(is_true) => Ok(*is_true),
            other => {
                let problem = FqlProblem::Result(FqlType::of(other));
                Err(FqlError::new(self.root().span.clone(), problem))
            }
        }
    }
}

struct Evaluation<'e, E> {
    text: &'e str,
    event: &'e E,
}

impl<'e, E: Fields> Evaluation<'e, E> {
    fn value(&self, term: &'e Term) -> Result<Cow<'e, Json>, FqlError> {
        let is_true = match &term.kind {
            TermKind::Value(value) => return Ok(Cow::Borrowed(value)),
            TermKind::Path(path) => {
                let found = self.event.field(path);
                return Ok(found.unwrap_or(Cow::Owned(Json::Null)));
            }
            TermKind::Call(function, arguments) => return self.call(*function, term, arguments),
            TermKind::Not(negated) => *self.typed(negated, TypeSet::BOOL, "`!`")? != TRUE,
            TermKind::And(terms) => self.all(terms)?,
            TermKind::Or(terms) => self.any(terms)?,
            TermKind::Compare(comparison, left, right) => self.compare(*comparison, left, right)?,
        };
        Ok(Cow::Owned(Json::Bool(is_true)))
    }

    /// The value of `term`, if `of` takes one of its type.
    fn typed(
        &self,
        term: &'e Term,
        takes: TypeSet,
        of: &'static str,
    ) -> Result<Cow<'e, Json>, FqlError> {
        let value = self.value(term)?;
        let got = FqlType::of(&value);
        match takes.has(got) {
            true => Ok(value),
            false => Err(type_error(self.text, term, takes, of, got)),
        }
    }

    /// What comes behind the first that isn't true is not looked at. Null is not true.
    fn all(&self, terms: &'e [Term]) -> Result<bool, FqlError> {
        for term in terms {
            if *self.typed(term, TypeSet::BOOL_OR_NULL, "`and`")? != TRUE {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What comes behind the first that is true is not looked at.
    fn any(&self, terms: &'e [Term]) -> Result<bool, FqlError> {
        for term in terms {
            if *self.typed(term, TypeSet::BOOL_OR_NULL, "`or`")? == TRUE {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn compare(
        &self,
        comparison: Comparison,
        left: &'e Term,
        right: &'e Term,
    ) -> Result<bool, FqlError> {
        let (takes_left, takes_right) = operands_of(comparison);
        let left = self.typed(left, takes_left, comparison.quoted())?;
        let right = self.typed(right, takes_right, comparison.quoted())?;
        Ok(match comparison {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less => number(&left) < number(&right),
            Comparison::LessOrEqual => number(&left) <= number(&right),
            Comparison::Greater => number(&left) > number(&right),
            Comparison::GreaterOrEqual => number(&left) >= number(&right),
            Comparison::In => right.as_array().is_some_and(|items| items.contains(&left)),
        })
    }

    fn call(
        &self,
        function: Function,
        call: &'e Term,
        arguments: &'e [Term],
    ) -> Result<Cow<'e, Json>, FqlError> {
        let takes = function.takes().iter();
        let values = arguments
            .iter()
            .zip(takes)
            .map(|(argument, takes)| self.typed(argument, *takes, function.name()));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        let value = &values[0];
        let changed = |change: fn(&str) -> String| match value.as_str() {
            Some(text) => Json::String(change(text)),
            None => Json::Null,
        };
        let given = match function {
            Function::Contains => {
                let (text, part) = (value.as_str(), values[1].as_str().unwrap_or_default());
                Json::Bool(text.is_some_and(|text| text.contains(part)))
            }
            Function::Match => {
                let pattern = values[1].as_str().unwrap_or_default();
                let glob = Glob::parse(pattern).map_err(|problem| {
                    FqlError::new(arguments[1].span.clone(), FqlProblem::Glob(problem))
                })?;
                Json::Bool(value.as_str().is_some_and(|text| glob.matches(text)))
            }
            Function::Length => Json::from(match &**value {
                Json::Array(items) => items.len(),
                Json::String(text) => string::to_text(text).len(),
                _ => 0,
            }),
            Function::Lowercase => changed(str::to_lowercase),
            Function::Uppercase => changed(str::to_uppercase),
            Function::Snakecase => changed(|text| text.replace(' ', "_")),
            Function::Kebabcase => changed(|text| text.replace(' ', "-")),
            Function::Titlecase => changed(titlecase),
            Function::Typeof => Json::from(FqlType::of(value).name()),
            Function::Bool => Json::Bool(truth(value)),
            Function::String => match &**value {
                Json::String(_) => return Ok(value.clone()),
                other => Json::from(other.to_string()),
            },
            Function::Number => match &**value {
                Json::String(text) => self.parsed(text, call, arguments)?,
                other => other.clone(),
            },
        };
        Ok(Cow::Owned(given))
    }

    /// The number that a text is.
    fn parsed(&self, text: &str, call: &Term, arguments: &[Term]) -> Result<Json, FqlError> {
        match Json::parse(text) {
            Ok(number @ Json::Number(_)) => Ok(number),
            _ => {
                let problem = FqlProblem::NotNumeric {
                    what: self.text[arguments[0].span.clone()].to_owned(),
                    value: string::to_text(text).into_owned(),
                };
                Err(FqlError::new(call.span.clone(), problem))
            }
        }
    }
}

const TRUE: Json = Json::Bool(true);

/// What JavaScript would make of a number; nothing is larger or smaller than what is none.
fn number(value: &Json) -> f64 {
    match value {
        Json::Number(number) => number.as_f64(),
        _ => f64::NAN,
    }
}

/// What `bool` makes of a value (docs/fql.md).
fn truth(value: &Json) -> bool {
    match value {
        Json::Null | Json::Object(_) => false,
        Json::Bool(is_true) => *is_true,
        Json::Number(number) => number.as_f64() != 0.0,
        Json::String(text) => !matches!(text.as_str(), "" | "false"),
        Json::Array(items) => !items.is_empty(),
    }
}

/// The text with the first letter of each word, between spaces, in upper case.
fn titlecase(text: &str) -> String {
    let mut title = String::with_capacity(text.len());
    let mut begins = true;
    for char in text.chars() {
        match begins {
            true => title.extend(char.to_uppercase()),
            false => title.push(char),
        }
        begins = char == ' ';
    }
    title
}
