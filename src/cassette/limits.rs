//! The form's version, and how large a cassette may be.

/// The version of the form that this segfn writes, in `log._segfn.version`.
pub const VERSION: u64 = 1;

/// A cassette's largest size, in bytes. No more than this is recorded.
pub const MAX_SIZE: u64 = 64 << 20;

/// The name of a case's cassette.
pub const FILE: &str = "traffic.har";
