//! Parts of all inputs, which run on machines of their own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;
use std::str::FromStr;

use super::manifest::{Manifest, ManifestEntry};

/// No piece is smaller, in bytes: it would cost more to begin than to read.
const SMALLEST: u64 = 1 << 20;
/// What an object costs beside its bytes, as if it had so many more.
const EACH: u64 = 4 << 10;

/// One of several parts of all inputs: `2/4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputPart {
    /// From 1.
    pub number: u32,
    pub of: u32,
}

impl FromStr for InputPart {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<InputPart, &'static str> {
        let (number, of) = text
            .split_once('/')
            .and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)))
            .ok_or("expected a part such as 1/4, the first of four")?;
        match number {
            1.. if number <= of => Ok(InputPart { number, of }),
            _ => Err("parts count from 1 to the number of parts"),
        }
    }
}

/// An object, or a piece of one: the lines that begin in a range of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputPiece {
    /// The number of its entry in the manifest.
    pub object: u32,
    pub range: Range<u64>,
    /// Whether the object is read in several pieces, maybe in several parts.
    pub is_split: bool,
}

impl InputPart {
    /// What is read in this part, in the order of the manifest. Each byte is in exactly one part, and the parts
    /// have about as much to read as each other. It depends on the manifest alone, and so is the same on every
    /// machine.
    pub fn pieces(self, manifest: &Manifest) -> Vec<InputPiece> {
        let pieces = all_pieces(manifest, self.of);
        let mut order: Vec<usize> = (0..pieces.len()).collect();
        let weight = |piece: &InputPiece| piece.range.end - piece.range.start + EACH;
        // The largest first, each to the part that has least to read.
        order.sort_by_key(|index| (Reverse(weight(&pieces[*index])), *index));
        // More parts than pieces stay empty.
        let count = pieces.len().min(self.of as usize);
        let numbers = 1..=u32::try_from(count).unwrap_or(self.of);
        let mut loads: BinaryHeap<Reverse<(u64, u32)>> =
            numbers.map(|number| Reverse((0, number))).collect();
        let mut own = Vec::new();
        for index in order {
            let Some(Reverse((load, number))) = loads.pop() else {
                break;
            };
            if number == self.number {
                own.push(index);
            }
            loads.push(Reverse((load + weight(&pieces[index]), number)));
        }
        own.sort_unstable();
        own.into_iter().map(|index| pieces[index].clone()).collect()
    }
}

/// All objects for so many parts; those that are larger than a part should be, in pieces where they may be.
fn all_pieces(manifest: &Manifest, of: u32) -> Vec<InputPiece> {
    let share = manifest.size().div_ceil(u64::from(of)).max(SMALLEST);
    let mut pieces = Vec::with_capacity(manifest.entries.len());
    for (object, entry) in (0..).zip(&manifest.entries) {
        let count = match of > 1 && is_lines(entry) && entry.size >= 2 * SMALLEST {
            true => entry.size.div_ceil(share),
            false => 1,
        };
        // In this order no product is too large: a share has a megabyte at least.
        let step = entry.size / count;
        let start = |number| match number == count {
            true => entry.size,
            false => step * number,
        };
        pieces.extend((0..count).map(|number| InputPiece {
            object,
            range: start(number)..start(number + 1),
            is_split: count > 1,
        }));
    }
    pieces
}

/// Whether an object says of itself that it has an event a line, and isn't gzipped.
fn is_lines(entry: &ManifestEntry) -> bool {
    [".ndjson", ".jsonl"]
        .iter()
        .any(|suffix| entry.name.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_is_written_as_a_fraction() {
        assert_eq!("2/4".parse(), Ok(InputPart { number: 2, of: 4 }));
        for bad in ["0/4", "5/4", "4", "a/b", "1/0", "1/-2"] {
            assert!(bad.parse::<InputPart>().is_err(), "{bad}");
        }
    }

    fn entry(name: &str, size: u64) -> ManifestEntry {
        ManifestEntry {
            name: name.to_owned(),
            size,
            etag: None,
        }
    }

    #[test]
    fn only_lines_are_split() {
        let manifest = Manifest {
            entries: vec![
                entry("a.ndjson", 10 << 20),
                entry("b.ndjson.gz", 10 << 20),
                entry("c.json", 1),
            ],
        };
        let pieces = all_pieces(&manifest, 4);
        let shown: Vec<_> = pieces
            .iter()
            .map(|piece| (piece.object, piece.is_split))
            .collect();
        assert_eq!(shown, [(0, true), (0, true), (1, false), (2, false)]);
        assert!(all_pieces(&manifest, 1).iter().all(|piece| !piece.is_split));
    }

    proptest! {
        #[test]
        fn every_byte_is_in_exactly_one_part_and_the_parts_are_even(
            sizes in proptest::collection::vec((any::<bool>(), 1..40_000_000_u64), 0..40),
            of in 1..40_u32,
        ) {
            let name = |lines| if lines { "x.ndjson" } else { "x.gz" };
            let manifest = Manifest {
                entries: sizes.iter().map(|(lines, size)| entry(name(*lines), *size)).collect(),
            };
            let parts: Vec<Vec<InputPiece>> =
                (1..=of).map(|number| InputPart { number, of }.pieces(&manifest)).collect();
            let mut all: Vec<&InputPiece> = parts.iter().flatten().collect();
            all.sort_by_key(|piece| (piece.object, piece.range.start));
            let mut next = (0, 0);
            for piece in &all {
                prop_assert_eq!((piece.object, piece.range.start), next);
                prop_assert!(piece.range.end > piece.range.start);
                next = match piece.range.end == manifest.entries[piece.object as usize].size {
                    true => (piece.object + 1, 0),
                    false => (piece.object, piece.range.end),
                };
            }
            prop_assert_eq!(next, (sizes.len() as u32, 0));
            let weight = |piece: &InputPiece| piece.range.end - piece.range.start + EACH;
            let loads = parts.iter().map(|part| part.iter().map(weight).sum::<u64>());
            let largest = all.iter().map(|piece| weight(piece)).max().unwrap_or(0);
            let (least, most) = (loads.clone().min().unwrap_or(0), loads.max().unwrap_or(0));
            prop_assert!(most - least <= largest, "{} {}", least, most);
            for part in &parts {
                prop_assert!(part.is_sorted_by_key(|piece| (piece.object, piece.range.start)));
            }
        }
    }
}
