//! Differences for programs (docs/diff.md).

use serde::Serialize;

use super::wording::masks;
use crate::cost::CostRise;
use crate::diff::{ComparedCost, DifferenceKind, Differences, Group, StoredChange};
use crate::json::Json;
use crate::report::words::cut;

/// The version of the form (docs/diff.md).
const FORMAT_VERSION: u32 = 1;

/// Characters of a value.
const MOST_CHARACTERS: usize = 10_000;

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
    base: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Json>,
}

fn json_group(group: &Group) -> JsonGroup<'_> {
    let example = JsonExample {
        input: &group.example.input,
        base: group.example.base.as_ref().map(short),
        candidate: group.example.candidate.as_ref().map(short),
        event: group.example.event.as_ref().map(short),
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
fn short(value: &Json) -> Json {
    let text = value.to_string();
    if text.len() <= MOST_CHARACTERS {
        return value.clone();
    }
    Json::from(cut(&text, MOST_CHARACTERS).into_owned())
}

fn cost(cost: &ComparedCost) -> Json {
    let rise = |rise: &CostRise| {
        Json::object([
            ("handler", rise.handler.as_str().into()),
            ("figure", rise.figure.into()),
            ("base", Json::of(&rise.base)),
            ("candidate", Json::of(&rise.candidate)),
        ])
    };
    Json::object([
        ("base", Json::of(&cost.base)),
        ("candidate", Json::of(&cost.candidate)),
        ("rises", cost.rises.iter().map(rise).collect()),
    ])
}

/// One line of JSON.
pub fn json(differences: &Differences) -> Vec<u8> {
    let groups = |groups: &[Group]| -> Json {
        groups
            .iter()
            .map(json_group)
            .map(|group| Json::of(&group))
            .collect()
    };
    let failed = Json::object([
        ("inputs", differences.failed.inputs.into()),
        ("errors", Json::of(&differences.failed.errors)),
    ]);
    let assumed = Json::object([
        ("base", differences.assumed.base.into()),
        ("candidate", differences.assumed.candidate.into()),
    ]);
    let mut document = Json::object([
        ("v", FORMAT_VERSION.into()),
        ("inputs", differences.inputs.into()),
        ("different", differences.different.into()),
        ("unreadable", differences.unreadable.into()),
        ("failed", failed),
        ("assumed", assumed),
        ("groups", groups(&differences.groups)),
        ("objects", groups(&differences.objects)),
        ("dropped", differences.dropped.into()),
        ("noise", groups(&differences.noise)),
        ("mask", Json::of(&masks(differences))),
        ("cost", cost(&differences.cost)),
    ]);
    if let Some(parts) = differences.warm_parts {
        document["warmParts"] = parts.into();
    }
    format!("{document}\n").into_bytes()
}
