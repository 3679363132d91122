//! V8: loads a function and calls it. The only room besides `host/` that knows V8's types.
//!
//! Three floors: `isolate` is V8 itself, `invoke` is one call, `run` decides who calls what, where
//! and in which order.

mod error;
mod invoke;
mod isolate;
mod options;
mod result;
mod run;

pub use self::error::{EngineError, Lost, Need};
pub use self::isolate::address_space::{AddressSpaceError, check_address_space};
pub use self::isolate::region::enter_platform_region;
pub use self::isolate::v8_platform::{set_up_v8, v8_version};
pub use self::options::{Frozen, Options};
pub use self::result::{InputResult, Loaded};
pub use self::run::input_executor::{Ran, Rendering};
pub use self::run::inputs::InputRun;
pub use self::run::job::Job;
pub use self::run::job_pool::JobPool;
pub use self::run::jobs::run_jobs;
pub use self::run::plan::{Plan, PlanResult, Step};
#[cfg(target_os = "linux")]
pub use self::run::process::{Probe, dismiss_ahead, fork_ahead, probe_worker, wait_for_workers};
pub use self::run::process::{start_workers_by, work};
pub use self::run::retry_schedule::{most_retries, wait_after};
