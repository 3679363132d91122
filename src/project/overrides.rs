//! What is said about a function beside what its files say.

use std::path::PathBuf;
use std::time::Duration;

use crate::function::{Kind, Settings};
use crate::options::{AwsMode, NetPolicy, Role};

/// What a command's flags say about a function. It comes before what the function's files say.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub kind: Option<Kind>,
    /// The handler to call, whatever the event's type says.
    pub handler: Option<String>,
    /// The environment of the configuration that is meant.
    pub environment: Option<String>,
    /// A JSON file of settings, which come before those of settings.json.
    pub settings_file: Option<PathBuf>,
    /// Settings that come before all others.
    pub settings: Settings,
    pub timeout: Option<Duration>,
    /// The size of V8's heap in bytes.
    pub memory: Option<usize>,
    /// Roles that the embedded AWS has beside those of the configuration.
    pub roles: Vec<Role>,
    pub aws: Option<AwsMode>,
    pub net: Option<NetPolicy>,
    /// Whether settings are also secret by their names alone: for commands that keep what they write.
    pub hide_by_name: bool,
}
