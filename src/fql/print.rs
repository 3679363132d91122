//! From terms to a text that means the same.

use std::fmt;

use crate::fql::expression::Expression;
use crate::fql::term::{Term, TermKind};
use crate::fql::token::{begins_path, is_plain, keyword};
use crate::json::{Json, string};

/// In one way, however it was written.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_term(self.root(), Around::Nothing, f)
    }
}

/// What a term stands in, which may need parentheses around it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Around {
    Nothing,
    Or,
    And,
    Operator,
}

fn write_term(term: &Term, around: Around, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let own = match &term.kind {
        TermKind::Or(_) => Around::Or,
        TermKind::And(_) => Around::And,
        // What is negated or compared is an operand, which `!…` is not in a comparison.
        TermKind::Compare(..) | TermKind::Not(_) if around == Around::Operator => Around::Nothing,
        _ => return write_bare(term, f),
    };
    match around < own || around == Around::Nothing {
        true => write_bare(term, f),
        false => {
            f.write_str("(")?;
            write_bare(term, f)?;
            f.write_str(")")
        }
    }
}

fn write_bare(term: &Term, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &term.kind {
        TermKind::Value(value) => write_value(value, f),
        TermKind::Path(names) => write_path(names, f),
        TermKind::Not(negated) => {
            f.write_str("!")?;
            write_term(negated, Around::Operator, f)
        }
        TermKind::And(terms) => write_all(terms, " and ", Around::And, f),
        TermKind::Or(terms) => write_all(terms, " or ", Around::Or, f),
        TermKind::Compare(comparison, left, right) => {
            write_term(left, Around::Operator, f)?;
            write!(f, " {} ", comparison.sign())?;
            write_term(right, Around::Operator, f)
        }
        TermKind::Call(function, arguments) => {
            write!(f, "{}(", function.name())?;
            write_all(arguments, ", ", Around::Nothing, f)?;
            f.write_str(")")
        }
    }
}

fn write_all(
    terms: &[Term],
    between: &str,
    around: Around,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        write_term(term, around, f)?;
    }
    Ok(())
}

fn write_value(value: &Json, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Json::String(value) => {
            let text = string::to_text(value);
            let quote = if text.contains('"') { '\'' } else { '"' };
            write!(f, "{quote}{text}{quote}")
        }
        Json::Array(items) => {
            f.write_str("[")?;
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    f.write_str(", ")?;
                }
                write_value(item, f)?;
            }
            f.write_str("]")
        }
        other => write!(f, "{other}"),
    }
}

fn write_path(names: &[String], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let is_keyword = matches!(names, [name] if keyword(name).is_some());
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            f.write_str(".")?;
        }
        for (at, char) in string::to_text(name).chars().enumerate() {
            let first = index == 0 && at == 0;
            let plain = is_plain(char) && (!first || begins_path(char) && !is_keyword);
            if !plain {
                f.write_str("\\")?;
            }
            write!(f, "{char}")?;
        }
    }
    Ok(())
}
