//! `segfn.toml`, the optional files beside a function and in the folders above it that say how it
//! is to be run (docs/config.md).

mod case_config;
mod config;
mod error;
mod lookup;
mod parse;
mod read;
mod test_config;

pub use self::case_config::CaseConfig;
pub use self::config::{Config, FILE, Redact};
pub use self::error::ConfigError;
pub(super) use self::read::text_of;
pub use self::test_config::{Batching, CaseAws, TestConfig};
