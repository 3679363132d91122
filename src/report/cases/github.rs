//! Annotations that GitHub Actions shows in a pull request, at the function's line where there is
//! one and else at the case.

use super::CaseReport;
use super::plain;
use super::remedy;
use crate::suite::CaseLocation;
use crate::suite::CaseResult;
use crate::suite::Totals;
use crate::suite::Verdict;

/// See the module.
#[derive(Default)]
pub struct Github;

impl CaseReport for Github {
    fn case(&mut self, result: &CaseResult) -> String {
        let level = match result.verdict {
            Verdict::Passed => return String::new(),
            Verdict::Flaky => "warning",
            Verdict::Failed | Verdict::Broken => "error",
        };
        let mut lines: Vec<String> = result.problems.iter().map(plain).collect();
        if result.verdict == Verdict::Flaky {
            lines = vec![format!("flaky: passed at try {}", result.tries)];
        }
        if let Some(error) = &result.error {
            lines.push(format!("{}: {}", error.name, error.message));
        }
        lines.extend(remedy(result));
        let (file, line) = match result.error.as_ref().and_then(|error| error.at) {
            Some(place) => (result.function.path.clone(), Some(place.line)),
            None => match &result.location {
                CaseLocation::Line { file, line, .. } => (file.clone(), Some(*line)),
                CaseLocation::Folder(folder) => (folder.join(crate::suite::EXPECTED_FILE), None),
            },
        };
        let line = line.map_or(String::new(), |line| format!(",line={line}"));
        format!(
            "::{level} file={}{line},title={}::{}\n",
            property(&file.display().to_string()),
            property(&format!("segfn: {} {}", result.id, result.verdict.name())),
            data(&lines.join("\n"))
        )
    }

    fn finish(&mut self, _totals: &Totals) -> String {
        String::new()
    }
}

/// As the workflow commands of GitHub Actions want their texts.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
