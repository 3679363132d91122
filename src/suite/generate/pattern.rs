//! A text that a regular expression matches.

use regex_syntax::hir::{Class, Hir, HirKind};

/// The shortest text that comes to mind; `None` where the expression is one that Rust doesn't know, or no text is
/// found that it matches.
pub(super) fn matching(pattern: &str) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut text = String::new();
    write(&hir, &mut text)?;
    let regex = regex::Regex::new(pattern).ok()?;
    regex.is_match(&text).then_some(text)
}

fn write(hir: &Hir, text: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => text.push(member(class)?),
        HirKind::Repetition(repetition) => {
            let (least, most) = (repetition.min, repetition.max.unwrap_or(u32::MAX));
            // What may be there is there once, so that the field isn't empty.
            for _ in 0..least.max(1).min(most).min(1000) {
                write(&repetition.sub, text)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, text)?,
        HirKind::Concat(all) => all.iter().try_for_each(|one| write(one, text))?,
        HirKind::Alternation(all) => write(all.first()?, text)?,
    }
    Some(())
}

/// A letter, if there is one, or else a digit, or else what comes first.
fn member(class: &Class) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect(),
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .map(|range| (char::from(range.start()), char::from(range.end())))
            .collect(),
    };
    let has = |wanted: char| {
        ranges
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&wanted))
    };
    let told = ['a', 'A', '1', '0', '-']
        .into_iter()
        .find(|wanted| has(*wanted));
    told.or(ranges.first().map(|(first, _)| *first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_matches_its_pattern() {
        for (pattern, text) in [
            ("^(fall|winter|spring)$", "fall"),
            ("^[A-Z]{2}-[0-9]{4}$", "AA-1111"),
            (r"^\d+(\.\d{2})?$", "1.11"),
            ("abc", "abc"),
            ("^a*$", "a"),
        ] {
            assert_eq!(matching(pattern).as_deref(), Some(text), "{pattern}");
        }
        assert_eq!(matching("(?!x)y"), None);
        assert_eq!(matching("("), None);
    }
}
