//! Symmetric ciphers, in the states that Node's Cipheriv and Decipheriv have.

mod error;
pub mod kind;
pub mod ops;
mod work;

pub use self::kind::for_keys;
