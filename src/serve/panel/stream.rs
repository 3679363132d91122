//! What happens, as it happens: server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, Response, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::Interval;

use super::panel::Panel;
use crate::history::EventQuery;
use crate::serve::front::HttpAnswer;
use crate::serve::pipeline::RowChange;

/// So many rows are told again to a page that has missed some.
const CAUGHT_UP: usize = 500;

/// What keeps a connection from being taken for a dead one.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How soon a page shows that a fault was met.
const FAULTS_LOOKED_AT: Duration = Duration::from_millis(200);

struct PageStream {
    panel: Arc<Panel>,
    rows: broadcast::Receiver<RowChange>,
    functions: watch::Receiver<u64>,
    /// The faults as they were told last.
    faults: Option<Value>,
    look: Interval,
    /// What is to be told before anything else.
    ready: VecDeque<Bytes>,
}

/// Tells of each row that is new or changes, and of functions, for as long as somebody listens. One that
/// comes `again` is told of the newest rows first.
pub async fn stream_changes(panel: Arc<Panel>, again: bool) -> HttpAnswer {
    let mut page = PageStream {
        rows: panel.pipeline.changes(),
        functions: panel.changed.subscribe(),
        faults: panel.pending_faults(),
        look: tokio::time::interval(FAULTS_LOOKED_AT),
        ready: VecDeque::from([Bytes::from_static(b": here\n\n")]),
        panel,
    };
    if again {
        page.catch_up().await;
        page.tell_functions();
        page.tell_faults();
    }
    let frames = stream::unfold(page, |mut page| async move {
        let bytes = page.next().await?;
        Some((Ok::<_, Infallible>(Frame::data(bytes)), page))
    });
    let mut answer = Response::new(BodyExt::boxed(StreamBody::new(frames)));
    let headers = answer.headers_mut();
    let kind = HeaderValue::from_static("text/event-stream");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

impl PageStream {
    /// `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        let mut heartbeat = pin!(tokio::time::sleep(HEARTBEAT));
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                return Some(bytes);
            }
            tokio::select! {
                row = self.rows.recv() => match row {
                    Ok(change) => return Some(self.with_more(&change)),
                    Err(RecvError::Lagged(_)) => self.catch_up().await,
                    Err(RecvError::Closed) => return None,
                },
                changed = self.functions.changed() => match changed {
                    Ok(()) => self.tell_functions(),
                    Err(_) => return None,
                },
                _ = self.look.tick() => {
                    if self.panel.pending_faults() != self.faults {
                        self.tell_faults();
                    }
                }
                () = &mut heartbeat => {
                    return Some(Bytes::from_static(b": still here\n\n"));
                }
            }
        }
    }

    /// The change, and others that are there already.
    fn with_more(&mut self, first: &RowChange) -> Bytes {
        let mut text = String::new();
        row(&mut text, first.id, &first.row);
        while text.len() < 64 << 10
            && let Ok(change) = self.rows.try_recv()
        {
            row(&mut text, change.id, &change.row);
        }
        text.into()
    }

    async fn catch_up(&mut self) {
        let query = EventQuery {
            limit: CAUGHT_UP,
            ..EventQuery::default()
        };
        let Ok(page) = self.panel.pipeline.history().events(query).await else {
            return;
        };
        let mut text = String::new();
        for event in page.events.iter().rev() {
            let json = serde_json::to_string(event).unwrap_or_default();
            row(&mut text, event.id, &json);
        }
        self.ready.push_back(text.into());
    }

    fn tell_faults(&mut self) {
        self.faults = self.panel.pending_faults();
        if let Some(faults) = &self.faults {
            let text = format!("event: faults\ndata: {faults}\n\n");
            self.ready.push_back(text.into());
        }
    }

    fn tell_functions(&mut self) {
        let json = Value::from(self.panel.described());
        let text = format!("event: functions\ndata: {json}\n\n");
        self.ready.push_back(text.into());
    }
}

fn row(text: &mut String, id: u64, json: &str) {
    text.push_str("event: row\nid: ");
    text.push_str(&id.to_string());
    text.push_str("\ndata: ");
    text.push_str(json);
    text.push_str("\n\n");
}
