//! Differences as annotations of GitHub Actions, at the candidate's file.

use std::path::Path;

use super::compared::ComparedVersions;
use super::wording::{example_of, headline, is_told_by_title, size, title};
use crate::diff::{Differences, Group};
use crate::report::annotation::{AnnotatedPlace, annotation};
use crate::report::cost::rise_text;
use crate::report::texts::Texts;
use crate::report::value::one_line;
use crate::report::words::cut;

/// GitHub shows only so many annotations of a step.
const MOST: usize = 9;
/// Characters of a value that are shown.
const COLUMNS: usize = 300;

/// An annotation for each of the largest groups, and one that says how many events differ.
pub fn github(versions: &ComparedVersions, differences: &Differences, texts: &Texts) -> String {
    let place = AnnotatedPlace {
        file: Path::new(&versions.candidate),
        line: None,
    };
    let groups: Vec<&Group> = differences
        .groups
        .iter()
        .chain(&differences.objects)
        .collect();
    let mut text = String::new();
    for group in groups.iter().take(MOST) {
        let title = format!("segfn diff: {} ({})", title(&group.kind), size(group));
        text.push_str(&annotation(
            "warning",
            Some(&place),
            &texts.line(&title),
            &example(group, texts),
        ));
    }
    for rise in &differences.cost.rises {
        let told = [rise_text(rise)];
        text.push_str(&annotation(
            "error",
            Some(&place),
            "segfn diff: cost",
            &told,
        ));
    }
    let mut lines = vec![headline(differences).text()];
    if groups.len() > MOST {
        lines.push(format!("{} more differences", groups.len() - MOST));
    }
    text + &annotation("notice", Some(&place), "segfn diff", &lines)
}

fn example(group: &Group, texts: &Texts) -> Vec<String> {
    let example = &group.example;
    let mut lines = Vec::new();
    if !is_told_by_title(&group.kind) {
        for (name, value) in [("base", &example.base), ("candidate", &example.candidate)] {
            let shown = match value {
                Some(value) => texts.line(&one_line(&texts.json(value))),
                None => "(absent)".to_owned(),
            };
            lines.push(format!("{name}: {}", cut(&shown, COLUMNS)));
        }
    }
    let of = example_of(group);
    lines.push(format!("{of}: {}", texts.line(&example.input)));
    lines
}
