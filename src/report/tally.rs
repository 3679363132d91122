//! How a run went, in one line.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Palette;
use super::words::duration;
use crate::json::Json;
use crate::outcome::Class;

/// The classes in the order of the summary.
const CLASSES: [Class; 5] = [
    Class::Success,
    Class::Filtered,
    Class::Skipped,
    Class::Retry,
    Class::Discard,
];

/// Counts of what came of the inputs so far. Those of several parts add up to that of all.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    counts: [u64; CLASSES.len()],
    /// Batches that succeeded, with events that did not.
    mixed: u64,
    unreadable: u64,
    failed: bool,
}

impl Tally {
    /// Counts an invocation; `failed` where one event of its batch did, too.
    pub fn add(&mut self, class: Class, failed: bool) {
        self.failed |= failed;
        self.mixed += u64::from(failed && !class.is_failure());
        for (count, counted) in self.counts.iter_mut().zip(CLASSES) {
            *count += u64::from(counted == class);
        }
    }

    /// Counts an input that could not be read.
    pub fn add_unreadable(&mut self) {
        self.unreadable += 1;
    }

    /// Adds that of other inputs.
    pub fn merge(&mut self, other: &Tally) {
        for (count, other) in self.counts.iter_mut().zip(other.counts) {
            *count += other;
        }
        self.mixed += other.mixed;
        self.unreadable += other.unreadable;
        self.failed |= other.failed;
    }

    /// How many invocations were counted.
    pub fn ran(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Whether a function failed.
    pub fn any_failed(&self) -> bool {
        self.failed
    }

    /// How many inputs came to what, for programs.
    pub fn by_class(&self) -> Json {
        let mut inputs = Json::object([("unreadable", self.unreadable.into())]);
        for (class, count) in CLASSES.iter().zip(self.counts) {
            inputs[class.name()] = count.into();
        }
        inputs
    }

    /// `3 inputs: 2 success, 1 discard in 35 ms`.
    pub fn summary(&self, elapsed: Duration, palette: &Palette) -> String {
        let time = duration(elapsed.as_secs_f64() * 1000.0);
        format!("{} in {time}\n", self.counts(palette))
    }

    /// `3 inputs: 2 success, 1 discard`.
    pub fn counts(&self, palette: &Palette) -> String {
        let Palette { bold, bad, .. } = palette;
        let mut parts: Vec<String> = Vec::new();
        for (count, class) in self
            .counts
            .iter()
            .zip(&CLASSES)
            .filter(|(count, _)| **count > 0)
        {
            let style = palette.class(*class);
            let mut part = format!("{style}{count} {}{style:#}", class.name());
            if *class == Class::Success && self.mixed > 0 {
                part.push_str(&format!(" ({bad}{} with failed events{bad:#})", self.mixed));
            }
            parts.push(part);
        }
        if self.unreadable > 0 {
            parts.push(format!("{bad}{} unreadable{bad:#}", self.unreadable));
        }
        let total = self.ran() + self.unreadable;
        let inputs = if total == 1 { "input" } else { "inputs" };
        let colon = if parts.is_empty() { "" } else { ": " };
        format!("{bold}{total} {inputs}{bold:#}{colon}{}", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_what_happened() {
        let mut tally = Tally::default();
        let summary =
            |tally: &Tally| tally.summary(Duration::from_millis(1500), &Palette::default());
        assert_eq!(summary(&tally), "0 inputs in 1.50 s\n");
        tally.add(Class::Success, false);
        assert_eq!(summary(&tally), "1 input: 1 success in 1.50 s\n");
        assert!(!tally.any_failed());
        tally.add(Class::Retry, true);
        tally.add(Class::Success, false);
        tally.add_unreadable();
        assert_eq!(
            summary(&tally),
            "4 inputs: 2 success, 1 retry, 1 unreadable in 1.50 s\n"
        );
        assert!(tally.any_failed());
    }
}
