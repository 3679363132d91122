//! `segfn.toml`, the optional files beside a function and in the folders above it that say how it
//! is to be run (docs/config.md).

mod case;
mod lookup;
mod parse;
mod read;
mod test;

use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

pub use crate::project::config::case::CaseConfig;
pub use crate::project::config::test::Batching;
pub use crate::project::config::test::CaseAws;
pub use crate::project::config::test::TestConfig;

pub(super) use crate::project::config::read::text_of;

use crate::function::Kind;
use crate::function::Settings;
use crate::options::AwsMode;
use crate::options::NetPolicy;
use crate::options::Role;
use crate::text::Place;

/// The file's name.
pub const FILE: &str = "segfn.toml";

/// What one or several `segfn.toml` say; all of it is optional.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub kind: Option<Kind>,
    /// The settings whose values must not be shown.
    pub secret: Vec<String>,
    /// The same, from files that speak of other functions too: this one need not have them.
    pub shared_secret: Vec<String>,
    pub timeout: Option<Duration>,
    /// The size of V8's heap in bytes.
    pub memory: Option<usize>,
    pub settings: Settings,
    /// The roles that the embedded AWS has.
    pub roles: Vec<Role>,
    /// Never [`AwsMode::Real`].
    pub aws: Option<AwsMode>,
    pub net: Option<NetPolicy>,
    pub redact: Redact,
    pub test: TestConfig,
}

/// What is taken out of everything that is written, beside secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redact {
    /// Names of headers.
    pub headers: Vec<String>,
    /// Paths in JSON bodies.
    pub json: Vec<String>,
    /// Regular expressions.
    pub patterns: Vec<String>,
}

impl Config {
    /// What is said about the function at `path` (its file or its folder): by the file beside it,
    /// by those in the folders above up to the repository's, and by those that they include.
    pub fn for_function(path: &Path) -> Result<Config, ConfigError> {
        lookup::for_function(path)
    }

    /// Reads the file at `path`, and those that it includes.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        lookup::read(path)
    }

    /// Takes from `farther` what isn't said here. Settings are merged; secrets, roles, masks and
    /// what is to be redacted add up.
    fn or(self, farther: Config) -> Config {
        let mut settings = farther.settings;
        settings.extend(self.settings);
        let mut roles = farther.roles;
        roles.retain(|role| self.roles.iter().all(|own| own.arn != role.arn));
        roles.extend(self.roles);
        Config {
            kind: self.kind.or(farther.kind),
            secret: both(farther.secret, self.secret),
            shared_secret: both(farther.shared_secret, self.shared_secret),
            timeout: self.timeout.or(farther.timeout),
            memory: self.memory.or(farther.memory),
            settings,
            roles,
            aws: self.aws.or(farther.aws),
            net: self.net.or(farther.net),
            redact: Redact {
                headers: both(farther.redact.headers, self.redact.headers),
                json: both(farther.redact.json, self.redact.json),
                patterns: both(farther.redact.patterns, self.redact.patterns),
            },
            test: self.test.or(farther.test),
        }
    }

    /// As said of more functions than one.
    fn shared(mut self) -> Config {
        self.shared_secret = both(self.shared_secret, std::mem::take(&mut self.secret));
        self
    }
}

fn both(mut first: Vec<String>, second: Vec<String>) -> Vec<String> {
    for name in second {
        if !first.contains(&name) {
            first.push(name);
        }
    }
    first
}

/// The one of `names` that `name` was probably meant to be.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Why a config or settings file, or a setting on the command line, can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{}:{}: {problem}", path.display(), place.line, place.column)]
    Bad {
        path: PathBuf,
        place: Place,
        problem: String,
        hint: Option<String>,
    },
    #[error("expected NAME=VALUE")]
    Assignment,
}

impl ConfigError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            ConfigError::Bad { hint, .. } => hint.clone(),
            ConfigError::Read { .. } | ConfigError::Assignment => None,
        }
    }
}
