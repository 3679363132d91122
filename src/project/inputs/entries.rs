//! The entries of a manifest, kept small: the names and ETags of a million objects are over a hundred megabytes, and
//! each part has all of them, though it reads few.

use std::io::{Read, Write};
use std::sync::Arc;

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};

/// So many entries are packed together.
const TOGETHER: usize = 2048;

/// A file of events, or an object of an archive, as it was listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// A path, or `s3://BUCKET/KEY`.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// Of an object: by it, S3 tells whether it is still the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

impl ManifestEntry {
    /// Whether an object says of itself that it has an event a line, and isn't gzipped.
    fn is_lines(&self) -> bool {
        [".ndjson", ".jsonl"]
            .iter()
            .any(|suffix| self.name.ends_with(suffix))
    }
}

/// What an entry is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent(u64);

impl Extent {
    /// The highest bit, which no size has.
    const LINES: u64 = 1 << 63;

    fn of(entry: &ManifestEntry) -> Extent {
        let size = entry.size.min(Extent::LINES - 1);
        match entry.is_lines() {
            true => Extent(size | Extent::LINES),
            false => Extent(size),
        }
    }

    /// In bytes.
    pub(super) fn size(self) -> u64 {
        self.0 & !Extent::LINES
    }

    /// Whether it may be read in pieces.
    pub(super) fn is_lines(self) -> bool {
        self.0 & Extent::LINES != 0
    }
}

/// Entries in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entries {
    extents: Vec<Extent>,
    /// The names and ETags of all but the last entries.
    blocks: Vec<Block>,
    /// Those of the last, as they are before they are packed.
    last: Vec<u8>,
}

/// The names and ETags of some entries, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    packed: Box<[u8]>,
    /// Of what is packed, in bytes.
    length: usize,
}

impl Block {
    /// By what packs results, too: to have zstd's compressor as well would make the program larger.
    fn pack(texts: &[u8]) -> Block {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        let packed = encoder.write_all(texts).and_then(|()| encoder.finish());
        Block {
            packed: packed.expect("memory is packed").into_boxed_slice(),
            length: texts.len(),
        }
    }

    fn unpack(&self) -> Vec<u8> {
        let mut texts = Vec::with_capacity(self.length);
        DeflateDecoder::new(&self.packed[..])
            .read_to_end(&mut texts)
            .expect("what is unpacked was packed before");
        texts
    }
}

impl Entries {
    pub(super) fn push(&mut self, entry: &ManifestEntry) {
        self.extents.push(Extent::of(entry));
        let last = std::mem::take(&mut self.last);
        let texts = (&entry.name, &entry.etag);
        self.last = postcard::to_extend(&texts, last).expect("texts are packed into memory");
        if self.extents.len().is_multiple_of(TOGETHER) {
            self.blocks.push(Block::pack(&self.last));
            self.last.clear();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.extents.len()
    }

    pub(super) fn extents(&self) -> &[Extent] {
        &self.extents
    }
}

/// Reads entries, which is cheap where they are asked for in their order.
pub(super) struct EntryReader {
    entries: Arc<Entries>,
    /// The number of the block that is unpacked, if one is.
    block: Option<usize>,
    unpacked: Vec<u8>,
    /// The number of the next entry, and where it begins.
    next: usize,
    at: usize,
}

impl EntryReader {
    pub(super) fn new(entries: Arc<Entries>) -> EntryReader {
        EntryReader {
            entries,
            block: None,
            unpacked: Vec::new(),
            next: 0,
            at: 0,
        }
    }

    /// The entry of this number.
    pub(super) fn entry(&mut self, number: usize) -> Option<ManifestEntry> {
        let size = self.entries.extents.get(number)?.size();
        let block = number / TOGETHER;
        if self.block != Some(block) {
            self.unpacked = match self.entries.blocks.get(block) {
                Some(block) => block.unpack(),
                None => self.entries.last.clone(),
            };
        }
        if self.block.replace(block) != Some(block) || self.next > number {
            (self.next, self.at) = (block * TOGETHER, 0);
        }
        loop {
            let left = &self.unpacked[self.at..];
            let ((name, etag), left) = postcard::take_from_bytes::<(&str, Option<&str>)>(left)
                .expect("what was packed are texts");
            self.at = self.unpacked.len() - left.len();
            self.next += 1;
            if self.next > number {
                return Some(ManifestEntry {
                    name: name.to_owned(),
                    size,
                    etag: etag.map(str::to_owned),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::text::hex;

    /// Entries such as Segment's, whose names and ETags have little in common.
    fn listed(count: usize) -> Vec<ManifestEntry> {
        let entry = |number: usize| {
            let random = hex(&Sha256::digest(number.to_le_bytes()));
            let day = 1_432_684_800 + 86_400 * (number / 3000);
            let second = day + number % 3000;
            ManifestEntry {
                name: format!(
                    "s3://archive/segment-logs/gAbtXy12/{day}000/{second}.{}.gz",
                    &random[..12]
                ),
                size: number as u64,
                etag: Some(format!("\"{}\"", &random[32..])),
            }
        };
        (0..count).map(entry).collect()
    }

    fn packed(all: &[ManifestEntry]) -> Entries {
        let mut entries = Entries::default();
        all.iter().for_each(|entry| entries.push(entry));
        entries
    }

    #[test]
    fn a_million_entries_take_tens_of_megabytes() {
        let entries = packed(&listed(20_000));
        let blocks = entries.blocks.iter().map(|block| block.packed.len());
        let bytes = blocks.sum::<usize>() + size_of_val(entries.extents());
        assert!(bytes / entries.len() < 55, "{bytes}");
        assert!(entries.last.len() < bytes / 3);
    }

    #[test]
    fn entries_are_read_as_they_were_pushed_in_any_order() {
        for count in [0, 1, TOGETHER, 2 * TOGETHER + 5] {
            let all = listed(count);
            let mut reader = EntryReader::new(Arc::new(packed(&all)));
            let in_order = (0..count).filter(|number| number % 7 != 3);
            let back = (0..count + 9).rev().step_by(997);
            let same = [count / 2; 3];
            for number in in_order.chain(back).chain(same) {
                assert_eq!(reader.entry(number), all.get(number).cloned(), "{number}");
            }
        }
    }
}
