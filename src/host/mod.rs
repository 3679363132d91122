//! What a function can reach, one folder a capability.

pub mod aws;
