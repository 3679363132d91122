//! The events of a history on the disk, for commands that run functions with them.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::arrival::{Arrival, Ways};
use super::error::HistoryError;
use super::history::BUSY;
use crate::text::nearest;

/// Events in the order in which they arrived, without secrets. Those that arrived together are read together, as they
/// are asked for: between two reads, nothing keeps a server from tidying up its file. They end with the newest that there
/// was in the beginning: a server may go on adding some.
#[derive(Debug)]
pub struct PastEvents {
    connection: Connection,
    /// Only what reached this function.
    function: Option<String>,
    /// The number of the first of those that were read last.
    after: u64,
    last: u64,
    ahead: VecDeque<PastEvent>,
}

/// An event of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastEvent {
    /// Its number.
    pub id: u64,
    pub json: String,
}

impl PastEvents {
    /// The events in the file at `path` that reached a function; with `function`, what reached that one,
    /// which for a source function are requests. Nothing is written to the file.
    ///
    /// # Errors
    /// There is no file, it is no history, or no such event is in it.
    pub fn open(path: &Path, function: Option<&str>) -> Result<PastEvents, HistoryError> {
        if !path.exists() {
            return Err(HistoryError::Missing(path.to_owned()));
        }
        let failed = |source| HistoryError::Open {
            path: path.to_owned(),
            source,
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
        connection.busy_timeout(BUSY).map_err(failed)?;
        let newest = "SELECT COALESCE(MAX(last), 0) FROM arrivals";
        let last = connection.query_row(newest, [], |row| row.get(0));
        let mut events = PastEvents {
            connection,
            function: function.map(str::to_owned),
            after: 0,
            last: last.map_err(failed)?,
            ahead: VecDeque::new(),
        };
        events.read_on().map_err(failed)?;
        if events.ahead.is_empty() {
            return Err(match function {
                Some(function) => events.not_reached(function).map_err(failed)?,
                None => HistoryError::Empty(path.to_owned()),
            });
        }
        Ok(events)
    }

    /// Whether the next is there without a look into the file.
    pub fn has_ahead(&self) -> bool {
        !self.ahead.is_empty()
    }

    /// Reads the next that there are.
    fn read_on(&mut self) -> rusqlite::Result<()> {
        while self.ahead.is_empty() && self.after < self.last {
            let columns = Arrival::COLUMNS;
            let mut statement = self.connection.prepare_cached(&format!(
                "SELECT {columns} FROM arrivals WHERE first > ?1 AND first <= ?2 ORDER BY first LIMIT 1"
            ))?;
            let next = statement.query_row(params![self.after, self.last], Arrival::read);
            let Some(arrival) = next.optional()? else {
                self.after = self.last;
                return Ok(());
            };
            self.after = arrival.first;
            // What webhooks sent is for their functions alone.
            if self.function.is_none() && arrival.is_of_requests() {
                continue;
            }
            let ways = Ways::read(&self.connection, arrival.first)?;
            let has_reached = |id| {
                let mut ways = ways.of(id).filter(|way| way.has_reached());
                ways.any(|way| match &self.function {
                    Some(function) => *way.step.function == **function,
                    None => true,
                })
            };
            let events = arrival.events();
            let events = events.filter(|(id, _)| *id <= self.last && has_reached(*id));
            self.ahead = events
                .map(|(id, json)| PastEvent {
                    id,
                    json: json.to_owned(),
                })
                .collect();
        }
        Ok(())
    }

    fn not_reached(&self, function: &str) -> rusqlite::Result<HistoryError> {
        let mut statement = self.connection.prepare("SELECT first FROM arrivals")?;
        let mut known = BTreeSet::new();
        for first in statement.query_map([], |row| row.get(0))? {
            let ways = Ways::read(&self.connection, first?)?;
            let reached = ways.iter().filter(|(.., way)| way.has_reached());
            known.extend(reached.map(|(.., way)| way.step.function.to_string()));
        }
        let known = Vec::from_iter(known);
        let near = nearest(function, known.iter().map(String::as_str)).map(str::to_owned);
        Ok(HistoryError::NotReached {
            function: function.to_owned(),
            near,
            known,
        })
    }
}

impl Iterator for PastEvents {
    type Item = Result<PastEvent, HistoryError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ahead.is_empty()
            && self.after < self.last
            && let Err(error) = self.read_on()
        {
            self.after = self.last;
            return Some(Err(error.into()));
        }
        self.ahead.pop_front().map(Ok)
    }
}
