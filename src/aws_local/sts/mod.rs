//! STS, API version 2011-06-15: the query protocol, its answers and its refusals.

mod error;
mod federated;
mod parameters;
mod roles;
mod service;
mod xml;

pub use self::roles::role_name;
pub use self::service::{ForSts, Sts};
