//! A function as it lies on the disk: its source, settings, configuration and inputs.

mod case_paths;
pub mod config;
mod error;
mod given;
mod hide;
pub mod inputs;
mod overrides;
mod project;
pub mod samples;
pub mod settings;
pub mod source;
pub mod starter;
mod thresholds;
pub mod tracking_plan;
mod warning;
mod written_file;

pub use self::case_paths::{CasePaths, LEVELS, is_below_cases, plain, scripts_of};
pub use self::error::ProjectError;
pub use self::overrides::Overrides;
pub use self::project::Project;
pub use self::thresholds::missed_thresholds;
pub use self::warning::Warning;
pub use self::written_file::FileError;
