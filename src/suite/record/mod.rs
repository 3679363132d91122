//! Recording cases: a function runs live, and its input and its traffic become a case.
//!
//! The clock is frozen at the case's time and the randomness is seeded as in the case's replay, so
//! that the function asks for the same then. Timers are really waited for.

mod error;
mod folder;
mod name;
mod recording;

pub use self::error::RecordError;
pub use self::folder::CaseOverrides;
pub(super) use self::name::name_for;
pub use self::name::slug;
pub use self::recording::{KnownCases, RecordEvent, Recording, Update, Written};
