//! What `segfn.toml` says about a function.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::cassette::Redaction;
use crate::function::{Kind, Settings};
use crate::options::{AwsMode, NetPolicy, Region, Role, UserKey};
use crate::project::config::diff_config::DiffConfig;
use crate::project::config::error::ConfigError;
use crate::project::config::setting_source::SettingSource;
use crate::project::config::test_config::TestConfig;
use crate::text::nearest;

/// The file's name.
pub const FILE: &str = "segfn.toml";

/// What one or several `segfn.toml` say; all of it is optional.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The files that say so, and those that would if they were there.
    pub files: Vec<PathBuf>,
    pub kind: Option<Kind>,
    /// The settings whose values must not be shown.
    pub secret: Vec<String>,
    /// The same, from files that speak of other functions too: this one need not have them.
    pub shared_secret: Vec<String>,
    pub timeout: Option<Duration>,
    /// The size of V8's heap in bytes.
    pub memory: Option<usize>,
    /// Those in `sources` are null.
    pub settings: Settings,
    /// Where the values are of settings that have none in the file itself.
    pub sources: BTreeMap<String, SettingSource>,
    /// A file of variables, which come after those of the environment.
    pub dotenv: Option<PathBuf>,
    /// The roles that the embedded AWS has.
    pub roles: Vec<Role>,
    /// The keys of users that it has, and whether it refuses others.
    pub keys: Vec<UserKey>,
    pub strict: Option<bool>,
    /// Never [`AwsMode::Real`].
    pub aws: Option<AwsMode>,
    pub net: Option<NetPolicy>,
    pub redact: Redaction,
    /// The time zone that the function sees.
    pub timezone: Option<String>,
    /// The locale that it sees.
    pub locale: Option<String>,
    pub test: TestConfig,
    pub diff: DiffConfig,
    /// What is said of one environment alone, by its name. Of the rest they say nothing.
    pub environments: BTreeMap<String, Config>,
}

impl Config {
    /// Takes from `parent` what isn't said here. Settings are merged; secrets, roles, masks and
    /// what is to be redacted add up.
    pub(super) fn or(self, parent: Config) -> Config {
        let mut files = self.files;
        files.extend(parent.files);
        let mut sources = parent.sources;
        sources.retain(|name, _| !self.settings.contains_key(name));
        sources.extend(self.sources);
        let mut settings = parent.settings;
        settings.extend(self.settings);
        let mut environments = parent.environments;
        for (name, own) in self.environments {
            let parent = environments.remove(&name).unwrap_or_default();
            environments.insert(name, own.or(parent));
        }
        let mut roles = parent.roles;
        roles.retain(|role| self.roles.iter().all(|own| own.arn != role.arn));
        roles.extend(self.roles);
        let mut keys = parent.keys;
        keys.retain(|key| self.keys.iter().all(|own| own.id != key.id));
        keys.extend(self.keys);
        Config {
            files,
            kind: self.kind.or(parent.kind),
            secret: both(parent.secret, self.secret),
            shared_secret: both(parent.shared_secret, self.shared_secret),
            timeout: self.timeout.or(parent.timeout),
            memory: self.memory.or(parent.memory),
            settings,
            sources,
            dotenv: self.dotenv.or(parent.dotenv),
            roles,
            keys,
            strict: self.strict.or(parent.strict),
            aws: self.aws.or(parent.aws),
            net: self.net.or(parent.net),
            redact: Redaction {
                headers: both(parent.redact.headers, self.redact.headers),
                json: both(parent.redact.json, self.redact.json),
                patterns: both(parent.redact.patterns, self.redact.patterns),
                keep: both(parent.redact.keep, self.redact.keep),
                pseudonymize: self.redact.pseudonymize.or(parent.redact.pseudonymize),
            },
            timezone: self.timezone.or(parent.timezone),
            locale: self.locale.or(parent.locale),
            test: self.test.or(parent.test),
            diff: self.diff.or(parent.diff),
            environments,
        }
    }

    /// What is said of the environment `name`.
    ///
    /// # Errors
    /// No file that counts for the function has such a one.
    pub fn environment(&self, name: &str) -> Result<&Config, ConfigError> {
        self.environments.get(name).ok_or_else(|| {
            let names = self.environments.keys();
            ConfigError::NoEnvironment {
                name: name.to_owned(),
                nearest: nearest(name, names.clone().map(String::as_str)).map(str::to_owned),
                names: names.cloned().collect(),
            }
        })
    }

    /// With what is said of one environment, which comes first.
    pub fn in_environment(self, environment: Config) -> Config {
        environment.or(self)
    }

    /// The zone and the locale that the function sees: the platform's, where nothing is said.
    pub fn region(&self) -> Region {
        let platform = Region::default();
        Region {
            timezone: self.timezone.clone().unwrap_or(platform.timezone),
            locale: self.locale.clone().unwrap_or(platform.locale),
        }
    }

    /// As said of more functions than one.
    pub(super) fn shared(mut self) -> Config {
        self.shared_secret = both(self.shared_secret, std::mem::take(&mut self.secret));
        let environments = self.environments.into_iter();
        self.environments = environments
            .map(|(name, environment)| (name, environment.shared()))
            .collect();
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
