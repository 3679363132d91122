//! Which settings are secret. No other file hides settings.

use std::sync::Arc;

use crate::function::Settings;
use crate::project::config::Config;
use crate::project::settings::texts;
use crate::project::source::Declaration;
use crate::project::warning::Warning;
use crate::secrets::names::secret_setting;
use crate::secrets::{SHORTEST, Secrets};
use crate::text::nearest;

/// Hides the values of secret settings: of those that the configuration or the function's declaration
/// names, and, if `by_name`, of those whose names tell it. Only a setting that the file beside the
/// function names is missed where it is not set.
pub(super) fn hide(
    config: &Config,
    declared: Option<&Declaration>,
    settings: &Settings,
    by_name: bool,
    secrets: &Arc<Secrets>,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let declared = declared.into_iter().flat_map(|declared| &declared.settings);
    let sensitive = declared
        .filter(|setting| setting.sensitive)
        .map(|setting| &setting.name);
    let shared = config.shared_secret.iter().chain(sensitive);
    for name in config.secret.iter().chain(shared) {
        let Some(value) = settings.get(name) else {
            if config.secret.contains(name) {
                let near = nearest(name, settings.keys().map(String::as_str));
                warnings.push(Warning::SecretNotSet {
                    name: name.clone(),
                    nearest: near.map(str::to_owned),
                });
            }
            continue;
        };
        let texts = texts(value);
        if texts
            .iter()
            .any(|text| !text.is_empty() && text.len() < SHORTEST)
        {
            warnings.push(Warning::SecretTooShort { name: name.clone() });
        }
        for text in texts {
            secrets.add(name, &text);
        }
    }
    if by_name {
        for (name, value) in settings.iter().filter(|(name, _)| secret_setting(name)) {
            texts(value).iter().for_each(|text| secrets.add(name, text));
        }
    }
    warnings
}
