//! Why a configuration or settings file can't be used.

use std::path::PathBuf;

use crate::hints;
use crate::project::written_file::FileError;
use crate::text::Place;

/// Why a config or settings file, or a setting on the command line, can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("expected NAME=VALUE")]
    Assignment,
    #[error("no segfn.toml of this function has an environment `{name}`")]
    NoEnvironment {
        name: String,
        nearest: Option<String>,
        /// Those that there are.
        names: Vec<String>,
    },
    /// Settings have their values somewhere else, and they aren't there. At least one.
    #[error("{}", lines(.0))]
    Missing(Vec<MissingSetting>),
}

/// A setting whose value is to come from somewhere else, where it isn't.
#[derive(Debug, thiserror::Error)]
#[error("{}:{}:{}: the setting `{name}` is to come from {problem}", path.display(), place.line, place.column)]
pub struct MissingSetting {
    pub name: String,
    /// The file that says where it comes from, and where in it.
    pub path: PathBuf,
    pub place: Place,
    /// From where, and what is wrong there.
    pub problem: String,
}

fn lines(missing: &[MissingSetting]) -> String {
    let lines: Vec<String> = missing.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

impl ConfigError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            ConfigError::File(error) => error.hint().map(str::to_owned),
            ConfigError::NoEnvironment {
                name,
                nearest,
                names,
            } => Some(match (nearest, &names[..]) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, []) => format!("write what is special about it below [env.{name}]"),
                (None, names) => format!("the environments are: {}", names.join(", ")),
            }),
            ConfigError::Missing(missing) => missing
                .first()
                .map(|first| hints::other_setting(&first.name)),
            ConfigError::Assignment => None,
        }
    }
}
