//! A small set that may say yes by mistake, but never no.

/// So many bytes of a value's end, and of its beginning, tell that it may be there. No value is shorter.
pub const GRAM: usize = 4;

/// Which hashes of 16 bits are in the set. Eight KiB, so that it stays in the processor's nearest cache.
pub struct Filter(Box<[u64; 1024]>);

impl Default for Filter {
    fn default() -> Filter {
        Filter(Box::new([0; 1024]))
    }
}

impl Filter {
    pub fn insert(&mut self, key: u32) {
        let hash = hash(key);
        self.0[hash >> 6] |= 1 << (hash & 63);
    }

    #[inline]
    pub fn may_contain(&self, key: u32) -> bool {
        let hash = hash(key);
        self.0[hash >> 6] >> (hash & 63) & 1 == 1
    }

    /// Where the first bytes of `text` begin that may be in the set, as a number in little-endian order,
    /// and that number. All texts go through this loop, so that nothing else is in it.
    #[inline(never)]
    pub fn first_gram(&self, text: &[u8]) -> Option<(usize, u32)> {
        let mut grams = text
            .array_windows::<GRAM>()
            .map(|gram| u32::from_le_bytes(*gram));
        let at = grams.position(|gram| self.may_contain(gram))?;
        Some((at, u32::from_le_bytes(*text[at..].first_chunk()?)))
    }
}

#[inline]
fn hash(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> 16) as usize
}
