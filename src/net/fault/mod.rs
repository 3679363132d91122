//! Faults that a person injects while functions run: what goes wrong with the next requests to a host. A
//! fault is a reply that answers some requests and is gone then. It is for all processes at once.

mod fault;
mod faults;
mod table;

pub use self::fault::{Fault, FaultError, FaultKind};
pub use self::faults::{Faults, PendingFault};
pub use self::table::FaultTable;
