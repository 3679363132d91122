//! TLS as Node's https speaks it, by the library that Node has: whom to trust, and the words for a refusal.

mod client_key;
mod context;
mod facts;
mod identity;
mod options;
mod roots;
mod sessions;
mod verify;

pub(crate) use self::context::TlsContexts;
pub use self::facts::TlsFacts;
pub use self::options::TlsOptions;
pub(super) use self::verify::{certificate_codes, certificate_text};
