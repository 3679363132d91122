//! From an event's arrival to its last function.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use tokio::sync::{Semaphore, broadcast, mpsc};

use super::arrive::{Arrivals, Taken, redacted};
use super::batcher::run_batches;
use super::delivery::Deliverer;
use super::event_text::EventText;
use super::journey::{Journey, NewJourney, OnTheWay, RowChange, Together};
use super::known::KnownMessages;
use super::retries::{Retries, RetrySpeed};
use super::routes::{Destination, Routes};
use crate::cassette::Redactor;
use crate::history::{ArrivedRow, EventRow, History, HistoryError, NewArrival};
use crate::json::Json;
use crate::serve::found::WorkspacePlan;
use crate::serve::notice::Notice;
use crate::serve::served_function::ServedFunction;
use crate::serve::tracking::{ArrivedEvents, Sender};
use crate::text::time;

/// So many events may be under way at once; who sends more waits.
const UNDER_WAY: usize = 5000;

/// So many changes may wait for a slow page before it has to ask for all of them again.
const CHANGES: usize = 4096;

/// The batch of events for one destination that may wait.
const BATCHES: usize = 64;

/// How events go.
pub struct PipelineOptions {
    pub retry_speed: RetrySpeed,
    /// What takes secrets out of events before they are kept.
    pub redactors: Vec<Redactor>,
    /// How functions are connected; without it, each destination function gets every event.
    pub workspace: Option<WorkspacePlan>,
}

/// What every event goes through.
pub struct Pipeline {
    pub(super) routes: Routes,
    history: Arc<History>,
    pub(super) deliverer: Arc<Deliverer>,
    pub(super) retries: Retries,
    pub(super) options: PipelineOptions,
    changes: broadcast::Sender<RowChange>,
    places: Arc<Semaphore>,
    known: KnownMessages,
}

impl Pipeline {
    pub fn new(
        functions: &[Arc<ServedFunction>],
        history: Arc<History>,
        notices: mpsc::Sender<Notice>,
        options: PipelineOptions,
    ) -> Pipeline {
        let deliverer = Arc::new(Deliverer { notices });
        let destination = |name: &str, function: &Arc<ServedFunction>, inserts, filters| {
            let (batches, inbox) = mpsc::channel(BATCHES);
            tokio::spawn(run_batches(deliverer.clone(), function.clone(), inbox));
            Arc::new(Destination {
                name: name.into(),
                function: function.clone(),
                inserts,
                filters,
                batches,
            })
        };
        let routes = match &options.workspace {
            None => {
                let all = functions.iter();
                Routes::All(
                    all.map(|f| destination(&f.name, f, Vec::new(), Vec::new()))
                        .collect(),
                )
            }
            Some(plan) => Routes::of(plan, functions, destination),
        };
        Pipeline {
            routes,
            history,
            deliverer,
            retries: Retries::default(),
            options,
            changes: broadcast::Sender::new(CHANGES),
            places: Arc::new(Semaphore::new(UNDER_WAY)),
            known: KnownMessages::default(),
        }
    }

    /// Each change of a row from now on.
    pub fn changes(&self) -> broadcast::Receiver<RowChange> {
        self.changes.subscribe()
    }

    pub fn history(&self) -> &History {
        &self.history
    }

    pub fn retry_speed(&self) -> RetrySpeed {
        self.options.retry_speed
    }

    /// Ends the wait of an event for its next attempt. Tells whether it waited.
    pub fn retry_now(&self, event: u64, function: &str) -> bool {
        self.retries.hurry(event, function)
    }

    /// Takes events, and gives their numbers. They are in the history when this returns, and go their way
    /// from then on, also where nobody waits for this any more.
    ///
    /// # Errors
    /// The history can't keep them; then none of them goes its way, and all may come again.
    pub async fn accept(
        self: &Arc<Self>,
        arrivals: Arrivals<'_>,
    ) -> Result<Vec<u64>, HistoryError> {
        let taken = Taken::new(&arrivals, &self.options.redactors);
        let Arrivals {
            source,
            sender,
            again,
            ..
        } = arrivals;
        let pipeline = self.clone();
        // A client that goes away must not leave events that are known and went nowhere.
        let accepted = tokio::spawn(async move {
            let arrived = (source.into(), time::to_millis(sender.received));
            pipeline.accept_all(taken, arrived, again).await
        });
        accepted
            .await
            .unwrap_or_else(|error| Err(HistoryError::Written(error.to_string())))
    }

    async fn accept_all(
        self: &Arc<Self>,
        mut taken: Taken,
        (source, received): (Arc<str>, i64),
        again: bool,
    ) -> Result<Vec<u64>, HistoryError> {
        let mut new = Vec::with_capacity(taken.events.len());
        let now = Instant::now();
        for event in taken
            .events
            .iter_mut()
            .filter(|event| event.fault.is_none())
        {
            let id = &event.message_id;
            match self.known.remember(id, now) {
                Some(remembered) => new.push(remembered),
                None if again => {}
                None => {
                    let known = format!("a message with the id {id} has come before");
                    event.fault = Some(known.into());
                }
            }
        }
        // The places are taken before anything is kept: what is kept goes on at once.
        // All at once: who has some and waits for more would keep others waiting for those.
        let count = taken.events.len();
        let places = u32::try_from(count).unwrap_or(u32::MAX);
        let places = self.places.clone().acquire_many_owned(places).await;
        let mut places = places.map_err(|error| HistoryError::Written(error.to_string()))?;
        let first = self.history.next_ids(count);
        let shown: Arc<str> = self.routes.name_of(&source).into();
        let arrival = taken.arrival(first, received, shown.clone());
        if let Err(error) = self.history.add(arrival).await {
            new.into_iter().for_each(|id| self.known.forget(id));
            return Err(error);
        }
        let pipeline = self.clone();
        tokio::spawn(async move {
            // Functions may have to be loaded first.
            let route = pipeline.routes.route(&source).await;
            let row = ArrivedRow {
                received,
                source: shown,
                kind: None,
            };
            let together = pipeline.together(first, row);
            let mut events = Vec::with_capacity(count);
            for (id, mut event) in (first..).zip(std::mem::take(&mut taken.events)) {
                let fault = event.fault.take();
                let (json, kept) = taken.texts(&event);
                let new = NewJourney {
                    id,
                    name: event.name,
                    size: event.size,
                    kept,
                };
                let journey = Journey::new(&together, new, places.split(1));
                let no_route = || route.as_ref().err().cloned().map(Cow::from);
                match fault.or_else(no_route) {
                    Some(reason) => pipeline.stop(&journey, &source, reason.into_owned()).await,
                    None => events.push(OnTheWay {
                        journey: Arc::new(journey),
                        json,
                    }),
                }
            }
            if let Ok(route) = route {
                pipeline.go(events, &Arc::new(route), &source).await;
            }
        });
        Ok((first..).take(count).collect())
    }

    fn together(&self, arrival: u64, row: ArrivedRow) -> Arc<Together> {
        Arc::new(Together {
            arrival,
            row,
            history: self.history.clone(),
            changes: self.changes.clone(),
        })
    }

    /// Gives a request to a source function, and tells its number. What it sends goes the way of all
    /// events. The request is in the history when this returns.
    ///
    /// # Errors
    /// The history can't keep it.
    pub async fn accept_request(
        self: &Arc<Self>,
        function: Arc<ServedFunction>,
        request: Json,
        sender: Sender,
    ) -> Result<u64, HistoryError> {
        let json = request.to_string();
        let place = self.places.clone().acquire_owned().await;
        let place = place.map_err(|error| HistoryError::Written(error.to_string()))?;
        let kept: EventText = redacted(&self.options.redactors, &json).into_owned().into();
        let row = ArrivedRow {
            received: time::to_millis(sender.received),
            source: function.name.clone(),
            kind: Some(EventRow::REQUEST.into()),
        };
        let first = self.history.next_ids(1);
        let arrival = NewArrival {
            first,
            received: row.received,
            source: row.source.clone(),
            kind: Some(EventRow::REQUEST),
            sizes: vec![json.len()],
            events: Arc::new(format!("{}\n", &*kept)),
        };
        self.history.add(arrival).await?;
        let new = NewJourney {
            id: first,
            name: EventRow::REQUEST.into(),
            size: json.len(),
            kept,
        };
        let journey = Journey::new(&self.together(first, row), new, Some(place));
        let id = journey.id;
        let pipeline = self.clone();
        tokio::spawn(async move {
            let delivered = pipeline
                .attempts(&journey, &function, None, json.into())
                .await;
            journey.leave();
            // What is no object is none.
            let events = delivered.events.into_iter();
            let events = events.filter(|text| ArrivedEvents::parse(text).is_some());
            let events: Vec<String> = events.filter(|text| text.starts_with('{')).collect();
            let sent = format!("[{}]", events.join(","));
            let events = ArrivedEvents::parse(&sent).filter(|events| events.len() > 0);
            if let Some(events) = events {
                let arrivals = Arrivals {
                    source: function.name.to_string(),
                    events,
                    sender: Sender {
                        received: SystemTime::now(),
                        ..sender
                    },
                    again: false,
                };
                pipeline.take_sent(arrivals).await;
            }
        });
        Ok(id)
    }

    /// Takes what a source function sent. Nobody waits for the answer.
    async fn take_sent(self: &Arc<Self>, arrivals: Arrivals<'_>) {
        if let Err(error) = Box::pin(self.accept(arrivals)).await {
            self.deliverer
                .tell(Notice::Trouble(error.to_string()))
                .await;
        }
    }

    pub fn routes(&self) -> &Routes {
        &self.routes
    }
}
