//! Inputs that came to nothing in both versions, so that little of them was compared.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::outcome::{Class, Outcome, Via};

/// Errors beyond so many are counted together: the others than those that come first by name, so that it makes no
/// difference in which order they come.
const MOST_NAMES: usize = 1000;
/// So many are told, the most frequent ones.
const MOST_TOLD: usize = 100;
/// The name of all others.
const OTHERS: &str = "others";

/// Why an input came to nothing in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NothingDone {
    /// The error's name; `skipped` where nothing ran.
    pub why: String,
    /// Whether a request was answered before that, which may be why.
    pub asked: bool,
}

impl NothingDone {
    /// `None` where the function did what it is for.
    pub fn of(outcome: &Outcome) -> Option<NothingDone> {
        let name = outcome.error.as_ref().map(|error| error.name.clone());
        let why = match outcome.class {
            Class::Skipped => "skipped".to_owned(),
            class if class.is_failure() => name.unwrap_or_else(|| class.name().to_owned()),
            _ => return None,
        };
        let mut exchanges = outcome.exchanges.iter();
        Some(NothingDone {
            why,
            asked: exchanges.any(|exchange| exchange.via != Via::Embedded),
        })
    }
}

/// The inputs that came to nothing in both versions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Failures {
    pub inputs: u64,
    /// By what the candidate came to.
    pub errors: BTreeMap<String, u64>,
    /// How many of the inputs had requests answered before.
    pub asked: u64,
}

impl Failures {
    pub(super) fn add(&mut self, failure: NothingDone) {
        self.inputs += 1;
        self.asked += u64::from(failure.asked);
        *self.errors.entry(failure.why).or_default() += 1;
        self.trim();
    }

    /// Adds those of other inputs.
    pub(super) fn merge(&mut self, other: Failures) {
        self.inputs += other.inputs;
        self.asked += other.asked;
        for (name, inputs) in other.errors {
            *self.errors.entry(name).or_default() += inputs;
        }
        self.trim();
    }

    fn trim(&mut self) {
        while self.errors.len() > MOST_NAMES {
            self.errors.pop_last();
        }
    }

    /// The most frequent errors, and all others together.
    pub(super) fn told(&self) -> Failures {
        let mut errors: Vec<(&String, &u64)> = self.errors.iter().collect();
        errors.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let mut told: BTreeMap<String, u64> = errors
            .into_iter()
            .take(MOST_TOLD)
            .map(|(name, inputs)| (name.clone(), *inputs))
            .collect();
        let others = self.inputs.saturating_sub(told.values().sum());
        if others > 0 {
            *told.entry(OTHERS.to_owned()).or_default() += others;
        }
        Failures {
            errors: told,
            inputs: self.inputs,
            asked: self.asked,
        }
    }
}
