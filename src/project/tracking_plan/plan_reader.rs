//! Reads a tracking plan.

use std::collections::BTreeMap;
use std::path::Path;

use crate::json::{Document, Json, JsonError, NodeKind};
use crate::project::tracking_plan::rule::{PlanRule, RuleKind};
use crate::project::written_file::{FileError, text_of};
use crate::text::{nearest, place_in};

/// The types that a JSON Schema knows.
const TYPES: [&str; 7] = [
    "array", "boolean", "integer", "null", "number", "object", "string",
];

const FORM: &str = "a tracking plan is the answer of Segment's Public API: {\"data\": {\"rules\": [{\"key\": …, \"type\": \"TRACK\", \"jsonSchema\": {…}}]}}";

/// What is wrong, and at which byte.
struct Problem {
    offset: usize,
    text: String,
    hint: Option<String>,
}

type Result<T> = std::result::Result<T, Problem>;

/// The rules of a file: as the Public API lists them (`data.rules`), or only that list. Of several versions of a
/// rule, the newest.
///
/// # Errors
/// The file can't be read, or isn't a plan.
pub fn read_rules(path: &Path) -> std::result::Result<Vec<PlanRule>, FileError> {
    let text = text_of(path)?;
    rules_in(&text).map_err(|problem| FileError::Bad {
        path: path.to_owned(),
        place: place_in(&text, problem.offset),
        problem: problem.text,
        hint: problem.hint,
    })
}

fn rules_in(text: &str) -> Result<Vec<PlanRule>> {
    if let Err(error) = Json::parse(text) {
        let (offset, text) = match &error {
            JsonError::Syntax { problem, .. } => (error.offset(), format!("not JSON: {problem}")),
            JsonError::TooDeep { .. } => (error.offset(), error.to_string()),
        };
        return problem(offset, text, None);
    }
    let Some(document) = Document::parse(text) else {
        return problem(0, "not JSON", None);
    };
    let whole = At {
        document: &document,
        number: 0,
    };
    let data = whole.field("data").unwrap_or(whole);
    let list = match data.kind() {
        NodeKind::Array => data,
        _ => match data.field("rules") {
            Some(rules) => rules,
            None => return data.problem("expected `rules`", Some(FORM.to_owned())),
        },
    };
    if list.kind() != NodeKind::Array {
        return list.problem("expected a list of rules", Some(FORM.to_owned()));
    }
    let mut newest: BTreeMap<(RuleKind, Option<String>), (f64, usize, PlanRule)> = BTreeMap::new();
    for (number, item) in list.children().enumerate() {
        let (version, rule) = rule_of(item)?;
        let name = (rule.kind, rule.key.clone());
        let known = newest.get(&name);
        if known.is_none_or(|(other, ..)| *other <= version) {
            let first = known.map_or(number, |(_, first, _)| *first);
            newest.insert(name, (version, first, rule));
        }
    }
    let mut rules: Vec<(usize, PlanRule)> = newest
        .into_values()
        .map(|(_, number, rule)| (number, rule))
        .collect();
    rules.sort_by_key(|(number, _)| *number);
    if rules.is_empty() {
        return list.problem("there is no rule in it", Some(FORM.to_owned()));
    }
    Ok(rules.into_iter().map(|(_, rule)| rule).collect())
}

fn rule_of(item: At) -> Result<(f64, PlanRule)> {
    if item.kind() != NodeKind::Object {
        return item.problem("expected a rule: an object", Some(FORM.to_owned()));
    }
    let kind = item.required("type")?;
    let written = kind.string()?;
    let kinds = RuleKind::ALL.map(RuleKind::name);
    let Some(rule_kind) = RuleKind::ALL
        .into_iter()
        .find(|kind| kind.name() == written.to_uppercase())
    else {
        let hint = match nearest(&written.to_uppercase(), kinds.into_iter()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("the types are {}", kinds.join(", ")),
        };
        return kind.problem(&format!("unknown type {written:?}"), Some(hint));
    };
    let key = match item.field("key") {
        Some(key) if key.kind() != NodeKind::Null => Some(key.string()?),
        _ => None,
    };
    if rule_kind == RuleKind::Track && key.is_none() {
        return item.problem("expected `key`, the name of the tracked event", None);
    }
    let schema = item.required("jsonSchema")?;
    check_schema(schema)?;
    let version = item.field("version").map(|version| version.raw().parse());
    Ok((
        version
            .and_then(std::result::Result::ok)
            .unwrap_or_default(),
        PlanRule {
            kind: rule_kind,
            key,
            schema: Json::parse(schema.raw()).unwrap_or_default(),
        },
    ))
}

/// Whether events can be made by the schema.
fn check_schema(schema: At) -> Result<()> {
    if schema.kind() == NodeKind::Bool {
        return Ok(());
    }
    if schema.kind() != NodeKind::Object {
        return schema.problem("expected a JSON Schema: an object", None);
    }
    if let Some(kind) = schema.field("type") {
        let listed = kind.kind() == NodeKind::Array;
        let all: Vec<At> = if listed {
            kind.children().collect()
        } else {
            vec![kind]
        };
        for one in all {
            let name = one.string()?;
            if !TYPES.contains(&name.as_str()) {
                let hint = match nearest(&name, TYPES.into_iter()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => format!("the types are {}", TYPES.join(", ")),
                };
                return one.problem(&format!("unknown type {name:?}"), Some(hint));
            }
        }
    }
    if let Some(fields) = schema.field("properties") {
        if fields.kind() != NodeKind::Object {
            return fields.problem("expected an object: a schema for each field", None);
        }
        fields.children().try_for_each(check_schema)?;
    }
    for (name, what) in [("required", "the fields' names"), ("enum", "values")] {
        if let Some(list) = schema.field(name)
            && list.kind() != NodeKind::Array
        {
            return list.problem(&format!("expected a list of {what}"), None);
        }
    }
    match schema.field("items") {
        Some(items) if items.kind() == NodeKind::Array => {
            items.children().try_for_each(check_schema)
        }
        Some(items) => check_schema(items),
        None => Ok(()),
    }
}

/// A value of a document.
#[derive(Clone, Copy)]
struct At<'d> {
    document: &'d Document<'d>,
    number: usize,
}

impl<'d> At<'d> {
    fn kind(self) -> NodeKind {
        self.document.nodes()[self.number].kind
    }

    fn raw(self) -> &'d str {
        self.document.raw(&self.document.nodes()[self.number])
    }

    fn children(self) -> impl Iterator<Item = At<'d>> {
        let document = self.document;
        let all = document.children(self.number);
        all.map(move |number| At { document, number })
    }

    /// The last field of this name, as JavaScript has it.
    fn field(self, name: &str) -> Option<At<'d>> {
        let is_object = self.kind() == NodeKind::Object;
        let named = |at: &At| {
            let key = at.document.key(&at.document.nodes()[at.number]);
            is_object && key.is_some_and(|key| key == name)
        };
        self.children().filter(named).last()
    }

    fn required(self, name: &str) -> Result<At<'d>> {
        match self.field(name) {
            Some(field) => Ok(field),
            None => self.problem(
                &format!("expected `{name}` in the rule"),
                Some(FORM.to_owned()),
            ),
        }
    }

    fn string(self) -> Result<String> {
        let node = &self.document.nodes()[self.number];
        match self.document.string(node) {
            Some(text) => Ok(text.into_owned()),
            None => self.problem("expected a text in quotes", None),
        }
    }

    fn problem<T>(self, text: &str, hint: Option<String>) -> Result<T> {
        problem(self.document.nodes()[self.number].span.start, text, hint)
    }
}

fn problem<T>(offset: usize, text: impl Into<String>, hint: Option<String>) -> Result<T> {
    Err(Problem {
        offset,
        text: text.into(),
        hint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let rules = rules_in(text)
            .map_err(|problem| problem.text)
            .expect("a plan");
        let name = |rule: PlanRule| rule.key.unwrap_or_else(|| rule.kind.name().to_owned());
        rules.into_iter().map(name).collect()
    }

    #[test]
    fn the_rules_of_an_answer_or_of_a_list_are_read() {
        let rules = r#"[{"key":"B","type":"TRACK","version":1,"jsonSchema":{"type":"object"}},
            {"key":null,"type":"IDENTIFY","jsonSchema":{}},
            {"key":"A","type":"track","version":1,"jsonSchema":{}},
            {"key":"B","type":"TRACK","version":2,"jsonSchema":{"type":"object","required":["properties"]}}]"#;
        for text in [
            rules.to_owned(),
            format!("{{\"rules\":{rules}}}"),
            format!("{{\"data\":{{\"rules\":{rules},\"pagination\":{{}}}}}}"),
        ] {
            assert_eq!(names(&text), ["B", "IDENTIFY", "A"]);
        }
        let rules = rules_in(rules)
            .map_err(|problem| problem.text)
            .expect("a plan");
        assert!(
            rules[0].schema.get("required").is_some(),
            "the older version counts"
        );
    }
}
