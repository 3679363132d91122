//! What two versions do differently, for people and for programs.

use serde::Serialize;
use serde_json::{Value, json};

use super::Palette;
use super::value::one_line;
use super::words::{count, cut, visible};
use super::writer::Writer;
use crate::diff::{DifferenceKind, Differences, Group, StoredChange};

/// The version of the JSON form (docs/diff.md).
const FORMAT_VERSION: u32 = 1;

/// Groups that are shown in text: the largest.
const MOST_GROUPS: usize = 50;
/// Characters of a value that are shown where the terminal isn't wider.
const COLUMNS: usize = 100;
/// Characters of a value in JSON.
const MOST_CHARACTERS: usize = 10_000;

/// Renders differences for people.
#[derive(Clone, Copy, Debug)]
pub struct DiffText {
    pub palette: Palette,
    /// Of the terminal, in columns.
    pub width: usize,
}

impl DiffText {
    /// All of it, with the final newline.
    pub fn render(&self, differences: &Differences) -> Vec<u8> {
        let mut writer = Writer::new(self.palette);
        let Differences {
            inputs, different, ..
        } = *differences;
        let Palette { bad, good, .. } = self.palette;
        let events = count(inputs, "event", "events");
        let unreadable = match differences.unreadable {
            0 => String::new(),
            n => format!(", {n} can't be read"),
        };
        let objects = differences.different_objects;
        match (different, objects) {
            (0, 0) => writer.put(format_args!(
                "{good}no difference{good:#} in {events}{unreadable}\n"
            )),
            (0, _) => {
                let differ = differ(objects);
                let objects = count(objects, "stored object", "stored objects");
                writer.put(format_args!(
                    "no difference in {events}{unreadable}, but {bad}{objects} {differ}{bad:#}\n"
                ));
            }
            (_, _) => writer.put(format_args!(
                "{bad}{different} of {events} {}{bad:#}{unreadable}\n",
                differ(different)
            )),
        }
        for group in differences.groups.iter().take(MOST_GROUPS) {
            self.group(group, count(group.inputs, "event", "events"), &mut writer);
        }
        for group in differences.objects.iter().take(MOST_GROUPS) {
            self.group(group, count(group.inputs, "object", "objects"), &mut writer);
        }
        let more = differences.groups.len().saturating_sub(MOST_GROUPS)
            + differences.objects.len().saturating_sub(MOST_GROUPS);
        if more > 0 {
            let lists = match more {
                1 => "--json lists it",
                _ => "--json lists them",
            };
            let more = count(more as u64, "more difference", "more differences");
            writer.put(format_args!("\n{more}; {lists}\n"));
        }
        if differences.dropped > 0 {
            let dropped = match differences.dropped {
                1 => "1 difference of another kind was".to_owned(),
                n => format!("{n} differences of other kinds were"),
            };
            writer.put(format_args!("\n{dropped} only counted\n"));
        }
        self.noise(differences, &mut writer);
        writer.out
    }

    fn group(&self, group: &Group, number: String, writer: &mut Writer) {
        let Palette { bold, dim, .. } = self.palette;
        let title = title(&group.kind);
        writer.put(format_args!(
            "\n{bold}{}{bold:#}  {dim}{number}{dim:#}\n",
            visible(&title)
        ));
        if !matches!(
            group.kind,
            DifferenceKind::Class { .. } | DifferenceKind::Handler { .. }
        ) {
            let sides = [
                ("base", &group.example.base),
                ("candidate", &group.example.candidate),
            ];
            for (label, value) in sides {
                let label = format!("{label:<9}");
                match value {
                    Some(value) => writer.labelled(&label, dim, &self.value(value)),
                    None => writer.labelled(&label, dim, &format!("{dim}(absent){dim:#}")),
                }
            }
        }
        let label = match group.kind {
            DifferenceKind::Stored { .. } => "object   ",
            _ => "event    ",
        };
        writer.labelled(label, dim, &visible(&group.example.input));
    }

    fn value(&self, value: &Value) -> String {
        let columns = self.width.saturating_sub(14).max(COLUMNS);
        let text = one_line(value);
        visible(&cut(&text, columns)).replace('\n', "\\n")
    }

    fn noise(&self, differences: &Differences, writer: &mut Writer) {
        if differences.noise.is_empty() {
            return;
        }
        let Palette { warn, .. } = self.palette;
        writer.put(format_args!(
            "\n{warn}noise{warn:#}: two runs of the base differ here, so it isn't counted above\n"
        ));
        for group in differences.noise.iter().take(MOST_GROUPS) {
            let events = count(group.inputs, "event", "events");
            writer.put(format_args!(
                "  {}  {events}\n",
                visible(&title(&group.kind))
            ));
        }
        let masks = masks(differences);
        if !masks.is_empty() {
            let list: Vec<String> = masks.iter().map(|mask| toml_text(mask)).collect();
            writer.put(format_args!(
                "to leave it out from now on, write into segfn.toml:\n  [test]\n  mask = [{}]\n",
                visible(&list.join(", "))
            ));
        }
    }
}

/// The verb for so many things.
fn differ(count: u64) -> &'static str {
    match count {
        1 => "differs",
        _ => "differ",
    }
}

/// A text in quotes, as TOML and JSON have it.
fn toml_text(text: &str) -> String {
    Value::from(text).to_string()
}

/// What differs, in a line.
fn title(kind: &DifferenceKind) -> String {
    match kind {
        DifferenceKind::Class { base, candidate } => format!("class {base} → {candidate}"),
        DifferenceKind::Handler { base, candidate } => format!("handler {base} → {candidate}"),
        DifferenceKind::Error { base, candidate } => format!("error {base} → {candidate}"),
        DifferenceKind::Field { path } => path.to_string(),
        DifferenceKind::Stored { name, change } => match change {
            StoredChange::Content => format!("object {name}"),
            StoredChange::Attribute(path) => format!("object {name}: {path}"),
            StoredChange::Missing => format!("object {name} (only the base stores it)"),
            StoredChange::Added => format!("object {name} (only the candidate stores it)"),
        },
        DifferenceKind::Item { of, name, added } => {
            let whose = if *added {
                "only the candidate has"
            } else {
                "only the base has"
            };
            format!("{} {name} ({whose} it)", of.name())
        }
    }
}

fn masks(differences: &Differences) -> Vec<String> {
    let masks = differences.noise.iter();
    masks
        .filter_map(|group| group.kind.mask())
        .map(|path| path.to_string())
        .collect()
}

/// One way to differ, as JSON.
#[derive(Serialize)]
struct JsonGroup<'a> {
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate: Option<&'a str>,
    inputs: u64,
    example: JsonExample<'a>,
}

#[derive(Serialize)]
struct JsonExample<'a> {
    input: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate: Option<Value>,
}

fn json_group(group: &Group) -> JsonGroup<'_> {
    let example = JsonExample {
        input: &group.example.input,
        base: group.example.base.as_ref().map(short),
        candidate: group.example.candidate.as_ref().map(short),
    };
    let mut json = JsonGroup {
        what: "field",
        path: None,
        of: None,
        name: None,
        base: None,
        candidate: None,
        inputs: group.inputs,
        example,
    };
    match &group.kind {
        DifferenceKind::Field { path } => json.path = Some(path.to_string()),
        DifferenceKind::Item { of, name, added } => {
            json.what = if *added { "added" } else { "missing" };
            json.of = Some(of.name());
            json.name = Some(name);
        }
        DifferenceKind::Stored { name, change } => {
            json.what = match change {
                StoredChange::Content | StoredChange::Attribute(_) => "changed",
                StoredChange::Missing => "missing",
                StoredChange::Added => "added",
            };
            if let StoredChange::Attribute(path) = change {
                json.path = Some(path.to_string());
            }
            json.of = Some("stored object");
            json.name = Some(name);
        }
        DifferenceKind::Class { base, candidate } => sides(&mut json, "class", base, candidate),
        DifferenceKind::Handler { base, candidate } => sides(&mut json, "handler", base, candidate),
        DifferenceKind::Error { base, candidate } => sides(&mut json, "error", base, candidate),
    }
    json
}

fn sides<'a>(json: &mut JsonGroup<'a>, what: &'static str, base: &'a str, candidate: &'a str) {
    json.what = what;
    json.base = Some(base);
    json.candidate = Some(candidate);
}

/// A value that is too long to be an example becomes the beginning of its text.
fn short(value: &Value) -> Value {
    let text = value.to_string();
    if text.len() <= MOST_CHARACTERS {
        return value.clone();
    }
    Value::from(cut(&text, MOST_CHARACTERS).into_owned())
}

/// One line of JSON.
pub fn json(differences: &Differences) -> Vec<u8> {
    let groups = |groups: &[Group]| -> Vec<Value> {
        let json = groups.iter().map(json_group);
        // It is made of strings and JSON, so there is nothing that JSON can't hold.
        json.map(|group| serde_json::to_value(group).unwrap_or_default())
            .collect()
    };
    let document = json!({
        "v": FORMAT_VERSION,
        "inputs": differences.inputs,
        "different": differences.different,
        "unreadable": differences.unreadable,
        "groups": groups(&differences.groups),
        "objects": groups(&differences.objects),
        "dropped": differences.dropped,
        "noise": groups(&differences.noise),
        "mask": masks(differences),
    });
    format!("{document}\n").into_bytes()
}
