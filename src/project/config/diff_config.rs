//! What `[diff]` in a `segfn.toml` says about comparisons of versions.

use crate::project::config::item::{Item, ItemValue};
use crate::project::config::read::{ConfigProblem, expected, real, table, unknown};

/// How versions are compared; all of it is optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DiffConfig {
    /// By which part a cost may rise, such as 0.1.
    pub cost: Option<f64>,
}

impl DiffConfig {
    /// The table `[diff]`.
    pub(super) fn parse(value: &Item) -> Result<DiffConfig, ConfigProblem> {
        let mut diff = DiffConfig::default();
        for (key, value) in table(value)? {
            match key.name.as_str() {
                "cost" => diff.cost = Some(rise(value)?),
                _ => return unknown(key, &["cost"]),
            }
        }
        Ok(diff)
    }

    /// Takes from `parent` what isn't said here.
    pub(super) fn or(self, parent: DiffConfig) -> DiffConfig {
        DiffConfig {
            cost: self.cost.or(parent.cost),
        }
    }
}

/// A percentage, as a part of one.
fn rise(value: &Item) -> Result<f64, ConfigProblem> {
    let percent = match &value.value {
        ItemValue::Text(text) => text
            .strip_suffix('%')
            .and_then(|number| number.trim().parse().ok()),
        _ => real(value),
    };
    match percent {
        Some(percent) if (0.0..=10_000.0).contains(&percent) => Ok(percent / 100.0),
        _ => expected(value, "a percentage such as \"10%\""),
    }
}
