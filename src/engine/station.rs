//! What the instances of one thread share: they come and go, one at a time.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::EngineError;
use super::instance::Handler;
use super::kind;
use super::watchdog::Watchdog;
use crate::function::Function;
use crate::function::Kind;

/// The warnings about a function, and what they follow from. A thread gets many plans of one
/// function, and looking its text through takes longer than most of them.
struct Warned {
    function: Arc<Function>,
    kind: Kind,
    own: Vec<&'static str>,
    handler: Option<String>,
    warnings: Vec<String>,
}

#[derive(Clone)]
pub struct Station {
    pub tokio: Rc<tokio::runtime::Runtime>,
    pub watchdog: Rc<Watchdog>,
    warned: Rc<RefCell<Option<Warned>>>,
}

impl Station {
    /// For invocations that may take `timeout` each.
    pub fn new(timeout: Duration) -> Result<Station, EngineError> {
        Ok(Station {
            tokio: Rc::new(runtime()?),
            watchdog: Rc::new(Watchdog::start(timeout).map_err(internal)?),
            warned: Rc::default(),
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
            warned: self.warned,
        })
    }

    /// See [`kind::warnings`].
    pub fn warnings(
        &self,
        function: &Arc<Function>,
        kind: Kind,
        handlers: &[Handler],
        handler: Option<&str>,
    ) -> Vec<String> {
        let own: Vec<_> = handlers
            .iter()
            .filter(|handler| handler.own)
            .map(|handler| handler.name)
            .collect();
        let mut warned = self.warned.borrow_mut();
        let known = warned.as_ref().filter(|warned| {
            Arc::ptr_eq(&warned.function, function)
                && (warned.kind, &warned.own) == (kind, &own)
                && warned.handler.as_deref() == handler
        });
        if let Some(known) = known {
            return known.warnings.clone();
        }
        let warnings = kind::warnings(function, kind, &own, handler);
        *warned = Some(Warned {
            function: function.clone(),
            kind,
            own,
            handler: handler.map(str::to_owned),
            warnings: warnings.clone(),
        });
        warnings
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
