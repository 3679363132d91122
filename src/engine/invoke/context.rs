//! What an invocation needs beside its instance.

use crate::function::Kind;
use crate::host::{Clock, SharedInvocationLog};

/// Everything an invocation needs beside its instance.
pub struct Context<'a> {
    pub kind: Kind,
    pub settings: &'a str,
    pub handler: Option<&'a str>,
    pub record: &'a SharedInvocationLog,
    pub clock: &'a Clock,
    /// Until when a frozen clock may go, in milliseconds since 1970.
    pub limit: i64,
    /// Whether a frozen clock's timers are really waited for.
    pub paced: bool,
    pub tokio: &'a tokio::runtime::Runtime,
}
