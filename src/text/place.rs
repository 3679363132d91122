//! Places in texts.

use serde::{Deserialize, Serialize};

/// A place in the user's file; both count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Place {
    pub line: u32,
    pub column: u32,
}

/// The place of the byte at `offset` in `text`; columns count characters.
pub(crate) fn place_in(text: &str, offset: usize) -> Place {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let count = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
    Place {
        line: count(before.matches('\n').count()),
        column: count(before[line_start..].chars().count()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The byte of the character at `place`.
    fn offset_at(text: &str, place: Place) -> Option<usize> {
        let line = text.split('\n').nth(place.line as usize - 1)?;
        let start = line.as_ptr().addr() - text.as_ptr().addr();
        let mut chars = line.char_indices().map(|(at, _)| at).chain([line.len()]);
        Some(start + chars.nth(place.column as usize - 1)?)
    }

    proptest! {
        #[test]
        fn a_place_leads_back_to_its_character(
            text in prop_oneof![any::<String>(), "[a\n\ré]{0,12}"],
            offset in 0..40_usize,
        ) {
            let place = place_in(&text, offset);
            let mut floor = offset.min(text.len());
            while !text.is_char_boundary(floor) {
                floor -= 1;
            }
            prop_assert_eq!(offset_at(&text, place), Some(floor));
        }
    }
}
