//! The end of a part, when its machine is taken away: by SIGTERM, or by Ctrl-C.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::error::Exit;
use super::until_ended::on_end;

/// So long may what is under way take to end. An engine ends the process itself after some ten seconds or more.
const LAST: Duration = Duration::from_secs(5);

/// Whether the process was asked to end.
#[derive(Clone, Default)]
pub struct Interruption(Arc<AtomicBool>);

impl Interruption {
    /// Listens from now on. A process that is still there a little later is ended, whatever it waits for; what it
    /// leaves on the disk is removed by others.
    ///
    /// # Errors
    /// As [`on_end`].
    pub fn watch() -> io::Result<Interruption> {
        let interruption = Interruption::default();
        let told = interruption.clone();
        on_end(LAST, Exit::Terminated, move || {
            told.0.store(true, Ordering::Relaxed);
        })?;
        Ok(interruption)
    }

    /// Whether the process was asked to end.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
