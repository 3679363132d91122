//! Nothing of segfn is reachable from a function.

mod escapes;
#[cfg(target_os = "linux")]
mod last_logs;
mod memory;
mod poison;
mod time;
#[cfg(target_os = "linux")]
mod ways;
