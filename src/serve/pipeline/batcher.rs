//! Batches for `onBatch`: 20 events, or what came within 10 seconds of the first (docs/platform.md
//! section 7).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::delivery::{Delivered, Deliverer};
use super::event_text::EventText;
use crate::function::Input;
use crate::serve::served_function::ServedFunction;

/// The most events of a batch.
const MOST: usize = 20;

/// How long a batch waits for more events.
const LONGEST: Duration = Duration::from_secs(10);

/// An event for a batch.
pub struct BatchCall {
    pub event: u64,
    pub attempt: u32,
    /// Its JSON.
    pub json: EventText,
    pub done: oneshot::Sender<Delivered>,
}

/// Calls `function` with batches of what comes, until there is no more.
pub async fn run_batches(
    deliverer: Arc<Deliverer>,
    function: Arc<ServedFunction>,
    mut inbox: mpsc::Receiver<BatchCall>,
) {
    while let Some(first) = inbox.recv().await {
        let until = Instant::now() + LONGEST;
        let mut batch = vec![first];
        while batch.len() < MOST {
            match timeout_at(until, inbox.recv()).await {
                Ok(Some(call)) => batch.push(call),
                Ok(None) | Err(_) => break,
            }
        }
        // The next batch may fill meanwhile.
        let (deliverer, function) = (deliverer.clone(), function.clone());
        tokio::spawn(async move { call(&deliverer, &function, batch).await });
    }
}

async fn call(deliverer: &Deliverer, function: &ServedFunction, batch: Vec<BatchCall>) {
    let texts: Vec<&str> = batch.iter().map(|call| &*call.json).collect();
    let json = format!("[{}]", texts.join(","));
    let [first, ..] = batch.as_slice() else {
        return;
    };
    let (event, attempt) = (first.event, first.attempt);
    let name = match batch.len() {
        1 => format!("#{event}"),
        count => format!("#{event} and {} more", count - 1),
    };
    let whole = deliverer
        .call(function, event, attempt, Input::new(name, json))
        .await;
    let mut items = whole.items.clone().into_iter();
    for call in batch {
        // Of a batch that failed as a whole, each event did.
        let delivered = match items.next().filter(|_| !whole.class.is_failed()) {
            Some(item) => Delivered {
                class: item.class.into(),
                reason: item.error,
                value: item.event,
                items: Vec::new(),
                ..whole.clone()
            },
            None => whole.clone(),
        };
        // The event may have been given up.
        let _ = call.done.send(delivered);
    }
}
