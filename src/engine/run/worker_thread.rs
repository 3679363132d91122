//! What the instances of one thread share: they come and go, one at a time.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::engine::EngineError;
use crate::engine::isolate::base_isolate::BaseIsolate;
use crate::engine::isolate::watchdog::Watchdog;

#[derive(Clone)]
pub struct WorkerThread {
    pub tokio: Rc<Runtime>,
    pub watchdog: Rc<Watchdog>,
    /// Whether the process ends with what runs here.
    pub is_last: bool,
    /// What the next instance under a frozen clock is made of, if there is something.
    blank: Rc<RefCell<Option<BaseIsolate>>>,
}

impl WorkerThread {
    /// For invocations that may take `timeout` each.
    pub fn new(timeout: Duration) -> Result<WorkerThread, EngineError> {
        Ok(WorkerThread {
            tokio: Rc::new(runtime()?),
            watchdog: Rc::new(Watchdog::start(timeout).map_err(internal)?),
            is_last: false,
            blank: Rc::default(),
        })
    }

    /// For the only plan of a process, whose first instance is made of `blank`.
    pub fn last(
        timeout: Duration,
        tokio: Rc<Runtime>,
        blank: BaseIsolate,
    ) -> Result<WorkerThread, EngineError> {
        Ok(WorkerThread {
            tokio,
            watchdog: Rc::new(Watchdog::start(timeout).map_err(internal)?),
            is_last: true,
            blank: Rc::new(RefCell::new(Some(blank))),
        })
    }

    /// The same for another plan: nothing that is still under way reaches from one into the next.
    pub fn next(self, timeout: Duration) -> Result<WorkerThread, EngineError> {
        let watchdog = if self.watchdog.timeout() == timeout {
            self.watchdog
        } else {
            Rc::new(Watchdog::start(timeout).map_err(internal)?)
        };
        Ok(WorkerThread {
            tokio: Rc::new(runtime()?),
            watchdog,
            ..self
        })
    }

    /// The isolate that is ready, if it has the right size.
    pub fn take_blank(&self, memory: usize) -> Option<BaseIsolate> {
        self.blank.take().filter(|blank| blank.memory == memory)
    }
}

fn runtime() -> Result<Runtime, EngineError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(internal)
}

fn internal(error: std::io::Error) -> EngineError {
    EngineError::Internal(error.to_string())
}
