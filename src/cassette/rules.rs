//! The rules of a project for its traffic: which fields aren't compared, and what else is secret.

use regex::bytes::Regex as BytesRegex;

use super::redaction::Redaction;
use super::rules_error::{RuleProblem, RulesError};
use crate::json::{FieldPath, PathError, PathPart};

/// What stands where something isn't compared.
pub const MASKED: &str = "[masked]";

/// The rules of a project, from its segfn.toml.
#[derive(Clone, Debug, Default)]
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
    pub(super) json: Vec<FieldPath>,
    pub(super) patterns: Vec<BytesRegex>,
}

impl Rules {
    /// The rules that segfn.toml's lists state.
    ///
    /// `masks` name fields of outcomes (`value.id`, `exchanges[*].request.body.json.sentAt`), parts
    /// of requests (`body.sentAt`, `query.ts`, `headers.x-id`, `path`) or patterns of URLs' paths
    /// (`/v1/users/*/events`, where what stands at `*` isn't compared). The rest are the lists of
    /// `[redact]`: names of headers, paths within JSON bodies, regular expressions.
    pub fn new(
        masks: &[String],
        headers: &[String],
        json: &[String],
        patterns: &[String],
    ) -> Result<Rules, RulesError> {
        let mut rules = Rules {
            headers: headers
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .collect(),
            ..Rules::default()
        };
        rules.add_masks(masks)?;
        for (index, path) in json.iter().enumerate() {
            let path = path.parse();
            let path =
                path.map_err(|error: PathError| RulesError::new("redact.json", index, error));
            rules.json.push(path?);
        }
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
        }
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
fn lower_header(mut path: FieldPath) -> FieldPath {
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
        Rules::new(&masks, &[], &[], &[]).expect("rules")
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
        let error = Rules::new(&texts("a..b"), &[], &[], &[]).expect_err("a mask");
        assert_eq!((error.key, error.index), ("mask", 0));
        let error = Rules::new(&[], &[], &[], &texts("(")).expect_err("a pattern");
        assert!(
            error.to_string().contains("is not a regular expression"),
            "{error}"
        );
        assert!(Rules::new(&[], &[], &[], &texts("x*")).is_err());
    }
}
