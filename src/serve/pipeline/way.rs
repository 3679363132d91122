//! The way of one event, after it has arrived.

use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::{mpsc, oneshot};

use super::batcher::BatchCall;
use super::delivery::Delivered;
use super::filter::filtered;
use super::journey::Journey;
use super::pipeline::Pipeline;
use super::routes::{Destination, EventRoute};
use crate::engine::wait_after;
use crate::function::{BATCH_HANDLER, Input, Kind};
use crate::history::{WayClass, WayStep};
use crate::random;
use crate::serve::notice::Notice;
use crate::serve::served_function::{FunctionState, ServedFunction};
use crate::text::time;

impl Pipeline {
    /// Ends an event's way to one destination.
    async fn leave_out(&self, journey: &Journey, destination: &str, reason: String) {
        journey
            .end(WayStep::dropped(destination, reason.clone()))
            .await;
        let notice = Notice::Stopped {
            event: journey.id,
            function: Some(destination.to_owned()),
            class: WayClass::Dropped,
            reason,
        };
        self.deliverer.tell(notice).await;
    }

    /// Ends an event's way.
    pub(super) async fn stop(&self, journey: &Journey, at: &str, reason: String) {
        journey.end(WayStep::dropped(at, reason.clone())).await;
        let notice = Notice::Stopped {
            event: journey.id,
            function: None,
            class: WayClass::Dropped,
            reason,
        };
        self.deliverer.tell(notice).await;
    }

    pub(super) async fn go(
        self: Arc<Self>,
        journey: Journey,
        route: &EventRoute,
        source: &str,
        json: String,
    ) {
        let EventRoute {
            inserts,
            destinations,
        } = route;
        if destinations.is_empty() {
            let reason = "there is no destination function".to_owned();
            return self.stop(&journey, source, reason).await;
        }
        let journey = Arc::new(journey);
        let Some(json) = self.inserted(&journey, inserts, json.into()).await else {
            return;
        };
        // They don't wait for one another.
        if let Some((last, others)) = destinations.split_last() {
            for destination in others {
                let (pipeline, journey, json) = (self.clone(), journey.clone(), json.clone());
                let destination = destination.clone();
                tokio::spawn(async move { pipeline.deliver(&journey, &destination, json).await });
            }
            self.deliver(&journey, last, json).await;
        }
    }

    /// The event after insert functions; `None` where it doesn't go on.
    async fn inserted(
        &self,
        journey: &Journey,
        inserts: &[Arc<ServedFunction>],
        mut json: Arc<str>,
    ) -> Option<Arc<str>> {
        for insert in inserts {
            let delivered = self.attempts(journey, insert, None, json).await;
            if delivered.class != WayClass::Success {
                return None;
            }
            json = delivered.value?.into();
        }
        Some(json)
    }

    async fn deliver(&self, journey: &Journey, destination: &Destination, json: Arc<str>) {
        if let Some(reason) = destination.turned_off(&json) {
            return self.leave_out(journey, &destination.name, reason).await;
        }
        let json = match filtered(&destination.filters, &json, chance) {
            Ok(None) => json,
            Ok(Some(changed)) => changed.into(),
            Err(reason) => return self.leave_out(journey, &destination.name, reason).await,
        };
        let Some(json) = self.inserted(journey, &destination.inserts, json).await else {
            return;
        };
        let batches = match destination.function.state().await {
            FunctionState::Running(running) => {
                let handlers = &running.ready.handlers;
                let batches = handlers.iter().any(|handler| handler == BATCH_HANDLER);
                batches.then_some(&destination.batches)
            }
            FunctionState::NotLoaded(_) | FunctionState::Starting => None,
        };
        self.attempts(journey, &destination.function, batches, json)
            .await;
    }

    /// Calls a function until it doesn't ask for another attempt, or there is none any more.
    pub(super) async fn attempts(
        &self,
        journey: &Journey,
        function: &ServedFunction,
        batches: Option<&mpsc::Sender<BatchCall>>,
        json: Arc<str>,
    ) -> Delivered {
        let kind = match function.state().await {
            FunctionState::Running(running) => Some(running.ready.kind),
            FunctionState::NotLoaded(_) | FunctionState::Starting => None,
        };
        let pending = WayStep::pending(&function.name, kind);
        let position = journey.begin(pending.clone());
        let mut attempt = 0;
        loop {
            attempt += 1;
            let called = async {
                match batches {
                    Some(batches) => self.in_a_batch(journey, batches, attempt, &json).await,
                    None => {
                        let input = Input::new(journey.title(), &*json);
                        let called = self.deliverer.call(function, journey.id, attempt, input);
                        called.await
                    }
                }
            };
            // What waits for another attempt is kept as that.
            let mut delivered = match attempt {
                1 => journey.wait(position, &pending, called).await,
                _ => called.await,
            };
            let mut step = WayStep {
                class: delivered.class,
                ms: delivered.ms,
                attempt,
                reason: delivered.reason.clone(),
                ..pending.clone()
            };
            let outcome = delivered.outcome.take();
            if delivered.class != WayClass::Retry {
                journey.change(position, step, outcome).await;
                return delivered;
            }
            let wait = wait_after(kind.unwrap_or(Kind::Destination), attempt);
            let waiting = self.retries.enter(journey.id, &function.name);
            let given_up = match (wait, waiting) {
                (Some(wait), Some(waiting)) => {
                    let wait = self.options.retry_speed.shortened(wait);
                    step.next_retry_at = Some(time::to_iso(SystemTime::now() + wait));
                    journey.change(position, step.clone(), outcome).await;
                    journey.leave();
                    waiting.wait(wait).await;
                    continue;
                }
                (None, _) => format!("given up after {attempt} attempts"),
                (_, None) => "too many events wait for another attempt".to_owned(),
            };
            step.class = WayClass::Dropped;
            let error = step.reason.take();
            let error = error.map_or_else(String::new, |error| format!(": {error}"));
            let reason = format!("{given_up}{error}");
            step.reason = Some(reason.clone());
            journey.change(position, step, outcome).await;
            delivered.class = WayClass::Dropped;
            let notice = Notice::Stopped {
                event: journey.id,
                function: Some(function.name.clone()),
                class: WayClass::Dropped,
                reason,
            };
            self.deliverer.tell(notice).await;
            return delivered;
        }
    }

    async fn in_a_batch(
        &self,
        journey: &Journey,
        batches: &mpsc::Sender<BatchCall>,
        attempt: u32,
        json: &Arc<str>,
    ) -> Delivered {
        let (done, delivered) = oneshot::channel();
        let call = BatchCall {
            event: journey.id,
            attempt,
            json: json.clone(),
            done,
        };
        // The batcher goes on for as long as there is a sender, which is in the routes.
        let _ = batches.send(call).await;
        delivered.await.unwrap_or_else(|_| Delivered {
            class: WayClass::Discard,
            ms: None,
            reason: Some("segfn failed: the batch was lost".to_owned()),
            outcome: None,
            value: None,
            items: Vec::new(),
            events: Vec::new(),
        })
    }
}

/// A number from 0 to 1, without 1.
fn chance() -> f64 {
    // Without randomness, half of the events are as many as any.
    let bytes = random::from_system::<4>().unwrap_or([0, 0, 0, 0x80]);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}
