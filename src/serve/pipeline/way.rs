//! The way of events, after they have arrived.

use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::{mpsc, oneshot};

use super::batcher::BatchCall;
use super::delivery::Delivered;
use super::event_text::EventText;
use super::filter::filtered;
use super::journey::{Journey, OnTheWay};
use super::pipeline::Pipeline;
use super::routes::{Destination, EventRoute};
use crate::engine::wait_after;
use crate::function::{BATCH_HANDLER, Input, Kind};
use crate::history::{WayClass, WayStep};
use crate::random;
use crate::serve::notice::Notice;
use crate::serve::served_function::{FunctionState, ServedFunction};
use crate::text::time;

/// A step of an event's way that has begun.
pub(super) struct Begun {
    /// Its number.
    pub position: usize,
    pub pending: WayStep,
}

impl Begun {
    /// The step after an attempt.
    pub fn ended(&self, attempt: u32, delivered: &Delivered) -> WayStep {
        WayStep {
            class: delivered.class,
            ms: delivered.ms,
            attempt,
            reason: delivered.reason.clone(),
            ..self.pending.clone()
        }
    }
}

impl Pipeline {
    /// Ends an event's way to one destination.
    async fn leave_out(&self, journey: &Journey, destination: &Arc<str>, reason: String) {
        journey
            .end(WayStep::dropped(destination.clone(), reason.clone()))
            .await;
        let notice = Notice::Stopped {
            event: journey.id,
            function: Some(destination.clone()),
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

    /// Leads events that arrived together to their destinations.
    pub(super) async fn go(
        self: Arc<Self>,
        events: Vec<OnTheWay>,
        route: &Arc<EventRoute>,
        source: &Arc<str>,
    ) {
        if route.destinations.is_empty() {
            for OnTheWay { journey, .. } in events {
                let reason = "there is no destination function".to_owned();
                self.stop(&journey, source, reason).await;
            }
            return;
        }
        if route.inserts.is_empty() {
            return self.to_all(events, &route.destinations).await;
        }
        // Each goes at its own pace.
        for OnTheWay { journey, json } in events {
            let (pipeline, route) = (self.clone(), route.clone());
            tokio::spawn(async move {
                if let Some(json) = pipeline.inserted(&journey, &route.inserts, json).await {
                    let event = OnTheWay { journey, json };
                    pipeline.to_all(vec![event], &route.destinations).await;
                }
            });
        }
    }

    async fn to_all(self: Arc<Self>, events: Vec<OnTheWay>, destinations: &[Arc<Destination>]) {
        // They don't wait for one another.
        if let Some((last, others)) = destinations.split_last() {
            for destination in others {
                let (pipeline, events) = (self.clone(), events.clone());
                tokio::spawn(pipeline.deliver(events, destination.clone()));
            }
            self.deliver(events, last.clone()).await;
        }
    }

    /// The event after insert functions; `None` where it doesn't go on.
    async fn inserted(
        &self,
        journey: &Journey,
        inserts: &[Arc<ServedFunction>],
        mut json: EventText,
    ) -> Option<EventText> {
        for insert in inserts {
            let delivered = self.attempts(journey, insert, None, json).await;
            if delivered.class != WayClass::Success {
                return None;
            }
            json = delivered.value?.into();
        }
        Some(json)
    }

    async fn deliver(self: Arc<Self>, events: Vec<OnTheWay>, destination: Arc<Destination>) {
        let mut going = Vec::with_capacity(events.len());
        for OnTheWay { journey, json } in events {
            let filtered = match destination.turned_off(&json) {
                Some(reason) => Err(reason),
                None => filtered(&destination.filters, &json, chance),
            };
            match filtered {
                Ok(None) => going.push(OnTheWay { journey, json }),
                Ok(Some(changed)) => going.push(OnTheWay {
                    journey,
                    json: changed.into(),
                }),
                Err(reason) => self.leave_out(&journey, &destination.name, reason).await,
            }
        }
        if going.is_empty() {
            return;
        }
        let running = match destination.function.state().await {
            FunctionState::Running(running) => Some(running),
            FunctionState::NotLoaded(_) | FunctionState::Starting => None,
        };
        let has_batches = running.as_ref().is_some_and(|running| {
            let handlers = &running.ready.handlers;
            handlers.iter().any(|handler| handler == BATCH_HANDLER)
        });
        match running {
            Some(running) if destination.inserts.is_empty() && !has_batches => {
                self.attempt_all(going, &destination, &running).await;
            }
            _ => {
                for event in going {
                    let (pipeline, destination) = (self.clone(), destination.clone());
                    tokio::spawn(async move {
                        let batches = has_batches.then_some(&destination.batches);
                        pipeline.deliver_one(event, &destination, batches).await;
                    });
                }
            }
        }
    }

    async fn deliver_one(
        &self,
        OnTheWay { journey, json }: OnTheWay,
        destination: &Destination,
        batches: Option<&mpsc::Sender<BatchCall>>,
    ) {
        if let Some(json) = self.inserted(&journey, &destination.inserts, json).await {
            self.attempts(&journey, &destination.function, batches, json)
                .await;
        }
    }

    /// Calls a function until it doesn't ask for another attempt, or there is none any more.
    pub(super) async fn attempts(
        &self,
        journey: &Journey,
        function: &ServedFunction,
        batches: Option<&mpsc::Sender<BatchCall>>,
        json: EventText,
    ) -> Delivered {
        let kind = match function.state().await {
            FunctionState::Running(running) => Some(running.ready.kind),
            FunctionState::NotLoaded(_) | FunctionState::Starting => None,
        };
        let pending = WayStep::pending(function.name.clone(), kind);
        let position = journey.begin(pending.clone());
        let first = self.attempt(journey, function, batches, &json, 1);
        let first = journey.wait(position, &pending, first).await;
        let begun = Begun { position, pending };
        self.settle(journey, function, batches, json, begun, first)
            .await
    }

    /// One call of a function, alone or in a batch.
    pub(super) async fn attempt(
        &self,
        journey: &Journey,
        function: &ServedFunction,
        batches: Option<&mpsc::Sender<BatchCall>>,
        json: &EventText,
        attempt: u32,
    ) -> Delivered {
        match batches {
            Some(batches) => self.in_a_batch(journey, batches, attempt, json).await,
            None => {
                let input = Input::new(journey.title(), &**json);
                let called = self.deliverer.call(function, journey.id, attempt, input);
                called.await
            }
        }
    }

    /// Keeps what came of a first attempt, and makes others for as long as the function asks for them.
    pub(super) async fn settle(
        &self,
        journey: &Journey,
        function: &ServedFunction,
        batches: Option<&mpsc::Sender<BatchCall>>,
        mut json: EventText,
        begun: Begun,
        mut delivered: Delivered,
    ) -> Delivered {
        let Begun { position, pending } = &begun;
        let (position, kind) = (*position, pending.kind.unwrap_or(Kind::Destination));
        let mut attempt = 1;
        loop {
            let mut step = begun.ended(attempt, &delivered);
            let outcome = delivered.outcome.take();
            if delivered.class != WayClass::Retry {
                journey.change(position, step, outcome).await;
                return delivered;
            }
            let wait = wait_after(kind, attempt);
            let waiting = self.retries.enter(journey.id, &function.name);
            let given_up = match (wait, waiting) {
                (Some(wait), Some(waiting)) => {
                    let wait = self.options.retry_speed.shortened(wait);
                    step.next_retry_at = Some(time::to_iso(SystemTime::now() + wait));
                    journey.change(position, step.clone(), outcome).await;
                    // It may wait for hours.
                    journey.leave();
                    json = json.alone();
                    waiting.wait(wait).await;
                    attempt += 1;
                    delivered = self
                        .attempt(journey, function, batches, &json, attempt)
                        .await;
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
        json: &EventText,
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
        let lost = || Delivered::not_called("segfn failed: the batch was lost".to_owned());
        delivered.await.unwrap_or_else(|_| lost())
    }
}

/// A number from 0 to 1, without 1.
fn chance() -> f64 {
    // Without randomness, half of the events are as many as any.
    let bytes = random::from_system::<4>().unwrap_or([0, 0, 0, 0x80]);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}
