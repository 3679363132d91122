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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::json::arbitrary::value;
    use crate::json::canonical_text;

    fn paths(left: &Value, right: &Value) -> Vec<String> {
        let found = differences(left, right, Numbers::Strict, usize::MAX);
        found.iter().map(|found| found.path.to_string()).collect()
    }

    #[test]
    fn the_innermost_place_is_named() {
        let left = json!({"class": "success", "value": {"a": [1, {"b c": 2}], "d": null}});
        let right = json!({"class": "success", "value": {"a": [1, {"b c": 3}, 4], "e": 5}});
        assert_eq!(
            paths(&left, &right),
            ["value.a[1][\"b c\"]", "value.a[2]", "value.d", "value.e"]
        );
    }

    #[test]
    fn null_is_not_the_same_as_absent() {
        let found = differences(&json!({"a": null}), &json!({}), Numbers::Strict, 1);
        assert_eq!(found[0].change, Change::OnlyLeft(Value::Null));
        // Nor where a difference goes to another process.
        let sent = serde_json::to_string(&found).expect("JSON");
        let received: Vec<Difference> = serde_json::from_str(&sent).expect("differences");
        assert_eq!(received, found);
    }

    #[test]
    fn numbers_are_compared_as_is_asked_for() {
        let (left, right) = (json!([1, 1.5]), json!([1.0, 1.5]));
        assert_eq!(paths(&left, &right), ["[0]"]);
        assert_eq!(differences(&left, &right, Numbers::ByValue, 9), []);
    }

    /// Puts what the right value has into `left`.
    fn apply(left: &mut Value, differences: Vec<Difference>) {
        // Items that only the left list has are at its end: the last one goes first.
        for difference in differences.into_iter().rev() {
            let (_, right) = difference.change.into_sides();
            set(left, &difference.path.0, right);
        }
    }

    fn set(value: &mut Value, path: &[PathPart], new: Option<Value>) {
        match (path, value, new) {
            ([], value, Some(new)) => *value = new,
            ([PathPart::Key(key)], Value::Object(fields), None) => {
                fields.remove(key);
            }
            ([PathPart::Key(key), rest @ ..], Value::Object(fields), new) => {
                set(fields.entry(key).or_insert(Value::Null), rest, new);
            }
            ([PathPart::Index(index)], Value::Array(items), None) => {
                assert_eq!(items.len(), index + 1);
                items.pop();
            }
            ([PathPart::Index(index), rest @ ..], Value::Array(items), new) => {
                // The last of several new items comes first.
                if items.len() <= *index {
                    items.resize(index + 1, Value::Null);
                }
                set(&mut items[*index], rest, new);
            }
            (path, value, _) => panic!("no {path:?} in {value}"),
        }
    }

    proptest! {
        #[test]
        fn equal_values_are_those_without_a_difference(left in value(), right in value()) {
            let strict = differences(&left, &right, Numbers::Strict, usize::MAX);
            prop_assert_eq!(strict.is_empty(), left == right);
            let by_value = differences(&left, &right, Numbers::ByValue, usize::MAX);
            let same_text = canonical_text(&left) == canonical_text(&right);
            prop_assert_eq!(by_value.is_empty(), same_text);
            prop_assert_eq!(differences(&left, &left, Numbers::Strict, usize::MAX), []);
        }

        #[test]
        fn what_differs_makes_one_value_of_the_other(left in value(), right in value()) {
            let found = differences(&left, &right, Numbers::Strict, usize::MAX);
            let mut made = left.clone();
            apply(&mut made, found);
            prop_assert_eq!(made, right);
        }

        #[test]
        fn each_side_has_what_is_said(left in value(), right in value()) {
            let found = differences(&left, &right, Numbers::Strict, usize::MAX);
            for difference in &found {
                prop_assert_eq!(difference.left(), at(&left, &difference.path));
                prop_assert_eq!(difference.right(), at(&right, &difference.path));
            }
            for limit in 0..found.len() {
                let fewer = differences(&left, &right, Numbers::Strict, limit);
                prop_assert_eq!(&fewer[..], &found[..limit]);
            }
        }
    }

    fn at<'v>(value: &'v Value, path: &FieldPath) -> Option<&'v Value> {
        path.0.iter().try_fold(value, |value, part| match part {
            PathPart::Key(key) => value.get(key),
            PathPart::Index(index) => value.get(index),
            _ => None,
        })
    }
}
