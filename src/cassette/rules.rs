//! The rules of a project for its traffic: which fields aren't compared, and what else is secret.

use regex::bytes::Regex as BytesRegex;
use serde::{Deserialize, Serialize};

use super::redaction::Redaction;
use super::rules_error::{RuleProblem, RulesError};
use crate::json::{FieldPath, PathError, PathPart};

/// What stands where something isn't compared.
pub const MASKED: &str = "[masked]";

/// The rules of a project, from its segfn.toml.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Rules {
    /// Of a request's parts: `body.…`, `query.NAME`, `headers.NAME`, `path`, `host`.
    traffic: Vec<FieldPath>,
    /// Of an outcome: everything else.
    outcome: Vec<FieldPath>,
    /// Of a URL's path, by its segments; `None` is one that isn't compared.
    pub(super) url_paths: Vec<Vec<Option<String>>>,
    /// In lower case.
    pub(super) headers: Vec<String>,
    /// Within bodies in JSON, of requests and of responses.
    json: Vec<FieldPath>,
    /// What is no secret, whatever its name: within JSON, forms, `query.NAME` and `headers.NAME`.
    keep: Vec<FieldPath>,
    #[serde(with = "patterns")]
    pub(super) patterns: Vec<BytesRegex>,
}

/// Expressions are equal that are written in the same way.
impl PartialEq for Rules {
    fn eq(&self, other: &Rules) -> bool {
        let Rules {
            traffic,
            outcome,
            url_paths,
            headers,
            json,
            keep,
            patterns,
        } = other;
        let own = self.patterns.iter().map(BytesRegex::as_str);
        self.traffic == *traffic
            && self.outcome == *outcome
            && self.url_paths == *url_paths
            && self.headers == *headers
            && self.json == *json
            && self.keep == *keep
            && own.eq(patterns.iter().map(BytesRegex::as_str))
    }
}

impl Rules {
    /// The rules that segfn.toml's lists state.
    ///
    /// `masks` name fields of outcomes (`value.id`, `exchanges[*].request.body.json.sentAt`), parts
    /// of requests (`body.sentAt`, `query.ts`, `headers.x-id`, `path`) or patterns of URLs' paths
    /// (`/v1/users/*/events`, where what stands at `*` isn't compared). The rest are the lists of
    /// `[redact]`: names of headers, paths within JSON bodies, regular expressions, and what is no secret.
    pub fn new(masks: &[String], redaction: &Redaction) -> Result<Rules, RulesError> {
        let Redaction {
            headers,
            json,
            patterns,
            keep,
            // It isn't for requests that are looked up.
            pseudonymize: _,
        } = redaction;
        let mut rules = Rules {
            headers: headers
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .collect(),
            ..Rules::default()
        };
        rules.add_masks(masks)?;
        let paths = |key: &'static str, paths: &[String]| {
            let paths = paths.iter().enumerate().map(|(index, path)| {
                let path = path.parse();
                path.map_err(|error: PathError| RulesError::new(key, index, error))
            });
            paths.collect::<Result<Vec<FieldPath>, RulesError>>()
        };
        rules.json = paths("redact.json", json)?;
        let keep = paths("redact.keep", keep)?;
        rules.keep = keep.into_iter().map(lower_header).collect();
        for (index, pattern) in patterns.iter().enumerate() {
            let regex = read_pattern(pattern);
            let regex = regex.map_err(|error| RulesError::new("redact.patterns", index, error));
            rules.patterns.push(regex?);
        }
        Ok(rules)
    }

    /// The same rules, and further masks; see [`Rules::new`].
    pub fn with_masks(&self, masks: &[String]) -> Result<Rules, RulesError> {
        let mut rules = self.clone();
        rules.add_masks(masks)?;
        Ok(rules)
    }

    fn add_masks(&mut self, masks: &[String]) -> Result<(), RulesError> {
        for (index, mask) in masks.iter().enumerate() {
            let added = self.add_mask(mask);
            added.map_err(|error| RulesError::new("mask", index, error))?;
        }
        Ok(())
    }

    /// What a cassette's file says of them.
    pub fn redaction(&self) -> Redaction {
        Redaction {
            headers: self.headers.clone(),
            json: self.json.iter().map(FieldPath::to_string).collect(),
            patterns: self
                .patterns
                .iter()
                .map(|regex| regex.as_str().to_owned())
                .collect(),
            keep: self.keep.iter().map(FieldPath::to_string).collect(),
            pseudonymize: None,
        }
    }

    /// Whether any rule names a field by its path.
    pub(super) fn has_paths(&self) -> bool {
        !self.json.is_empty() || !self.keep.is_empty()
    }

    /// Whether what stands at `place` is said to be no secret.
    pub(super) fn keeps(&self, place: &FieldPath) -> bool {
        self.keep.iter().any(|path| path.matches(place))
    }

    /// Whether the field `name` is said to be no secret: of `query` or `headers`, or of a form where
    /// `part` is empty.
    pub(super) fn keeps_part(&self, part: &str, name: &str) -> bool {
        let root = FieldPath::default();
        let part = match part {
            "" => root,
            part => root.key(part),
        };
        !self.keep.is_empty() && self.keeps(&part.key(name))
    }

    /// The name of the secret that a rule sees at `place` of a body.
    pub(super) fn redacted_at(&self, place: &FieldPath) -> Option<String> {
        let path = self.json.iter().find(|path| path.matches(place))?;
        let named = path.0.iter().rev().find_map(|part| match part {
            PathPart::Key(name) => Some(name.clone()),
            _ => None,
        });
        Some(named.unwrap_or_else(|| "value".to_owned()))
    }

    fn add_mask(&mut self, text: &str) -> Result<(), PathError> {
        if let Some(path) = text.strip_prefix('/') {
            let segments = path.split('/');
            self.url_paths.push(
                segments
                    .map(|segment| (segment != "*").then(|| segment.to_owned()))
                    .collect(),
            );
            return Ok(());
        }
        let path: FieldPath = text.parse()?;
        let key = |index: usize| match path.0.get(index) {
            Some(PathPart::Key(name)) => Some(name.as_str()),
            _ => None,
        };
        let traffic = match (key(0), key(2), key(3), key(4)) {
            (Some("body" | "query" | "headers" | "header" | "path" | "host"), ..) => {
                self.traffic.push(lower_header(path));
                return Ok(());
            }
            _ if path.0.first() == Some(&PathPart::Deep) => Some(path.clone()),
            (Some("exchanges"), Some("request"), Some("headers"), Some(_)) => {
                Some(FieldPath(path.0[3..].to_vec()))
            }
            (Some("exchanges"), Some("request"), Some("body"), _) => {
                // What follows is the kind of body, which stands for the whole.
                let rest = path.0.get(5..).unwrap_or_default().iter().cloned();
                let body = std::iter::once(PathPart::Key("body".into()));
                Some(FieldPath(body.chain(rest).collect()))
            }
            _ => None,
        };
        self.traffic.extend(traffic.map(lower_header));
        self.outcome.push(path);
        Ok(())
    }

    /// Whether a part of a request isn't compared. `place` leads through
    /// [`RequestKey`](super::RequestKey)'s parts.
    pub(super) fn masks_traffic(&self, place: &FieldPath) -> bool {
        self.traffic.iter().any(|mask| mask.matches(place))
    }

    /// Whether there is a mask for any part of a request.
    pub(super) fn masks_any_traffic(&self) -> bool {
        !self.traffic.is_empty()
    }

    /// Whether the field of an outcome at `place` isn't compared. What masks of requests' parts name
    /// is taken out by [`Rules::mask_exchange`].
    pub fn masks_outcome(&self, place: &FieldPath) -> bool {
        self.outcome.iter().any(|mask| mask.matches(place))
    }
}

/// Patterns, as they go from process to process: by their texts.
mod patterns {
    use regex::bytes::Regex as BytesRegex;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(patterns: &[BytesRegex], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(patterns.iter().map(BytesRegex::as_str))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<BytesRegex>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        let patterns = texts.iter().map(|text| BytesRegex::new(text));
        patterns.collect::<Result<_, _>>().map_err(D::Error::custom)
    }
}

fn read_pattern(pattern: &str) -> Result<BytesRegex, RuleProblem> {
    let regex = BytesRegex::new(pattern).map_err(|source| RuleProblem::Regex {
        pattern: pattern.to_owned(),
        source,
    })?;
    match regex.is_match(b"") {
        true => Err(RuleProblem::MatchesNothing(pattern.to_owned())),
        false => Ok(regex),
    }
}

/// `header.X-Id` and `headers.x-id` are the same.
pub(crate) fn lower_header(mut path: FieldPath) -> FieldPath {
    if let [PathPart::Key(first), PathPart::Key(name), ..] = path.0.as_mut_slice()
        && (first == "header" || first == "headers")
    {
        *first = "headers".to_owned();
        *name = name.to_ascii_lowercase();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(masks: &[&str]) -> Rules {
        let masks: Vec<String> = masks.iter().map(|mask| (*mask).to_owned()).collect();
        Rules::new(&masks, &Redaction::default()).expect("rules")
    }

    #[test]
    fn masks_are_for_outcomes_and_for_traffic() {
        let rules = rules(&[
            "value.id",
            "exchanges[*].request.body.json.sentAt",
            "**.timestamp",
            "header.X-Id",
        ]);
        let path = |text: &str| text.parse::<FieldPath>().expect("a path");
        assert!(rules.masks_outcome(&path("value.id")));
        assert!(rules.masks_outcome(&path("messages.events[0].timestamp")));
        assert!(!rules.masks_outcome(&path("value.name")));
        assert!(rules.masks_traffic(&path("body.sentAt")));
        assert!(rules.masks_traffic(&path("body.a.timestamp")));
        assert!(rules.masks_traffic(&path("headers.x-id")));
        assert!(!rules.masks_traffic(&path("body.id")));
    }

    #[test]
    fn a_rule_that_says_nothing_is_refused() {
        let texts = |text: &str| vec![text.to_owned()];
        let patterns = |text: &str| Redaction {
            patterns: texts(text),
            ..Redaction::default()
        };
        let error = Rules::new(&texts("a..b"), &Redaction::default()).expect_err("a mask");
        assert_eq!((error.key, error.index), ("mask", 0));
        let error = Rules::new(&[], &patterns("(")).expect_err("a pattern");
        assert!(
            error.to_string().contains("is not a regular expression"),
            "{error}"
        );
        assert!(Rules::new(&[], &patterns("x*")).is_err());
    }
}
