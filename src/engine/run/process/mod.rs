//! Worker processes, in which functions run, and their supervisor, which never runs any. What can't
//! be bounded inside V8 is bounded here, from outside: time, memory, and crashes.
//!
//! Before there is any thread, the supervisor starts a few *zygotes*: processes that do nothing but
//! fork worker processes when they are asked to, as a process with threads can't. A worker process
//! and the supervisor have a line and a board in common.

mod allowed;
mod board;
mod confine;
mod death;
mod fork;
mod input_worker;
mod job_worker;
mod learned;
mod memory_use;
mod probe;
mod server;
mod store_folder;
mod template;
mod worker_process;
mod zygote;

pub use self::input_worker::InputProcesses;
pub use self::job_worker::JobProcesses;
pub use self::probe::{Probe, probe_worker};
