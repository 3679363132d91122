//! How values are spread, in little memory however many there are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Values, counted in buckets that grow with the values: the leading bits of a value say its bucket. With
/// `bits` of them a value is known to one part in 2 to the power of `bits`, or nearly so, and there are at
/// most 64 times as many buckets. What several parts of the values were counted to adds up to what all of them
/// are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Spread {
    bits: u32,
    buckets: BTreeMap<u64, u64>,
    count: u64,
}

impl Spread {
    /// Values to half a percent.
    pub fn coarse() -> Spread {
        Spread::with_bits(8)
    }

    /// Values to a thousandth.
    pub fn fine() -> Spread {
        Spread::with_bits(11)
    }

    fn with_bits(bits: u32) -> Spread {
        Spread {
            bits,
            buckets: BTreeMap::new(),
            count: 0,
        }
    }

    pub fn add(&mut self, value: u64) {
        let shift = (u64::BITS - value.leading_zeros()).saturating_sub(self.bits);
        let bucket = (u64::from(shift) << self.bits) + (value >> shift);
        *self.buckets.entry(bucket).or_default() += 1;
        self.count += 1;
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    /// The value that this part of all values doesn't exceed; 0 where there are none.
    pub fn quantile(&self, part: f64) -> f64 {
        let wanted = (part * self.count as f64).ceil().max(1.0) as u64;
        let mut passed = 0;
        for (bucket, count) in &self.buckets {
            passed += count;
            if passed >= wanted {
                return self.middle(*bucket);
            }
        }
        0.0
    }

    /// What stands for the values of a bucket.
    fn middle(&self, bucket: u64) -> f64 {
        let shift = bucket >> self.bits;
        let first = (bucket & ((1 << self.bits) - 1)) << shift;
        first as f64 + ((1_u64 << shift) - 1) as f64 / 2.0
    }

    /// All values of both, which have the same number of bits.
    pub fn joined(&self, other: &Spread) -> Spread {
        let mut all = self.clone();
        for (bucket, count) in &other.buckets {
            *all.buckets.entry(*bucket).or_default() += count;
        }
        all.count += other.count;
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_near_and_the_memory_is_bounded() {
        let mut spread = Spread::coarse();
        (1..=1_000_000).for_each(|value| spread.add(value));
        for (part, value) in [(0.0, 1.0), (0.5, 500_000.0), (0.99, 990_000.0), (1.0, 1e6)] {
            let found = spread.quantile(part);
            assert!((found - value).abs() <= value / 128.0, "{part}: {found}");
        }
        assert!(spread.buckets.len() < 3000);
        spread.add(u64::MAX);
        assert!(spread.quantile(1.0) > 1.8e19);
        assert_eq!(Spread::fine().quantile(0.5), 0.0);
    }

    #[test]
    fn small_values_are_exact() {
        let mut one = Spread::fine();
        let mut other = Spread::fine();
        [7, 0, 3].into_iter().for_each(|value| one.add(value));
        [2047, 9].into_iter().for_each(|value| other.add(value));
        let all = one.joined(&other);
        let quantiles = [0.2, 0.4, 0.6, 0.8, 1.0].map(|part| all.quantile(part));
        assert_eq!(quantiles, [0.0, 3.0, 7.0, 9.0, 2047.0]);
        assert_eq!(all.count(), 5);
    }
}
