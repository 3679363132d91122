//! The thread that writes the history.

use std::time::Duration;

use bytes::Bytes;
use rusqlite::{Connection, params};
use tokio::sync::{mpsc, oneshot};

use super::row::{EventRow, WayClass, WayStep};

/// So many changes are written in one transaction.
const MOST: usize = 1000;

/// What nobody waits for is written after this time, with what comes meanwhile: a transaction costs as much as some
/// ten changes.
const SOON: Duration = Duration::from_millis(1);

/// It is looked how large the file is whenever this part of its limit was written: one of so many.
const CHECKED: u64 = 20;

/// The share of the events that is forgotten when there is no more room: one of so many.
const FORGOTTEN: u64 = 10;

/// Among so many of the newest events those are that may have had no step when the process ended.
const YOUNGEST: u64 = 100_000;

/// What is to be written.
pub(super) enum Write {
    Events {
        events: Vec<NewEvent>,
        /// Is told when they are there for good, or why they aren't.
        done: oneshot::Sender<Result<(), String>>,
    },
    Step {
        event: u64,
        /// When it arrived, in milliseconds since 1970.
        received: i64,
        position: usize,
        step: WayStep,
        outcome: Option<Bytes>,
    },
}

impl Write {
    fn is_waited_for(&self) -> bool {
        matches!(self, Write::Events { .. })
    }
}

/// An event that arrived.
pub struct NewEvent {
    id: u64,
    /// The JSON of its row.
    row: String,
    /// Its own JSON.
    raw: String,
    /// In milliseconds since 1970.
    received: i64,
}

impl NewEvent {
    /// Of both, secrets have to be taken out.
    pub fn new(row: &EventRow, raw: String, received: i64) -> NewEvent {
        NewEvent {
            id: row.id,
            row: serde_json::to_string(row).unwrap_or_default(),
            raw,
            received,
        }
    }
}

pub(super) struct Writer {
    connection: Connection,
    /// In bytes.
    limit: u64,
    page: u64,
    /// How much was written since it was looked how large the file is, in bytes.
    unchecked: u64,
}

impl Writer {
    pub fn new(connection: Connection, limit: u64) -> rusqlite::Result<Writer> {
        let page = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        Ok(Writer {
            connection,
            limit,
            page,
            unchecked: 0,
        })
    }

    /// What a process that was ended had not ended. An event whose first step had not ended may have none.
    pub fn mark_unfinished(&mut self) -> rusqlite::Result<()> {
        let reason = "segfn ended before it did";
        self.connection.execute(
            "INSERT INTO steps (event, position, received, function, class, step)
                 SELECT id, 0, received, json_extract(row, '$.source'), 'dropped',
                     json_object('function', json_extract(row, '$.source'), 'class', 'dropped', 'attempt', 0, 'reason', ?1)
                 FROM events WHERE id > (SELECT MAX(id) FROM events) - ?2
                     AND NOT EXISTS (SELECT 1 FROM steps WHERE event = id)",
            params![reason, YOUNGEST],
        )?;
        self.connection.execute(
            "UPDATE steps SET class = 'dropped',
                 step = json_remove(json_set(step, '$.class', 'dropped', '$.reason', ?1), '$.nextRetryAt')
             WHERE class = 'pending' OR json_extract(step, '$.nextRetryAt') IS NOT NULL",
            [reason],
        )?;
        Ok(())
    }

    /// Writes what comes, until there is no more.
    pub fn run(mut self, mut inbox: mpsc::Receiver<Write>) {
        let mut writes = Vec::with_capacity(MOST);
        while inbox.blocking_recv_many(&mut writes, MOST) > 0 {
            if !writes.iter().any(Write::is_waited_for) {
                std::thread::sleep(SOON);
                let room = MOST.saturating_sub(writes.len());
                writes.extend(std::iter::from_fn(|| inbox.try_recv().ok()).take(room));
            }
            let (mut waiting, mut steps) = (Vec::new(), Vec::new());
            let mut events = Vec::new();
            for write in writes.drain(..) {
                match write {
                    Write::Events { events: new, done } => {
                        events.extend(new);
                        waiting.push(done);
                    }
                    step @ Write::Step { .. } => steps.push(step),
                }
            }
            let written = self
                .write(&events, &steps)
                .map_err(|error| error.to_string());
            for done in waiting {
                // Who waited may be gone.
                let _ = done.send(written.clone());
            }
            if self.unchecked >= self.limit / CHECKED {
                self.unchecked = 0;
                // There is another chance soon.
                while let Ok(true) = self.forget() {}
            }
        }
    }

    fn write(&mut self, events: &[NewEvent], steps: &[Write]) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT OR REPLACE INTO events (id, received, row, raw) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for event in events {
                insert.execute(params![event.id, event.received, event.row, event.raw])?;
                self.unchecked += (event.row.len() + event.raw.len()) as u64;
            }
            let mut upsert = transaction.prepare_cached(
                "INSERT INTO steps (event, position, received, function, class, ms, step, outcome)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (event, position) DO UPDATE SET
                     class = excluded.class, ms = excluded.ms, step = excluded.step,
                     outcome = COALESCE(excluded.outcome, outcome)",
            )?;
            for write in steps {
                let Write::Step {
                    event,
                    received,
                    position,
                    step,
                    outcome,
                } = write
                else {
                    continue;
                };
                let json = serde_json::to_string(step).unwrap_or_default();
                // One that waits for its next attempt has not ended.
                let class = match step.next_retry_at {
                    Some(_) => WayClass::Retry,
                    None => step.class,
                };
                upsert.execute(params![
                    event,
                    position,
                    received,
                    step.function,
                    class.name(),
                    step.ms,
                    json,
                    outcome.as_deref()
                ])?;
                let outcome = outcome.as_ref().map_or(0, |outcome| outcome.len());
                self.unchecked += (json.len() + outcome) as u64;
            }
        }
        transaction.commit()
    }

    /// Forgets the oldest events if the file is larger than its limit. Tells whether it was.
    fn forget(&mut self) -> rusqlite::Result<bool> {
        let number = |name: &str| -> rusqlite::Result<u64> {
            self.connection
                .pragma_query_value(None, name, |row| row.get(0))
        };
        // Pages that are free are used again.
        let used = (number("page_count")? - number("freelist_count")?) * self.page;
        if used <= self.limit {
            return Ok(false);
        }
        let (first, count): (Option<u64>, u64) =
            self.connection
                .query_row("SELECT MIN(id), COUNT(*) FROM events", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
        let Some(first) = first else {
            return Ok(false);
        };
        let transaction = self.connection.transaction()?;
        let until: u64 = transaction.query_row(
            "SELECT id FROM events WHERE id >= ?1 ORDER BY id LIMIT 1 OFFSET ?2",
            params![first, (count / FORGOTTEN).min(count - 1)],
            |row| row.get(0),
        )?;
        transaction.execute("DELETE FROM steps WHERE event <= ?1", [until])?;
        transaction.execute("DELETE FROM events WHERE id <= ?1", [until])?;
        transaction.commit()?;
        Ok(true)
    }
}
