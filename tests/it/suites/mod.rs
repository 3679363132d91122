//! `segfn test` and what goes with it, by the built binary.

mod accepting;
mod cases;
mod conditions;
mod hostile;
#[cfg(target_os = "linux")]
mod processes;
mod reports;
mod suite;
