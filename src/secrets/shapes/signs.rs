//! Finds the signs of all shapes at one look.

/// So many bytes of a sign's beginning are looked up.
const GRAM: usize = 3;

/// Of a hash, so many bits: with some two hundred beginnings, one look in two hundred is a mistake.
const BITS: u32 = 15;

/// What stands behind a sign that is shorter: both of these are before hexadecimal digits.
const DIGITS: &[u8; 16] = b"0123456789abcdef";

pub(super) struct Signs {
    /// The hashes of all beginnings.
    filter: Box<[u64; 1 << (BITS - 6)]>,
    /// By their first byte: signs, and the numbers of their shapes.
    by_first: Vec<Vec<(&'static [u8], usize)>>,
}

impl Signs {
    /// Of all signs, each with the number of its shape.
    pub fn new(all: impl Iterator<Item = (&'static str, usize)>) -> Signs {
        let mut signs = Signs {
            filter: Box::new([0; _]),
            by_first: vec![Vec::new(); 256],
        };
        all.for_each(|(sign, shape)| signs.add(sign.as_bytes(), shape));
        signs
    }

    fn add(&mut self, sign: &'static [u8], shape: usize) {
        match *sign {
            [first, second, third, ..] => self.insert([first, second, third]),
            [first, second] => DIGITS
                .iter()
                .for_each(|digit| self.insert([first, second, *digit])),
            _ => return,
        }
        self.by_first[usize::from(sign[0])].push((sign, shape));
    }

    fn insert(&mut self, gram: [u8; GRAM]) {
        let hash = hash(gram);
        self.filter[hash >> 6] |= 1 << (hash & 63);
    }

    /// The shapes of the signs in `text`, a bit each.
    pub fn shapes_in(&self, text: &[u8]) -> u128 {
        let (mut found, mut at) = (0, 0);
        while let Some(next) = self.first(&text[at..]) {
            at += next;
            for (sign, shape) in &self.by_first[usize::from(text[at])] {
                if text[at..].starts_with(sign) {
                    found |= 1 << shape;
                }
            }
            at += 1;
        }
        found
    }

    /// Where the first sign may begin. All texts go through this loop, so that nothing else is in it.
    #[inline(never)]
    fn first(&self, text: &[u8]) -> Option<usize> {
        let mut grams = text.array_windows::<GRAM>();
        grams.position(|gram| {
            let hash = hash(*gram);
            self.filter[hash >> 6] >> (hash & 63) & 1 == 1
        })
    }
}

#[inline]
fn hash([first, second, third]: [u8; GRAM]) -> usize {
    let key = u32::from_le_bytes([first, second, third, 0]);
    (key.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize
}
