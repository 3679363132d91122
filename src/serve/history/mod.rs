//! What arrived and what came of it, in SQLite under `.segfn/`.
//!
//! One thread writes, many changes in one transaction, so that an event costs little; an event is
//! acknowledged once it is committed. SQLite's write-ahead log makes that survive the end of the
//! process at any moment.

mod error;
mod history;
mod query;
mod writer;

pub use self::error::HistoryError;
pub use self::history::History;
pub use self::query::{EventPage, EventQuery, KeptEvent};
pub use self::writer::NewEvent;
