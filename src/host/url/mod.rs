//! URLs by ada, the library that Node has, in the version that Node 20 has.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod cpp;
mod ops;

pub use ops::segfn_url;
