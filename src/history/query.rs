//! What is read of the history.

use std::time::SystemTime;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use serde::Serialize;

use super::row::{EventRow, WayStep};
use crate::fql::Expression;
use crate::json::Json;
use crate::text::time;

/// So many events are looked through for one page before it is given as it is: others ask, too.
const MOST_LOOKED_AT: usize = 20_000;

/// The numbers of events are nearly in the order of their times: among so many that are too old there may be one that
/// isn't.
const OUT_OF_ORDER: usize = 10_000;

/// A minute, in milliseconds.
const MINUTE: i64 = 60_000;

/// Which events are asked for.
#[derive(Clone, Debug, Default)]
pub struct EventQuery {
    /// Only those that came before this one.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: usize,
    /// Only those whose JSON has this text, in any case.
    pub text: Option<String>,
    /// Only those that came to this function.
    pub function: Option<String>,
    /// Only those with a step of this class.
    pub class: Option<String>,
    /// Only those of which this is true.
    pub condition: Option<Expression>,
}

/// Some events, the newest first.
#[derive(Debug, Serialize)]
pub struct EventPage {
    pub events: Vec<EventRow>,
    /// Whether there may be older ones.
    pub more: bool,
    /// What the next page is [before](EventQuery::before), where there may be one. It is there without an
    /// event, too, when many were looked through in vain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// An event with all that is known of it.
#[derive(Debug)]
pub struct KeptEvent {
    pub row: EventRow,
    /// Its JSON.
    pub raw: String,
    /// The JSON of the outcome of each step of the row, where a function was called.
    pub outcomes: Vec<Option<Json>>,
}

/// What came of the steps of the events that arrived in one minute.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MinuteStats {
    /// Its beginning. RFC 3339.
    pub at: String,
    pub success: u64,
    pub retry: u64,
    pub discard: u64,
    pub filtered: u64,
    pub skipped: u64,
    pub dropped: u64,
    /// In milliseconds.
    pub p50: f64,
    pub p95: f64,
}

impl EventPage {
    fn new(events: Vec<EventRow>, next: Option<u64>) -> EventPage {
        EventPage {
            events,
            more: next.is_some(),
            next,
        }
    }
}

impl EventQuery {
    pub(super) fn run(&self, connection: &Connection) -> rusqlite::Result<EventPage> {
        let mut sql = String::from("SELECT id, row, raw FROM events WHERE 1");
        let mut values: Vec<Value> = Vec::new();
        let mut also = |condition: &str, value: Value| {
            sql.push_str(" AND ");
            sql.push_str(condition);
            values.push(value);
        };
        if let Some(before) = self.before {
            also("id < ?", Value::Integer(before.cast_signed()));
        }
        if let Some(text) = &self.text {
            also("instr(lower(raw), lower(?)) > 0", Value::Text(text.clone()));
        }
        if let Some(function) = &self.function {
            let condition = "EXISTS (SELECT 1 FROM steps WHERE event = id AND function = ?)";
            also(condition, Value::Text(function.clone()));
        }
        if let Some(class) = &self.class {
            let condition = "EXISTS (SELECT 1 FROM steps WHERE event = id AND class = ?)";
            also(condition, Value::Text(class.clone()));
        }
        sql.push_str(" ORDER BY id DESC LIMIT ?");
        values.push(Value::Integer(MOST_LOOKED_AT as i64));
        let limit = self.limit.max(1);
        let mut statement = connection.prepare_cached(&sql)?;
        let found = statement.query_map(params_from_iter(values), |row| {
            let raw = match self.condition {
                Some(_) => row.get(2)?,
                None => String::new(),
            };
            Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?, raw))
        })?;
        let (mut events, mut next, mut looked_at) = (Vec::new(), None, 0);
        for found in found {
            let (id, row, raw) = found?;
            looked_at += 1;
            if self.is_chosen(&raw) {
                if events.len() == limit {
                    return Ok(EventPage::new(events, next));
                }
                events.extend(with_steps(connection, id, &row)?);
            }
            next = Some(id);
        }
        Ok(EventPage::new(
            events,
            next.filter(|_| looked_at == MOST_LOOKED_AT),
        ))
    }

    fn is_chosen(&self, raw: &str) -> bool {
        let Some(condition) = &self.condition else {
            return true;
        };
        // What is neither true nor false is no event that was asked for.
        !condition.is_surely_not_of(raw)
            && Json::parse(raw).is_ok_and(|event| condition.matches(&event).unwrap_or_default())
    }
}

/// The row as it was written first, with the steps that came since.
fn with_steps(connection: &Connection, id: u64, row: &str) -> rusqlite::Result<Option<EventRow>> {
    let Ok(mut row) = serde_json::from_str::<EventRow>(row) else {
        return Ok(None);
    };
    let mut statement =
        connection.prepare_cached("SELECT step FROM steps WHERE event = ?1 ORDER BY position")?;
    let steps = statement.query_map([id], |row| row.get::<_, String>(0))?;
    for step in steps {
        row.steps.extend(serde_json::from_str::<WayStep>(&step?));
    }
    Ok(Some(row))
}

impl KeptEvent {
    pub(super) fn read(connection: &Connection, id: u64) -> rusqlite::Result<Option<KeptEvent>> {
        let mut statement =
            connection.prepare_cached("SELECT row, raw FROM events WHERE id = ?1")?;
        let found = statement.query_row([id], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        });
        let Some((row, raw)) = found.optional()? else {
            return Ok(None);
        };
        let Some(row) = with_steps(connection, id, &row)? else {
            return Ok(None);
        };
        let mut statement = connection
            .prepare_cached("SELECT outcome FROM steps WHERE event = ?1 ORDER BY position")?;
        let outcomes = statement.query_map([id], |row| row.get::<_, Option<Vec<u8>>>(0))?;
        let outcomes = outcomes
            .map(|bytes| {
                let text = bytes?.and_then(|bytes| String::from_utf8(bytes).ok());
                Ok(text.and_then(|text| Json::parse(&text).ok()))
            })
            .collect::<rusqlite::Result<_>>()?;
        Ok(Some(KeptEvent { row, raw, outcomes }))
    }
}

impl MinuteStats {
    pub(super) fn read(
        connection: &Connection,
        minutes: u32,
    ) -> rusqlite::Result<Vec<MinuteStats>> {
        let now = time::to_millis(SystemTime::now());
        let first = (now / MINUTE - i64::from(minutes) + 1) * MINUTE;
        let mut all: Vec<(MinuteStats, Vec<f64>)> = (0..i64::from(minutes))
            .map(|number| {
                let at = time::to_iso(time::from_millis(first + number * MINUTE));
                let stats = MinuteStats {
                    at,
                    ..MinuteStats::default()
                };
                (stats, Vec::new())
            })
            .collect();
        let mut statement = connection
            .prepare_cached("SELECT received, class, ms FROM steps ORDER BY event DESC")?;
        let mut rows = statement.query([])?;
        let mut older = 0;
        while let Some(row) = rows.next()?
            && older < OUT_OF_ORDER
        {
            let (received, class): (i64, String) = (row.get(0)?, row.get(1)?);
            if received < first {
                older += 1;
                continue;
            }
            let number = usize::try_from((received - first) / MINUTE).unwrap_or(usize::MAX);
            let Some((stats, times)) = all.get_mut(number) else {
                continue;
            };
            times.extend(row.get::<_, Option<f64>>(2)?);
            match class.as_str() {
                "success" => stats.success += 1,
                "retry" => stats.retry += 1,
                "discard" => stats.discard += 1,
                "filtered" => stats.filtered += 1,
                "skipped" => stats.skipped += 1,
                "dropped" => stats.dropped += 1,
                _ => {}
            }
        }
        Ok(all
            .into_iter()
            .map(|(stats, mut times)| {
                times.sort_by(f64::total_cmp);
                let at = |share: usize| {
                    let index = times.len() * share / 100;
                    let last = times.len().saturating_sub(1);
                    times.get(index.min(last)).copied().unwrap_or_default()
                };
                MinuteStats {
                    p50: at(50),
                    p95: at(95),
                    ..stats
                }
            })
            .collect())
    }
}
