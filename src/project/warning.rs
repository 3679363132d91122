//! What looks wrong about a function, although it can be run.

use std::fmt;

use crate::json::string;
use crate::project::config;

/// What looks wrong about a function's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The configuration hides a setting that is not set.
    SecretNotSet {
        name: String,
        /// The setting that was probably meant.
        nearest: Option<String>,
    },
    /// A secret setting's value is too short to be hidden.
    SecretTooShort { name: String },
    /// Settings of a type that the platform does not have.
    UnlikePlatform { names: Vec<String> },
    /// Settings that the function requires are not set.
    RequiredNotSet { names: Vec<String> },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::SecretNotSet { name, .. } => {
                write!(
                    f,
                    "{} names the secret setting `{name}`, which isn't set",
                    config::FILE
                )
            }
            Warning::SecretTooShort { name } => write!(
                f,
                "the secret setting `{name}` is too short to be hidden in the output"
            ),
            Warning::UnlikePlatform { names } => {
                write!(
                    f,
                    "the platform has no settings of this kind: {}",
                    names.join(", ")
                )
            }
            Warning::RequiredNotSet { names } => match &names[..] {
                [name] => write!(f, "the setting `{name}` is required, but it isn't set"),
                names => write!(
                    f,
                    "{} settings are required, but they aren't set: {}",
                    names.len(),
                    names.join(", ")
                ),
            },
        }
    }
}

impl Warning {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Warning::SecretNotSet { nearest, .. } => {
                nearest.as_ref().map(|near| format!("did you mean `{near}`?"))
            }
            Warning::SecretTooShort { .. } => None,
            Warning::UnlikePlatform { .. } => Some(
                "settings are texts, booleans, lists of texts or maps of texts; write numbers as texts"
                    .to_owned(),
            ),
            Warning::RequiredNotSet { names } => Some(match &names[..] {
                [name] => format!("set it in settings.json, or with -s {name}=VALUE"),
                names => {
                    let fields = names.iter().map(|name| format!("{}: \"\"", string::quoted(name)));
                    format!(
                        "set them in settings.json: {{{}}}",
                        fields.collect::<Vec<_>>().join(", ")
                    )
                }
            }),
        }
    }
}
