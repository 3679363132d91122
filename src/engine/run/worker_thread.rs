//! What the instances on one thread share. They come and go, one at a time.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::outside::Outside;
use crate::engine::error::{EngineError, Need};
use crate::engine::isolate::base_isolate::BaseIsolate;
use crate::engine::isolate::watchdog::Watchdog;
use crate::host::LogListener;

#[derive(Clone)]
pub struct WorkerThread {
    pub tokio: Rc<Runtime>,
    pub watchdog: Rc<Watchdog>,
    /// Whether the process ends with what runs here.
    pub is_last: bool,
    /// The isolate for the next instance, if one is ready.
    base_isolate: Rc<RefCell<Option<BaseIsolate>>>,
    outside: Option<Outside>,
}

impl WorkerThread {
    /// For invocations that may take `timeout` each, and are watched from `outside`, too. The first instance is
    /// made of `base_isolate`, if there is one.
    pub fn new(
        timeout: Duration,
        base_isolate: Option<BaseIsolate>,
        outside: Option<Outside>,
    ) -> Result<WorkerThread, EngineError> {
        Ok(WorkerThread {
            tokio: Rc::new(runtime()?),
            watchdog: Rc::new(watchdog(timeout, &outside)?),
            is_last: false,
            base_isolate: Rc::new(RefCell::new(base_isolate)),
            outside,
        })
    }

    /// For the only plan of a process. Its first instance is made of `base_isolate`.
    pub fn last(
        timeout: Duration,
        tokio: Rc<Runtime>,
        base_isolate: BaseIsolate,
        outside: Option<Outside>,
    ) -> Result<WorkerThread, EngineError> {
        Ok(WorkerThread {
            tokio,
            watchdog: Rc::new(watchdog(timeout, &outside)?),
            is_last: true,
            base_isolate: Rc::new(RefCell::new(Some(base_isolate))),
            outside,
        })
    }

    /// The same for another plan, with an event loop of its own: what the last plan left under way
    /// doesn't reach the next.
    pub fn next(self, timeout: Duration) -> Result<WorkerThread, EngineError> {
        let watchdog = if self.watchdog.timeout() == timeout {
            self.watchdog
        } else {
            Rc::new(watchdog(timeout, &self.outside)?)
        };
        Ok(WorkerThread {
            tokio: Rc::new(runtime()?),
            watchdog,
            ..self
        })
    }

    /// Who hears what functions log.
    pub fn log_listener(&self) -> Option<LogListener> {
        self.outside.as_ref().map(|outside| outside.log.clone())
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

fn watchdog(timeout: Duration, outside: &Option<Outside>) -> Result<Watchdog, EngineError> {
    let announce = outside.as_ref().map(|outside| outside.deadline.clone());
    Watchdog::start(timeout, announce).map_err(EngineError::machine(Need::Thread))
}
