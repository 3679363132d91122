//! The history, as the server has it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::arrival::{NewArrival, SCHEMA, StepNow, VERSION};
use super::error::HistoryError;
use super::query::{EventPage, EventQuery, KeptEvent, MinuteStats};
use super::writer::{MOST, Write, Writer};

/// How long one connection waits for another's transaction.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// The share of the limit that SQLite's log may have: one of so many. And the size of a page, in bytes.
const LOG: u64 = 8;
const PAGE: u64 = 4096;

/// Events, their steps and outcomes.
pub struct History {
    writes: mpsc::Sender<Write>,
    /// A connection of its own: readers don't wait for the writer.
    reader: Arc<Mutex<Connection>>,
    next: AtomicU64,
}

impl History {
    /// Opens the file at `path`, which is made if it isn't there, and keeps it to about `limit` bytes by
    /// forgetting the oldest events. Steps that had not ended when the process before did are marked.
    ///
    /// # Errors
    /// The file can't be used, or there is no thread.
    pub fn open(path: &Path, limit: u64) -> Result<History, HistoryError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| HistoryError::Folder {
                path: folder.to_owned(),
                source,
            })?;
        }
        let failed = |source| HistoryError::Open {
            path: path.to_owned(),
            source,
        };
        let connect = || -> rusqlite::Result<Connection> {
            let connection = Connection::open(path)?;
            connection.busy_timeout(BUSY)?;
            connection.pragma_update(None, "journal_mode", "wal")?;
            // A process that is killed loses nothing so; a machine without power may lose the last moment.
            connection.pragma_update(None, "synchronous", "normal")?;
            Ok(connection)
        };
        let writing = connect().map_err(failed)?;
        make_tables(&writing).map_err(failed)?;
        // SQLite waits for the disk each time that it empties its log: seldom, where there is room.
        let pages = (limit / LOG / PAGE).clamp(1000, 8000);
        writing
            .pragma_update(None, "wal_autocheckpoint", pages)
            .map_err(failed)?;
        let last: u64 = writing
            .query_row("SELECT COALESCE(MAX(last), 0) FROM arrivals", [], |row| {
                row.get(0)
            })
            .map_err(failed)?;
        let reader = connect().map_err(failed)?;
        let (writes, inbox) = mpsc::channel(MOST);
        let mut writer = Writer::new(writing, limit).map_err(failed)?;
        writer.mark_unfinished().map_err(failed)?;
        std::thread::Builder::new()
            .name("segfn-history".into())
            .spawn(move || writer.run(inbox))
            .map_err(HistoryError::Thread)?;
        Ok(History {
            writes,
            reader: Arc::new(Mutex::new(reader)),
            next: AtomicU64::new(last + 1),
        })
    }

    /// Numbers for so many events: the first, and those after it.
    pub fn next_ids(&self, count: usize) -> u64 {
        self.next.fetch_add(count as u64, Ordering::Relaxed)
    }

    /// Keeps events. They are there for good when this returns.
    ///
    /// # Errors
    /// They can't be written.
    pub async fn add(&self, arrival: NewArrival) -> Result<(), HistoryError> {
        let (done, written) = oneshot::channel();
        let sent = self.writes.send(Write::Arrival { arrival, done }).await;
        let ended = || HistoryError::Written("its thread has ended".into());
        sent.map_err(|_| ended())?;
        let written = written.await.map_err(|_| ended())?;
        written.map_err(HistoryError::Written)
    }

    /// Keeps, soon, how it stands about steps of events that arrived with the one that has the number `arrival`, the
    /// first of them.
    pub async fn steps(&self, arrival: u64, steps: Vec<StepNow>) {
        // Without a writer the process is about to end.
        let _ = self.writes.send(Write::Steps { arrival, steps }).await;
    }

    /// Waits until all that was written before is there.
    ///
    /// # Errors
    /// It can't be written.
    pub async fn flush(&self) -> Result<(), HistoryError> {
        let nothing = NewArrival {
            first: 0,
            received: 0,
            source: "".into(),
            kind: None,
            sizes: Vec::new(),
            events: Arc::default(),
        };
        self.add(nothing).await
    }

    /// The events that `query` asks for, the newest first.
    ///
    /// # Errors
    /// The file can't be read.
    pub async fn events(&self, query: EventQuery) -> Result<EventPage, HistoryError> {
        self.read(move |connection| query.run(connection)).await
    }

    /// An event with all of its steps; `None` where there is none (any more).
    ///
    /// # Errors
    /// The file can't be read.
    pub async fn event(&self, id: u64) -> Result<Option<KeptEvent>, HistoryError> {
        self.read(move |connection| KeptEvent::read(connection, id))
            .await
    }

    /// What came of the steps of the last `minutes`, by minute.
    ///
    /// # Errors
    /// The file can't be read.
    pub async fn stats(&self, minutes: u32) -> Result<Vec<MinuteStats>, HistoryError> {
        self.read(move |connection| MinuteStats::read(connection, minutes))
            .await
    }

    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, HistoryError> {
        let reader = self.reader.clone();
        let read = tokio::task::spawn_blocking(move || query(&reader.lock()));
        match read.await {
            Ok(read) => Ok(read?),
            Err(error) => Err(HistoryError::Written(error.to_string())),
        }
    }
}

/// Makes the tables. What an earlier form of them had is forgotten.
fn make_tables(connection: &Connection) -> rusqlite::Result<()> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != VERSION {
        for table in ["events", "steps", "arrivals", "ways"] {
            connection.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
        }
        connection.pragma_update(None, "user_version", VERSION)?;
    }
    connection.execute_batch(SCHEMA)
}
