//! How many lines the pieces of objects have, so that each line has its number in the whole object.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::function::InputPlace;

/// The lines of the objects that are read in pieces, by the objects' numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SplitLines(BTreeMap<u32, SplitObject>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SplitObject {
    name: String,
    /// By where the pieces begin.
    lines: BTreeMap<u64, u64>,
}

impl SplitLines {
    pub(super) fn add(&mut self, object: u32, name: &str, start: u64, lines: u64) {
        let object = self.0.entry(object).or_insert_with(|| SplitObject {
            name: name.to_owned(),
            lines: BTreeMap::new(),
        });
        object.lines.insert(start, lines);
    }

    /// Adds those of other pieces.
    pub fn merge(&mut self, other: SplitLines) {
        for (number, object) in other.0 {
            match self.0.get_mut(&number) {
                Some(own) => own.lines.extend(object.lines),
                None => {
                    self.0.insert(number, object);
                }
            }
        }
    }

    /// What an input is called where its whole object is known: by its line in that. `name` ends with its line in
    /// its piece. `None` where the object isn't read in pieces.
    pub fn name_of(&self, place: &InputPlace, name: &str) -> Option<String> {
        let object = self.0.get(&place.object)?;
        let line: u64 = name.rsplit_once(':')?.1.parse().ok()?;
        let before: u64 = object
            .lines
            .range(..place.start)
            .map(|(_, lines)| lines)
            .sum();
        Some(format!("{}:{}", object.name, before + line))
    }
}

/// The lines so far. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct CountedLines(Arc<Mutex<SplitLines>>);

impl CountedLines {
    /// Those of the pieces that have been read.
    pub fn so_far(&self) -> SplitLines {
        self.0.lock().clone()
    }

    pub(super) fn add(&self, object: u32, name: &str, start: u64, lines: u64) {
        self.0.lock().add(object, name, start, lines);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_named_by_its_number_in_the_whole_object() {
        let mut lines = SplitLines::default();
        lines.add(2, "x.ndjson", 100, 7);
        let mut other = SplitLines::default();
        other.add(2, "x.ndjson", 0, 5);
        other.add(2, "x.ndjson", 200, 9);
        lines.merge(other);
        let name = |object, start, name: &str| {
            let place = InputPlace {
                object,
                start,
                number: 0,
            };
            lines.name_of(&place, name)
        };
        assert_eq!(name(2, 0, "x.ndjson:3").as_deref(), Some("x.ndjson:3"));
        assert_eq!(
            name(2, 200, "x.ndjson@200:3").as_deref(),
            Some("x.ndjson:15")
        );
        assert_eq!(name(1, 0, "x.ndjson:3"), None);
    }
}
