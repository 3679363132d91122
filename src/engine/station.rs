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
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(internal)?;
        Ok(Station {
            tokio: Rc::new(tokio),
            watchdog: Rc::new(Watchdog::start(timeout).map_err(internal)?),
        })
    }

    /// The same for another timeout.
    pub fn with_timeout(self, timeout: Duration) -> Result<Station, EngineError> {
        if self.watchdog.timeout() == timeout {
            return Ok(self);
        }
        let watchdog = Rc::new(Watchdog::start(timeout).map_err(internal)?);
        Ok(Station { watchdog, ..self })
    }
}

fn internal(error: std::io::Error) -> EngineError {
    EngineError::Internal(error.to_string())
}
