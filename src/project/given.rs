//! The settings that someone has set, from all the places where they can be.

use std::collections::BTreeMap;

use crate::function::Settings;
use crate::json::Json;
use crate::project::config::{Config, ConfigError, MissingSetting, SettingSource, Variables};

/// The settings that someone has set. What is added later comes before what was there.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    pub settings: Settings,
    /// Where the values are of those that have none yet.
    sources: BTreeMap<String, SettingSource>,
}

impl Given {
    pub fn add(&mut self, settings: Settings) {
        self.sources.retain(|name, _| !settings.contains_key(name));
        self.settings.extend(settings);
    }

    /// What the configuration says.
    pub fn add_config(&mut self, config: &Config) {
        self.add(config.settings.clone());
        self.sources.extend(config.sources.clone());
    }

    /// Gets the values that are somewhere else, and gives the names of these settings.
    ///
    /// # Errors
    /// Some of them aren't there; all of those are told, as a reader of the file meets them.
    pub fn complete(&mut self, config: &Config) -> Result<Vec<String>, ConfigError> {
        if self.sources.is_empty() {
            return Ok(Vec::new());
        }
        let variables = Variables::read(config.dotenv.as_deref())?;
        let (names, mut missing) = self.look_up(&variables);
        missing.sort_by(|a, b| {
            let place = |one: &MissingSetting| (one.place.line, one.place.column);
            a.path.cmp(&b.path).then_with(|| place(a).cmp(&place(b)))
        });
        match missing.is_empty() {
            true => Ok(names),
            false => Err(ConfigError::Missing(missing)),
        }
    }

    /// The same for those that are there. The others are forgotten.
    pub fn complete_what_is_there(&mut self, config: &Config) -> Vec<String> {
        if self.sources.is_empty() {
            return Vec::new();
        }
        let variables = Variables::read(config.dotenv.as_deref()).unwrap_or_default();
        self.look_up(&variables).0
    }

    /// The names of the settings whose values are there, and those of which they aren't.
    fn look_up(&mut self, variables: &Variables) -> (Vec<String>, Vec<MissingSetting>) {
        let (mut names, mut missing) = (Vec::new(), Vec::new());
        for (name, source) in std::mem::take(&mut self.sources) {
            match source.value(&name, variables) {
                Ok(value) => {
                    self.settings.insert(name.clone(), Json::from(value));
                    names.push(name);
                }
                Err(error) => {
                    self.settings.remove(&name);
                    missing.push(error);
                }
            }
        }
        (names, missing)
    }
}
