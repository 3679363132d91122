//! How many of how many.

use std::fmt;

/// How many of how many ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    pub covered: usize,
    pub total: usize,
}

impl Ratio {
    /// How many of these counts aren't zero.
    pub fn from_counts(counts: impl Iterator<Item = u64>) -> Ratio {
        counts.fold(Ratio::default(), |ratio, count| Ratio {
            covered: ratio.covered + usize::from(count > 0),
            total: ratio.total + 1,
        })
    }

    /// Adds another's.
    pub fn add(&mut self, other: Ratio) {
        self.covered += other.covered;
        self.total += other.total;
    }

    /// 100 where there is nothing.
    pub fn percent(self) -> f64 {
        if self.total == 0 {
            return 100.0;
        }
        self.covered as f64 * 100.0 / self.total as f64
    }
}

/// `87.5%`; never rounded up to `100.0%`.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1}%", (self.percent() * 10.0).floor() / 10.0)
    }
}
