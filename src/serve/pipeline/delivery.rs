//! One call of a function, told and kept.

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::function::Input;
use crate::history::WayClass;
use crate::serve::notice::Notice;
use crate::serve::runner::{Called, CalledItem};
use crate::serve::served_function::ServedFunction;

/// What came of a call, for the event's way.
#[derive(Clone, Debug)]
pub struct Delivered {
    pub class: WayClass,
    pub ms: Option<f64>,
    pub reason: Option<String>,
    /// The JSON of the outcome.
    pub outcome: Option<Bytes>,
    /// The event that goes on, of an insert function.
    pub value: Option<String>,
    /// Of a batch.
    pub items: Vec<CalledItem>,
    /// What a source function sent.
    pub events: Vec<String>,
}

/// Calls functions, and tells of it.
pub struct Deliverer {
    pub notices: mpsc::Sender<Notice>,
}

impl Deliverer {
    pub async fn call(
        &self,
        function: &ServedFunction,
        event: u64,
        attempt: u32,
        input: Input,
    ) -> Delivered {
        match function.call(&input).await {
            Ok(called) => self.called(function, event, attempt, called).await,
            Err(error) => {
                let delivered = Delivered {
                    class: WayClass::Discard,
                    ms: None,
                    reason: Some(error.to_string()),
                    outcome: None,
                    value: None,
                    items: Vec::new(),
                    events: Vec::new(),
                };
                self.tell(Notice::Stopped {
                    event,
                    function: Some(function.name.clone()),
                    class: delivered.class,
                    reason: error.to_string(),
                })
                .await;
                delivered
            }
        }
    }

    /// Tells what came of a call.
    pub async fn called(
        &self,
        function: &ServedFunction,
        event: u64,
        attempt: u32,
        called: Called,
    ) -> Delivered {
        let delivered = Delivered {
            class: called.class.into(),
            ms: Some(called.ms),
            reason: called.error.clone(),
            outcome: (!called.outcome.is_empty()).then(|| called.outcome.clone()),
            value: called.value.clone(),
            items: called.batch.clone(),
            events: called.events.clone(),
        };
        self.tell(Notice::Called {
            function: function.name.clone(),
            event,
            attempt,
            called: Box::new(called),
        })
        .await;
        delivered
    }

    pub async fn tell(&self, notice: Notice) {
        // Nobody listens any more when the process is about to end.
        let _ = self.notices.send(notice).await;
    }
}
