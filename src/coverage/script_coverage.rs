//! What ran of one script, and how often: the counts of its functions, added up over instances, cases
//! and shards.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::coverage::{FunctionCoverage, Span};

/// The counts of one script's functions. The first one by [`Span`] is the script itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<FunctionCoverage>", into = "Vec<FunctionCoverage>")]
pub struct ScriptCoverage {
    functions: BTreeMap<Key, FunctionCoverage>,
}

/// Functions of one place in the order that puts a function before those in it.
type Key = (u32, std::cmp::Reverse<u32>, String);

impl From<Vec<FunctionCoverage>> for ScriptCoverage {
    fn from(functions: Vec<FunctionCoverage>) -> ScriptCoverage {
        let mut script = ScriptCoverage::default();
        functions.into_iter().for_each(|f| script.add_function(f));
        script
    }
}

impl From<ScriptCoverage> for Vec<FunctionCoverage> {
    fn from(script: ScriptCoverage) -> Vec<FunctionCoverage> {
        script.functions.into_values().collect()
    }
}

impl ScriptCoverage {
    /// Adds a function's counts.
    pub fn add_function(&mut self, function: FunctionCoverage) {
        let Span { start, end } = function.span;
        let key = (start, std::cmp::Reverse(end), function.name.clone());
        match self.functions.get_mut(&key) {
            Some(known) => known.add(&function),
            None => {
                self.functions.insert(key, function);
            }
        }
    }

    /// Adds what ran elsewhere of the same script. The order of additions makes no difference.
    pub fn add(&mut self, other: ScriptCoverage) {
        for function in other.functions.into_values() {
            self.add_function(function);
        }
    }

    /// Which parts of the script ran, however often.
    pub fn path(&self) -> impl Iterator<Item = Span> {
        let parts = self.functions().flat_map(FunctionCoverage::parts);
        parts.filter(|part| part.count > 0).map(|part| part.span)
    }

    /// The functions, each before those in it.
    pub fn functions(&self) -> impl Iterator<Item = &FunctionCoverage> {
        self.functions.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::Count;

    fn count(start: u32, end: u32, count: u64) -> Count {
        Count {
            span: Span { start, end },
            count,
        }
    }

    fn function(ranges: &[Count]) -> FunctionCoverage {
        FunctionCoverage::new("f".into(), true, ranges).unwrap()
    }

    fn sum(functions: &[&FunctionCoverage]) -> FunctionCoverage {
        let mut script = ScriptCoverage::default();
        for each in functions {
            script.add_function((*each).clone());
        }
        script.functions().next().unwrap().clone()
    }

    #[test]
    fn a_block_replaces_the_count_of_what_is_around_it() {
        let function = function(&[count(0, 100, 3), count(10, 50, 2), count(20, 30, 0)]);
        let counts: Vec<_> = [0, 10, 20, 29, 30, 50, 99, 100]
            .map(|offset| function.count_at(offset))
            .into();
        assert_eq!(counts, [3, 2, 0, 0, 2, 3, 3, 0]);
    }

    #[test]
    fn counts_add_up_where_the_runs_told_other_blocks_apart() {
        // Both branches of an `if` were missed by one run, which tells them as one.
        let first = function(&[count(0, 100, 1), count(10, 30, 0)]);
        let second = function(&[count(0, 100, 5), count(10, 20, 4), count(20, 30, 1)]);
        let third = function(&[count(0, 100, 2), count(15, 25, 9)]);
        let all = sum(&[&first, &second, &third]);
        assert_eq!(all, sum(&[&third, &second, &first]));
        assert_eq!(all, sum(&[&second, &sum(&[&third, &first])]));
        let counts = [0, 10, 15, 20, 25, 30].map(|offset| all.count_at(offset));
        assert_eq!(counts, [8, 6, 13, 10, 3, 8]);
        let branches = sum(&[&first, &second]).branches();
        assert_eq!(branches, [count(10, 20, 4), count(20, 30, 1)]);
    }

    #[test]
    fn a_function_that_was_never_called_is_one_stretch() {
        let never = function(&[count(0, 100, 0)]);
        let once = function(&[count(0, 100, 1), count(40, 60, 0)]);
        let both = sum(&[&never, &once]);
        assert_eq!(both.count(), 1);
        assert_eq!(both.branches(), [count(40, 60, 0)]);
    }
}
