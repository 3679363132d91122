//! What the instances on one thread share. They come and go, one at a time.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::engine::error::{EngineError, Need};
use crate::engine::isolate::base_isolate::BaseIsolate;
use crate::engine::isolate::watchdog::{Announce, Watchdog};

#[derive(Clone)]
pub struct WorkerThread {
    pub tokio: Rc<Runtime>,
    pub watchdog: Rc<Watchdog>,
    /// Whether the process ends with what runs here.
    pub is_last: bool,
    /// The isolate for the next instance under a frozen clock, if one is ready.
    base_isolate: Rc<RefCell<Option<BaseIsolate>>>,
    announce: Option<Announce>,
}

impl WorkerThread {
    /// For invocations that may take `timeout` each; `announce` is told when JavaScript runs.
    pub fn new(timeout: Duration, announce: Option<Announce>) -> Result<WorkerThread, EngineError> {
        Ok(WorkerThread {
            tokio: Rc::new(runtime()?),
            watchdog: Rc::new(watchdog(timeout, &announce)?),
            is_last: false,
            base_isolate: Rc::default(),
            announce,
        })
    }

    /// For the only plan of a process. Its first instance is made of `base_isolate`.
    pub fn last(
        timeout: Duration,
        tokio: Rc<Runtime>,
        base_isolate: BaseIsolate,
        announce: Option<Announce>,
    ) -> Result<WorkerThread, EngineError> {
        Ok(WorkerThread {
            tokio,
            watchdog: Rc::new(watchdog(timeout, &announce)?),
            is_last: true,
            base_isolate: Rc::new(RefCell::new(Some(base_isolate))),
            announce,
        })
    }

    /// The same for another plan, with an event loop of its own: what the last plan left under way
    /// doesn't reach the next.
    pub fn next(self, timeout: Duration) -> Result<WorkerThread, EngineError> {
        let watchdog = if self.watchdog.timeout() == timeout {
            self.watchdog
        } else {
            Rc::new(watchdog(timeout, &self.announce)?)
        };
        Ok(WorkerThread {
            tokio: Rc::new(runtime()?),
            watchdog,
            ..self
        })
    }

    /// The isolate that is ready, if it has the right size.
    pub fn take_base_isolate(&self, memory: usize) -> Option<BaseIsolate> {
        self.base_isolate
            .take()
            .filter(|isolate| isolate.memory == memory)
    }
}

fn runtime() -> Result<Runtime, EngineError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(EngineError::machine(Need::EventLoop))
}

fn watchdog(timeout: Duration, announce: &Option<Announce>) -> Result<Watchdog, EngineError> {
    Watchdog::start(timeout, announce.clone()).map_err(EngineError::machine(Need::Thread))
}
