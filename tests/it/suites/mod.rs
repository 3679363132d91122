//! `segfn test` and what goes with it, by the built binary.

mod accepting;
mod assumed;
mod cases;
mod choosing;
mod conditions;
mod generated;
mod hostile;
mod markdown;
#[cfg(target_os = "linux")]
mod processes;
mod replies;
mod reports;
mod suite;
mod vary;
