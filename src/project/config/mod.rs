//! `segfn.toml`, the optional files beside a function and in the folders above it that say how it
//! is to be run (docs/config.md).

mod case_config;
mod config;
mod config_file;
mod diff_config;
mod error;
mod item;
mod lookup;
mod parse;
mod reach;
mod read;
mod reply;
mod repository;
mod setting_source;
mod test_config;
mod variables;
mod workspace;

pub use self::case_config::CaseConfig;
pub use self::config::{Config, FILE};
pub use self::diff_config::DiffConfig;
pub use self::error::{ConfigError, MissingSetting};
pub(super) use self::repository::repository_of;
pub use self::setting_source::SettingSource;
pub use self::test_config::{Batching, CaseAws, ReplayRule, TestConfig};
pub(super) use self::variables::Variables;
pub use self::workspace::{
    FieldGroups, FilterAction, WORKSPACE_FILE, Workspace, WorkspaceDestination, WorkspaceFilter,
    WorkspaceSource,
};
