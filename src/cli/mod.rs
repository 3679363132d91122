//! The command line: one file a command, and what they share.

mod accept;
mod aws;
mod case_runs;
mod cases;
mod color;
mod commands;
mod coverage;
mod diff;
mod engine_error;
mod error;
mod events;
mod globals;
mod licenses;
mod output;
mod progress;
mod record;
mod reports;
mod review;
mod run;
mod select;
mod setup;
mod test;
mod types;
mod watch;

pub use self::commands::main;
