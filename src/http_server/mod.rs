//! What segfn's own servers on a port have in common: `segfn aws` and `segfn serve`.
//!
//! Neither speaks HTTP itself; hyper does. Here is what stands around it: the loop that accepts
//! connections, and who may ask.

mod guard;
mod origin;
mod server;

pub use self::guard::{Caller, Guard, GuardRefusal};
pub use self::origin::{Origin, OriginError};
pub use self::server::{ClientAddress, serve};
