//! Some of many inputs: those since a time, those that fit a condition, and a sample.

use std::time::SystemTime;

use crate::function::Input;
use crate::project::inputs::condition::Condition;
use crate::text::time;

/// Which inputs are taken.
#[derive(Clone, Debug, Default)]
pub struct EventSelection {
    /// Only events that came at this time or later. What doesn't say when it was is taken.
    pub since: Option<SystemTime>,
    /// Only events that fit.
    pub condition: Option<Condition>,
    /// Only so many of those, each as likely as any other, and the same ones each time.
    pub sample: Option<usize>,
}

/// The chosen ones of `inputs`, in their order. A sample has to see all inputs before the first is
/// there; it holds only as many as it takes.
pub fn select<I>(
    inputs: I,
    selection: EventSelection,
) -> Box<dyn Iterator<Item = Vec<Input>> + Send>
where
    I: Iterator<Item = Vec<Input>> + Send + 'static,
{
    let EventSelection {
        since,
        condition,
        sample,
    } = selection;
    let mut chosen: Box<dyn Iterator<Item = Vec<Input>> + Send> = Box::new(inputs);
    if let Some(since) = since {
        chosen = Box::new(chosen.map(move |mut portion| {
            portion.retain_mut(|input| {
                // Who needs it next has no need to look for it.
                input.time = time::from_event(&input.json);
                input.time.is_none_or(|time| time >= since)
            });
            portion
        }));
    }
    if let Some(condition) = condition {
        chosen = Box::new(chosen.map(move |portion| {
            let inputs = portion.into_iter();
            inputs.filter_map(|input| condition.choose(input)).collect()
        }));
    }
    match sample {
        // Only when it is asked for: the reader's thread is to wait for the inputs.
        Some(size) => Box::new(std::iter::once_with(move || take(chosen, size))),
        None => chosen,
    }
}

/// Vitter's algorithm R.
fn take(inputs: impl Iterator<Item = Vec<Input>>, size: usize) -> Vec<Input> {
    let mut random = Random(0);
    let mut taken: Vec<(u64, Input)> = Vec::new();
    for (number, input) in (0..).zip(inputs.flatten()) {
        if taken.len() < size {
            taken.push((number, input));
            continue;
        }
        let place = random.below(number + 1);
        if let Some(place) = usize::try_from(place).ok().filter(|place| *place < size) {
            taken[place] = (number, input);
        }
    }
    taken.sort_by_key(|(number, _)| *number);
    taken.into_iter().map(|(_, input)| input).collect()
}

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, by the upper half of a product (Lemire): the bias is of no matter here.
    fn below(&mut self, limit: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(limit);
        u64::try_from(product >> 64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(count: usize) -> impl Iterator<Item = Vec<Input>> + Send {
        (0..count).map(|number| {
            vec![Input::new(
                number.to_string(),
                format!(
                    "{{\"receivedAt\":\"2026-01-01T00:00:{:02}Z\"}}",
                    number % 60
                ),
            )]
        })
    }

    fn names(count: usize, selection: EventSelection) -> Vec<usize> {
        let number = |input: Input| input.name.parse().expect("a number");
        select(inputs(count), selection)
            .flatten()
            .map(number)
            .collect()
    }

    #[test]
    fn a_sample_is_even_in_order_and_always_the_same() {
        let selection = EventSelection {
            sample: Some(1000),
            ..EventSelection::default()
        };
        let taken = names(10_000, selection.clone());
        assert_eq!(taken, names(10_000, selection.clone()));
        assert_eq!(taken.len(), 1000);
        assert!(taken.is_sorted());
        for tenth in 0..10_usize {
            let range = tenth * 1000..(tenth + 1) * 1000;
            let there = taken
                .iter()
                .filter(|number| range.contains(*number))
                .count();
            assert!((60..140).contains(&there), "{there} of {range:?}");
        }
        assert_eq!(names(7, selection), [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn older_events_are_left_out() {
        let since = time::parse("2026-01-01T00:00:58Z");
        let selection = EventSelection {
            since,
            ..EventSelection::default()
        };
        assert_eq!(names(120, selection.clone()), [58, 59, 118, 119]);
        let first = select(inputs(120), selection.clone()).flatten().next();
        assert_eq!(first.expect("an input").time, since);
        let both = EventSelection {
            sample: Some(3),
            ..selection
        };
        assert_eq!(names(120, both).len(), 3);
    }
}
