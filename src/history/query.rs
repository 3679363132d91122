//! What is read of the history.

use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::arrival::{Arrival, WayNow, Ways};
use super::row::{EventRow, WayClass};
use crate::fql::Expression;
use crate::json::Json;
use crate::text::time;

/// So many events are looked through for one page before it is given as it is: others ask, too.
const MOST_LOOKED_AT: usize = 20_000;

/// The numbers of events are nearly in the order of their times: among so many that are too old there may be one that
/// isn't.
const OUT_OF_ORDER: u64 = 10_000;

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
        let columns = Arrival::COLUMNS;
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {columns} FROM arrivals WHERE first < ?1 ORDER BY first DESC"
        ))?;
        let before = self.before.unwrap_or(i64::MAX as u64);
        let found = statement.query_map(params![before], Arrival::read)?;
        let limit = self.limit.max(1);
        let (mut events, mut next, mut looked_at) = (Vec::new(), None, 0);
        for arrival in found {
            let arrival = arrival?;
            let mut ways = None;
            for (id, json) in arrival.events().rev().filter(|(id, _)| *id < before) {
                if looked_at == MOST_LOOKED_AT {
                    return Ok(EventPage::new(events, next));
                }
                looked_at += 1;
                if self.is_chosen(json) {
                    let ways = match &mut ways {
                        Some(ways) => ways,
                        none => none.insert(Ways::read(connection, arrival.first)?),
                    };
                    if self.is_chosen_by_its_way(ways, id) {
                        if events.len() == limit {
                            return Ok(EventPage::new(events, next));
                        }
                        events.push(with_steps(arrival.row(id, json), ways));
                    }
                }
                next = Some(id);
            }
        }
        Ok(EventPage::new(events, None))
    }

    fn is_chosen(&self, json: &str) -> bool {
        if let Some(text) = &self.text
            && !contains(json, text)
        {
            return false;
        }
        let Some(condition) = &self.condition else {
            return true;
        };
        // What is neither true nor false is no event that was asked for.
        !condition.is_surely_not_of(json)
            && Json::parse(json).is_ok_and(|event| condition.matches(&event).unwrap_or_default())
    }

    fn is_chosen_by_its_way(&self, ways: &Ways, id: u64) -> bool {
        let mut wanted = [&self.function, &self.class].into_iter();
        if wanted.all(Option::is_none) {
            return true;
        }
        let is_of = |name: &Option<String>, is: &str| name.as_ref().is_none_or(|name| name == is);
        let has = |is: &dyn Fn(&WayNow) -> bool| ways.of(id).any(is);
        has(&|way| is_of(&self.function, &way.step.function))
            && has(&|way| is_of(&self.class, way.class().name()))
    }
}

/// Whether a text has another, in any case of letters from A to Z.
fn contains(text: &str, part: &str) -> bool {
    let (text, part) = (text.to_ascii_lowercase(), part.to_ascii_lowercase());
    text.contains(&part)
}

fn with_steps(row: EventRow, ways: &Ways) -> EventRow {
    let steps = ways.of(row.id).map(|way| way.step.clone()).collect();
    EventRow { steps, ..row }
}

impl KeptEvent {
    pub(super) fn read(connection: &Connection, id: u64) -> rusqlite::Result<Option<KeptEvent>> {
        let columns = Arrival::COLUMNS;
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {columns} FROM arrivals WHERE first <= ?1 ORDER BY first DESC LIMIT 1"
        ))?;
        let Some(arrival) = statement.query_row([id], Arrival::read).optional()? else {
            return Ok(None);
        };
        let Some((_, raw)) = arrival.events().find(|(number, _)| *number == id) else {
            return Ok(None);
        };
        let ways = Ways::read_some(connection, arrival.first, |event| event == id)?;
        let outcomes = ways
            .of(id)
            .map(|way| Json::parse(way.outcome.as_ref()?).ok());
        Ok(Some(KeptEvent {
            row: with_steps(arrival.row(id, raw), &ways),
            raw: raw.to_owned(),
            outcomes: outcomes.collect(),
        }))
    }
}

impl MinuteStats {
    fn count(&mut self, class: WayClass) {
        match class {
            WayClass::Success => self.success += 1,
            WayClass::Retry => self.retry += 1,
            WayClass::Discard => self.discard += 1,
            WayClass::Filtered => self.filtered += 1,
            WayClass::Skipped => self.skipped += 1,
            WayClass::Dropped => self.dropped += 1,
            WayClass::Pending => {}
        }
    }

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
            .prepare_cached("SELECT first, last, received FROM arrivals ORDER BY first DESC")?;
        let mut rows = statement.query([])?;
        let mut older = 0;
        while let Some(row) = rows.next()?
            && older < OUT_OF_ORDER
        {
            let (arrival, last, received): (u64, u64, i64) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            if received < first {
                older += last - arrival + 1;
                continue;
            }
            let number = usize::try_from((received - first) / MINUTE).unwrap_or(usize::MAX);
            let Some((stats, times)) = all.get_mut(number) else {
                continue;
            };
            for (.., way) in Ways::read(connection, arrival)?.iter() {
                times.extend(way.step.ms);
                stats.count(way.class());
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
