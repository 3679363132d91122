//! One sample, and how its template becomes what it is.

use crate::function::Input;
use crate::json::{Json, JsonObject};
use crate::project::samples::template::Values;

/// What the name of an input begins with that is a sample.
pub const SCHEME: &str = "sample:";

/// An event, an array of events or a request that is told by its name.
pub struct Sample {
    /// In lower case, with hyphens: `order-completed`.
    pub name: String,
    /// See [`Sample::json`].
    template: Json,
    /// The events of an array.
    batch: Vec<Sample>,
}

/// Fields of a template that say what it is, and aren't fields of the event.
const ABOUT: [&str; 3] = ["type", "from", "about"];

impl Sample {
    /// The sample that `template` describes. What an array is made of are others, by their names: `template_of`
    /// gives theirs.
    pub(super) fn new<'t>(
        name: &str,
        template: &Json,
        template_of: &impl Fn(&str) -> Option<&'t Json>,
    ) -> Sample {
        let batch = template.get("batch").and_then(Json::as_array);
        let names = batch.into_iter().flatten().filter_map(Json::as_str);
        Sample {
            name: name.to_owned(),
            template: template.clone(),
            batch: names
                .filter_map(|name| Some(Sample::new(name, template_of(name)?, template_of)))
                .collect(),
        }
    }

    /// The type of the event; `batch` or `request` for what is none.
    pub fn kind(&self) -> &str {
        match &self.template {
            template if template.get("request").is_some() => "request",
            _ if !self.batch.is_empty() => "batch",
            template => said(template, "type").unwrap_or("track"),
        }
    }

    /// What it is about: a tracked event's name, or a few words. Empty where its name says it.
    pub fn about(&self) -> &str {
        let about = said(&self.template, "about");
        about.or(said(&self.template, "event")).unwrap_or_default()
    }

    /// The sample under `seed`. What was bought under one order's number has this number in all samples of a
    /// seed, so that they tell one story.
    pub fn json(&self, seed: u64) -> Json {
        let values = Values::new(seed);
        if let Some(request) = self.template.get("request") {
            return values.fill(request);
        }
        if self.batch.is_empty() {
            return self.event(&values, 0);
        }
        let events = (0..).zip(&self.batch);
        let events = events.map(|(number, sample)| sample.event(&values, 10 * number));
        Json::Array(events.collect())
    }

    /// The sample as an input.
    pub fn input(&self, seed: u64) -> Input {
        Input::new(
            format!("{SCHEME}{}", self.name),
            self.json(seed).to_string(),
        )
    }

    /// The event, sent so many seconds later than others: with the common fields, in the order in which
    /// the platform has them (docs/platform.md section 1.6).
    fn event(&self, values: &Values, seconds: i64) -> Json {
        let from = said(&self.template, "from").unwrap_or_default();
        let text = |template: &str| values.fill(&template.into());
        let mut event = JsonObject::new();
        event.insert("type", self.kind());
        event.insert(
            "messageId",
            text(&format!("{{{{uuid message {}}}}}", self.name)),
        );
        event.insert("userId", text("{{person userId}}"));
        if ["browser", "mobile"].contains(&from) {
            event.insert("anonymousId", text("{{uuid anonymous}}"));
        }
        let own = self
            .template
            .as_object()
            .into_iter()
            .flat_map(JsonObject::iter);
        for (name, field) in own.filter(|(name, _)| !ABOUT.contains(&name.as_str())) {
            event.insert(name.clone(), values.fill(field));
        }
        let sender = values.part(from);
        for (name, field) in sender.as_object().into_iter().flat_map(JsonObject::iter) {
            event.insert(name.clone(), field.clone());
        }
        if !event.contains_key("integrations") {
            event.insert("integrations", Json::Object(JsonObject::new()));
        }
        // The platform puts right what the sender's clock says: `receivedAt - (sentAt - originalTimestamp)`.
        for (name, millis) in [
            ("timestamp", 20),
            ("originalTimestamp", 0),
            ("sentAt", 1_300),
            ("receivedAt", 1_320),
        ] {
            event.insert(name, values.time(1000 * seconds + millis));
        }
        event.insert("version", 2);
        Json::Object(event)
    }
}

fn said<'a>(template: &'a Json, name: &str) -> Option<&'a str> {
    template.get(name)?.as_str()
}
