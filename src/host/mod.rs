//! What a function can reach: one module a capability, each one deno_core extension.

mod asset;
pub mod aws;
pub mod aws_transport;
mod brotli;
pub mod budget;
mod buffer;
pub mod bundle;
mod bundles;
mod bytes;
mod cache;
pub mod clock;
mod console;
mod core_ops;
mod crypto;
mod env;
mod extensions;
mod handover;
pub mod http;
mod invocation_log;
mod network_transport;
mod options;
mod url;
mod web;
mod zlib;

pub use bundles::{SNAPSHOT, touched};
pub use cache::Cache;
pub use clock::Clock;
pub use crypto::Deadline;
pub use env::HostEnv;
pub use extensions::extensions;
pub use handover::HostHandover;
pub use invocation_log::{EndedLog, InvocationLog, LogListener, SharedInvocationLog};
pub use options::{HostOptions, TEST_KEY, key_for};
