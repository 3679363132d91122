//! What segfn's own servers on a port have in common: `segfn aws` and `segfn serve`.
//!
//! Neither speaks HTTP itself; hyper does. Here is what stands around it: the loop that accepts
//! connections, with TLS where it is wanted, and who may ask.

mod authority;
mod guard;
mod origin;
mod server;
mod tls;
mod tls_error;

pub use self::authority::LocalAuthority;
pub use self::guard::{Caller, Guard, GuardRefusal};
pub use self::origin::{Origin, OriginError};
pub use self::server::{ClientConnection, Connections, serve};
pub use self::tls::ServerTls;
pub use self::tls_error::ServerTlsError;
