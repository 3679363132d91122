//! What arrived at `segfn serve` and what came of it, in SQLite under `.segfn/`.
//!
//! One thread writes, many changes in one transaction, so that an event costs little; an event is
//! acknowledged once it is committed. SQLite's write-ahead log makes that survive the end of the
//! process at any moment.

mod error;
mod history;
mod past_events;
mod query;
mod row;
mod writer;

pub use self::error::HistoryError;
pub use self::history::History;
pub use self::past_events::{PastEvent, PastEvents};
pub use self::query::{EventPage, EventQuery, KeptEvent};
pub use self::row::{EventRow, WayClass, WayStep};
pub use self::writer::NewEvent;
