//! Where the fields of an event are looked up.

use std::borrow::Cow;

use crate::json::{Document, Json, NodeKind};

/// An event, of which an expression names fields.
pub trait Fields {
    /// What stands at `path`, whose names are in the form of [`crate::json::string`]. A path leads through
    /// objects alone; `None` where it leads nowhere.
    fn field(&self, path: &[String]) -> Option<Cow<'_, Json>>;
}

impl Fields for Json {
    fn field(&self, path: &[String]) -> Option<Cow<'_, Json>> {
        let value = path.iter().try_fold(self, |value, name| value.get(name))?;
        Some(Cow::Borrowed(value))
    }
}

/// A value in a text that was taken apart. Only what is asked for becomes a [`Json`].
#[derive(Clone, Copy)]
pub struct EventNode<'d, 't> {
    document: &'d Document<'t>,
    number: usize,
}

impl<'d, 't> EventNode<'d, 't> {
    /// The value with this number.
    pub fn new(document: &'d Document<'t>, number: usize) -> EventNode<'d, 't> {
        EventNode { document, number }
    }
}

impl Fields for EventNode<'_, '_> {
    fn field(&self, path: &[String]) -> Option<Cow<'_, Json>> {
        let mut number = self.number;
        for name in path {
            if self.document.nodes()[number].kind != NodeKind::Object {
                return None;
            }
            number = self.document.field(number, name)?;
        }
        // What is nested too deeply to be a value has no type either.
        Json::from_node(self.document, number).ok().map(Cow::Owned)
    }
}
