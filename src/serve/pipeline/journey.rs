//! An event on its way.

use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, broadcast};

use crate::history::History;
use crate::history::{EventRow, WayStep};

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
    row: Mutex<EventRow>,
    history: Arc<History>,
    changes: broadcast::Sender<RowChange>,
    /// Its place among those under way, until it waits for another attempt.
    place: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Journey {
    pub fn new(
        row: EventRow,
        history: Arc<History>,
        changes: broadcast::Sender<RowChange>,
        place: Option<OwnedSemaphorePermit>,
    ) -> Journey {
        let journey = Journey {
            id: row.id,
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

    /// Begins a step. Gives its number.
    pub async fn begin(&self, step: WayStep) -> usize {
        let position = {
            let mut row = self.row.lock();
            row.steps.push(step.clone());
            row.steps.len() - 1
        };
        self.keep(position, step, None).await;
        position
    }

    /// Changes a step.
    pub async fn change(&self, position: usize, step: WayStep, outcome: Option<Bytes>) {
        if let Some(known) = self.row.lock().steps.get_mut(position) {
            known.clone_from(&step);
        }
        self.keep(position, step, outcome).await;
    }

    /// Makes room for other events.
    pub fn leave(&self) {
        self.place.lock().take();
    }

    async fn keep(&self, position: usize, step: WayStep, outcome: Option<Bytes>) {
        self.show();
        self.history.step(self.id, position, step, outcome).await;
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
