//! What a function can reach: one module a capability, each one deno_core extension.

pub mod aws;
pub mod aws_transport;
mod brotli;
mod buffer;
pub mod bundle;
mod bundles;
mod cache;
pub mod clock;
mod console;
mod crypto;
mod env;
mod extensions;
pub mod http;
mod invocation_log;
mod options;
mod zlib;

pub use bundles::{SNAPSHOT, WEB_SOURCES, touched};
pub use cache::Cache;
pub use clock::Clock;
pub use crypto::Deadline;
pub use env::HostEnv;
pub use extensions::extensions;
pub use invocation_log::{InvocationLog, SharedInvocationLog};
pub use options::{HostOptions, TEST_KEY};
