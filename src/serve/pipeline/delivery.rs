//! One call of a function, told and kept.

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::function::Input;
use crate::history::WayClass;
use crate::serve::notice::{Notice, NoticedCall};
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

impl Delivered {
    /// Of a function that wasn't called, for a reason.
    pub fn not_called(reason: String) -> Delivered {
        Delivered {
            class: WayClass::Discard,
            ms: None,
            reason: Some(reason),
            outcome: None,
            value: None,
            items: Vec::new(),
            events: Vec::new(),
        }
    }
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
        let error = match function.call(&input).await {
            Ok(called) => {
                let delivered = self.called(function, [(event, attempt, called)]).await;
                match delivered.into_iter().next() {
                    Some(delivered) => return delivered,
                    None => String::new(),
                }
            }
            Err(error) => error.to_string(),
        };
        let delivered = Delivered::not_called(error.clone());
        self.tell(Notice::Stopped {
            event,
            function: Some(function.name.clone()),
            class: delivered.class,
            reason: error,
        })
        .await;
        delivered
    }

    /// Tells what came of calls, for each of which there are the event and the attempt.
    pub async fn called(
        &self,
        function: &ServedFunction,
        called: impl IntoIterator<Item = (u64, u32, Called)>,
    ) -> Vec<Delivered> {
        let (mut calls, mut all) = (Vec::new(), Vec::new());
        for (event, attempt, called) in called {
            calls.push(NoticedCall {
                event,
                attempt,
                class: called.class,
                error: called.error.clone(),
                outcome: called.outcome.clone(),
                text: called.shown.text,
            });
            all.push(Delivered {
                class: called.class.into(),
                ms: Some(called.ms),
                reason: called.error,
                outcome: (!called.outcome.is_empty()).then_some(called.outcome),
                value: called.value,
                items: called.batch,
                events: called.events,
            });
        }
        let function = function.name.clone();
        self.tell(Notice::Called { function, calls }).await;
        all
    }

    pub async fn tell(&self, notice: Notice) {
        // Nobody listens any more when the process is about to end.
        let _ = self.notices.send(notice).await;
    }
}
