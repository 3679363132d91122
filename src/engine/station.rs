//! What the instances of one thread share: they come and go, one at a time.

use std::rc::Rc;
use std::time::Duration;

use super::EngineError;
use super::watchdog::Watchdog;

#[derive(Clone)]
pub struct Station {
    pub tokio: Rc<tokio::runtime::Runtime>,
    pub watchdog: Rc<Watchdog>,
}

impl Station {
    /// For invocations that may take `timeout` each.
    pub fn new(timeout: Duration) -> Result<Station, EngineError> {
        Ok(Station {
            tokio: Rc::new(runtime()?),
            watchdog: Rc::new(Watchdog::start(timeout).map_err(internal)?),
        })
    }

    /// The same for another plan: nothing that is still under way reaches from one into the next.
    pub fn next(self, timeout: Duration) -> Result<Station, EngineError> {
        let watchdog = if self.watchdog.timeout() == timeout {
            self.watchdog
        } else {
            Rc::new(Watchdog::start(timeout).map_err(internal)?)
        };
        Ok(Station {
            tokio: Rc::new(runtime()?),
            watchdog,
        })
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, EngineError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(internal)
}

fn internal(error: std::io::Error) -> EngineError {
    EngineError::Internal(error.to_string())
}
