//! From an event's arrival to its last function.

use std::sync::Arc;
use std::time::SystemTime;

use moka::sync::Cache;
use tokio::sync::{Semaphore, broadcast, mpsc};

use super::batcher::run_batches;
use super::delivery::Deliverer;
use super::journey::{Journey, RowChange};
use super::retries::{Retries, RetrySpeed};
use super::routes::{Destination, Routes};
use crate::cassette::Redactor;
use crate::history::EventRow;
use crate::history::{History, HistoryError, NewEvent};
use crate::json::{Json, JsonObject};
use crate::serve::found::WorkspacePlan;
use crate::serve::notice::Notice;
use crate::serve::served_function::ServedFunction;
use crate::serve::tracking::{Sender, enrich, fault_of};
use crate::text::time;

/// So many events may be under way at once; who sends more waits.
const UNDER_WAY: usize = 5000;

/// The platform knows a message again for a day at least (docs/serve.md); so many are remembered.
const REMEMBERED: u64 = 100_000;
const REMEMBERED_FOR: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

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

/// An event that arrived.
pub struct Arrival {
    /// The write key that it came with, or the source function that sent it.
    pub source: String,
    pub event: JsonObject,
    pub sender: Sender,
    /// Whether it is meant to come again, so that its id may be known.
    pub again: bool,
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
    /// The ids of messages that have come.
    known: Cache<String, ()>,
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
                name: name.to_owned(),
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
            known: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(REMEMBERED_FOR)
                .build(),
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
    /// from then on.
    ///
    /// # Errors
    /// The history can't keep them; then none of them goes its way.
    pub async fn accept(
        self: &Arc<Self>,
        arrivals: Vec<Arrival>,
    ) -> Result<Vec<u64>, HistoryError> {
        let mut new = Vec::with_capacity(arrivals.len());
        let mut going = Vec::with_capacity(arrivals.len());
        for mut arrival in arrivals {
            let size = Json::Object(arrival.event.clone()).to_string().len();
            enrich(&mut arrival.event, &arrival.sender);
            let fault = fault_of(&arrival.event, size).map(str::to_owned);
            let known = self.is_known(&arrival.event).filter(|_| !arrival.again);
            let fault = fault.or(known);
            let Arrival {
                source,
                event,
                sender,
                ..
            } = arrival;
            let row = self.row(&event, self.routes.name_of(&source), size, sender.received);
            let json = Json::Object(event).to_string();
            new.push(NewEvent {
                row: row.clone(),
                raw: self.redacted(&json),
                received: time::to_millis(sender.received),
            });
            going.push((row, source, json, fault));
        }
        // The places are taken before anything is kept: what is kept goes on at once.
        // All at once: who has some and waits for more would keep others waiting for those.
        let count = u32::try_from(going.len()).unwrap_or(u32::MAX);
        let places = self.places.clone().acquire_many_owned(count).await;
        let mut places = places.map_err(|error| HistoryError::Written(error.to_string()))?;
        self.history.add(new).await?;
        let ids = going.iter().map(|(row, ..)| row.id).collect();
        for (row, source, json, fault) in going {
            let place = places.split(1);
            let journey = Journey::new(row, self.history.clone(), self.changes.clone(), place);
            let pipeline = self.clone();
            tokio::spawn(async move {
                match fault {
                    Some(fault) => pipeline.stop(&journey, &source, fault).await,
                    None => pipeline.go(journey, &source, json).await,
                }
            });
        }
        Ok(ids)
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
        let row = EventRow {
            id: self.history.next_id(),
            received_at: time::to_iso(sender.received),
            kind: "request".to_owned(),
            event: None,
            user_id: None,
            source: function.name.clone(),
            size: json.len(),
            steps: Vec::new(),
        };
        let place = self.places.clone().acquire_owned().await;
        let place = place.map_err(|error| HistoryError::Written(error.to_string()))?;
        let kept = NewEvent {
            row: row.clone(),
            raw: self.redacted(&json),
            received: time::to_millis(sender.received),
        };
        self.history.add(vec![kept]).await?;
        let journey = Journey::new(row, self.history.clone(), self.changes.clone(), Some(place));
        let id = journey.id;
        let pipeline = self.clone();
        tokio::spawn(async move {
            let json: Arc<str> = json.into();
            let delivered = pipeline.attempts(&journey, &function, None, json).await;
            let events = delivered.events.iter();
            let arrivals = events.filter_map(|text| match Json::parse(text) {
                Ok(Json::Object(event)) => Some(Arrival {
                    source: function.name.clone(),
                    event,
                    sender: Sender {
                        received: SystemTime::now(),
                        ..sender
                    },
                    again: false,
                }),
                _ => None,
            });
            let arrivals: Vec<Arrival> = arrivals.collect();
            journey.leave();
            if !arrivals.is_empty() {
                pipeline.take_sent(arrivals).await;
            }
        });
        Ok(id)
    }

    /// Takes what a source function sent. Nobody waits for the answer.
    async fn take_sent(self: &Arc<Self>, arrivals: Vec<Arrival>) {
        if let Err(error) = Box::pin(self.accept(arrivals)).await {
            self.deliverer
                .tell(Notice::Trouble(error.to_string()))
                .await;
        }
    }

    pub fn routes(&self) -> &Routes {
        &self.routes
    }

    fn is_known(&self, event: &JsonObject) -> Option<String> {
        let id = event.get("messageId").and_then(Json::as_str)?;
        let entry = self.known.entry_by_ref(id).or_insert(());
        (!entry.is_fresh()).then(|| format!("a message with the id {id} has come before"))
    }

    fn row(&self, event: &JsonObject, source: &str, size: usize, received: SystemTime) -> EventRow {
        let text = |name: &str| {
            let text = event.get(name).and_then(Json::as_str)?;
            Some(self.redacted_text(text))
        };
        EventRow {
            id: self.history.next_id(),
            received_at: time::to_iso(received),
            kind: text("type").unwrap_or_default(),
            event: text("event").or_else(|| text("name")),
            user_id: text("userId"),
            source: source.to_owned(),
            size,
            steps: Vec::new(),
        }
    }

    fn redacted(&self, json: &str) -> String {
        let redactors = self.options.redactors.iter();
        redactors.fold(json.to_owned(), |json, redactor| {
            redactor.input(&json).into_owned()
        })
    }

    fn redacted_text(&self, text: &str) -> String {
        match self.options.redactors.first() {
            Some(redactor) => redactor.said(text),
            None => text.to_owned(),
        }
    }
}
