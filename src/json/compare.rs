//! The comparison of JSON: every command that tells what differs tells it from here.

use std::collections::HashMap;

use super::{Change, Difference, FieldPath, Json, JsonObject, PathPart};

/// Every place in which `right` is not as `left`, in the order of the documents, up to `limit` of
/// them. There is none exactly when the two are equal.
///
/// The order of an object's names doesn't count, nor how a number is written. Where one side lacks an
/// object or a list as a whole, that is one difference.
pub fn differences(left: &Json, right: &Json, limit: usize) -> Vec<Difference> {
    let mut found = Vec::new();
    if limit == 0 {
        return found;
    }
    walk(left, right, &mut |place, left, right| {
        let change = match (left.cloned(), right.cloned()) {
            (Some(left), Some(right)) => Change::Both { left, right },
            (Some(left), None) => Change::OnlyLeft(left),
            (None, right) => Change::OnlyRight(right.unwrap_or_default()),
        };
        let parts = place.iter().map(|step| match step {
            Step::Key(name) => PathPart::Key((*name).to_owned()),
            Step::Index(index) => PathPart::Index(*index),
        });
        let path = FieldPath(parts.collect());
        found.push(Difference { path, change });
        found.len() < limit
    });
    found
}

/// How many of these there are, of which `counts` says so of the left and the right value, up to `limit`.
pub fn count_differences(
    left: &Json,
    right: &Json,
    limit: usize,
    counts: impl Fn(Option<&Json>, Option<&Json>) -> bool,
) -> usize {
    let mut count = 0;
    if limit > 0 {
        walk(left, right, &mut |_, left, right| {
            count += usize::from(counts(left, right));
            count < limit
        });
    }
    count
}

/// The same names with the same values.
impl PartialEq for JsonObject {
    fn eq(&self, other: &JsonObject) -> bool {
        same_objects(self, other)
    }
}

fn same_objects(left: &JsonObject, right: &JsonObject) -> bool {
    if left.len() == right.len() && left.keys().eq(right.keys()) && !has_twice(left) {
        return left.values().eq(right.values());
    }
    let (left, right) = (effective(left), effective(right));
    left.len() == right.len()
        && left
            .iter()
            .all(|(name, value)| right.get(name).is_some_and(|other| value == other))
}

/// Each name with its value: the last one, where it comes twice.
fn effective(object: &JsonObject) -> HashMap<&str, &Json> {
    object
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .collect()
}

fn has_twice(object: &JsonObject) -> bool {
    match object.len() {
        0 | 1 => false,
        2..=FEW => names(object).count() != object.len(),
        _ => effective(object).len() != object.len(),
    }
}

/// Objects of so many names are looked through: a table of the names would cost more than it saves.
const FEW: usize = 16;

/// Each name once, where it comes first.
fn names(object: &JsonObject) -> impl Iterator<Item = &String> {
    let is_first = |(index, name): &(usize, &String)| {
        let mut before = object.keys().take(*index);
        !before.any(|earlier| earlier == *name)
    };
    let names = object.keys().enumerate().filter(is_first);
    names.map(|(_, name)| name)
}

/// Hears of a place in which two values differ, and says whether to go on.
type Visit<'a, 'v> = &'a mut dyn FnMut(&[Step<'v>], Option<&'v Json>, Option<&'v Json>) -> bool;

fn walk<'v>(left: &'v Json, right: &'v Json, visit: Visit<'_, 'v>) {
    let place = Vec::new();
    let is_over = false;
    Walk {
        place,
        visit,
        is_over,
    }
    .compare(left, right);
}

/// One comparison under way.
struct Walk<'a, 'v> {
    /// Where it is.
    place: Vec<Step<'v>>,
    visit: Visit<'a, 'v>,
    is_over: bool,
}

#[derive(Clone, Copy)]
enum Step<'v> {
    Key(&'v str),
    Index(usize),
}

impl<'v> Walk<'_, 'v> {
    fn compare(&mut self, left: &'v Json, right: &'v Json) {
        match (left, right) {
            (Json::Object(left), Json::Object(right)) if left.len().max(right.len()) <= FEW => {
                for name in names(left) {
                    self.step(Step::Key(name), left.get(name), right.get(name));
                }
                for name in names(right).filter(|name| !left.contains_key(name)) {
                    self.step(Step::Key(name), None, right.get(name));
                }
            }
            (Json::Object(left), Json::Object(right)) => {
                let (ours, theirs) = (effective(left), effective(right));
                let mut seen = std::collections::HashSet::new();
                for name in left.keys().filter(|name| seen.insert(name.as_str())) {
                    let (one, other) = (ours.get(name.as_str()), theirs.get(name.as_str()));
                    self.step(Step::Key(name), one.copied(), other.copied());
                }
                for name in right.keys().filter(|name| seen.insert(name.as_str())) {
                    let other = theirs.get(name.as_str());
                    self.step(Step::Key(name), None, other.copied());
                }
            }
            (Json::Array(left), Json::Array(right)) => {
                for index in 0..left.len().max(right.len()) {
                    self.step(Step::Index(index), left.get(index), right.get(index));
                }
            }
            (left, right) if left == right => {}
            (left, right) => self.tell(Some(left), Some(right)),
        }
    }

    fn step(&mut self, step: Step<'v>, left: Option<&'v Json>, right: Option<&'v Json>) {
        if self.is_over {
            return;
        }
        self.place.push(step);
        match (left, right) {
            (Some(left), Some(right)) => self.compare(left, right),
            (left, right) => self.tell(left, right),
        }
        self.place.pop();
    }

    fn tell(&mut self, left: Option<&'v Json>, right: Option<&'v Json>) {
        self.is_over = !(self.visit)(&self.place, left, right);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::arbitrary::{json, value};
    use crate::json::canonical_text;

    fn paths(left: &Json, right: &Json) -> Vec<String> {
        let found = differences(left, right, usize::MAX);
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
        let found = differences(&json!({"a": null}), &json!({}), 1);
        assert_eq!(found[0].change, Change::OnlyLeft(Json::Null));
        // Nor where a difference goes to another process.
        let sent = serde_json::to_string(&found).expect("JSON");
        let received: Vec<Difference> = serde_json::from_str(&sent).expect("differences");
        assert_eq!(received, found);
    }

    #[test]
    fn how_a_number_is_written_makes_no_difference() {
        assert_eq!(paths(&json!([1, 1.5, 2]), &json!([1.0, 1.5, 3])), ["[2]"]);
    }

    /// Puts what the right value has into `left`.
    fn apply(left: &mut Json, differences: Vec<Difference>) {
        // Items that only the left list has are at its end: the last one goes first.
        for difference in differences.into_iter().rev() {
            let (_, right) = difference.change.into_sides();
            set(left, &difference.path.0, right);
        }
    }

    fn set(value: &mut Json, path: &[PathPart], new: Option<Json>) {
        match (path, value, new) {
            ([], value, Some(new)) => *value = new,
            ([PathPart::Key(key)], Json::Object(fields), None) => {
                fields.remove(key);
            }
            ([PathPart::Key(key), rest @ ..], Json::Object(fields), new) => {
                set(fields.get_or_insert_null(key), rest, new);
            }
            ([PathPart::Index(index)], Json::Array(items), None) => {
                assert_eq!(items.len(), index + 1);
                items.pop();
            }
            ([PathPart::Index(index), rest @ ..], Json::Array(items), new) => {
                // The last of several new items comes first.
                if items.len() <= *index {
                    items.resize(index + 1, Json::Null);
                }
                set(&mut items[*index], rest, new);
            }
            (path, value, _) => panic!("no {path:?} in {value}"),
        }
    }

    proptest! {
        #[test]
        fn equal_values_are_those_without_a_difference(left in value(), right in value()) {
            let found = differences(&left, &right, usize::MAX);
            prop_assert_eq!(found.is_empty(), left == right);
            let same_text = canonical_text(&left) == canonical_text(&right);
            prop_assert_eq!(found.is_empty(), same_text);
            prop_assert_eq!(differences(&left, &left, usize::MAX), []);
        }

        #[test]
        fn what_differs_makes_one_value_of_the_other(left in value(), right in value()) {
            let found = differences(&left, &right, usize::MAX);
            let mut made = left.clone();
            apply(&mut made, found);
            prop_assert_eq!(made, right);
        }

        #[test]
        fn each_side_has_what_is_said(left in value(), right in value()) {
            let found = differences(&left, &right, usize::MAX);
            for difference in &found {
                prop_assert_eq!(difference.left(), at(&left, &difference.path));
                prop_assert_eq!(difference.right(), at(&right, &difference.path));
            }
            for limit in 0..found.len() {
                let fewer = differences(&left, &right, limit);
                prop_assert_eq!(&fewer[..], &found[..limit]);
                prop_assert_eq!(count_differences(&left, &right, limit, |_, _| true), limit);
            }
        }
    }

    fn at<'v>(value: &'v Json, path: &FieldPath) -> Option<&'v Json> {
        path.0.iter().try_fold(value, |value, part| match part {
            PathPart::Key(key) => value.get(key),
            PathPart::Index(index) => value.as_array()?.get(*index),
            _ => None,
        })
    }
}
