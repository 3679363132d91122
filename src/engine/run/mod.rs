//! Who runs what, where, and in which order.
//!
//! A [`pool`] hands items to executors, one on each thread, and delivers what came of them in order.
//! [`inputs`] are items of `run` and `diff`, which go to warm workers. [`jobs`] are the cases of
//! `test`, `record` and `cases add`, each a [`plan`] in fresh instances: on threads, or, for a
//! [`job_pool`], in processes (`process`).

mod cpu_time;
mod crash;
pub mod determinism;
pub mod input_executor;
pub mod inputs;
pub mod job;
mod job_folder;
pub mod job_pool;
pub mod jobs;
mod on_thread;
mod outside;
pub mod plan;
pub mod pool;
pub mod process;
pub mod queue;
pub mod retry_schedule;
pub mod run_plan;
pub mod worker;
pub mod worker_thread;
