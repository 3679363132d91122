//! The comparison of JSON: every command that tells what differs tells it from here.

use serde_json::Value;

use super::canonical::same_number;
use super::{Change, Difference, FieldPath, PathPart};

/// When two numbers are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// As serde_json compares them: `1` and `1.0` differ.
    Strict,
    /// By what they are worth: `1` and `1.0` are equal.
    ByValue,
}

/// Every place in which `right` is not as `left`, in the order of the documents, up to `limit` of
/// them. There is none exactly when the two are equal.
///
/// The order of an object's names doesn't count. Where one side lacks an object or a list as a whole,
/// that is one difference.
pub fn differences(left: &Value, right: &Value, numbers: Numbers, limit: usize) -> Vec<Difference> {
    let mut walk = Walk {
        numbers,
        limit,
        place: Vec::new(),
        found: Vec::new(),
    };
    walk.compare(left, right);
    walk.found
}

/// One comparison under way.
struct Walk<'v> {
    numbers: Numbers,
    limit: usize,
    /// Where it is: borrowed, so that only what differs costs a path.
    place: Vec<Step<'v>>,
    found: Vec<Difference>,
}

#[derive(Clone, Copy)]
enum Step<'v> {
    Key(&'v str),
    Index(usize),
}

impl<'v> Walk<'v> {
    fn compare(&mut self, left: &'v Value, right: &'v Value) {
        if self.found.len() >= self.limit {
            return;
        }
        match (left, right) {
            (Value::Object(left), Value::Object(right)) => {
                for (key, value) in left {
                    self.step(Step::Key(key), Some(value), right.get(key));
                }
                for (key, value) in right {
                    if !left.contains_key(key) {
                        self.step(Step::Key(key), None, Some(value));
                    }
                }
            }
            (Value::Array(left), Value::Array(right)) => {
                for index in 0..left.len().max(right.len()) {
                    self.step(Step::Index(index), left.get(index), right.get(index));
                }
            }
            (Value::Number(left), Value::Number(right))
                if self.numbers == Numbers::ByValue && same_number(left, right) => {}
            (left, right) if left == right => {}
            (left, right) => self.add(Change::Both {
                left: left.clone(),
                right: right.clone(),
            }),
        }
    }

    fn step(&mut self, step: Step<'v>, left: Option<&'v Value>, right: Option<&'v Value>) {
        self.place.push(step);
        match (left, right) {
            (Some(left), Some(right)) => self.compare(left, right),
            (Some(left), None) => self.add(Change::OnlyLeft(left.clone())),
            (None, Some(right)) => self.add(Change::OnlyRight(right.clone())),
            (None, None) => {}
        }
        self.place.pop();
    }

    fn add(&mut self, change: Change) {
        if self.found.len() >= self.limit {
            return;
        }
        let parts = self.place.iter().map(|step| match step {
            Step::Key(name) => PathPart::Key((*name).to_owned()),
            Step::Index(index) => PathPart::Index(*index),
        });
        self.found.push(Difference {
            path: FieldPath(parts.collect()),
            change,
        });
    }
}
