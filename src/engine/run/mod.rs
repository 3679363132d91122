//! Who runs what: workers, plans, and the threads and processes that share them.

pub mod determinism;
pub mod play;
pub mod queue;
pub mod retry_schedule;
pub mod run_plan;
pub mod schedule;
pub mod worker;
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "zygotes use the rest")
)]
pub mod worker_thread;
#[cfg(target_os = "linux")]
pub mod zygote;
