//! The limits of the services.

/// The largest body that S3 takes in one request, in bytes.
pub const LARGEST_BODY: u64 = 5 * 1024 * 1024 * 1024;
