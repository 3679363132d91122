//! The thread that writes the history.

use std::collections::BTreeMap;
use std::time::Duration;

use rusqlite::{Connection, Transaction, params};
use tokio::sync::{mpsc, oneshot};

use super::arrival::{NO_OUTCOME, NewArrival, StepLine, StepNow, Ways};
use super::packed::packed;
use super::row::{WayClass, WayStep};

/// So many changes are written in one transaction.
pub(super) const MOST: usize = 256;

/// What nobody waits for is written after this time, with what comes meanwhile: a transaction costs as much as some
/// ten changes.
const SOON: Duration = Duration::from_millis(1);

/// It is looked how large the file is whenever this part of its limit was written: one of so many.
const CHECKED: u64 = 20;

/// The share of the events that is forgotten when there is no more room: one of so many.
const FORGOTTEN: u64 = 10;

/// Among so many of the newest events those are that may have had no step when the process ended.
const YOUNGEST: u64 = 100_000;

/// What a process that was ended had not ended.
const UNFINISHED: &str = "segfn ended before it did";

/// What is to be written.
pub(super) enum Write {
    Arrival {
        arrival: NewArrival,
        /// Is told when it is there for good, or why it isn't.
        done: oneshot::Sender<Result<(), String>>,
    },
    Steps {
        /// The number of the first event that arrived with these.
        arrival: u64,
        steps: Vec<StepNow>,
    },
}

impl Write {
    fn is_waited_for(&self) -> bool {
        matches!(self, Write::Arrival { .. })
    }
}

/// What became known together of the events of an arrival.
#[derive(Default)]
struct NewSteps {
    /// A line each.
    steps: Vec<u8>,
    outcomes: Vec<u8>,
    /// How many events have ended their first step in it.
    ended: usize,
    /// Whether a step in it goes on.
    is_open: bool,
}

impl NewSteps {
    fn add(&mut self, now: &StepNow) {
        let line = StepLine {
            event: now.event,
            position: now.position,
            step: &now.step,
        };
        // A vector takes all that there can be.
        let _ = serde_json::to_writer(&mut self.steps, &line);
        self.steps.push(b'\n');
        let outcome = now.outcome.as_deref().unwrap_or(NO_OUTCOME.as_bytes());
        // What came of a function is a line, whatever it says.
        let line = outcome.trim_ascii_end().iter();
        self.outcomes.extend(line.map(|byte| match byte {
            b'\n' => b' ',
            byte => *byte,
        }));
        self.outcomes.push(b'\n');
        let is_open = now.step.is_open();
        self.ended += usize::from(now.position == 0 && !is_open);
        self.is_open |= is_open;
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
        let unfinished = {
            let mut statement = self.connection.prepare(
                "SELECT first, last, source FROM arrivals
                 WHERE first IN (SELECT arrival FROM ways WHERE is_open)
                     OR first > (SELECT MAX(last) FROM arrivals) - ?1 AND last - first + 1
                         > (SELECT COALESCE(SUM(ended), 0) FROM ways WHERE arrival = first)",
            )?;
            let rows = statement.query_map(params![YOUNGEST], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
            rows.collect::<rusqlite::Result<Vec<(u64, u64, String)>>>()?
        };
        let transaction = self.connection.transaction()?;
        for (first, last, source) in unfinished {
            let ways = Ways::read(&transaction, first)?;
            let mut marked = NewSteps::default();
            for event in first..=last {
                if ways.of(event).next().is_none() {
                    let step = WayStep::dropped(source.as_str(), UNFINISHED);
                    marked.add(&StepNow::new(event, 0, step));
                }
            }
            for (event, position, way) in ways.iter() {
                let step = WayStep {
                    class: WayClass::Dropped,
                    next_retry_at: None,
                    reason: Some(UNFINISHED.to_owned()),
                    ..way.step.clone()
                };
                if way.step.is_open() {
                    marked.add(&StepNow::new(event, position, step));
                }
            }
            add_steps(&transaction, first, &marked)?;
        }
        transaction.commit()
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
            let (mut arrivals, mut waiting) = (Vec::new(), Vec::new());
            let mut ways: BTreeMap<u64, NewSteps> = BTreeMap::new();
            for write in writes.drain(..) {
                match write {
                    Write::Arrival { arrival, done } => {
                        arrivals.push(arrival);
                        waiting.push(done);
                    }
                    Write::Steps { arrival, steps } => {
                        let new = ways.entry(arrival).or_default();
                        steps.iter().for_each(|step| new.add(step));
                    }
                }
            }
            let written = self
                .write(&arrivals, &ways)
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

    fn write(
        &mut self,
        arrivals: &[NewArrival],
        ways: &BTreeMap<u64, NewSteps>,
    ) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        let mut written = 0;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT OR REPLACE INTO arrivals (first, last, received, source, kind, sizes, events)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for arrival in arrivals.iter().filter(|arrival| !arrival.sizes.is_empty()) {
                let events = packed(arrival.events.as_bytes());
                written += events.len();
                insert.execute(params![
                    arrival.first,
                    arrival.last(),
                    arrival.received,
                    arrival.source,
                    arrival.kind,
                    serde_json::to_string(&arrival.sizes).unwrap_or_default(),
                    events,
                ])?;
            }
        }
        for (arrival, steps) in ways {
            written += add_steps(&transaction, *arrival, steps)?;
        }
        self.unchecked += written as u64;
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
        let ends: (Option<u64>, Option<u64>) = self.connection.query_row(
            "SELECT MIN(first), MAX(first) FROM arrivals",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let (Some(oldest), Some(newest)) = ends else {
            return Ok(false);
        };
        let until = oldest + (newest - oldest) / FORGOTTEN;
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM ways WHERE arrival <= ?1", [until])?;
        transaction.execute("DELETE FROM arrivals WHERE first <= ?1", [until])?;
        transaction.commit()?;
        Ok(true)
    }
}

/// Tells how many bytes that took.
fn add_steps(transaction: &Transaction, arrival: u64, new: &NewSteps) -> rusqlite::Result<usize> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO ways (arrival, number, ended, is_open, steps, outcomes)
         SELECT ?1, COALESCE(MAX(number), 0) + 1, ?2, ?3, ?4, ?5 FROM ways WHERE arrival = ?1",
    )?;
    let (steps, outcomes) = (packed(&new.steps), packed(&new.outcomes));
    let written = steps.len() + outcomes.len();
    insert.execute(params![arrival, new.ended, new.is_open, steps, outcomes])?;
    Ok(written)
}
