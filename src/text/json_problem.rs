//! What is wrong with a text that should be JSON, and where.

use super::place::{Place, place_in};

/// Where serde_json found `text` wrong.
pub(crate) fn place_of(text: &str, error: &serde_json::Error) -> Place {
    place_in(text, offset_of(text, error))
}

/// The byte of `text` that serde_json found wrong; it counts columns in bytes.
pub(crate) fn offset_of(text: &str, error: &serde_json::Error) -> usize {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => text
            .match_indices('\n')
            .nth(line - 2)
            .map_or(text.len(), |(newline, _)| newline + 1),
    };
    line_start + error.column().saturating_sub(1)
}

/// What serde_json found wrong with `text`, without the place that it adds, and in the words of
/// someone who wrote the JSON by hand.
pub(crate) fn problem_of(text: &str, error: &serde_json::Error) -> String {
    let full = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let problem = full.strip_suffix(&place).unwrap_or(&full);
    let offset = offset_of(text, error);
    let there = text.get(offset..).unwrap_or_default();
    let after_comma = text
        .get(..offset)
        .is_some_and(|before| before.trim_end().ends_with(','));
    match problem {
        _ if error.is_eof() && text.trim().is_empty() => "it is empty",
        _ if error.is_eof() => "it ends in the middle of a value",
        "expected value" | "key must be a string" if there.starts_with(['\'', '`', '“', '‘']) => {
            "texts must be in double quotes (\")"
        }
        "expected value" | "key must be a string"
            if after_comma && there.starts_with(['}', ']']) =>
        {
            "trailing comma"
        }
        "expected value" if there.starts_with("//") || there.starts_with("/*") => {
            "JSON has no comments"
        }
        "key must be a string" => "names must be in double quotes (\")",
        "trailing characters" => "there is more after the value",
        _ if problem.starts_with("control character") => {
            "a line break or other control character inside a text (write \\n)"
        }
        _ => problem,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_wrong_with_json_is_said_in_plain_words() {
        for (text, problem) in [
            ("", "it is empty"),
            ("{\"a\":", "it ends in the middle of a value"),
            ("{'a':1}", "texts must be in double quotes (\")"),
            ("[“a”]", "texts must be in double quotes (\")"),
            ("{a:1}", "names must be in double quotes (\")"),
            ("{\"a\":1,}", "trailing comma"),
            ("[1,]", "trailing comma"),
            ("]", "expected value"),
            ("[\n// one\n1]", "JSON has no comments"),
            ("{} x", "there is more after the value"),
            (
                "[\"a\nb\"]",
                "a line break or other control character inside a text (write \\n)",
            ),
            ("[1 2]", "expected `,` or `]`"),
        ] {
            let error = serde_json::from_str::<serde_json::Value>(text).expect_err(text);
            assert_eq!(problem_of(text, &error), problem, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_problem_of_any_text_has_a_place_in_it(
            text in prop_oneof![any::<String>(), "[{}\\[\\],:\"a1é\n ]{0,16}"],
        ) {
            if let Err(error) = serde_json::from_str::<serde_json::Value>(&text) {
                prop_assert!(!problem_of(&text, &error).is_empty());
                let place = place_of(&text, &error);
                let lines = text.split('\n').count();
                prop_assert!((1..=lines).contains(&(place.line as usize)), "{place:?}");
            }
        }
    }
}
