//! What must never be printed or written down: values that are known to be secret, and names that tell
//! that their values are. Nothing else says what is secret, but for the rules of a project.
//!
//! A text is searched for the values as they are (`index`, `met`), and for what it says once escapes,
//! base64 and lists of bytes in it are decoded (`finder`, `decode`). So the ways to write a value
//! combine, and there is no table of them to grow.

mod decode;
mod filter;
mod finder;
mod forms;
mod hits;
mod index;
mod met;
pub mod names;
mod placeholder;
mod secrets;
mod shapes;
pub mod stand_in;
mod values;
mod words;

pub use self::placeholder::{MARKS, placeholder};
pub use self::secrets::{LearnedSecret, SHORTEST, Secrets};
pub use self::shapes::{hide_told_by_form, may_tell_by_form, told_by_form};
pub use self::values::looks_drawn;
pub use self::words::words;

#[cfg(test)]
mod tests;
