//! When measurements say the same.

/// Measurements of one thing that differ by more than this part are not shown.
const TOLERANCE: f64 = 0.05;

/// Whether two measurements of one thing are near enough to each other.
pub fn agree(one: f64, other: f64) -> bool {
    all_agree(&[one, other])
}

/// Whether several are.
pub fn all_agree(all: &[f64]) -> bool {
    let least = all.iter().copied().fold(f64::INFINITY, f64::min);
    let most = all.iter().copied().fold(0.0, f64::max);
    most - least <= TOLERANCE * most
}
