//! What ran of one function, and how often: V8's counts of the function and of the blocks in it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::coverage::{Count, Span};

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
    pub fn add_parts(&mut self, parts: &[Count]) {
        for part in parts {
            self.paint(*part);
        }
    }

    /// Adds blocks that were told apart before.
    pub fn add_blocks(&mut self, blocks: impl IntoIterator<Item = Span>) {
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
    pub fn add(&mut self, other: &FunctionCoverage) {
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
