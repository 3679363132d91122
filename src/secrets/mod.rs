//! What must never be printed or written down: values that are known to be secret, and names that tell
//! that their values are. Nothing else says what is secret, but for the rules of a project.

mod forms;
pub mod names;
mod secrets;

pub use self::names::placeholder;
pub use self::secrets::{SHORTEST, Secrets};
