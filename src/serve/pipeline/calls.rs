//! Calls of a function with events that arrived together.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;

use super::journey::{OnTheWay, SOON};
use super::pipeline::Pipeline;
use super::routes::Destination;
use super::way::Begun;
use crate::history::{StepNow, WayClass, WayStep};
use crate::serve::runner::InputFrames;
use crate::serve::served_function::RunningFunction;

impl Pipeline {
    /// Calls a function with events that arrived together, each for the first time: what comes of them comes
    /// together, too. An event that asks for another attempt, or whose process is lost, goes on alone.
    pub(super) async fn attempt_all(
        self: &Arc<Self>,
        events: Vec<OnTheWay>,
        destination: &Arc<Destination>,
        running: &Arc<RunningFunction>,
    ) {
        let function = &destination.function;
        let pending = WayStep::pending(function.name.clone(), Some(running.ready.kind));
        let json = events.iter().map(|event| event.json.len()).sum();
        let none = InputFrames::with_room(events.len(), json);
        let inputs = events.iter().fold(none, |inputs, event| {
            inputs.and(&event.json.input(&event.journey.title()))
        });
        let mut answers = running.call_all(inputs).await;
        let begun = events.into_iter().map(|event| {
            let position = event.journey.begin(pending.clone());
            (event, position)
        });
        let mut begun: VecDeque<(OnTheWay, usize)> = begun.collect();
        let mut soon = pin!(tokio::time::sleep(SOON));
        let mut is_kept = false;
        while !begun.is_empty() {
            let called = tokio::select! {
                biased;
                called = answers.recv() => called,
                () = &mut soon, if !is_kept => {
                    is_kept = true;
                    let steps = begun.iter().map(|(event, position)| {
                        StepNow::new(event.journey.id, *position, pending.clone())
                    });
                    self.keep_all(&begun, steps.collect()).await;
                    continue;
                }
            };
            let Some(called) = called else { break };
            let ended: VecDeque<(OnTheWay, usize)> =
                begun.drain(..called.len().min(begun.len())).collect();
            let calls = ended.iter().zip(called);
            let calls = calls.map(|((event, _), called)| (event.journey.id, 1, called));
            let delivered = self.deliverer.called(function, calls).await;
            let mut steps = Vec::with_capacity(ended.len());
            for ((OnTheWay { journey, json }, position), delivered) in ended.iter().zip(delivered) {
                let begun = Begun {
                    position: *position,
                    pending: pending.clone(),
                };
                if delivered.class == WayClass::Retry {
                    let (pipeline, destination) = (self.clone(), destination.clone());
                    let (journey, json) = (journey.clone(), json.clone());
                    tokio::spawn(async move {
                        let function = &destination.function;
                        let settled =
                            pipeline.settle(&journey, function, None, json, begun, delivered);
                        settled.await;
                    });
                } else {
                    let step = begun.ended(1, &delivered);
                    journey.set(*position, &step);
                    steps.push(StepNow {
                        event: journey.id,
                        position: *position,
                        step,
                        outcome: delivered.outcome,
                    });
                }
            }
            self.keep_all(&ended, steps).await;
        }
        if !begun.is_empty() {
            function.lost(running);
        }
        for (OnTheWay { journey, json }, position) in begun {
            let (pipeline, destination) = (self.clone(), destination.clone());
            let step = Begun {
                position,
                pending: pending.clone(),
            };
            tokio::spawn(async move {
                let function = &destination.function;
                let first = pipeline.attempt(&journey, function, None, &json, 1).await;
                pipeline
                    .settle(&journey, function, None, json, step, first)
                    .await;
            });
        }
    }

    /// Keeps steps of events that arrived together.
    async fn keep_all(&self, events: &VecDeque<(OnTheWay, usize)>, steps: Vec<StepNow>) {
        if let Some((event, _)) = events.front().filter(|_| !steps.is_empty()) {
            event.journey.together().keep(steps).await;
        }
    }
}
