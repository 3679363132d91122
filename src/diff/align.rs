//! Tells which items of two lists belong together, so that one missing item doesn't make all those
//! behind it look different.

use std::hash::Hash;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// An item, by its place in either list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aligned {
    Both { base: usize, candidate: usize },
    OnlyBase(usize),
    OnlyCandidate(usize),
}

/// Pairs the items of two lists that have equal names, in order. Of lists that differ a lot it may
/// pair fewer than it could, so that it stays fast.
pub fn align<N: Eq + Hash>(base: &[N], candidate: &[N]) -> Vec<Aligned> {
    let mut items = Vec::with_capacity(base.len().max(candidate.len()));
    for op in capture_diff_slices(Algorithm::Myers, base, candidate) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            items.extend((0..len).map(|n| Aligned::Both {
                base: old_index + n,
                candidate: new_index + n,
            }));
        } else {
            items.extend(op.old_range().map(Aligned::OnlyBase));
            items.extend(op.new_range().map(Aligned::OnlyCandidate));
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(base: &str, candidate: &str) -> String {
        let [base, candidate] = [base, candidate].map(|text| text.chars().collect::<Vec<_>>());
        let shown = align(&base, &candidate).into_iter().map(|item| match item {
            Aligned::Both {
                base: a,
                candidate: b,
            } => {
                assert_eq!(base[a], candidate[b]);
                base[a].to_string()
            }
            Aligned::OnlyBase(a) => format!("-{}", base[a]),
            Aligned::OnlyCandidate(b) => format!("+{}", candidate[b]),
        });
        shown.collect()
    }

    #[test]
    fn what_is_equal_stays_together() {
        assert_eq!(aligned("abc", "abc"), "abc");
        assert_eq!(aligned("abc", "bc"), "-abc");
        assert_eq!(aligned("abc", "abxc"), "ab+xc");
        assert_eq!(aligned("abc", "acb"), "a+cb-c");
        assert_eq!(aligned("", "ab"), "+a+b");
        assert_eq!(aligned("ab", "xy"), "-a-b+x+y");
        assert_eq!(aligned("aaaaa", "aaaa"), "aaaa-a");
    }

    #[test]
    fn long_lists_are_aligned_too() {
        let base: Vec<usize> = (0..20_000).collect();
        let candidate: Vec<usize> = (20_000..40_000).rev().chain([7]).collect();
        let items = align(&base, &candidate);
        let both = items
            .iter()
            .filter(|item| matches!(item, Aligned::Both { .. }));
        assert_eq!((both.count(), items.len()), (1, 40_000));
    }
}
