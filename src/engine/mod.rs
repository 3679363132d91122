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
pub use self::isolate::v8_flags::snapshot_extensions;
pub use self::isolate::v8_platform::set_up_v8;
pub use self::options::{Frozen, Options};
pub use self::result::{InputResult, Loaded};
pub use self::run::inputs::run;
pub use self::run::job::Job;
pub use self::run::job_pool::JobPool;
pub use self::run::jobs::run_jobs;
pub use self::run::plan::{Plan, PlanResult, Step};
