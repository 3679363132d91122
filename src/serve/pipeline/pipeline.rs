//! From an event's arrival to its last function.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::{Semaphore, broadcast, mpsc};

use super::batcher::run_batches;
use super::delivery::Deliverer;
use super::journey::{Journey, OnTheWay, RowChange};
use super::known::KnownMessages;
use super::retries::{Retries, RetrySpeed};
use super::routes::{Destination, Routes};
use crate::cassette::Redactor;
use crate::history::EventRow;
use crate::history::{History, HistoryError, NewEvent};
use crate::json::{Json, JsonObject};
use crate::serve::found::WorkspacePlan;
use crate::serve::notice::Notice;
use crate::serve::served_function::ServedFunction;
use crate::serve::tracking::{ArrivedEvent, Sender, enrich, fault_of};
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

/// Events that arrived together.
pub struct Arrivals {
    /// The write key that they came with, or the source function that sent them.
    pub source: String,
    pub events: Vec<ArrivedEvent>,
    pub sender: Sender,
    /// Whether they are meant to come again, so that their ids may be known.
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
    pub async fn accept(self: &Arc<Self>, arrivals: Arrivals) -> Result<Vec<u64>, HistoryError> {
        let pipeline = self.clone();
        // A client that goes away must not leave events that are known and went nowhere.
        let accepted = tokio::spawn(async move { pipeline.accept_all(arrivals).await });
        accepted
            .await
            .unwrap_or_else(|error| Err(HistoryError::Written(error.to_string())))
    }

    async fn accept_all(self: &Arc<Self>, arrivals: Arrivals) -> Result<Vec<u64>, HistoryError> {
        let Arrivals {
            source,
            events,
            sender,
            again,
        } = arrivals;
        let mut new = Vec::with_capacity(events.len());
        let mut going = Vec::with_capacity(events.len());
        let mut ids = Vec::with_capacity(events.len());
        let received_at = time::to_iso(sender.received);
        let received = time::to_millis(sender.received);
        for ArrivedEvent { mut fields, size } in events {
            enrich(&mut fields, &sender, &received_at);
            let fault = fault_of(&fields, size).map(str::to_owned);
            let fault = fault.or_else(|| match self.remember(&fields) {
                Ok(id) => {
                    ids.extend(id);
                    None
                }
                Err(known) => (!again).then_some(known),
            });
            let event = Json::Object(fields);
            let json = event.to_string();
            let raw = self.redacted(&json);
            let shown = match &raw {
                Cow::Borrowed(_) => event,
                Cow::Owned(raw) => Json::parse(raw).unwrap_or_default(),
            };
            let row = EventRow {
                received_at: received_at.clone(),
                source: self.routes.name_of(&source).to_owned(),
                size,
                ..self.row(&shown)
            };
            new.push(NewEvent::new(&row, raw.into_owned(), received));
            going.push((row, json, fault));
        }
        // The places are taken before anything is kept: what is kept goes on at once.
        // All at once: who has some and waits for more would keep others waiting for those.
        let count = u32::try_from(going.len()).unwrap_or(u32::MAX);
        let places = self.places.clone().acquire_many_owned(count).await;
        let mut places = places.map_err(|error| HistoryError::Written(error.to_string()))?;
        if let Err(error) = self.history.add(new).await {
            ids.iter().for_each(|id| self.known.forget(id));
            return Err(error);
        }
        let ids = going.iter().map(|(row, ..)| row.id).collect();
        let pipeline = self.clone();
        tokio::spawn(async move {
            // Functions may have to be loaded first.
            let route = pipeline.routes.route(&source).await;
            let source: Arc<str> = source.into();
            let mut events = Vec::with_capacity(going.len());
            for (row, json, fault) in going {
                let (history, changes) = (pipeline.history.clone(), pipeline.changes.clone());
                let place = places.split(1);
                let journey = Journey::new((row, received), history, changes, place);
                match fault.or_else(|| route.as_ref().err().cloned()) {
                    Some(reason) => pipeline.stop(&journey, &source, reason).await,
                    None => events.push(OnTheWay {
                        journey: Arc::new(journey),
                        json: json.into(),
                    }),
                }
            }
            if let Ok(route) = route {
                pipeline.go(events, &Arc::new(route), &source).await;
            }
        });
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
        let raw = self.redacted(&json).into_owned();
        let received = time::to_millis(sender.received);
        let kept = NewEvent::new(&row, raw, received);
        self.history.add(vec![kept]).await?;
        let (history, changes) = (self.history.clone(), self.changes.clone());
        let journey = Journey::new((row, received), history, changes, Some(place));
        let id = journey.id;
        let pipeline = self.clone();
        tokio::spawn(async move {
            let json: Arc<str> = json.into();
            let delivered = pipeline.attempts(&journey, &function, None, json).await;
            let events = delivered.events.iter();
            let events: Vec<ArrivedEvent> = events
                .filter_map(|text| ArrivedEvent::parse(text))
                .collect();
            journey.leave();
            if !events.is_empty() {
                let arrivals = Arrivals {
                    source: function.name.clone(),
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
    async fn take_sent(self: &Arc<Self>, arrivals: Arrivals) {
        if let Err(error) = Box::pin(self.accept(arrivals)).await {
            self.deliverer
                .tell(Notice::Trouble(error.to_string()))
                .await;
        }
    }

    pub fn routes(&self) -> &Routes {
        &self.routes
    }

    /// Remembers the id of a message. The error says that it has come before.
    fn remember(&self, event: &JsonObject) -> Result<Option<String>, String> {
        let Some(id) = event.get("messageId").and_then(Json::as_str) else {
            return Ok(None);
        };
        match self.known.remember(id) {
            true => Ok(Some(id.to_owned())),
            false => Err(format!("a message with the id {id} has come before")),
        }
    }

    /// What a list shows of an event that has no secrets any more.
    fn row(&self, event: &Json) -> EventRow {
        let text = |name: &str| event.get(name).and_then(Json::as_str).map(str::to_owned);
        EventRow {
            id: self.history.next_id(),
            received_at: String::new(),
            kind: text("type").unwrap_or_default(),
            event: text("event").or_else(|| text("name")),
            user_id: text("userId"),
            source: String::new(),
            size: 0,
            steps: Vec::new(),
        }
    }

    fn redacted<'j>(&self, json: &'j str) -> Cow<'j, str> {
        let redactors = self.options.redactors.iter();
        redactors.fold(Cow::Borrowed(json), |json, redactor| {
            match redactor.input(&json) {
                Cow::Borrowed(_) => json,
                Cow::Owned(redacted) => Cow::Owned(redacted),
            }
        })
    }
}
