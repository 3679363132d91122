//! An expression, taken apart.

use crate::fql::necessary::Necessary;
use crate::fql::term::Term;

/// An expression of FQL that gives true or false.
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    root: Term,
    /// What has to be in the text of an event.
    necessary: Necessary,
}

impl Expression {
    /// The expression with this text, which is `root`.
    pub(super) fn new(text: &str, root: Term) -> Expression {
        Expression {
            text: text.to_owned(),
            necessary: Necessary::of(&root),
            root,
        }
    }

    /// As it was written. The spans of errors are its bytes.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn root(&self) -> &Term {
        &self.root
    }

    /// Whether `json` is that of an event, or of several, of which the expression is true of none, as far as that
    /// can be told without taking it apart. It is told of JSON alone.
    pub fn is_surely_not_of(&self, json: &str) -> bool {
        self.necessary.is_missing_in(json)
    }
}
