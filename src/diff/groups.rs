//! The differences of many inputs, by what differs.

use std::collections::{BTreeSet, HashMap};

use crate::json::Json;

use super::difference::OutcomeDifference;
use super::difference_kind::DifferenceKind;

/// The most ways to differ that are kept apart. Further ones are only counted.
const MOST_GROUPS: usize = 10_000;
/// The most sets of groups that are kept apart.
const MOST_SETS: usize = 10_000;

/// All the inputs that differ in one way.
#[derive(Clone, Debug)]
pub struct Group {
    pub kind: DifferenceKind,
    pub inputs: u64,
    pub example: Example,
}

/// The first input of a group.
#[derive(Clone, Debug)]
pub struct Example {
    pub input: String,
    /// Absent where only the candidate has something there.
    pub base: Option<Json>,
    pub candidate: Option<Json>,
    /// The input itself, where it was asked for.
    pub event: Option<Json>,
}

/// A bounded number of groups.
#[derive(Debug, Default)]
pub struct Groups {
    groups: Vec<Group>,
    by_kind: HashMap<DifferenceKind, usize>,
    /// How many inputs differ in exactly these groups.
    sets: HashMap<BTreeSet<usize>, u64>,
    /// Inputs whose groups, or set of groups, isn't kept.
    uncounted: u64,
    /// Differences that were in no group that is kept.
    dropped: u64,
}

impl Groups {
    /// Adds what differs for one input. `event` gives the input itself, should it become an example.
    pub fn add(
        &mut self,
        input: &str,
        found: Vec<OutcomeDifference>,
        event: impl Fn() -> Option<Json>,
    ) {
        let mut set = BTreeSet::new();
        let mut whole = true;
        for OutcomeDifference {
            kind,
            base,
            candidate,
        } in found
        {
            let index = match self.by_kind.get(&kind) {
                Some(index) => *index,
                None if self.groups.len() == MOST_GROUPS => {
                    self.dropped += 1;
                    whole = false;
                    continue;
                }
                None => {
                    self.by_kind.insert(kind.clone(), self.groups.len());
                    self.groups.push(Group {
                        kind,
                        inputs: 0,
                        example: Example {
                            input: input.to_owned(),
                            base,
                            candidate,
                            event: event(),
                        },
                    });
                    self.groups.len() - 1
                }
            };
            if set.insert(index) {
                self.groups[index].inputs += 1;
            }
        }
        if set.is_empty() && whole {
            return;
        }
        let known = self.sets.len();
        match self.sets.get_mut(&set) {
            Some(count) if whole => *count += 1,
            None if whole && known < MOST_SETS => {
                self.sets.insert(set, 1);
            }
            _ => self.uncounted += 1,
        }
    }

    pub fn contains(&self, kind: &DifferenceKind) -> bool {
        self.by_kind.contains_key(kind)
    }

    /// Differences that are in no group because there were too many groups.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The groups that are not among `noise`, the largest first, and how many inputs are in any of
    /// them.
    pub fn without(self, noise: &Groups) -> (Vec<Group>, u64) {
        let real: Vec<bool> = self
            .groups
            .iter()
            .map(|group| !noise.contains(&group.kind))
            .collect();
        let sets = self.sets.iter();
        let counted = sets
            .filter(|(set, _)| set.iter().any(|index| real[*index]))
            .map(|(_, count)| count)
            .sum::<u64>();
        let groups = self.groups.into_iter().zip(real);
        let mut groups: Vec<Group> = groups
            .filter_map(|(group, real)| real.then_some(group))
            .collect();
        groups.sort_by(|a, b| b.inputs.cmp(&a.inputs).then_with(|| a.kind.cmp(&b.kind)));
        (groups, counted + self.uncounted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::FieldPath;

    fn none() -> Option<Json> {
        None
    }

    fn field(path: &str) -> OutcomeDifference {
        OutcomeDifference {
            kind: DifferenceKind::Field {
                path: FieldPath::default().key(path),
            },
            base: Some(1.into()),
            candidate: Some(2.into()),
        }
    }

    #[test]
    fn what_turns_out_to_be_noise_counts_for_nothing() {
        let mut groups = Groups::default();
        groups.add("1", vec![field("a"), field("n"), field("a")], none);
        groups.add("2", vec![field("n")], none);
        groups.add("3", vec![field("b")], none);
        groups.add("4", vec![field("b")], none);
        groups.add("5", vec![], none);
        let mut noise = Groups::default();
        noise.add("9", vec![field("n")], none);
        let (groups, inputs) = groups.without(&noise);
        let mask = |group: &Group| group.kind.mask().map(|path| path.to_string());
        let shown: Vec<_> = groups.iter().map(|g| (mask(g), g.inputs)).collect();
        assert_eq!(shown, [(Some("b".into()), 2), (Some("a".into()), 1)]);
        assert_eq!(groups[0].example.input, "3");
        assert_eq!(inputs, 3);
    }

    #[test]
    fn there_are_never_more_than_can_be_kept() {
        let mut groups = Groups::default();
        for number in 0..MOST_GROUPS + 5 {
            groups.add("x", vec![field(&number.to_string())], none);
        }
        assert_eq!(groups.dropped(), 5);
        let (groups, inputs) = groups.without(&Groups::default());
        assert_eq!(groups.len(), MOST_GROUPS);
        assert_eq!(inputs, MOST_GROUPS as u64 + 5);
    }
}
