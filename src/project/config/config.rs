//! What `segfn.toml` says about a function.

use std::time::Duration;

use crate::function::{Kind, Settings};
use crate::options::{AwsMode, NetPolicy, Role};
use crate::project::config::test_config::TestConfig;

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
    /// Takes from `parent` what isn't said here. Settings are merged; secrets, roles, masks and
    /// what is to be redacted add up.
    pub(super) fn or(self, parent: Config) -> Config {
        let mut settings = parent.settings;
        settings.extend(self.settings);
        let mut roles = parent.roles;
        roles.retain(|role| self.roles.iter().all(|own| own.arn != role.arn));
        roles.extend(self.roles);
        Config {
            kind: self.kind.or(parent.kind),
            secret: both(parent.secret, self.secret),
            shared_secret: both(parent.shared_secret, self.shared_secret),
            timeout: self.timeout.or(parent.timeout),
            memory: self.memory.or(parent.memory),
            settings,
            roles,
            aws: self.aws.or(parent.aws),
            net: self.net.or(parent.net),
            redact: Redact {
                headers: both(parent.redact.headers, self.redact.headers),
                json: both(parent.redact.json, self.redact.json),
                patterns: both(parent.redact.patterns, self.redact.patterns),
            },
            test: self.test.or(parent.test),
        }
    }

    /// As said of more functions than one.
    pub(super) fn shared(mut self) -> Config {
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
