//! Inputs that came to nothing in both versions, so that little of them was compared.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::outcome::{Class, Outcome, Via};

/// Errors beyond so many are counted together.
const MOST_NAMES: usize = 100;
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
#[derive(Clone, Debug, Default)]
pub struct Failures {
    pub inputs: u64,
    /// By what the candidate came to.
    pub errors: BTreeMap<String, u64>,
    /// How many of the inputs had requests answered before.
    pub asked: u64,
}

impl Failures {
    pub fn add(&mut self, failure: NothingDone) {
        self.inputs += 1;
        self.asked += u64::from(failure.asked);
        let name = match self.errors.len() < MOST_NAMES || self.errors.contains_key(&failure.why) {
            true => failure.why,
            false => OTHERS.to_owned(),
        };
        *self.errors.entry(name).or_default() += 1;
    }
}
