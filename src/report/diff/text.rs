//! What two versions do differently, for people at a terminal.

use super::compared::ComparedVersions;
use super::wording::{
    NOISE, Sentence, costs, dropped, example_of, failures, headline, is_told_by_title, mask_lines,
    masks, rests_on, size, title,
};
use crate::diff::{Differences, Group};
use crate::json::Json;
use crate::report::Palette;
use crate::report::cost::{cost_text, rise_text};
use crate::report::value::{first_lines, one_line};
use crate::report::words::{count, cut, visible};
use crate::report::writer::Writer;

/// Groups that are shown: the largest.
const MOST_GROUPS: usize = 50;
/// Characters of a value that are shown where the terminal isn't wider.
const COLUMNS: usize = 100;
/// Lines of an event that are shown.
const MOST_EVENT_LINES: usize = 60;

/// Renders differences for people.
#[derive(Clone, Copy, Debug)]
pub struct DiffText {
    pub palette: Palette,
    /// Of the terminal, in columns.
    pub width: usize,
}

impl DiffText {
    /// What is compared, which is known before the versions have run.
    pub fn head(versions: &ComparedVersions) -> String {
        let lines = versions
            .facts()
            .map(|(name, value)| format!("{name:<10} {value}\n"));
        lines.concat() + "\n"
    }

    /// All that comes after the head, with the final newline.
    pub fn render(&self, versions: &ComparedVersions, differences: &Differences) -> Vec<u8> {
        let mut writer = Writer::new(self.palette);
        let Palette {
            bad, good, warn, ..
        } = self.palette;
        let Sentence {
            before,
            marked,
            after,
        } = headline(differences);
        let style = if differences.is_empty() { good } else { bad };
        writer.put(format_args!("{before}{style}{marked}{style:#}{after}\n"));
        for Sentence {
            before,
            marked,
            after,
        } in failures(differences)
        {
            let warn = if marked.is_empty() {
                Default::default()
            } else {
                warn
            };
            writer.put(format_args!(
                "{before}{warn}{marked}{warn:#}{}\n",
                visible(&after)
            ));
        }
        let dim = self.palette.dim;
        for line in rests_on(differences) {
            writer.put(format_args!("{dim}{line}{dim:#}\n"));
        }
        for rise in &differences.cost.rises {
            writer.put(format_args!("{bad}{}{bad:#}\n", visible(&rise_text(rise))));
        }
        for groups in [&differences.groups, &differences.objects] {
            for group in groups.iter().take(MOST_GROUPS) {
                self.group(group, &mut writer);
            }
        }
        let more = differences.groups.len().saturating_sub(MOST_GROUPS)
            + differences.objects.len().saturating_sub(MOST_GROUPS);
        if more > 0 {
            let lists = match more {
                1 => "--report json lists it",
                _ => "--report json lists them",
            };
            let more = count(more as u64, "more difference", "more differences");
            writer.put(format_args!("\n{more}; {lists}\n"));
        }
        if let Some(dropped) = dropped(differences) {
            writer.put(format_args!("\n{dropped}\n"));
        }
        self.noise(differences, &mut writer);
        let costs = costs(versions, differences);
        let only_changes = !versions.all_costs;
        let columns = ["base", "candidate"];
        writer.put(cost_text(&costs, &columns, only_changes, &self.palette));
        writer.out
    }

    fn group(&self, group: &Group, writer: &mut Writer) {
        let Palette { bold, dim, .. } = self.palette;
        let example = &group.example;
        writer.put(format_args!(
            "\n{bold}{}{bold:#}  {dim}{}{dim:#}\n",
            visible(&title(&group.kind)),
            size(group)
        ));
        if !is_told_by_title(&group.kind) {
            let sides = [("base", &example.base), ("candidate", &example.candidate)];
            for (label, value) in sides {
                let label = format!("{label:<9}");
                match value {
                    Some(value) => writer.labelled(&label, dim, &self.value(value)),
                    None => writer.labelled(&label, dim, &format!("{dim}(absent){dim:#}")),
                }
            }
        }
        let label = format!("{:<9}", example_of(group));
        writer.labelled(&label, dim, &visible(&example.input));
        if let Some(event) = &example.event {
            let shown = first_lines(event, self.width.saturating_sub(12), MOST_EVENT_LINES);
            writer.labelled("", dim, &visible(&shown.join("\n")));
        }
    }

    fn value(&self, value: &Json) -> String {
        let columns = self.width.saturating_sub(14).max(COLUMNS);
        let text = one_line(value);
        visible(&cut(&text, columns)).replace('\n', "\\n")
    }

    fn noise(&self, differences: &Differences, writer: &mut Writer) {
        if differences.noise.is_empty() {
            return;
        }
        let Palette { warn, .. } = self.palette;
        writer.put(format_args!("\n{warn}noise{warn:#}: {NOISE}\n"));
        for group in differences.noise.iter().take(MOST_GROUPS) {
            writer.put(format_args!(
                "  {}  {}\n",
                visible(&title(&group.kind)),
                size(group)
            ));
        }
        let masks = masks(differences);
        if !masks.is_empty() {
            let lines = mask_lines(&masks).replace('\n', "\n  ");
            writer.put(format_args!(
                "to leave it out from now on, write into segfn.toml:\n  {}\n",
                visible(&lines)
            ));
        }
    }
}
