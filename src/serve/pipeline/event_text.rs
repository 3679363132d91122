//! The JSON of an event on its way.

use std::ops::{Deref, Range};
use std::sync::Arc;

use crate::function::LentInput;

/// The JSON of an event, which is a part of a text that all have that arrived together.
#[derive(Clone)]
pub struct EventText {
    all: Arc<String>,
    span: Range<usize>,
    /// Whether it is known that no name in it tells of a secret.
    is_silent: bool,
}

impl EventText {
    pub fn new(all: &Arc<String>, span: Range<usize>, is_silent: bool) -> EventText {
        EventText {
            all: all.clone(),
            span,
            is_silent,
        }
    }

    /// As a function gets it, under a name.
    pub fn input<'i>(&'i self, name: &'i str) -> LentInput<'i> {
        LentInput::new(name, self, self.is_silent)
    }

    /// The same without the others, for one that may stay for long.
    pub fn alone(&self) -> EventText {
        EventText {
            is_silent: self.is_silent,
            ..self.to_string().into()
        }
    }
}

impl Deref for EventText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.all[self.span.clone()]
    }
}

impl From<String> for EventText {
    fn from(text: String) -> EventText {
        EventText {
            span: 0..text.len(),
            all: Arc::new(text),
            is_silent: false,
        }
    }
}
