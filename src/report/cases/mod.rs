//! What came of cases, for people and for the programs that CI has.

mod github;
mod json;
mod junit;
mod tap;
mod text;

use std::borrow::Cow;

use serde_json::Value;

pub use self::github::Github;
pub use self::json::Json;
pub use self::junit::Junit;
pub use self::tap::Tap;
pub use self::text::Text;
use crate::json::FieldPath;
use crate::suite::CaseResult;
use crate::suite::Problem;
use crate::suite::Totals;
use crate::suite::quoted;

/// Renders results as they come. What is returned is to be written as it is, after redaction.
pub trait CaseReport {
    /// One case is done.
    fn case(&mut self, result: &CaseResult) -> String;
    /// All are.
    fn finish(&mut self, totals: &Totals) -> String;
}

/// A value on one line, shortened to about `most` characters.
pub(crate) fn inline(value: &Value, most: usize) -> String {
    let text = value.to_string();
    shortened(&text, most).into_owned()
}

pub(crate) fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// The problem without colours: one line, and perhaps more below.
pub(crate) fn plain(problem: &Problem) -> String {
    match problem {
        Problem::Different(difference) => {
            let side = |value: Option<&Value>| match value {
                Some(value) => inline(value, 300),
                None => "nothing".to_owned(),
            };
            format!(
                "{}: expected {}, got {}",
                place(&difference.path),
                side(difference.left()),
                side(difference.right())
            )
        }
        Problem::NoExpectation => "there is no expectation yet".into(),
        Problem::Miss(text) | Problem::Unused(text) => text.clone(),
        Problem::Broken { message, .. } => message.clone(),
    }
}

/// A path in an outcome; the root has none.
pub(crate) fn place(path: &FieldPath) -> String {
    match path.0.is_empty() {
        true => "the outcome".to_owned(),
        false => path.to_string(),
    }
}

/// What makes the case pass, where that is known.
pub(crate) fn remedy(result: &CaseResult) -> Option<String> {
    let has = |wanted: fn(&Problem) -> bool| result.problems.iter().any(wanted);
    let function = || quoted(&result.function.path.display().to_string());
    if has(|problem| matches!(problem, Problem::Miss(_))) {
        let missing = format!("segfn record --update-missing {}", function());
        return Some(format!("to record what is missing: {missing}"));
    }
    if result.can_be_accepted() {
        return Some(format!("if that is right: {}", result.command("accept")));
    }
    if has(|problem| matches!(problem, Problem::Unused(_))) {
        let anew = format!("segfn record --update {}", function());
        return Some(format!("to record its traffic anew: {anew}"));
    }
    result.problems.iter().find_map(|problem| match problem {
        Problem::Broken { hint, .. } => hint.clone(),
        _ => None,
    })
}
