//! The command line: one file a command, and what they share.

mod accept;
mod aws;
mod case_runs;
mod cases;
mod color;
mod commands;
mod coverage;
mod diff;
mod diff_reports;
mod doctor;
mod engine_error;
mod error;
mod events;
mod function_args;
mod globals;
mod init;
mod licenses;
mod open;
mod output;
mod progress;
mod pseudonym_args;
mod record;
mod report_target;
mod reports;
mod review;
mod run;
mod samples;
mod select;
mod serve;
mod test;
mod types;
mod until_ended;
mod watch;

pub use self::commands::{command, main};
