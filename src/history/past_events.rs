//! The events of a history on the disk, for commands that run functions with them.

use std::collections::VecDeque;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};

use super::error::HistoryError;
use super::history::BUSY;
use crate::text::nearest;

/// So many events are read at once. Between two reads, nothing keeps a server from tidying up its file.
const PORTION: u32 = 256;

/// Of these steps a function was asked, or would have been if it could have been loaded. What was
/// dropped on arrival, or left out by a filter, has none.
const REACHED: &str = "(class <> 'dropped' OR ms IS NOT NULL)";

/// Events in the order in which they arrived, without secrets. They are read as they are asked for, and
/// end with the newest that there was in the beginning: a server may go on adding some.
#[derive(Debug)]
pub struct PastEvents {
    connection: Connection,
    /// Only what reached this function.
    function: Option<String>,
    /// The number of the last that was read.
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
        let last = connection.query_row("SELECT COALESCE(MAX(id), 0) FROM events", [], |row| {
            row.get(0)
        });
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

    /// Reads the next portion.
    fn read_on(&mut self) -> rusqlite::Result<()> {
        let which = match self.function {
            Some(_) => "function = ?3",
            // What webhooks sent is for their functions alone.
            None => "?3 IS NULL AND json_extract(row, '$.type') IS NOT 'request'",
        };
        let sql = format!(
            "SELECT id, raw FROM events WHERE id > ?1 AND id <= ?2
                 AND EXISTS (SELECT 1 FROM steps WHERE event = id AND {REACHED} AND {which})
             ORDER BY id LIMIT {PORTION}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![self.after, self.last, self.function], |row| {
            Ok(PastEvent {
                id: row.get(0)?,
                json: row.get(1)?,
            })
        })?;
        for event in rows {
            self.ahead.push_back(event?);
        }
        match self.ahead.back() {
            Some(event) => self.after = event.id,
            None => self.after = self.last,
        }
        Ok(())
    }

    fn not_reached(&self, function: &str) -> rusqlite::Result<HistoryError> {
        let sql = format!("SELECT DISTINCT function FROM steps WHERE {REACHED} ORDER BY function");
        let mut statement = self.connection.prepare(&sql)?;
        let known = statement.query_map([], |row| row.get::<_, String>(0))?;
        let known = known.collect::<rusqlite::Result<Vec<_>>>()?;
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
