//! The history, as the server has it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::HistoryError;
use super::query::{EventPage, EventQuery, KeptEvent, MinuteStats};
use super::row::WayStep;
use super::writer::{NewEvent, Write, Writer};

/// So many changes may wait for the writer before who makes them has to wait.
const AHEAD: usize = 4096;

/// How long one connection waits for another's transaction.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// The share of the limit that SQLite's log may have: one of so many. And the size of a page, in bytes.
const LOG: u64 = 8;
const PAGE: u64 = 4096;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS events (
        id INTEGER PRIMARY KEY,
        received INTEGER NOT NULL,
        row TEXT NOT NULL,
        raw TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS steps (
        event INTEGER NOT NULL,
        position INTEGER NOT NULL,
        received INTEGER NOT NULL,
        function TEXT NOT NULL,
        class TEXT NOT NULL,
        ms REAL,
        step TEXT NOT NULL,
        outcome BLOB,
        PRIMARY KEY (event, position)
    ) WITHOUT ROWID;
    DROP INDEX IF EXISTS steps_by_time;
";

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
        writing.execute_batch(SCHEMA).map_err(failed)?;
        // SQLite waits for the disk each time that it empties its log: seldom, where there is room.
        let pages = (limit / LOG / PAGE).clamp(1000, 8000);
        writing
            .pragma_update(None, "wal_autocheckpoint", pages)
            .map_err(failed)?;
        let last: u64 = writing
            .query_row("SELECT COALESCE(MAX(id), 0) FROM events", [], |row| {
                row.get(0)
            })
            .map_err(failed)?;
        let reader = connect().map_err(failed)?;
        let (writes, inbox) = mpsc::channel(AHEAD);
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

    /// The number of the next event.
    pub fn next_id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Keeps events. They are there for good when this returns.
    ///
    /// # Errors
    /// They can't be written.
    pub async fn add(&self, events: Vec<NewEvent>) -> Result<(), HistoryError> {
        let (done, written) = oneshot::channel();
        let sent = self.writes.send(Write::Events { events, done }).await;
        let ended = || HistoryError::Written("its thread has ended".into());
        sent.map_err(|_| ended())?;
        let written = written.await.map_err(|_| ended())?;
        written.map_err(HistoryError::Written)
    }

    /// Keeps what came of a step of an event, which has a number and came at a time in milliseconds since
    /// 1970, soon. An outcome is the JSON of one.
    pub async fn step(
        &self,
        (event, received): (u64, i64),
        position: usize,
        step: WayStep,
        outcome: Option<Bytes>,
    ) {
        let write = Write::Step {
            event,
            received,
            position,
            step,
            outcome,
        };
        // Without a writer the process is about to end.
        let _ = self.writes.send(write).await;
    }

    /// Waits until all that was written before is there.
    ///
    /// # Errors
    /// It can't be written.
    pub async fn flush(&self) -> Result<(), HistoryError> {
        self.add(Vec::new()).await
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
