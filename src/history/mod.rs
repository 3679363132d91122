//! What arrived at `segfn serve` and what came of it, in SQLite under `.segfn/`.
//!
//! Events that arrived together are one row, and what became known of them together is another, so that an
//! event costs little. One thread writes, many changes in one transaction; an event is acknowledged once it is
//! committed. SQLite's write-ahead log makes that survive the end of the process at any moment.

mod arrival;
mod error;
mod history;
mod packed;
mod past_events;
mod query;
mod row;
#[cfg(test)]
mod tests;
mod writer;

pub use self::arrival::{ArrivedRow, NewArrival, StepNow};
pub use self::error::HistoryError;
pub use self::history::History;
pub use self::past_events::{PastEvent, PastEvents};
pub use self::query::{EventPage, EventQuery, KeptEvent};
pub use self::row::{EventRow, WayClass, WayStep};
