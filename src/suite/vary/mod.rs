//! Variations of a case: what the function does when a server fails it.

mod error;
mod variant;
mod vary;

pub use self::error::VaryError;
pub use self::vary::{LeftOutVariant, VariedCase, vary};
