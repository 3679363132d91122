//! Which items of two lists belong together: one that is missing must not make all behind it look
//! different.

/// A pair of items, by their places; where one side has none, the item is only on the other.
pub type Pair = (Option<usize>, Option<usize>);

/// Lists whose comparison would take longer than this are paired by place.
const MOST_STEPS: usize = 1 << 20;

/// Pairs the items of two lists that have equal keys, as many as possible in order.
pub fn align<K: PartialEq>(base: &[K], candidate: &[K]) -> Vec<Pair> {
    let start = base
        .iter()
        .zip(candidate)
        .take_while(|(a, b)| a == b)
        .count();
    let (rest_a, rest_b) = (&base[start..], &candidate[start..]);
    let end = rest_a
        .iter()
        .rev()
        .zip(rest_b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let a = &rest_a[..rest_a.len() - end];
    let b = &rest_b[..rest_b.len() - end];
    let mut pairs: Vec<Pair> = (0..start).map(|i| (Some(i), Some(i))).collect();
    middle(a, b, start, &mut pairs);
    let ends = (0..end).map(|i| (Some(base.len() - end + i), Some(candidate.len() - end + i)));
    pairs.extend(ends);
    pairs
}

/// The longest common subsequence of what differs at both ends.
fn middle<K: PartialEq>(a: &[K], b: &[K], start: usize, pairs: &mut Vec<Pair>) {
    if a.len().saturating_mul(b.len()) > MOST_STEPS {
        let places = 0..a.len().max(b.len());
        let of = |length: usize, i: usize| (i < length).then_some(start + i);
        pairs.extend(places.map(|i| (of(a.len(), i), of(b.len(), i))));
        return;
    }
    let width = b.len() + 1;
    let mut common = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i * width + j] = if a[i] == b[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            pairs.push((Some(start + i), Some(start + j)));
            i += 1;
            j += 1;
        } else if j == b.len()
            || (i < a.len() && common[(i + 1) * width + j] >= common[i * width + j + 1])
        {
            pairs.push((Some(start + i), None));
            i += 1;
        } else {
            pairs.push((None, Some(start + j)));
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(base: &str, candidate: &str) -> String {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let (base, candidate) = (chars(base), chars(candidate));
        let pairs = align(&base, &candidate);
        let shown = pairs.iter().map(|pair| match pair {
            (Some(a), Some(b)) if base[*a] == candidate[*b] => base[*a].to_string(),
            (Some(a), Some(b)) => format!("({}{})", base[*a], candidate[*b]),
            (Some(a), None) => format!("-{}", base[*a]),
            (None, Some(b)) => format!("+{}", candidate[*b]),
            (None, None) => String::new(),
        });
        shown.collect()
    }

    #[test]
    fn what_is_equal_stays_together() {
        assert_eq!(aligned("abc", "abc"), "abc");
        assert_eq!(aligned("abc", "bc"), "-abc");
        assert_eq!(aligned("abc", "abxc"), "ab+xc");
        assert_eq!(aligned("abc", "acb"), "a-bc+b");
        assert_eq!(aligned("", "ab"), "+a+b");
        assert_eq!(aligned("ab", "xy"), "-a-b+x+y");
    }

    #[test]
    fn very_long_lists_are_paired_by_place() {
        let base = vec![1; 2000];
        let candidate = vec![2; 2001];
        let pairs = align(&base, &candidate);
        assert_eq!(pairs.len(), 2001);
        assert_eq!(pairs[2000], (None, Some(2000)));
    }
}
