//! One call: which handler an input goes to, the call, and what the platform makes of what came of it.

pub mod batch;
pub mod call;
pub mod classify;
pub mod event_loop;
pub mod infer_kind;
pub mod output;
pub mod real_time_timers;
pub mod route;
