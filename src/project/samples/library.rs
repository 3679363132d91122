//! Which samples there are.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::function::Input;
use crate::hints;
use crate::json::Json;
use crate::options::SEED;
use crate::project::samples::sample::Sample;
use crate::text::nearest;

/// Samples that belong together.
pub struct SampleGroup {
    /// Which names all of them where a sample's name may stand.
    pub name: &'static str,
    pub title: String,
    pub samples: Vec<Sample>,
}

/// The groups' names and files.
const DATA: [(&str, &str); 9] = [
    ("calls", include_str!("data/calls.json")),
    ("ecommerce", include_str!("data/ecommerce.json")),
    ("saas", include_str!("data/saas.json")),
    ("video", include_str!("data/video.json")),
    ("live", include_str!("data/live.json")),
    ("mobile", include_str!("data/mobile.json")),
    ("email", include_str!("data/email.json")),
    ("engage", include_str!("data/engage.json")),
    ("webhooks", include_str!("data/webhooks.json")),
];

/// What shows a handler at its best, in the platform's order (docs/platform.md section 1).
const FOR_HANDLERS: [(&str, &str); 9] = [
    ("onRequest", "webhook"),
    ("onIdentify", "identify"),
    ("onTrack", "order-completed"),
    ("onPage", "page"),
    ("onScreen", "screen"),
    ("onGroup", "group"),
    ("onAlias", "alias"),
    ("onDelete", "delete"),
    ("onBatch", "batch"),
];

static GROUPS: LazyLock<Vec<SampleGroup>> = LazyLock::new(|| {
    let data = DATA.map(|(name, text)| (name, Json::parse(text).unwrap_or_default()));
    let template_of = |name: &str| {
        let mut all = data.iter();
        all.find_map(|(_, data)| data.get("samples")?.get(name))
    };
    let groups = data.iter().filter_map(|(name, data)| {
        let samples = data.get("samples")?.as_object()?.iter();
        Some(SampleGroup {
            name,
            title: data.get("title")?.as_str()?.to_owned(),
            samples: samples
                .map(|(name, template)| Sample::new(name, template, &template_of))
                .collect(),
        })
    });
    groups.collect()
});

/// A name that no sample has.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no sample '{name}'")]
pub struct UnknownSample {
    pub name: String,
    /// What was probably meant.
    pub nearest: Option<&'static str>,
}

impl UnknownSample {
    /// What to write instead.
    pub fn hint(&self) -> String {
        match self.nearest {
            Some(near) => format!("did you mean {near}?"),
            None => hints::LIST_SAMPLES.to_owned(),
        }
    }
}

/// All groups, in the order in which they are shown.
pub fn groups() -> &'static [SampleGroup] {
    &GROUPS
}

fn all() -> impl Iterator<Item = &'static Sample> {
    GROUPS.iter().flat_map(|group| &group.samples)
}

/// The sample of this name, or those of the group.
///
/// # Errors
/// There is none.
pub fn find(name: &str) -> Result<Vec<&'static Sample>, UnknownSample> {
    if let Some(group) = GROUPS.iter().find(|group| group.name == name) {
        return Ok(group.samples.iter().collect());
    }
    if let Some(sample) = all().find(|sample| sample.name == name) {
        return Ok(vec![sample]);
    }
    let names = all().map(|sample| sample.name.as_str());
    let written = name.to_lowercase().replace([' ', '_'], "-");
    Err(UnknownSample {
        name: name.to_owned(),
        nearest: nearest(&written, names.chain(GROUPS.iter().map(|group| group.name))),
    })
}

/// The value that a field of this name has in some sample, however the name is written: a text, a number or a
/// boolean.
pub fn value_named(name: &str) -> Option<Json> {
    VALUES.get(&plain(name)).cloned()
}

/// The values of the samples' properties and traits, by their names.
static VALUES: LazyLock<BTreeMap<String, Json>> = LazyLock::new(|| {
    let mut values = BTreeMap::new();
    for sample in all() {
        let event = sample.json(SEED);
        for part in ["properties", "traits"] {
            event
                .get(part)
                .into_iter()
                .for_each(|part| collect(part, &mut values));
        }
    }
    values
});

fn collect(value: &Json, values: &mut BTreeMap<String, Json>) {
    match value {
        Json::Object(fields) => {
            for (name, field) in fields.iter() {
                if matches!(field, Json::String(_) | Json::Number(_) | Json::Bool(_)) {
                    values.entry(plain(name)).or_insert_with(|| field.clone());
                }
                collect(field, values);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, values)),
        _ => {}
    }
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|char| char.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// One input for each of `handlers`, in the platform's order.
pub fn for_handlers(handlers: &[String]) -> Vec<Input> {
    FOR_HANDLERS
        .iter()
        .filter(|(handler, _)| handlers.iter().any(|defined| defined == handler))
        .filter_map(|(_, name)| all().find(|sample| sample.name == *name))
        .map(|sample| sample.input(SEED))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::function::HANDLERS;

    #[test]
    fn all_data_is_read() {
        assert_eq!(GROUPS.len(), DATA.len());
        let names: BTreeSet<&str> = all().map(|sample| sample.name.as_str()).collect();
        assert_eq!(names.len(), all().count(), "two samples have one name");
        for group in groups() {
            assert!(
                !names.contains(group.name),
                "{} is a sample, too",
                group.name
            );
        }
    }

    #[test]
    fn each_handler_has_a_sample_that_reaches_it() {
        assert_eq!(FOR_HANDLERS.map(|(handler, _)| handler), HANDLERS);
        for (input, (handler, _)) in for_handlers(&HANDLERS.map(str::to_owned))
            .iter()
            .zip(FOR_HANDLERS)
        {
            let json = Json::parse(&input.json).expect("JSON");
            match handler {
                "onRequest" => assert!(json.get("body").is_some()),
                "onBatch" => assert!(json.as_array().is_some_and(|events| events.len() > 2)),
                handler => {
                    let kind = json.get("type").and_then(Json::as_str).expect("a type");
                    assert_eq!(handler.to_lowercase(), format!("on{kind}"));
                }
            }
        }
    }

    #[test]
    fn only_what_the_function_handles_is_tried() {
        let inputs = for_handlers(&["onBatch".to_owned(), "onTrack".to_owned()]);
        let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
        assert_eq!(names, ["sample:order-completed", "sample:batch"]);
    }
}
