//! The differences of many inputs, by what differs.
//!
//! Those of several parts of the inputs add up to those of all inputs, exactly, however the inputs were
//! parted: where there is too much to keep, what is kept depends on the kinds of differences alone, and not
//! on which came first.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::difference::OutcomeDifference;
use super::difference_kind::DifferenceKind;
use super::example::Example;
use crate::json::Json;

/// The most ways to differ that are kept apart. Further ones are only counted.
const MOST_GROUPS: usize = 10_000;
/// The most sets of groups that are kept apart.
const MOST_SETS: usize = 10_000;

/// All the inputs that differ in one way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Group {
    pub kind: DifferenceKind,
    pub inputs: u64,
    pub example: Example,
}

/// A way to differ, in the order in which they are kept: a field near the top of an outcome says more than
/// one far below, of which there may be any number.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Ranked {
    depth: usize,
    kind: DifferenceKind,
}

impl Ranked {
    fn new(kind: DifferenceKind) -> Arc<Ranked> {
        let depth = match &kind {
            DifferenceKind::Field { path } => path.0.len(),
            _ => 0,
        };
        Arc::new(Ranked { depth, kind })
    }
}

/// The ways in which an input differs, the last by rank first. So all sets with a way that is no longer kept
/// stand behind all others.
type Set = Vec<Arc<Ranked>>;

#[derive(Clone, Debug)]
struct Counted {
    inputs: u64,
    example: Example,
}

/// A bounded number of groups.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "GroupsForm")]
pub struct Groups {
    groups: BTreeMap<Arc<Ranked>, Counted>,
    /// How many inputs differ in exactly these groups.
    sets: BTreeMap<Set, u64>,
    /// Inputs whose groups, or set of groups, isn't kept.
    uncounted: u64,
    /// Differences, also those in no group that is kept: of an input each way to differ is one.
    all: u64,
}

impl Groups {
    /// Adds what differs for one input, of which `example` makes an example of a group, should it become one.
    /// Inputs are to be added in their order.
    pub fn add(
        &mut self,
        found: Vec<OutcomeDifference>,
        example: impl Fn(Option<Json>, Option<Json>) -> Example,
    ) {
        let mut set = Set::with_capacity(found.len());
        for OutcomeDifference {
            kind,
            base,
            candidate,
        } in found
        {
            let kind = Ranked::new(kind);
            if set.contains(&kind) {
                continue;
            }
            if let Some(group) = self.groups.get_mut(&kind) {
                group.inputs += 1;
            } else if self.has_room_for(&kind) {
                let example = example(base, candidate);
                let first = Counted { inputs: 1, example };
                self.groups.insert(kind.clone(), first);
            }
            set.push(kind);
        }
        if set.is_empty() {
            return;
        }
        self.all += set.len() as u64;
        set.sort_by(|a, b| b.cmp(a));
        *self.sets.entry(set).or_default() += 1;
        self.trim();
    }

    /// Adds those of other inputs.
    pub fn merge(&mut self, other: Groups) {
        for (kind, counted) in other.groups {
            match self.groups.get_mut(&kind) {
                Some(own) => {
                    own.inputs += counted.inputs;
                    if counted.example.comes_before(&own.example) {
                        own.example = counted.example;
                    }
                }
                None => {
                    self.groups.insert(kind, counted);
                }
            }
        }
        for (set, count) in other.sets {
            *self.sets.entry(set).or_default() += count;
        }
        self.uncounted += other.uncounted;
        self.all += other.all;
        self.trim();
    }

    fn has_room_for(&self, kind: &Arc<Ranked>) -> bool {
        let last = self.groups.last_key_value();
        self.groups.len() < MOST_GROUPS || last.is_some_and(|(last, _)| kind < last)
    }

    /// Only counts what there is no room for.
    fn trim(&mut self) {
        while self.groups.len() > MOST_GROUPS {
            self.groups.pop_last();
        }
        // Only then is there a way to differ that isn't kept.
        let last = match self.groups.len() {
            MOST_GROUPS => self.groups.last_key_value().map(|(last, _)| last.clone()),
            _ => None,
        };
        while let Some(entry) = self.sets.last_entry() {
            let is_whole = last.is_none() || entry.key().first() <= last.as_ref();
            if is_whole && self.sets.len() <= MOST_SETS {
                break;
            }
            if let Some((_, count)) = self.sets.pop_last() {
                self.uncounted += count;
            }
        }
    }

    /// Whether there is a group of this kind.
    pub fn contains(&self, kind: &DifferenceKind) -> bool {
        self.groups.contains_key(&Ranked::new(kind.clone()))
    }

    /// Differences that are in no group because there were too many groups.
    pub fn dropped(&self) -> u64 {
        let kept: u64 = self.groups.values().map(|group| group.inputs).sum();
        self.all.saturating_sub(kept)
    }

    /// The examples, to be named otherwise.
    pub fn examples_mut(&mut self) -> impl Iterator<Item = &mut Example> {
        self.groups.values_mut().map(|group| &mut group.example)
    }

    /// The groups that are not among `noise`, the largest first, and how many inputs are in any of
    /// them.
    pub fn without(&self, noise: &Groups) -> (Vec<Group>, u64) {
        let is_real = |kind: &Arc<Ranked>| !noise.groups.contains_key(kind);
        let sets = self.sets.iter();
        let counted = sets
            .filter(|(set, _)| set.iter().any(is_real))
            .map(|(_, count)| count)
            .sum::<u64>();
        let real = self.groups.iter().filter(|(kind, _)| is_real(kind));
        let mut groups: Vec<Group> = real.map(group).collect();
        groups.sort_by(|a, b| b.inputs.cmp(&a.inputs).then_with(|| a.kind.cmp(&b.kind)));
        (groups, counted + self.uncounted)
    }
}

fn group((ranked, counted): (&Arc<Ranked>, &Counted)) -> Group {
    Group {
        kind: ranked.kind.clone(),
        inputs: counted.inputs,
        example: counted.example.clone(),
    }
}

/// How groups are written.
#[derive(Serialize, Deserialize)]
struct GroupsForm {
    groups: Vec<Group>,
    /// Numbers of groups, and how many inputs differ in exactly these.
    sets: Vec<(Vec<usize>, u64)>,
    uncounted: u64,
    all: u64,
}

impl Serialize for Groups {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kinds = self.groups.keys().enumerate();
        let numbers: BTreeMap<&Arc<Ranked>, usize> =
            kinds.map(|(number, kind)| (kind, number)).collect();
        let set = |(set, count): (&Set, &u64)| {
            let numbers = set.iter().filter_map(|kind| numbers.get(kind).copied());
            (numbers.collect(), *count)
        };
        let form = GroupsForm {
            groups: self.groups.iter().map(group).collect(),
            sets: self.sets.iter().map(set).collect(),
            uncounted: self.uncounted,
            all: self.all,
        };
        form.serialize(serializer)
    }
}

impl TryFrom<GroupsForm> for Groups {
    type Error = &'static str;

    fn try_from(form: GroupsForm) -> Result<Groups, &'static str> {
        let kinds = form
            .groups
            .iter()
            .map(|group| Ranked::new(group.kind.clone()));
        let kinds: Vec<Arc<Ranked>> = kinds.collect();
        let mut sets = BTreeMap::new();
        for (numbers, count) in form.sets {
            let set: Option<Set> = numbers
                .iter()
                .map(|number| kinds.get(*number).cloned())
                .collect();
            sets.insert(set.ok_or("a set names a group that isn't there")?, count);
        }
        let groups = kinds.into_iter().zip(form.groups).map(|(kind, group)| {
            let Group {
                inputs, example, ..
            } = group;
            (kind, Counted { inputs, example })
        });
        Ok(Groups {
            groups: groups.collect(),
            sets,
            uncounted: form.uncounted,
            all: form.all,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::function::InputPlace;
    use crate::json::FieldPath;

    fn field(path: &str) -> OutcomeDifference {
        OutcomeDifference {
            kind: DifferenceKind::Field {
                path: FieldPath::default().key(path),
            },
            base: Some(1.into()),
            candidate: Some(2.into()),
        }
    }

    fn add(groups: &mut Groups, number: u64, fields: &[&str]) {
        let found = fields.iter().map(|path| field(path)).collect();
        groups.add(found, |base, candidate| Example {
            place: InputPlace {
                number,
                ..InputPlace::default()
            },
            input: number.to_string(),
            base,
            candidate,
            event: None,
        });
    }

    #[test]
    fn what_turns_out_to_be_noise_counts_for_nothing() {
        let mut groups = Groups::default();
        add(&mut groups, 1, &["a", "n", "a"]);
        add(&mut groups, 2, &["n"]);
        add(&mut groups, 3, &["b"]);
        add(&mut groups, 4, &["b"]);
        add(&mut groups, 5, &[]);
        let mut noise = Groups::default();
        add(&mut noise, 9, &["n"]);
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
        for number in 0..MOST_GROUPS as u64 + 5 {
            add(&mut groups, number, &[&number.to_string()]);
        }
        assert_eq!(groups.dropped(), 5);
        let (groups, inputs) = groups.without(&Groups::default());
        assert_eq!(groups.len(), MOST_GROUPS);
        assert_eq!(inputs, MOST_GROUPS as u64 + 5);
    }

    /// As it is written.
    fn written(groups: &Groups) -> String {
        serde_json::to_string(groups).expect("JSON")
    }

    /// More ways to differ, and more sets of them, than are kept; those that are kept come late.
    #[test]
    fn what_is_kept_does_not_depend_on_the_parts() {
        let inputs: Vec<[String; 2]> = (0..24_000_u64)
            .map(|number| {
                [
                    format!("{:05}", 13_000 - number % 13_000),
                    format!("{:05}", number * 7 % 12_000),
                ]
            })
            .collect();
        let part = |numbers: &mut dyn Iterator<Item = usize>| {
            let mut groups = Groups::default();
            for number in numbers {
                let [one, two] = &inputs[number];
                add(&mut groups, number as u64, &[one, two]);
            }
            groups
        };
        let all = part(&mut (0..inputs.len()));
        assert!(all.dropped() > 0 && all.uncounted > 0 && all.sets.len() == MOST_SETS);
        for parts in [2, 7] {
            let part = |own: usize| part(&mut (0..inputs.len()).filter(|n| n % parts == own));
            let merged = (0..parts).rev().map(part).reduce(|mut sum, one| {
                sum.merge(one);
                sum
            });
            assert!(
                written(&merged.expect("parts")) == written(&all),
                "{parts} parts"
            );
        }
    }

    proptest! {
        #[test]
        fn parts_add_up_in_any_order_and_are_read_as_they_were_written(
            inputs in proptest::collection::vec(proptest::collection::vec("[a-d]", 0..4), 0..40),
            order in Just((0..4_usize).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let part = |own: Option<usize>| {
                let mut groups = Groups::default();
                for (number, fields) in inputs.iter().enumerate() {
                    if own.is_none_or(|own| number % 4 == own) {
                        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
                        add(&mut groups, number as u64, &fields);
                    }
                }
                groups
            };
            let mut sum = Groups::default();
            for own in order {
                let one: Groups = serde_json::from_str(&written(&part(Some(own)))).expect("groups");
                sum.merge(one);
            }
            prop_assert_eq!(written(&sum), written(&part(None)));
        }
    }
}
