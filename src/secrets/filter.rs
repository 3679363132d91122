//! A small set that may say yes by mistake, but never no.

/// So many bytes of a value's end, and of its beginning, tell that it may be there. No value is shorter.
pub const GRAM: usize = 4;

/// Of a hash, so many bits. All that they can name takes 32 KiB, which stays near the processor. A secret is
/// some twenty keys, so that with a hundred of them one look in seven thousand is a mistake.
const BITS: u32 = 18;

type Words = [u64; 1 << (BITS - 6)];

/// Which hashes are in the set: each key has two.
#[derive(Default)]
pub struct Filter(Option<Box<Words>>);

impl Filter {
    pub fn insert(&mut self, key: u32) {
        let words = self.0.get_or_insert_with(|| Box::new([0; _]));
        for hash in [first_hash(key), second_hash(key)] {
            words[hash >> 6] |= 1 << (hash & 63);
        }
    }

    #[inline]
    pub fn may_contain(&self, key: u32) -> bool {
        self.0.as_deref().is_some_and(|words| has(words, key))
    }

    /// Where the first bytes of `text` begin that may be in the set, as a number in little-endian order,
    /// and that number. All texts go through this loop, so that nothing else is in it.
    #[inline(never)]
    pub fn first_gram(&self, text: &[u8]) -> Option<(usize, u32)> {
        let words = self.0.as_deref()?;
        let mut grams = text
            .array_windows::<GRAM>()
            .map(|gram| u32::from_le_bytes(*gram));
        let at = grams.position(|gram| has(words, gram))?;
        Some((at, u32::from_le_bytes(*text[at..].first_chunk()?)))
    }
}

#[inline]
fn has(words: &Words, key: u32) -> bool {
    let is_set = |hash: usize| words[hash >> 6] >> (hash & 63) & 1 == 1;
    is_set(first_hash(key)) && is_set(second_hash(key))
}

#[inline]
fn first_hash(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize
}

#[inline]
fn second_hash(key: u32) -> usize {
    (key.wrapping_mul(0x85eb_ca6b) >> (32 - BITS)) as usize
}
