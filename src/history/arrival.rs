//! Events that arrived together, and what came of them, as the database has them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::packed::Lines;
use super::row::{EventRow, WayClass, WayStep};
use crate::json::{Document, NodeKind};
use crate::text::time;

/// The form of the tables below, as the database itself knows it.
pub(super) const VERSION: u32 = 1;

/// An arrival is a row, whatever it has: of events that come fast, one has a hundred. What came of them is in rows
/// beside it, each with what became known together. Nothing is changed that was written, so that the newest row says how
/// it stands about a step.
pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS arrivals (
        first INTEGER PRIMARY KEY,
        last INTEGER NOT NULL,
        received INTEGER NOT NULL,
        source TEXT NOT NULL,
        kind TEXT,
        sizes TEXT NOT NULL,
        events NOT NULL
    );
    CREATE TABLE IF NOT EXISTS ways (
        arrival INTEGER NOT NULL,
        number INTEGER NOT NULL,
        ended INTEGER NOT NULL,
        is_open INTEGER NOT NULL,
        steps NOT NULL,
        outcomes NOT NULL,
        PRIMARY KEY (arrival, number)
    ) WITHOUT ROWID;
";

/// Events that arrive together.
#[derive(Debug)]
pub struct NewArrival {
    /// The number of the first; the others have those after it.
    pub first: u64,
    /// In milliseconds since 1970.
    pub received: i64,
    /// The source that they came to.
    pub source: Arc<str>,
    /// What they are, where they don't say it themselves: [`EventRow::REQUEST`].
    pub kind: Option<&'static str>,
    /// How large each was as it came, in bytes.
    pub sizes: Vec<usize>,
    /// The JSON of each in a line. Secrets have to be taken out of it.
    pub events: Arc<String>,
}

impl NewArrival {
    pub(super) fn last(&self) -> u64 {
        (self.first + self.sizes.len() as u64).saturating_sub(1)
    }
}

/// How it stands about a step of an event.
#[derive(Debug)]
pub struct StepNow {
    pub event: u64,
    pub position: usize,
    pub step: WayStep,
    /// The JSON of the outcome.
    pub outcome: Option<Bytes>,
}

impl StepNow {
    /// A step of an event without an outcome.
    pub fn new(event: u64, position: usize, step: WayStep) -> StepNow {
        StepNow {
            event,
            position,
            step,
            outcome: None,
        }
    }
}

/// [`StepNow`] as a line.
#[derive(Serialize)]
pub(super) struct StepLine<'s> {
    pub event: u64,
    pub position: usize,
    pub step: &'s WayStep,
}

/// The same as it is read.
#[derive(Deserialize)]
struct ReadStep {
    event: u64,
    position: usize,
    step: WayStep,
}

/// What the rows of events have in common that arrived together.
#[derive(Clone, Debug)]
pub struct ArrivedRow {
    /// In milliseconds since 1970.
    pub received: i64,
    pub source: Arc<str>,
    /// What they are, where they don't say it themselves.
    pub kind: Option<Cow<'static, str>>,
}

impl ArrivedRow {
    /// What a list shows of one of the events, without its steps.
    pub fn with(&self, id: u64, size: usize, json: &str) -> EventRow {
        let row = EventRow {
            id,
            received_at: time::to_iso(time::from_millis(self.received)),
            source: self.source.to_string(),
            size,
            ..EventRow::default()
        };
        match (&self.kind, Document::parse(json)) {
            (Some(kind), _) => EventRow {
                kind: kind.clone().into_owned(),
                ..row
            },
            (None, Some(event)) => row.with_what_it_says(&event),
            (None, None) => row,
        }
    }
}

/// Events that arrived together.
pub(super) struct Arrival {
    pub first: u64,
    row: ArrivedRow,
    sizes: Vec<usize>,
    events: Lines,
}

impl Arrival {
    pub const COLUMNS: &str = "first, received, source, kind, sizes, events";

    pub fn read(row: &Row) -> rusqlite::Result<Arrival> {
        let (source, sizes): (String, String) = (row.get(2)?, row.get(4)?);
        Ok(Arrival {
            first: row.get(0)?,
            row: ArrivedRow {
                received: row.get(1)?,
                source: source.into(),
                kind: row.get::<_, Option<String>>(3)?.map(Cow::from),
            },
            sizes: serde_json::from_str(&sizes).unwrap_or_default(),
            events: row.get(5)?,
        })
    }

    pub fn is_of_requests(&self) -> bool {
        self.row.kind.as_deref() == Some(EventRow::REQUEST)
    }

    /// The events' numbers and their JSON.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = (u64, &str)> {
        // An iterator of lines doesn't know how many there are.
        let events: Vec<&str> = self.events.iter().collect();
        let first = self.first;
        let numbered = events.into_iter().enumerate();
        numbered.map(move |(index, json)| (first + index as u64, json))
    }

    /// What a list shows of one of the events, without its steps.
    pub fn row(&self, id: u64, json: &str) -> EventRow {
        let index = usize::try_from(id - self.first).unwrap_or(usize::MAX);
        let size = self.sizes.get(index).copied().unwrap_or_default();
        self.row.with(id, size, json)
    }
}

impl EventRow {
    /// With what a list shows of the event itself, which has no secrets any more.
    pub fn with_what_it_says(self, event: &Document) -> EventRow {
        let text = |name: &str| {
            let node = &event.nodes()[event.field(0, name)?];
            let text = (node.kind == NodeKind::String).then(|| event.string(node))?;
            text.map(Cow::into_owned)
        };
        EventRow {
            kind: text("type").unwrap_or_default(),
            event: text("event").or_else(|| text("name")),
            user_id: text("userId"),
            ..self
        }
    }
}

/// The steps of the events of an arrival as it stands about them now, by event and position.
#[derive(Default)]
pub(super) struct Ways(BTreeMap<(u64, usize), WayNow>);

pub(super) struct WayNow {
    pub step: WayStep,
    pub outcome: Option<String>,
}

impl WayNow {
    /// The step's class, for who counts: one that waits for its next attempt failed for now.
    pub fn class(&self) -> WayClass {
        match self.step.next_retry_at {
            Some(_) => WayClass::Retry,
            None => self.step.class,
        }
    }

    /// Whether a function was asked, or would have been if it could have been loaded. What was dropped on arrival,
    /// or left out by a filter, reached none.
    pub fn has_reached(&self) -> bool {
        self.step.class != WayClass::Dropped || self.step.ms.is_some()
    }
}

impl Ways {
    pub fn read(connection: &Connection, arrival: u64) -> rusqlite::Result<Ways> {
        Ways::read_some(connection, arrival, |_| false)
    }

    /// The same with the outcomes of events that are `wanted`.
    pub fn read_some(
        connection: &Connection,
        arrival: u64,
        wanted: impl Fn(u64) -> bool,
    ) -> rusqlite::Result<Ways> {
        let mut statement = connection.prepare_cached(
            "SELECT steps, outcomes FROM ways WHERE arrival = ?1 ORDER BY number",
        )?;
        let mut rows = statement.query(params![arrival])?;
        let mut ways = Ways::default();
        while let Some(row) = rows.next()? {
            let steps: Lines = row.get(0)?;
            // They are unpacked where one is wanted.
            let mut outcomes: Option<Lines> = None;
            for (index, line) in steps.iter().enumerate() {
                let Ok(read) = serde_json::from_str::<ReadStep>(line) else {
                    continue;
                };
                let mut outcome = None;
                if wanted(read.event) {
                    let outcomes = match &mut outcomes {
                        Some(outcomes) => outcomes,
                        none => none.insert(row.get(1)?),
                    };
                    let text = outcomes.iter().nth(index);
                    outcome = text.filter(|text| *text != NO_OUTCOME).map(str::to_owned);
                }
                let key = (read.event, read.position);
                let before = ways.0.remove(&key);
                let now = WayNow {
                    step: read.step,
                    // What is told of it without an outcome leaves the last one.
                    outcome: outcome.or_else(|| before?.outcome),
                };
                ways.0.insert(key, now);
            }
        }
        Ok(ways)
    }

    /// The steps of an event, in their order.
    pub fn of(&self, event: u64) -> impl Iterator<Item = &WayNow> {
        self.0.range((event, 0)..(event + 1, 0)).map(|(_, way)| way)
    }

    /// All steps, with the numbers of their events and their positions.
    pub fn iter(&self) -> impl Iterator<Item = (u64, usize, &WayNow)> {
        let all = self.0.iter();
        all.map(|((event, position), way)| (*event, *position, way))
    }
}

/// What stands where a step has no outcome.
pub(super) const NO_OUTCOME: &str = "null";
