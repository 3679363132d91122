//! `segfn run`: calls a function with inputs and shows what it does.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use std::time::Instant;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use segfn::engine;
use segfn::engine::EngineError;
use segfn::engine::Loaded;
use segfn::engine::Options;
use segfn::engine::Ran;
use segfn::function::Function;
use segfn::function::HANDLERS;
use segfn::function::Input;
use segfn::function::Kind;
use segfn::function::config;
use segfn::function::config::Config;
use segfn::function::inputs::InputError;
use segfn::function::inputs::Inputs;
use segfn::function::inputs::Problems;
use segfn::function::samples::samples;
use segfn::function::settings;
use segfn::function::source::Source;
use segfn::options::AwsMode;
use segfn::options::HostPattern;
use segfn::options::NetPolicy;
use segfn::options::Role;
use segfn::options::memory_of;
use segfn::options::parse_timeout;
use segfn::outcome::Class;
use segfn::report::Tally;
use segfn::report::json;
use segfn::report::text::TextReport;
use segfn::secrets;
use serde_json::Value;

use super::CliError;
use super::Color;
use super::Exit;
use super::output::Output;
use super::progress::Bar;

/// The platform's limit (spec section 9).
const TIMEOUT: Duration = Duration::from_secs(5);

/// The memory of the platform's Lambda, in bytes.
const MEMORY: usize = 128 * 1024 * 1024;

/// In text, after so many blocks a success that says nothing more is one line.
const WHOLE_BLOCKS: u64 = 20;
