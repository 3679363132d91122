//! The local Segment of `segfn serve` (docs/serve.md).
//!
//! [`front`] speaks HTTP with SDKs, webhooks and the panel; [`tracking`] knows what an event is when it
//! arrives; [`pipeline`] leads it through functions, each in a process of its own ([`runner`]);
//! [`history`](crate::history) keeps what came of it; [`panel`] shows it.

mod found;
mod front;
mod notice;
mod panel;
mod pipeline;
mod programs;
mod runner;
mod served_function;
mod server;
mod tracking;
mod watch;

pub use self::found::{
    FoundError, FoundFunction, PlannedDestination, PlannedSource, WorkspacePlan, find_functions,
    find_workspace,
};
pub use self::notice::{Notice, NoticedCall};
pub use self::pipeline::RetrySpeed;
pub use self::programs::{FunctionSaid, Programs, Task};
pub use self::runner::{
    Called, NotLoaded, Ready, ShownOutcome, run_for_server, said_by_server, tell_not_loaded,
};
pub use self::server::{ServeError, ServerOptions, serve};
