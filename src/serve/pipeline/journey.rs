//! An event on its way.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, broadcast};

use crate::history::History;
use crate::history::{EventRow, WayStep};

/// What takes longer than this is kept before it has ended; most calls of functions don't.
pub(super) const SOON: Duration = Duration::from_secs(1);

/// A change of a row.
#[derive(Clone, Debug)]
pub struct RowChange {
    pub id: u64,
    /// The row's JSON.
    pub row: Arc<str>,
}

/// An event on its way. Each of its steps is kept and shown as it changes.
pub struct Journey {
    pub id: u64,
    /// In milliseconds since 1970.
    received: i64,
    row: Mutex<EventRow>,
    history: Arc<History>,
    changes: broadcast::Sender<RowChange>,
    /// Its place among those under way, until it waits for another attempt.
    place: Mutex<Option<OwnedSemaphorePermit>>,
}

/// An event that goes on, as it is by now.
#[derive(Clone)]
pub(super) struct OnTheWay {
    pub journey: Arc<Journey>,
    /// Its JSON.
    pub json: Arc<str>,
}

impl Journey {
    pub fn new(
        (row, received): (EventRow, i64),
        history: Arc<History>,
        changes: broadcast::Sender<RowChange>,
        place: Option<OwnedSemaphorePermit>,
    ) -> Journey {
        let journey = Journey {
            id: row.id,
            received,
            row: Mutex::new(row),
            history,
            changes,
            place: Mutex::new(place),
        };
        journey.show();
        journey
    }

    /// What the terminal calls it.
    pub fn title(&self) -> String {
        let row = self.row.lock();
        let name = row.event.as_deref().unwrap_or(&row.kind);
        format!("#{} {name}", row.id)
    }

    /// Takes a step that ends here.
    pub async fn end(&self, step: WayStep) {
        let position = self.begin(step.clone());
        self.keep(position, step, None).await;
    }

    /// Begins a step. Gives its number.
    pub fn begin(&self, step: WayStep) -> usize {
        let position = {
            let mut row = self.row.lock();
            row.steps.push(step);
            row.steps.len() - 1
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
        if let Some(known) = self.row.lock().steps.get_mut(position) {
            known.clone_from(&step);
        }
        self.show();
        self.keep(position, step, outcome).await;
    }

    /// Keeps a step as it is.
    pub async fn keep(&self, position: usize, step: WayStep, outcome: Option<Bytes>) {
        let event = (self.id, self.received);
        self.history.step(event, position, step, outcome).await;
    }

    /// Makes room for other events.
    pub fn leave(&self) {
        self.place.lock().take();
    }

    fn show(&self) {
        if self.changes.receiver_count() == 0 {
            return;
        }
        let row = serde_json::to_string(&*self.row.lock()).unwrap_or_default();
        // Who listened may have left.
        let _ = self.changes.send(RowChange {
            id: self.id,
            row: row.into(),
        });
    }
}
