//! The events that a rule of a tracking plan is tried with.

use crate::json::{FieldPath, Json, JsonObject, PathPart};
use crate::options::SEED;
use crate::project::samples;
use crate::project::tracking_plan::{PlanRule, RuleKind};
use crate::suite::generate::example::{Fields, Schema};

/// An event, and how it differs from the one that has all fields.
pub(super) struct Variation {
    /// Such as `without properties.currency`; empty for the one with all fields.
    pub what: String,
    pub event: Json,
}

/// The objects of an event that rules are about.
const PARTS: [&str; 3] = ["properties", "traits", "context"];

/// How many lists and objects are looked into.
const DEEPEST: usize = 4;

/// All variations of the events of `rule`, beginning with the one that has all fields. `common` are the rules of
/// all events.
pub(super) fn variations(rule: &PlanRule, common: &[&PlanRule]) -> Vec<Variation> {
    let Some(kind) = rule.kind.event_type() else {
        return Vec::new();
    };
    let schema = Schema::new(&rule.schema);
    let all = event(kind, rule, common, Fields::All);
    let mut found = vec![
        Variation {
            what: String::new(),
            event: all.clone(),
        },
        Variation {
            what: "with required fields only".to_owned(),
            event: event(kind, rule, common, Fields::Required),
        },
    ];
    let mut fields = Vec::new();
    for part in PARTS {
        if let Some(schema) = schema.field(part) {
            below(schema, &place(rule.kind, part), DEEPEST, &mut fields);
        }
    }
    for (path, _) in &fields {
        let mut event = all.clone();
        remove(&mut event, &path.0);
        found.push(Variation {
            what: format!("without {path}"),
            event,
        });
    }
    for (path, schema) in &fields {
        let Some((value, name)) = schema.wrong() else {
            continue;
        };
        let mut event = all.clone();
        set(&mut event, &path.0, value);
        found.push(Variation {
            what: format!("with {name} as {path}"),
            event,
        });
    }
    found
}

/// Where a part of a rule stands in an event: the traits of whom an event is about are in its context.
fn place(kind: RuleKind, part: &str) -> FieldPath {
    let root = FieldPath::default();
    let own = matches!(kind, RuleKind::Identify | RuleKind::Group);
    match part {
        "traits" if !own => root.key("context").key("traits"),
        part => root.key(part),
    }
}

fn event(kind: &str, rule: &PlanRule, common: &[&PlanRule], fields: Fields) -> Json {
    // A sample has all that the platform puts into each event.
    let sample = samples::find(kind)
        .ok()
        .and_then(|found| found.first().copied());
    let mut event = sample.map_or(Json::Null, |sample| sample.json(SEED));
    if let Some(event) = event.as_object_mut() {
        let own = match kind {
            "identify" | "group" => "traits",
            _ => "properties",
        };
        event.insert(own, JsonObject::new());
        if let Some(key) = &rule.key {
            let name = if kind == "track" { "event" } else { "name" };
            if matches!(kind, "track" | "page" | "screen") {
                event.insert(name, key.as_str());
            }
        }
    }
    for rule_of in common.iter().copied().chain([rule]) {
        let schema = Schema::new(&rule_of.schema);
        for (name, field) in schema.fields() {
            let is_part = PARTS.contains(&name);
            if !is_part && rule_of.kind != RuleKind::Common {
                continue;
            }
            let value = field.example(name, fields);
            let is_empty = value.as_object().is_some_and(JsonObject::is_empty);
            if (is_part && !value.is_object())
                || is_empty
                || event.get(name).is_some_and(|_| !is_part)
            {
                continue;
            }
            let path = place(rule.kind, name);
            merge(&mut event, &path.0, value);
        }
    }
    event
}

/// The fields below a schema, each with its place.
fn below<'s>(
    schema: Schema<'s>,
    path: &FieldPath,
    left: usize,
    found: &mut Vec<(FieldPath, Schema<'s>)>,
) {
    if left == 0 {
        return;
    }
    for (name, field) in schema.fields() {
        let path = path.key(name);
        found.push((path.clone(), field));
        below(field, &path, left - 1, found);
    }
    if let Some(items) = schema.items() {
        below(items, &path.index(0), left - 1, found);
    }
}

fn step<'j>(value: &'j mut Json, part: &PathPart) -> Option<&'j mut Json> {
    match (value, part) {
        (Json::Object(fields), PathPart::Key(name)) => fields.get_mut(name),
        (Json::Array(items), PathPart::Index(index)) => items.get_mut(*index),
        _ => None,
    }
}

fn remove(value: &mut Json, path: &[PathPart]) {
    let Some((last, above)) = path.split_last() else {
        return;
    };
    let holder = above
        .iter()
        .try_fold(value, |value, part| step(value, part));
    if let (Some(Json::Object(fields)), PathPart::Key(name)) = (holder, last) {
        fields.remove(name);
    }
}

fn set(value: &mut Json, path: &[PathPart], new: Json) {
    if let Some(old) = path.iter().try_fold(value, |value, part| step(value, part)) {
        *old = new;
    }
}

/// Puts an object there, over the fields that are there already.
fn merge(value: &mut Json, path: &[PathPart], new: Json) {
    let Some((PathPart::Key(name), rest)) = path.split_first() else {
        match (value, new) {
            (Json::Object(old), Json::Object(new)) => {
                for (name, field) in new.iter() {
                    match old.get_mut(name) {
                        Some(there) if there.is_object() && field.is_object() => {
                            merge(there, &[], field.clone())
                        }
                        _ => old.insert(name.clone(), field.clone()),
                    }
                }
            }
            (value, new) => *value = new,
        }
        return;
    };
    if !value.is_object() {
        *value = Json::Object(JsonObject::new());
    }
    if let Json::Object(fields) = value {
        if fields.get(name).is_none() {
            fields.insert(name.clone(), JsonObject::new());
        }
        if let Some(field) = fields.get_mut(name) {
            merge(field, rest, new);
        }
    }
}
