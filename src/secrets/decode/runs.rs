//! Runs of characters of one class.

use std::ops::Range;

/// Which bytes are of the class.
pub type ByteClass = [bool; 256];

/// The class of the bytes of `members`.
pub const fn class(members: &[u8]) -> ByteClass {
    let mut class = [false; 256];
    let mut index = 0;
    while index < members.len() {
        class[members[index] as usize] = true;
        index += 1;
    }
    class
}

/// The longest runs of at least `shortest` bytes of `class`, in order. Most texts have few: of what lies
/// between, only each `shortest`th byte is looked at.
pub fn runs(text: &[u8], class: &ByteClass, shortest: usize) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let is_member = |at: usize| class[usize::from(text[at])];
        while from + shortest <= text.len() {
            let last = from + shortest - 1;
            // Where the first one is no member, a run begins behind the last one that is none.
            match (from..=last).rev().find(|at| !is_member(*at)) {
                Some(at) => from = at + 1,
                None => {
                    let start = from;
                    let end = (last..text.len()).find(|at| !is_member(*at));
                    from = end.unwrap_or(text.len());
                    return Some(start..from);
                }
            }
        }
        None
    })
}

/// The longest runs that `places`, which are in order, lie in or beside.
pub fn runs_at(
    text: &[u8],
    class: &ByteClass,
    shortest: usize,
    places: impl Iterator<Item = usize>,
) -> impl Iterator<Item = Range<usize>> {
    let mut done = 0;
    places.filter_map(move |place| {
        if place < done {
            return None;
        }
        let is_member = |byte: &&u8| class[usize::from(**byte)];
        let before = text[done..place].iter().rev().take_while(is_member).count();
        let after = text[place..].iter().take_while(is_member).count();
        done = place + after;
        (before + after >= shortest).then(|| place - before..done)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_at_places() {
        let digits = class(b"0123456789");
        let runs = runs_at(b"123x4567-89", &digits, 3, [1, 3, 6, 9, 11].into_iter());
        assert_eq!(runs.collect::<Vec<_>>(), [0..3, 4..8]);
    }

    #[test]
    fn runs_are_found_wherever_they_are() {
        let digits = class(b"0123456789");
        let found = |text: &str| -> Vec<String> {
            let runs = runs(text.as_bytes(), &digits, 3);
            runs.map(|run| text[run].to_owned()).collect()
        };
        assert_eq!(found("123x12x1234-567"), ["123", "1234", "567"]);
        assert_eq!(found("12"), [""; 0]);
        assert_eq!(found("x1x12x123"), ["123"]);
    }
}
