//! Recording cases: a function runs live, and its input and its traffic become a case.
//!
//! The clock is frozen at the case's time and the randomness is seeded as in the case's replay, so
//! that the function asks for the same then. Timers are really waited for.

mod case_file;
mod error;
mod event;
mod folder;
mod known_cases;
mod locate;
mod name;
mod pseudonymized;
mod record;
mod record_job;
mod recording;
mod verify;

pub use self::case_file::CaseOverrides;
pub use self::error::RecordError;
pub use self::event::{RecordEvent, Written};
pub use self::locate::locate;
pub(super) use self::name::{name_for, name_of};
pub use self::record::{RecordRequest, record};
pub use self::recording::Update;
pub use self::verify::{Deviation, Recorded};
