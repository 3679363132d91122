//! segfn runs Twilio Segment functions, unchanged, on one's own machine.
//!
//! The way of the data: a [`function::Function`] and its [`function::Input`]s go to a worker
//! thread of [`engine`], which owns one V8 isolate and the capabilities of [`host`]; an
//! [`outcome::Outcome`] comes back, and [`report`] renders it. `ARCHITECTURE.md` is the map.

#![cfg_attr(
    not(test),
    warn(clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used)
)]

pub mod aws_local;
pub mod cassette;
pub mod cost;
pub mod coverage;
pub mod diff;
pub mod engine;
pub mod files;
#[cfg(target_os = "linux")]
mod fork;
pub mod fql;
mod frames;
pub mod function;
pub mod globals;
mod hints;
pub mod history;
pub mod host;
pub mod http_server;
pub mod json;
pub mod lambda;
mod libcrypto;
pub mod licenses;
pub mod net;
pub mod node_error;
pub mod options;
pub mod outcome;
pub mod project;
pub mod pseudonyms;
pub mod random;
pub mod report;
pub mod results;
pub mod secrets;
pub mod serve;
pub mod suite;
pub mod temporary;
pub mod text;
pub mod types;
pub mod user_files;
