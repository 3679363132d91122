//! A function as it lies on the disk: its source, settings, configuration and inputs.

pub mod config;
pub mod inputs;
pub mod samples;
pub mod settings;
pub mod source;
