//! One call: the handler that an input goes to, the call itself, and what the platform makes of it.

mod batch_results;
pub mod call;
pub mod classify;
pub mod context;
mod event_loop;
pub mod infer_kind;
mod output;
mod real_time_timers;
mod returned_event;
mod route;
mod unhandled;
