//! Values that a JSON Schema allows, and one that it doesn't.

use crate::json::{Json, JsonObject};
use crate::project::samples;
use crate::suite::generate::pattern::matching;

/// Which of an object's fields it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fields {
    All,
    Required,
}

/// A schema deeper than this holds itself.
const DEEPEST: usize = 12;

/// A schema, and where those are that it refers to.
#[derive(Clone, Copy)]
pub(super) struct Schema<'s> {
    pub own: &'s Json,
    /// The schema of the whole event.
    pub whole: &'s Json,
}

impl<'s> Schema<'s> {
    pub fn new(whole: &'s Json) -> Schema<'s> {
        Schema { own: whole, whole }
    }

    /// The schema of a field, if there is one.
    pub fn field(self, name: &str) -> Option<Schema<'s>> {
        let own = self.resolved().own.get("properties")?.get(name)?;
        Some(Schema { own, ..self }.resolved())
    }

    /// The fields that it names, with their schemas.
    pub fn fields(self) -> Vec<(&'s str, Schema<'s>)> {
        let fields = self
            .resolved()
            .own
            .get("properties")
            .and_then(Json::as_object);
        let fields = fields.into_iter().flat_map(JsonObject::iter);
        let field = |own| Schema { own, ..self }.resolved();
        fields
            .map(|(name, own)| (name.as_str(), field(own)))
            .collect()
    }

    /// That of a list's items.
    pub fn items(self) -> Option<Schema<'s>> {
        let own = match self.resolved().own.get("items")? {
            Json::Array(all) => all.first()?,
            one => one,
        };
        Some(Schema { own, ..self }.resolved())
    }

    fn requires(self, name: &str) -> bool {
        let required = self.own.get("required").and_then(Json::as_array);
        required.is_some_and(|names| names.iter().any(|one| one.as_str() == Some(name)))
    }

    /// The first type that it allows, besides null; found out from its keywords where it names none.
    pub fn kind(self) -> &'s str {
        let own = self.resolved().own;
        let said = match own.get("type") {
            Some(Json::String(one)) => Some(one.as_str()),
            Some(Json::Array(all)) => {
                let mut names = all.iter().filter_map(Json::as_str);
                let first = names.clone().next();
                names.find(|name| *name != "null").or(first)
            }
            _ => None,
        };
        said.unwrap_or(match own {
            own if own.get("properties").is_some() => "object",
            own if own.get("items").is_some() => "array",
            own if own.get("minimum").is_some() || own.get("maximum").is_some() => "number",
            _ => "string",
        })
    }

    fn allows(self, kind: &str) -> bool {
        let is = |one: &str| one == kind || (one == "number" && kind == "integer");
        match self.own.get("type") {
            Some(Json::String(one)) => is(one),
            Some(Json::Array(all)) => all.iter().filter_map(Json::as_str).any(is),
            _ => is(self.kind()),
        }
    }

    /// The schema that it refers to, or the first of those that it allows.
    fn resolved(self) -> Schema<'s> {
        let mut own = self.own;
        for _ in 0..DEEPEST {
            let referred = own.get("$ref").and_then(Json::as_str);
            let referred = referred.and_then(|to| self.whole.pointer(to.strip_prefix('#')?));
            let first = ["anyOf", "oneOf", "allOf"]
                .iter()
                .find_map(|name| own.get(name)?.as_array()?.first());
            match referred.or(first) {
                Some(other) => own = other,
                None => break,
            }
        }
        Schema { own, ..self }
    }

    /// A value that it allows, for a field called `name`.
    pub fn example(self, name: &str, fields: Fields) -> Json {
        self.resolved().value(name, fields, DEEPEST)
    }

    fn value(self, name: &str, fields: Fields, left: usize) -> Json {
        let own = self.own;
        let listed = |name: &str| {
            own.get(name)?
                .as_array()?
                .iter()
                .find(|one| !one.is_null())
                .cloned()
        };
        let told = own.get("const").cloned().or_else(|| listed("enum"));
        if let Some(told) = told
            .or_else(|| own.get("default").cloned())
            .or_else(|| listed("examples"))
        {
            return told;
        }
        match self.kind() {
            "object" => {
                let mut object = JsonObject::new();
                let all = if left == 0 { Vec::new() } else { self.fields() };
                for (name, field) in all {
                    if fields == Fields::All || self.requires(name) {
                        object.insert(name, field.value(name, fields, left - 1));
                    }
                }
                Json::Object(object)
            }
            "array" => {
                let count = own
                    .get("minItems")
                    .and_then(Json::as_u64)
                    .unwrap_or(1)
                    .clamp(1, 100);
                match self.items().filter(|_| left > 0) {
                    // What stands in a list has the name of the list.
                    Some(items) => (0..count)
                        .map(|_| items.value(name, fields, left - 1))
                        .collect(),
                    None => Json::Array(vec!["one".into()]),
                }
            }
            "boolean" => true.into(),
            "null" => Json::Null,
            kind @ ("integer" | "number") => self.number(name, kind == "integer"),
            _ => self.text(name).into(),
        }
    }

    fn number(self, name: &str, is_whole: bool) -> Json {
        let bound = |name: &str| match self.own.get(name) {
            Some(Json::Number(number)) => Some(number.as_f64()),
            _ => None,
        };
        let least = bound("minimum").or(bound("exclusiveMinimum").map(|bound| bound + 1.0));
        let most = bound("maximum").or(bound("exclusiveMaximum").map(|bound| bound - 1.0));
        let fits = |number: f64| {
            least.is_none_or(|least| number >= least)
                && most.is_none_or(|most| number <= most)
                && (!is_whole || number.fract() == 0.0)
                && bound("multipleOf").is_none_or(|step| step > 0.0 && number % step == 0.0)
        };
        let sample = match samples::value_named(name) {
            Some(Json::Number(number)) if fits(number.as_f64()) => return Json::Number(number),
            _ => [bound("multipleOf"), Some(1.0), least, most],
        };
        let number = sample
            .into_iter()
            .flatten()
            .find(|number| fits(*number))
            .unwrap_or(1.0);
        Json::parse(&number.to_string()).unwrap_or_else(|_| 1.into())
    }

    fn text(self, name: &str) -> String {
        let told = |name: &str| self.own.get(name).and_then(Json::as_str);
        let format = match told("format").unwrap_or_default() {
            "date-time" => Some("2026-01-05T08:00:00.000Z"),
            "date" => Some("2026-01-05"),
            "time" => Some("08:00:00Z"),
            "email" | "idn-email" => Some("mira.okafor@example.com"),
            "uri" | "url" | "iri" => Some("https://shop.example.com/games/tidal"),
            "uuid" => Some("3f1f2c0e-8d2b-4b53-9a55-0d4f4f1f9c11"),
            "ipv4" => Some("203.0.113.7"),
            "ipv6" => Some("2001:db8::7"),
            "hostname" => Some("shop.example.com"),
            _ => None,
        };
        if let Some(format) = format {
            return format.to_owned();
        }
        if let Some(text) = told("pattern").and_then(matching) {
            return text;
        }
        let mut text = match samples::value_named(name) {
            Some(Json::String(text)) => text,
            _ => "text".to_owned(),
        };
        let count = |name: &str| {
            self.own
                .get(name)
                .and_then(Json::as_u64)
                .and_then(|count| usize::try_from(count).ok())
        };
        let missing = count("minLength")
            .unwrap_or(0)
            .min(10_000)
            .saturating_sub(text.chars().count());
        text.extend(std::iter::repeat_n('x', missing));
        match count("maxLength") {
            Some(most) => text.chars().take(most).collect(),
            None => text,
        }
    }

    /// A value that it doesn't allow, and what that is called; `None` where it allows everything.
    pub fn wrong(self) -> Option<(Json, &'static str)> {
        let schema = self.resolved();
        if schema.own.get("type").is_none()
            && schema.own.get("properties").is_none()
            && schema.own.get("items").is_none()
        {
            return None;
        }
        let values = [
            (Json::from("text"), "string", "a text"),
            (42.into(), "integer", "a number"),
            (true.into(), "boolean", "a boolean"),
            (Json::Object(JsonObject::new()), "object", "an object"),
        ];
        // A text is what most fields are mistaken for, and a number what texts are.
        let mut wrong = values
            .into_iter()
            .filter(|(_, kind, _)| !schema.allows(kind));
        wrong.next().map(|(value, _, name)| (value, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::arbitrary::json;

    #[test]
    fn a_value_is_what_its_schema_allows() {
        for (name, schema, value) in [
            ("x", json!({"type": "string"}), json!("text")),
            ("currency", json!({"type": "string"}), json!("JPY")),
            (
                "x",
                json!({"type": ["null", "string"], "minLength": 6}),
                json!("textxx"),
            ),
            (
                "x",
                json!({"type": "string", "pattern": "^[0-9]{3}$"}),
                json!("111"),
            ),
            (
                "x",
                json!({"type": "string", "format": "date-time"}),
                json!("2026-01-05T08:00:00.000Z"),
            ),
            ("x", json!({"enum": [null, "b"]}), json!("b")),
            ("x", json!({"type": "integer", "minimum": 7}), json!(7)),
            ("x", json!({"type": "number", "multipleOf": 5}), json!(5)),
            (
                "x",
                json!({"type": "array", "items": {"type": "boolean"}}),
                json!([true]),
            ),
            (
                "x",
                json!({"anyOf": [{"type": "integer"}, {"type": "string"}]}),
                json!(1),
            ),
            (
                "x",
                json!({"type": "object", "properties": {"a": {"type": "null"}}}),
                json!({"a": null}),
            ),
        ] {
            assert_eq!(
                Schema::new(&schema).example(name, Fields::All),
                value,
                "{schema}"
            );
        }
        let schema = json!({"definitions": {"d": {"type": "boolean"}}, "properties": {"a": {"$ref": "#/definitions/d"}, "b": {}}, "required": ["a"]});
        assert_eq!(
            Schema::new(&schema).example("x", Fields::Required),
            json!({"a": true})
        );
    }

    #[test]
    fn a_wrong_value_is_none_that_the_schema_allows() {
        for (schema, wrong) in [
            (json!({"type": "string"}), Some("a number")),
            (json!({"type": "number"}), Some("a text")),
            (json!({"type": ["string", "number"]}), Some("a boolean")),
            (
                json!({"type": ["string", "integer", "boolean"]}),
                Some("an object"),
            ),
            (json!({"type": "object"}), Some("a text")),
            (json!({}), None),
        ] {
            assert_eq!(
                Schema::new(&schema).wrong().map(|(_, name)| name),
                wrong,
                "{schema}"
            );
        }
    }
}
