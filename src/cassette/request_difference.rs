//! What is different between a request and one that is recorded.

use serde::{Deserialize, Serialize};

use crate::json::{Change, Difference, FieldPath, Json};
use crate::secrets::{MARKS, stand_in};

/// What differs between two requests: left is what is asked, right what is recorded. The path leads
/// through `method`, `host`, `path`, `query.NAME`, `headers.NAME`, `body` and what lies below, as it
/// would stand in a mask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestDifference(pub Difference);

impl RequestDifference {
    /// The part `name` of the request, where it is another one.
    pub(super) fn from_texts(
        path: FieldPath,
        asked: Option<&str>,
        recorded: Option<&str>,
    ) -> Option<RequestDifference> {
        let change = match (asked.map(Json::from), recorded.map(Json::from)) {
            (left, right) if left == right => return None,
            (Some(left), Some(right)) => Change::Both { left, right },
            (Some(left), None) => Change::OnlyLeft(left),
            (None, Some(right)) => Change::OnlyRight(right),
            (None, None) => return None,
        };
        Some(RequestDifference(Difference { path, change }))
    }

    /// Whether a secret stands in the recorded text where others differ.
    pub(super) fn is_only_secret(&self) -> bool {
        is_only_secret(self.0.left(), self.0.right())
    }
}

/// Whether what is asked differs from what is recorded only by a secret that stands there.
pub(super) fn is_only_secret(asked: Option<&Json>, recorded: Option<&Json>) -> bool {
    match (asked, recorded) {
        (Some(Json::String(asked)), Some(Json::String(recorded))) => {
            stand_in::is_whole(recorded) || fits(asked, recorded)
        }
        (Some(Json::Number(asked)), Some(Json::String(recorded))) => fits(asked.as_str(), recorded),
        (Some(Json::Number(_)), Some(Json::Number(recorded))) => {
            stand_in::is_number(recorded.as_str())
        }
        _ => false,
    }
}

/// Whether `asked` is `recorded` with some text in the place of each secret.
pub(super) fn fits(asked: &str, recorded: &str) -> bool {
    let mut left = asked;
    let mut rest = recorded;
    let mut first = true;
    loop {
        let mark = MARKS.iter().filter_map(|mark| rest.find(mark)).min();
        let Some((at, end)) = mark.and_then(|at| Some((at, at + rest[at..].find(']')? + 1))) else {
            return !first && left.ends_with(rest);
        };
        let before = &rest[..at];
        let found = match first {
            true => left.starts_with(before).then_some(0),
            false => left.find(before),
        };
        let Some(found) = found else { return false };
        left = &left[found + before.len()..];
        rest = &rest[end..];
        first = false;
    }
}

/// The longest a value is shown, in characters.
const SHOWN: usize = 80;

impl std::fmt::Display for RequestDifference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |value: Option<&Json>| match value {
            None => "nothing".to_owned(),
            Some(value) => {
                let text = value.to_string();
                match text.char_indices().nth(SHOWN) {
                    Some((end, _)) => format!("{}…", &text[..end]),
                    None => text,
                }
            }
        };
        write!(
            f,
            "{}: the request has {}, the recording has {}",
            self.0.path,
            shown(self.0.left()),
            shown(self.0.right())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_stands_for_any_text() {
        for (asked, recorded, expected) in [
            ("a", "a", false),
            ("key=abc;", "key=[secret x];", true),
            ("key=abc", "key=[secret x];", false),
            ("abc", "[secret x]", true),
            ("a-1-b-2", "a-[secret x]-b-[secret y]", true),
            ("a-1-c-2", "a-[secret x]-b-[secret y]", false),
            ("/u/17/x", "/u/[secret%20id]/x", true),
            ("[secret", "[secret ", false),
        ] {
            assert_eq!(fits(asked, recorded), expected, "{asked} {recorded}");
        }
    }
}
