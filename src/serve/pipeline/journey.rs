//! An event on its way.

use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, broadcast};

use super::event_text::EventText;
use crate::history::{ArrivedRow, EventRow, History, StepNow, WayStep};

/// What takes longer than this is kept before it has ended; most calls of functions don't.
pub(super) const SOON: Duration = Duration::from_secs(1);

/// A change of a row.
#[derive(Clone, Debug)]
pub struct RowChange {
    pub id: u64,
    /// The row's JSON.
    pub row: Arc<str>,
}

/// What events have in common that arrived together.
pub(super) struct Together {
    /// The number of the first of them.
    pub arrival: u64,
    pub row: ArrivedRow,
    pub history: Arc<History>,
    pub changes: broadcast::Sender<RowChange>,
}

/// An event on its way. Each of its steps is kept and shown as it changes.
pub struct Journey {
    pub id: u64,
    together: Arc<Together>,
    name: Box<str>,
    size: usize,
    /// Its JSON without secrets.
    kept: Mutex<EventText>,
    /// What a list shows of it, without its steps, once somebody looks.
    row: OnceLock<EventRow>,
    steps: Mutex<Vec<WayStep>>,
    /// Its place among those under way, until it waits for another attempt.
    place: Mutex<Option<OwnedSemaphorePermit>>,
}

/// An event that goes on, as it is by now.
#[derive(Clone)]
pub(super) struct OnTheWay {
    pub journey: Arc<Journey>,
    pub json: EventText,
}

/// What there is to say of a new journey: its event's number, name, size and JSON without secrets.
pub(super) struct NewJourney {
    pub id: u64,
    pub name: Box<str>,
    pub size: usize,
    pub kept: EventText,
}

impl Journey {
    pub(super) fn new(
        together: &Arc<Together>,
        new: NewJourney,
        place: Option<OwnedSemaphorePermit>,
    ) -> Journey {
        let journey = Journey {
            id: new.id,
            together: together.clone(),
            name: new.name,
            size: new.size,
            kept: Mutex::new(new.kept),
            row: OnceLock::new(),
            steps: Mutex::default(),
            place: Mutex::new(place),
        };
        journey.show();
        journey
    }

    /// What the terminal calls it.
    pub fn title(&self) -> String {
        format!("#{} {}", self.id, self.name)
    }

    /// Takes a step that ends here.
    pub async fn end(&self, step: WayStep) {
        let position = self.begin(step.clone());
        self.keep(position, step, None).await;
    }

    /// Begins a step. Gives its number.
    pub fn begin(&self, step: WayStep) -> usize {
        let position = {
            let mut steps = self.steps.lock();
            steps.push(step);
            steps.len() - 1
        };
        self.show();
        position
    }

    /// Waits for what comes of a step that has begun.
    pub async fn wait<T>(
        &self,
        position: usize,
        step: &WayStep,
        ended: impl Future<Output = T>,
    ) -> T {
        let mut ended = pin!(ended);
        if let Ok(told) = tokio::time::timeout(SOON, &mut ended).await {
            return told;
        }
        self.keep(position, step.clone(), None).await;
        ended.await
    }

    /// Changes a step.
    pub async fn change(&self, position: usize, step: WayStep, outcome: Option<Bytes>) {
        self.set(position, &step);
        self.keep(position, step, outcome).await;
    }

    /// Changes a step, which the caller keeps.
    pub(super) fn set(&self, position: usize, step: &WayStep) {
        if let Some(known) = self.steps.lock().get_mut(position) {
            known.clone_from(step);
        }
        self.show();
    }

    /// Keeps a step as it is.
    pub async fn keep(&self, position: usize, step: WayStep, outcome: Option<Bytes>) {
        let now = StepNow {
            event: self.id,
            position,
            step,
            outcome,
        };
        self.together.keep(vec![now]).await;
    }

    /// What it has in common with those that arrived with it.
    pub(super) fn together(&self) -> &Arc<Together> {
        &self.together
    }

    /// Makes room for other events.
    pub fn leave(&self) {
        self.place.lock().take();
        let mut kept = self.kept.lock();
        *kept = kept.alone();
    }

    fn show(&self) {
        let changes = &self.together.changes;
        if changes.receiver_count() == 0 {
            return;
        }
        let row = || {
            let kept = self.kept.lock();
            self.together.row.with(self.id, self.size, &kept)
        };
        let row = EventRow {
            steps: self.steps.lock().clone(),
            ..self.row.get_or_init(row).clone()
        };
        // Who listened may have left.
        let _ = changes.send(RowChange {
            id: self.id,
            row: serde_json::to_string(&row).unwrap_or_default().into(),
        });
    }
}

impl Together {
    /// Keeps how it stands about steps of these events.
    pub async fn keep(&self, steps: Vec<StepNow>) {
        self.history.steps(self.arrival, steps).await;
    }
}
