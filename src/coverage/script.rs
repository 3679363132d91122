//! What ran of one script, and how often: V8's counts of functions and of the blocks in them, added
//! up over instances, cases and shards.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

/// A stretch of a script: from `start` to before `end`, in UTF-16 code units, as V8 counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

/// A stretch that ran `count` times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub span: Span,
    pub count: u64,
}

/// The counts of one script's functions. The first one by [`Span`] is the script itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<FunctionCoverage>", into = "Vec<FunctionCoverage>")]
pub struct ScriptCoverage {
    functions: BTreeMap<Key, FunctionCoverage>,
}

/// Functions of one place in the order that puts a function before those in it.
type Key = (u32, std::cmp::Reverse<u32>, String);

/// The counts of one function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionCoverage {
    /// Empty for a function without one.
    pub name: String,
    pub span: Span,
    /// Whether V8 counted its blocks, and not only its calls.
    pub by_block: bool,
    /// How often each part of it ran: they follow each other without a gap.
    parts: Vec<Count>,
    /// The blocks that V8 told apart in any run. It tells only of those that ran more or less often
    /// than what is around them, and of neighbours with one count as one.
    blocks: BTreeSet<Span>,
}

impl FunctionCoverage {
    /// From V8's ranges: the first is the function, and each later one is in one before, whose count
    /// it replaces. `None` when there is none.
    pub fn new(name: String, by_block: bool, ranges: &[Count]) -> Option<FunctionCoverage> {
        let (whole, blocks) = ranges.split_first()?;
        let mut function = FunctionCoverage {
            name,
            span: whole.span,
            by_block,
            parts: vec![*whole],
            blocks: BTreeSet::new(),
        };
        for block in blocks {
            function.paint(*block);
            function.blocks.insert(block.span);
        }
        Some(function)
    }

    /// How often it was called.
    pub fn count(&self) -> u64 {
        self.parts.first().map_or(0, |part| part.count)
    }

    /// How often each part of it ran.
    pub fn parts(&self) -> &[Count] {
        &self.parts
    }

    /// All blocks that were told apart.
    pub fn blocks(&self) -> &BTreeSet<Span> {
        &self.blocks
    }

    /// Gives stretches of it other counts, without making blocks of them.
    pub(super) fn add_parts(&mut self, parts: &[Count]) {
        for part in parts {
            self.paint(*part);
        }
    }

    /// Adds blocks that were told apart before.
    pub(super) fn add_blocks(&mut self, blocks: impl IntoIterator<Item = Span>) {
        self.blocks.extend(blocks);
    }

    /// The blocks, without those that only stand for several others, and how often each ran.
    pub fn branches(&self) -> Vec<Count> {
        let single = |span: &&Span| !self.is_tiled(**span);
        self.blocks
            .iter()
            .filter(single)
            .map(|span| Count {
                span: *span,
                count: self.count_at(span.start),
            })
            .collect()
    }

    /// Whether other blocks, one behind the other, make up `span`.
    fn is_tiled(&self, span: Span) -> bool {
        let mut reached = BTreeSet::from([span.start]);
        while let Some(start) = reached.pop_first() {
            if start == span.end {
                return true;
            }
            let from = Span { start, end: 0 };
            let following = self.blocks.range(from..).take_while(|b| b.start == start);
            let inside = following.filter(|block| **block != span && block.end <= span.end);
            reached.extend(inside.map(|block| block.end));
        }
        false
    }

    /// How often the code unit at `offset` ran.
    pub fn count_at(&self, offset: u32) -> u64 {
        let index = self.parts.partition_point(|part| part.span.end <= offset);
        self.parts.get(index).map_or(0, |part| part.count)
    }

    /// Gives a stretch of it another count.
    fn paint(&mut self, block: Count) {
        let Span { start, end } = block.span;
        let mut parts = Vec::with_capacity(self.parts.len() + 2);
        for part in &self.parts {
            let cut = |from: u32, to: u32, count: u64| {
                let span = Span {
                    start: from.max(part.span.start),
                    end: to.min(part.span.end),
                };
                (span.start < span.end).then_some(Count { span, count })
            };
            parts.extend(cut(0, start, part.count));
            parts.extend(cut(start, end, block.count));
            parts.extend(cut(end, u32::MAX, part.count));
        }
        self.parts = joined(parts);
    }

    /// Adds the counts of the same function.
    fn add(&mut self, other: &FunctionCoverage) {
        let edges: BTreeSet<u32> = [&self.parts, &other.parts]
            .into_iter()
            .flatten()
            .flat_map(|part| [part.span.start, part.span.end])
            .collect();
        let edges: Vec<u32> = edges.into_iter().collect();
        let parts = edges.windows(2).map(|edge| Count {
            span: Span {
                start: edge[0],
                end: edge[1],
            },
            count: self
                .count_at(edge[0])
                .saturating_add(other.count_at(edge[0])),
        });
        self.parts = joined(parts.collect());
        self.blocks.extend(&other.blocks);
        self.by_block |= other.by_block;
    }
}

/// Neighbours with one count become one.
fn joined(parts: Vec<Count>) -> Vec<Count> {
    let mut joined: Vec<Count> = Vec::with_capacity(parts.len());
    for part in parts {
        match joined.last_mut() {
            Some(last) if last.count == part.count && last.span.end == part.span.start => {
                last.span.end = part.span.end;
            }
            _ => joined.push(part),
        }
    }
    joined
}

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

    /// The functions, each before those in it.
    pub fn functions(&self) -> impl Iterator<Item = &FunctionCoverage> {
        self.functions.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
