//! Which inputs are as an expression says.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::fql::{EventNode, Expression, FqlError};
use crate::function::Input;
use crate::json::{Document, NodeKind};

/// What events have to be, as an expression of FQL says it. Clones share what came of asking.
///
/// An event is asked before it is run, and only what the expression names of it becomes a value.
#[derive(Clone, Debug)]
pub struct Condition {
    expression: Arc<Expression>,
    answers: Arc<Mutex<ConditionAnswers>>,
}

/// What came of asking.
#[derive(Clone, Debug, Default)]
pub struct ConditionAnswers {
    /// The events of which the expression is true.
    pub taken: u64,
    /// The others; a batch without any that fits may count as one.
    pub left_out: u64,
    /// Those of the others of which it is neither true nor false, although they have the fields. Events that
    /// can't fit anyway may not be among them.
    pub misfits: u64,
    /// The name of the first misfit's input, and what is wrong with it.
    pub first_misfit: Option<(String, FqlError)>,
}

impl Condition {
    pub fn new(expression: Arc<Expression>) -> Condition {
        Condition {
            expression,
            answers: Arc::default(),
        }
    }

    /// What came of asking so far.
    pub fn answers(&self) -> ConditionAnswers {
        self.answers.lock().clone()
    }

    /// The input, if its event is as the expression says; of a batch, the events that are. What can't be
    /// read is taken: whoever runs it tells what is wrong.
    pub fn choose(&self, input: Input) -> Option<Input> {
        if self.expression.is_surely_not_of(&input.json) {
            self.answers.lock().left_out += 1;
            return None;
        }
        let Some(document) = Document::parse(&input.json) else {
            return Some(input);
        };
        let event = event_in(&document);
        if document.nodes()[event].kind != NodeKind::Array {
            return self.fits(&document, event, &input.name).then_some(input);
        }
        let events = document.children(event);
        let taken = events.filter(|event| self.fits(&document, *event, &input.name));
        let taken: Vec<&str> = taken
            .map(|event| document.raw(&document.nodes()[event]))
            .collect();
        if taken.is_empty() {
            return None;
        }
        if taken.len() == document.children(event).count() {
            return Some(input);
        }
        let list = document.nodes()[event].span.clone();
        let json = document.with(vec![(list, format!("[{}]", taken.join(",")))]);
        // Its time was that of an event that may be left out.
        let time = None;
        Some(Input {
            json,
            time,
            ..input
        })
    }

    fn fits(&self, document: &Document, event: usize, name: &str) -> bool {
        let fits = self.expression.matches(&EventNode::new(document, event));
        let mut answers = self.answers.lock();
        if let Ok(true) = fits {
            answers.taken += 1;
            return true;
        }
        answers.left_out += 1;
        if let Err(error) = fits
            && !error.is_missing_field()
        {
            answers.misfits += 1;
            let first = || (name.to_owned(), error);
            answers.first_misfit.get_or_insert_with(first);
        }
        false
    }
}

/// The number of the event, or of the list of them, in what the platform itself calls functions with
/// (docs/platform.md section 1): `{event, settings}`, `{events, settings}`, and `{payload: …}` around an event
/// or one of these.
fn event_in(document: &Document) -> usize {
    let payload = wrapped(document, 0, &["payload"]).unwrap_or(0);
    wrapped(document, payload, &["event", "events"]).unwrap_or(payload)
}

/// What stands in one of `fields`, where an object has nothing else but settings, and that is an object or a
/// list.
fn wrapped(document: &Document, number: usize, fields: &[&str]) -> Option<usize> {
    if document.nodes()[number].kind != NodeKind::Object {
        return None;
    }
    let mut found = None;
    for child in document.children(number) {
        let node = &document.nodes()[child];
        match &*document.key(node)? {
            "settings" => {}
            name if fields.contains(&name)
                && matches!(node.kind, NodeKind::Object | NodeKind::Array) =>
            {
                found = Some(child);
            }
            _ => return None,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(text: &str) -> Condition {
        Condition::new(Arc::new(text.parse().expect(text)))
    }

    fn chosen(condition: &Condition, json: &str) -> Option<String> {
        let input = condition.choose(Input::new("in", json));
        input.map(|input| input.json)
    }

    #[test]
    fn the_event_is_asked_wherever_it_stands() {
        let track = condition("type = 'track'");
        for (json, expected) in [
            (r#"{"type":"track"}"#, true),
            (r#"{"type":"page"}"#, false),
            (r#"{"event":{"type":"track"},"settings":{}}"#, true),
            (r#"{"event":{"type":"page"},"settings":{}}"#, false),
            (r#"{"payload":{"event":{"type":"track"}}}"#, true),
            (r#"{"payload":{"type":"track"}}"#, true),
            (r#"{"event":"x","other":{"type":"track"}}"#, false),
            ("{not JSON", true),
            ("12", false),
            ("[]", false),
        ] {
            assert_eq!(chosen(&track, json).is_some(), expected, "{json}");
        }
    }

    #[test]
    fn of_a_batch_the_events_stay_that_fit() {
        let track = condition("type = 'track'");
        let (one, two) = (r#"{ "type":"track", "n":1.0 }"#, r#"{"type":"page"}"#);
        let batch = format!(" [{one}, {two}]");
        assert_eq!(chosen(&track, &batch), Some(format!(" [{one}]")));
        assert_eq!(chosen(&track, &format!("[{two}]")), None);
        let all = format!("[{one}, {one}]");
        assert_eq!(chosen(&track, &all), Some(all));
        let wrapped = format!(r#"{{"events":[{two},{one}],"settings":{{}}}}"#);
        let kept = format!(r#"{{"events":[{one}],"settings":{{}}}}"#);
        assert_eq!(chosen(&track, &wrapped), Some(kept));
    }

    #[test]
    fn an_event_of_other_types_is_counted_and_one_without_the_field_is_not() {
        let rich = condition("properties.revenue > 10");
        for json in [
            r#"{"properties":{"revenue":"11"}}"#,
            r#"{"properties":{"revenue":null}}"#,
            r#"{"properties":{}}"#,
            r#"{"properties":{"revenue":[]}}"#,
        ] {
            assert_eq!(chosen(&rich, json), None);
        }
        let answers = rich.answers();
        let (input, error) = answers.first_misfit.expect("a first one");
        assert_eq!((answers.left_out, answers.misfits), (4, 2));
        assert_eq!(input, "in");
        assert_eq!(
            error.to_string(),
            "`>` takes a number, but properties.revenue is a string"
        );
    }
}
