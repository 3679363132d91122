//! Where secrets stand in a text.

use std::ops::Range;
use std::sync::Arc;

/// A part of a text that tells a secret, and what is to stand there instead.
#[derive(Clone, Debug)]
pub struct Hit {
    pub range: Range<usize>,
    pub placeholder: Arc<str>,
}

/// The parts of a text that tell secrets.
#[derive(Default)]
pub struct Hits(Vec<Hit>);

impl Hits {
    /// Adds a part. Searches find their parts in the order of their ends, so that what overlaps is near
    /// the end of the list: it becomes one part, and few are kept of a text that is full of them.
    pub fn add(&mut self, mut range: Range<usize>, placeholder: &Arc<str>) {
        let mut placeholder = placeholder;
        let mut longer = None;
        while let Some(last) = self.0.pop_if(|last| overlap(&last.range, &range)) {
            if last.range.len() >= range.len() {
                longer = Some(last.placeholder.clone());
            }
            range = range.start.min(last.range.start)..range.end.max(last.range.end);
        }
        if let Some(longer) = &longer {
            placeholder = longer;
        }
        self.0.push(Hit {
            range,
            placeholder: placeholder.clone(),
        });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first part that was found.
    pub fn first(&self) -> Option<&Hit> {
        self.0.first()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Hit> {
        self.0.iter()
    }

    /// `text` with a placeholder for each part.
    pub fn replace(mut self, text: &[u8]) -> Vec<u8> {
        // Of parts that begin together, the longest gives its name.
        self.0
            .sort_by_key(|hit| (hit.range.start, usize::MAX - hit.range.end));
        let mut replaced = Vec::with_capacity(text.len());
        let mut done = 0;
        for hit in &self.0 {
            if hit.range.start < done {
                done = done.max(hit.range.end);
                continue;
            }
            replaced.extend_from_slice(&text[done..hit.range.start]);
            replaced.extend_from_slice(hit.placeholder.as_bytes());
            done = hit.range.end;
        }
        replaced.extend_from_slice(&text[done..]);
        replaced
    }
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}
