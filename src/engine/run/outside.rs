//! What a worker tells those who watch it from outside, and who may have to end it.

use crate::engine::isolate::watchdog::Announce;
use crate::host::LogListener;

#[derive(Clone)]
pub struct Outside {
    /// Until when JavaScript may run.
    pub deadline: Announce,
    /// What the function logs.
    pub log: LogListener,
}
