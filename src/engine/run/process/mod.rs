//! Worker processes, in which functions run, and their supervisor, which never runs any. What can't
//! be bounded inside V8 is bounded here, from outside: time, memory, and crashes.
//!
//! Processes come to be in one of two ways (`way`). Where this process can be forked, the supervisor starts
//! a few *zygotes* before there is any thread: processes that do nothing but fork worker processes when they
//! are asked to, as a process with threads can't. Elsewhere it starts itself again (`program`, `started`), and
//! hands over what a fork would have in its memory (`handover`). All the rest is the same: a worker process
//! and the supervisor have a line and a board in common.

#[cfg(target_os = "linux")]
mod ahead;
mod allowed;
mod area;
mod assignment;
mod board;
mod came;
#[cfg(target_os = "linux")]
mod confine;
mod death;
#[cfg(target_os = "linux")]
mod first_worker;
#[cfg(target_os = "linux")]
mod fork;
#[cfg(target_os = "linux")]
mod forks;
mod given_chunk;
mod handover;
mod input_offspring;
mod input_worker;
mod job_offspring;
mod job_worker;
mod journal;
mod learned;
mod line;
mod memory_use;
mod offspring;
#[cfg(target_os = "linux")]
mod probe;
mod program;
#[cfg(target_os = "linux")]
mod reaper;
#[cfg(target_os = "linux")]
mod seclusion;
#[cfg(target_os = "linux")]
mod server;
mod shared_file;
mod slot;
#[cfg(target_os = "linux")]
mod socket_line;
mod started;
mod store_folder;
mod template;
mod way;
mod worker_line;
mod worker_process;
#[cfg(target_os = "linux")]
mod zygote;

#[cfg(target_os = "linux")]
pub use self::ahead::{dismiss_ahead, fork_ahead};
pub use self::input_worker::InputProcesses;
pub use self::job_worker::JobProcesses;
#[cfg(target_os = "linux")]
pub use self::probe::{Probe, probe_worker};
pub use self::program::start_workers_by;
#[cfg(target_os = "linux")]
pub use self::reaper::wait_for_all as wait_for_workers;
pub use self::started::work;
