//! Permutations that a key chooses: no two texts of a form become the same.

use crate::pseudonyms::key::PseudonymKey;

/// So many symbols are permuted together at most: the numbers that their halves make fit into 64 bits, also of
/// the largest alphabets.
const TOGETHER: usize = 8;
/// After four rounds nobody can tell a Feistel network from chance; more cost little.
const ROUNDS: u8 = 8;

/// A symbol: its place in an alphabet, and how many that alphabet has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol {
    pub place: u32,
    pub of: u32,
}

/// Other symbols of the same alphabets, by a Feistel network over numbers of mixed radix. `purpose` keeps uses
/// apart. The symbols stay the same only where no others are possible.
pub(super) fn permute(key: &PseudonymKey, purpose: &str, symbols: &mut [Symbol]) {
    let length = symbols.len();
    for (number, chunk) in symbols.chunks_mut(TOGETHER).enumerate() {
        let purpose = format!("{purpose} {length} {number}");
        let before: Vec<u32> = chunk.iter().map(|symbol| symbol.place).collect();
        permute_chunk(key, &purpose, chunk);
        // A value that would stand for itself takes another's place: rather that than to be told.
        let stays = |chunk: &[Symbol]| chunk.iter().map(|symbol| symbol.place).eq(before.clone());
        if stays(chunk) {
            permute_chunk(key, &format!("{purpose} again"), chunk);
        }
        if stays(chunk)
            && let Some(symbol) = chunk.iter_mut().find(|symbol| symbol.of > 1)
        {
            symbol.place = (symbol.place + 1) % symbol.of;
        }
    }
}

fn permute_chunk(key: &PseudonymKey, purpose: &str, chunk: &mut [Symbol]) {
    let (left, right) = chunk.split_at_mut(chunk.len() / 2);
    let sizes = chunk_sizes(left, right);
    let (mut a, mut b) = (number_of(left), number_of(right));
    for round in 0..ROUNDS {
        let drawn =
            |other: u64| key.number(purpose, &[&[round][..], &other.to_be_bytes()].concat());
        match round % 2 {
            0 => b = shifted(b, drawn(a), sizes.1),
            _ => a = shifted(a, drawn(b), sizes.0),
        }
    }
    write(left, a);
    write(right, b);
}

/// How many numbers each half can make.
fn chunk_sizes(left: &[Symbol], right: &[Symbol]) -> (u64, u64) {
    let size = |half: &[Symbol]| half.iter().map(|symbol| u64::from(symbol.of)).product();
    (size(left), size(right))
}

fn shifted(number: u64, by: u64, size: u64) -> u64 {
    let sum = (u128::from(number) + u128::from(by)) % u128::from(size.max(1));
    u64::try_from(sum).unwrap_or_default()
}

fn number_of(symbols: &[Symbol]) -> u64 {
    let add = |sum: u64, symbol: &Symbol| sum * u64::from(symbol.of) + u64::from(symbol.place);
    symbols.iter().fold(0, add)
}

fn write(symbols: &mut [Symbol], mut number: u64) {
    for symbol in symbols.iter_mut().rev() {
        let of = u64::from(symbol.of);
        symbol.place = u32::try_from(number % of).unwrap_or_default();
        number /= of;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn permuted(places: &[u32], of: &[u32]) -> Vec<u32> {
        let mut symbols: Vec<Symbol> = places
            .iter()
            .zip(of)
            .map(|(place, of)| Symbol {
                place: *place,
                of: *of,
            })
            .collect();
        permute(&PseudonymKey::of(7), "test", &mut symbols);
        symbols.iter().map(|symbol| symbol.place).collect()
    }

    #[test]
    fn different_texts_become_different_ones_and_none_stays() {
        let of = [10, 5, 21];
        let mut seen = BTreeSet::new();
        let mut collisions = 0;
        for number in 0..10 * 5 * 21 {
            let places = [number / 105, number / 21 % 5, number % 21];
            let new = permuted(&places, &of);
            assert_ne!(new, places);
            assert!(new.iter().zip(&of).all(|(place, of)| place < of));
            collisions += u32::from(!seen.insert(new));
        }
        // Of those alone that would have stayed.
        assert!(collisions < 5, "{collisions}");
    }

    #[test]
    fn a_single_symbol_and_long_texts_change() {
        for place in 0..10 {
            assert_ne!(permuted(&[place], &[10]), [place]);
        }
        let long = [3; 100];
        let new = permuted(&long, &[20_902; 100]);
        assert!(new.chunks(8).all(|chunk| chunk != &long[..chunk.len()]));
        assert_eq!(permuted(&[0, 0], &[1, 1]), [0, 0]);
    }
}
