//! Keys as JavaScript holds them: a KeyObject of js/internal/crypto/keys.js has one handle.

pub mod export;
pub mod generate;
pub mod jwk;
pub mod key_handle;
pub mod parse;
mod pss;

pub use self::key_handle::{KeyHandle, Material, bits, signs_hashes};
