//! What stands for personal data: values of the same form, the same one for the same value, chosen by a key
//! (docs/personal-data.md).
//!
//! What is personal is told by the names that lead to a value ([`names`]) and by its form (`shapes`). What was
//! met once is known from then on (`known`), and so is what people compute of it: hashes and base64.

mod derived;
mod digits;
mod domains;
mod key;
mod key_error;
mod known;
mod letters;
pub mod names;
mod permutation;
mod personal_kind;
mod pseudonyms;
mod shapes;

pub use self::key::{OpenedKey, PseudonymKey};
pub use self::key_error::KeyError;
pub use self::personal_kind::PersonalKind;
pub use self::pseudonyms::Pseudonyms;
