//! Differences as markdown, for a comment on a pull request.

use super::compared::ComparedVersions;
use super::wording::{
    NOISE, Sentence, costs, dropped, example_of, failures, headline, is_told_by_title, mask_lines,
    masks, rests_on, size, title,
};
use crate::diff::{Differences, Group};
use crate::report::cost::{HandlerRows, UNSTABLE, lacks_any, rise_text};
use crate::report::line_diff::diff_lines;
use crate::report::markdown::{Limited, block, code, folded, length};
use crate::report::texts::Texts;
use crate::report::value::first_lines;
use crate::report::words::{count, cut};

/// A comment may have 65,536 characters: this leaves room for what others add.
const MOST_CHARACTERS: usize = 60_000;
/// Characters that are kept free for the last sentence.
const RESERVE: usize = 500;
/// Lines of an example that are shown.
const MOST_LINES: usize = 40;
/// Characters of a name or of a line that are shown.
const COLUMNS: usize = 200;

/// What a program that writes comments finds its own comment by.
const MARK: &str = "<!-- segfn diff -->\n";

/// All of it, at most 60,000 characters: the largest groups come first, and what has no place any more
/// is counted.
pub fn markdown(versions: &ComparedVersions, differences: &Differences, texts: &Texts) -> String {
    let mut out = Limited::new(MOST_CHARACTERS);
    // Few groups are worth more than the end.
    let end = [
        dropped(differences).map_or(String::new(), |dropped| format!("\n{dropped}.\n")),
        noise(differences, texts),
        cost(versions, differences),
    ];
    let end = end.concat();
    let reserve = RESERVE + length(&end);
    out.push(&head(versions, differences, texts), reserve);
    let groups = differences.groups.iter().chain(&differences.objects);
    let all = groups.clone().count();
    let shown = groups
        .take_while(|shown| out.push(&group(shown, texts), reserve))
        .count();
    if shown < all {
        let more = (all - shown) as u64;
        let more = count(more, "more difference has", "more differences have");
        out.push(
            &format!("\n{more} no place here: `--report json` has all.\n"),
            length(&end),
        );
    }
    out.push(&end, 0);
    out.text().to_owned()
}

fn head(versions: &ComparedVersions, differences: &Differences, texts: &Texts) -> String {
    let mut text = format!("{MARK}### segfn diff: {}\n\n", headline(differences).text());
    text.push_str("| | |\n|---|---|\n");
    for (name, value) in versions.facts() {
        text.push_str(&format!("| {name} | {} |\n", name_of(value, texts)));
    }
    text.push('\n');
    for rise in &differences.cost.rises {
        text.push_str(&format!("**{}**\n\n", rise_text(rise)));
    }
    for Sentence {
        before,
        marked,
        after,
    } in failures(differences)
    {
        text.push_str(&before);
        if !marked.is_empty() {
            text.push_str(&format!("**{marked}**"));
        }
        if !after.is_empty() {
            // It names errors, which are the function's.
            text.push_str(&format!(" {}", code(texts.line(&after).trim())));
        }
        text.push_str("\n\n");
    }
    for line in rests_on(differences) {
        text.push_str(&format!("{line}\n\n"));
    }
    text
}

fn group(group: &Group, texts: &Texts) -> String {
    let example = &group.example;
    let mut inside = String::new();
    if !is_told_by_title(&group.kind) {
        let side = |value: &Option<_>| value.as_ref().map(|value| texts.json(value));
        let (base, candidate) = (side(&example.base), side(&example.candidate));
        let lines = diff_lines(base.as_ref(), candidate.as_ref(), MOST_LINES);
        let lines = lines.iter().map(|line| {
            let text = format!("{} {}", line.side.sign(), texts.line(&line.text));
            cut(&text, COLUMNS).into_owned()
        });
        inside.push_str(&block("diff", lines));
        inside.push('\n');
    }
    let of = example_of(group);
    inside.push_str(&format!("{of} {}\n", name_of(&example.input, texts)));
    if let Some(event) = &example.event {
        let shown = first_lines(&texts.json(event), COLUMNS / 2, MOST_LINES);
        let shown = shown
            .iter()
            .map(|line| cut(&texts.line(line), COLUMNS).into_owned());
        inside.push('\n');
        inside.push_str(&block("json", shown));
    }
    let summary = format!("{} {}", name_of(&title(&group.kind), texts), size(group));
    folded(&summary, &inside)
}

fn noise(differences: &Differences, texts: &Texts) -> String {
    if differences.noise.is_empty() {
        return String::new();
    }
    let mut inside = String::new();
    for group in differences.noise.iter().take(MOST_LINES) {
        let title = name_of(&title(&group.kind), texts);
        inside.push_str(&format!("- {title} {}\n", size(group)));
    }
    let masks = masks(differences);
    if !masks.is_empty() {
        inside.push_str("\nTo leave it out from now on, write into segfn.toml:\n\n");
        let lines = mask_lines(&masks);
        inside.push_str(&block("toml", lines.lines().map(|line| texts.line(line))));
    }
    folded(&format!("noise: {NOISE}"), &inside)
}

fn cost(versions: &ComparedVersions, differences: &Differences) -> String {
    let tables = costs(versions, differences);
    if tables.is_empty() {
        return String::new();
    }
    let mut inside = String::new();
    for HandlerRows { handler, rows } in &tables {
        inside.push_str(&format!(
            "| {} | base | candidate | |\n|---|--:|--:|--:|\n",
            code(handler)
        ));
        for row in rows {
            let change = row.change.as_deref().unwrap_or_default();
            let values = row.values.join(" | ");
            inside.push_str(&format!("| {} | {values} | {change} |\n", row.name));
        }
        inside.push('\n');
    }
    if lacks_any(&tables) {
        inside.push_str(&format!("{UNSTABLE}.\n"));
    }
    folded("cost of an event", &inside)
}

fn name_of(text: &str, texts: &Texts) -> String {
    code(&cut(&texts.line(text), COLUMNS))
}
