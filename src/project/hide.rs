//! Which settings are secret. No other file hides settings.

use std::sync::Arc;

use crate::function::Settings;
use crate::json::Json;
use crate::project::config::Config;
use crate::project::given::Given;
use crate::project::settings::texts;
use crate::project::source::Declaration;
use crate::project::warning::Warning;
use crate::secrets::names::{NamePlace, NameTells, is_naming, tells};
use crate::secrets::{SHORTEST, Secrets, told_by_form};
use crate::text::nearest;

/// Hides the values of secret settings: of those that the configuration or the function's declaration
/// names, of those whose values are `from_elsewhere`, and, if `by_name`, of those whose names tell it. Only a
/// setting that the file beside the function names is missed where it is not set, in no environment either.
pub(super) fn hide(
    config: &Config,
    declared: Option<&Declaration>,
    settings: &Settings,
    from_elsewhere: &[String],
    by_name: bool,
    secrets: &Arc<Secrets>,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let shared = config.shared_secret.iter().chain(sensitive(declared));
    let shared = shared.chain(from_elsewhere);
    for name in config.secret.iter().chain(shared) {
        let Some(value) = settings.get(name) else {
            let elsewhere = config.environments.values();
            let is_anywhere = |one: &Config| one.settings.contains_key(name);
            if config.secret.contains(name) && !elsewhere.into_iter().any(is_anywhere) {
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
        for (name, value) in settings.iter() {
            hide_by_name(name, value, secrets);
        }
    }
    warnings
}

/// Hides the secrets of all environments and what is said for all of them, whichever is asked for: what one of
/// them knows must not get into a file of another.
pub(super) fn hide_environments(
    config: &Config,
    declared: Option<&Declaration>,
    by_name: bool,
    secrets: &Arc<Secrets>,
) {
    let environments = config.environments.values();
    for one in environments.clone().chain([config]) {
        let mut given = Given::default();
        given.add_config(one);
        let mut named = given.complete_what_is_there(match one.dotenv {
            Some(_) => one,
            None => config,
        });
        for any in environments.clone().chain([config]) {
            named.extend(any.secret.iter().chain(&any.shared_secret).cloned());
        }
        named.extend(sensitive(declared).cloned());
        for (name, value) in given.settings.iter() {
            if named.contains(name) {
                let texts = texts(value);
                texts.iter().for_each(|text| secrets.add(name, text));
            }
            if by_name {
                hide_by_name(name, value, secrets);
            }
        }
        for key in &one.keys {
            secrets.add("AWS secret key", &key.secret);
        }
    }
}

/// The settings that the function's declaration calls sensitive.
fn sensitive(declared: Option<&Declaration>) -> impl Iterator<Item = &String> {
    let declared = declared.into_iter().flat_map(|declared| &declared.settings);
    let sensitive = declared.filter(|setting| setting.sensitive);
    sensitive.map(|setting| &setting.name)
}

/// Hides what the name of a setting, a name in its value or the form of a text in it tells to be secret.
fn hide_by_name(name: &str, value: &Json, secrets: &Secrets) {
    let tells = tells(name, NamePlace::Field);
    let all_of_it = tells == NameTells::Secret;
    match value {
        Json::String(text) => {
            if tells.is_secret(text) {
                let inner = texts(value);
                return inner.iter().for_each(|text| secrets.add(name, text));
            }
            match Json::parse(text) {
                Ok(inner @ (Json::Object(_) | Json::Array(_))) => {
                    hide_by_name(name, &inner, secrets);
                }
                _ => {
                    for secret in told_by_form(text) {
                        secrets.add(name, secret);
                    }
                }
            }
        }
        Json::Array(items) => {
            for item in items {
                hide_by_name(name, item, secrets);
            }
        }
        Json::Object(_) if all_of_it => {
            for text in texts(value) {
                secrets.add(name, &text);
            }
        }
        Json::Object(fields) => {
            for (key, value) in fields.iter() {
                let mut others = fields.iter().filter(|(naming, _)| is_naming(naming, key));
                match others.find_map(|(_, name)| name.as_str()) {
                    Some(name) => hide_by_name(name, value, secrets),
                    None => hide_by_name(key, value, secrets),
                }
            }
        }
        Json::Number(number) if all_of_it => secrets.add(name, number.as_str()),
        Json::Number(_) | Json::Null | Json::Bool(_) => {}
    }
}
