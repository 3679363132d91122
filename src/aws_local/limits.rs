//! The limits of the services.

/// The largest body that S3 takes in one request, in bytes.
pub const LARGEST_BODY: u64 = 5 * 1024 * 1024 * 1024;

/// The largest document that S3 takes as a body, in bytes. The longest that has a use, of ten
/// thousand parts with their checksums, is a fifth of it.
pub const LARGEST_DOCUMENT: u64 = 20 * 1024 * 1024;
