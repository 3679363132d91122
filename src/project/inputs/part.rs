//! Parts of all inputs, which run on machines of their own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use super::entries::{Entries, EntryReader, Extent};
use super::manifest::Manifest;

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

/// How objects are divided, which depends on all of them.
#[derive(Clone, Copy, Debug)]
struct Division {
    /// Of how many parts there are.
    of: u32,
    /// As much as a part should have to read.
    share: u64,
}

impl Division {
    /// In how many pieces an object is read: several, if it is larger than a part should be and may be split.
    fn count(self, extent: Extent) -> u32 {
        let size = extent.size();
        match self.of > 1 && extent.is_lines() && size >= 2 * SMALLEST {
            // A share is that of all parts, of which the object is one of many.
            true => u32::try_from(size.div_ceil(self.share)).unwrap_or(self.of),
            false => 1,
        }
    }

    /// The bytes of a piece, and whether there are others.
    fn range(self, extent: Extent, number: u32) -> (Range<u64>, bool) {
        let count = self.count(extent);
        // In this order no product is too large: a share has a megabyte at least.
        let step = extent.size() / u64::from(count);
        let start = |number| match number == count {
            true => extent.size(),
            false => step * u64::from(number),
        };
        (start(number)..start(number + 1), count > 1)
    }

    /// What it costs to read it.
    fn weight(self, extent: Extent, number: u32) -> u64 {
        let (range, _) = self.range(extent, number);
        range.end - range.start + EACH
    }
}

/// What is read in a part, in the order of the manifest.
pub(super) struct PartPieces {
    entries: Arc<Entries>,
    division: Division,
    /// The numbers of the objects, and of the pieces in them: there may be as many as the manifest has entries.
    own: Vec<(u32, u32)>,
}

impl PartPieces {
    /// Each byte is in exactly one part, and the parts have about as much to read as each other. It depends on the
    /// manifest alone, and so is the same on every machine.
    pub(super) fn new(manifest: &Manifest, part: InputPart) -> PartPieces {
        let entries = manifest.entries.clone();
        let extents = entries.extents();
        let share = manifest.size().div_ceil(u64::from(part.of)).max(SMALLEST);
        let division = Division { of: part.of, share };
        let mut own = Vec::with_capacity(extents.len());
        for (object, extent) in (0..).zip(extents) {
            own.extend((0..division.count(*extent)).map(|number| (object, number)));
        }
        let weight = |(object, number): (u32, u32)| {
            let extent = extents.get(object as usize);
            extent.map_or(0, |extent| division.weight(*extent, number))
        };
        // The largest first, each to the part that has least to read.
        own.sort_unstable_by_key(|piece| (Reverse(weight(*piece)), *piece));
        // More parts than pieces stay empty.
        let count = own.len().min(part.of as usize);
        let numbers = 1..=u32::try_from(count).unwrap_or(part.of);
        let mut loads: BinaryHeap<Reverse<(u64, u32)>> =
            numbers.map(|number| Reverse((0, number))).collect();
        own.retain(|piece| {
            let Some(mut least) = loads.peek_mut() else {
                return false;
            };
            let Reverse((load, number)) = &mut *least;
            *load += weight(*piece);
            *number == part.number
        });
        own.sort_unstable();
        own.shrink_to_fit();
        PartPieces {
            entries,
            division,
            own,
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<InputPiece> {
        let (object, number) = *self.own.get(index)?;
        let extent = *self.entries.extents().get(object as usize)?;
        let (range, is_split) = self.division.range(extent, number);
        Some(InputPiece {
            object,
            range,
            is_split,
        })
    }

    /// All of them, without their objects.
    pub(super) fn iter(&self) -> impl Iterator<Item = InputPiece> {
        (0..self.own.len()).map_while(|index| self.get(index))
    }

    /// What reads the objects' entries.
    pub(super) fn entries(&self) -> EntryReader {
        EntryReader::new(self.entries.clone())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::project::inputs::entries::ManifestEntry;

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
        let manifest: Manifest = [
            entry("a.ndjson", 10 << 20),
            entry("b.ndjson.gz", 10 << 20),
            entry("c.json", 1),
        ]
        .into_iter()
        .collect();
        let pieces = |of| {
            let parts = (1..=of).map(|number| PartPieces::new(&manifest, InputPart { number, of }));
            let mut all: Vec<_> = parts
                .flat_map(|part| part.iter().collect::<Vec<_>>())
                .map(|piece| (piece.object, piece.is_split))
                .collect();
            all.sort_unstable();
            all
        };
        assert_eq!(pieces(4), [(0, true), (0, true), (1, false), (2, false)]);
        assert_eq!(pieces(1), [(0, false), (1, false), (2, false)]);
    }

    proptest! {
        #[test]
        fn every_byte_is_in_exactly_one_part_and_the_parts_are_even(
            sizes in proptest::collection::vec((any::<bool>(), 1..40_000_000_u64), 0..40),
            of in 1..40_u32,
        ) {
            let name = |lines| if lines { "x.ndjson" } else { "x.gz" };
            let manifest: Manifest =
                sizes.iter().map(|(lines, size)| entry(name(*lines), *size)).collect();
            let parts: Vec<Vec<InputPiece>> = (1..=of)
                .map(|number| PartPieces::new(&manifest, InputPart { number, of }).iter().collect())
                .collect();
            let mut all: Vec<&InputPiece> = parts.iter().flatten().collect();
            all.sort_by_key(|piece| (piece.object, piece.range.start));
            let mut next = (0, 0);
            for piece in &all {
                prop_assert_eq!((piece.object, piece.range.start), next);
                prop_assert!(piece.range.end > piece.range.start);
                next = match piece.range.end == sizes[piece.object as usize].1 {
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
