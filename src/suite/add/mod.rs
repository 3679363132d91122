//! New cases from many events: one of each kind, where two are of one kind if the same handler took
//! them, they have the same shape, and they went the same way through the code.

mod add;
mod added_cases;
mod case_sampler;
mod error;
mod flaw;
mod new_cases;

pub use self::add::{AddEvent, AddRequest, EventTrial};
pub use self::added_cases::AddedCases;
pub(super) use self::case_sampler::{CaseSampler, Likeness, Tried};
pub use self::error::AddError;
pub use self::flaw::Flaw;
pub use self::new_cases::AddedCase;
pub(super) use self::new_cases::NewCases;
