//! From what a case gives its function to the steps of a plan.

use std::time::{Duration, SystemTime};

use super::case_input::{CaseInput, CaseStep};
use crate::engine::Step;
use crate::function::Input;
use crate::project::config::Batching;
use crate::text::time;

/// When the first event happened, where it says so.
pub fn time_of_first(input: &CaseInput) -> Option<SystemTime> {
    match input {
        CaseInput::One { json, .. } => time::from_event(json),
        CaseInput::Events { events, .. } => events.iter().find_map(|event| match event {
            CaseStep::Json(json) => time::from_event(json),
            CaseStep::Wait(_) => None,
        }),
    }
}

/// The inputs, and the time that passes between them: from one event's own time to the next's.
pub fn steps(input: &CaseInput, start: SystemTime, batching: Batching) -> Vec<Step> {
    let (name, events) = match input {
        CaseInput::One { name, json } => {
            return vec![Step::Run(Input::new(name, json))];
        }
        CaseInput::Events { name, events } => (name, events),
    };
    let mut timeline = Timeline {
        steps: Vec::new(),
        now: start,
    };
    let mut batch: Option<Batch> = None;
    let mut arrives = start;
    for (index, event) in events.iter().enumerate() {
        let json = match event {
            CaseStep::Wait(time) => {
                arrives = later(arrives, *time);
                continue;
            }
            CaseStep::Json(json) => json,
        };
        arrives = time::from_event(json).map_or(arrives, |time| time.max(arrives));
        let Batching::Of { events: most, wait } = batching else {
            timeline.run(arrives, format!("{name}[{index}]"), json.clone());
            continue;
        };
        if let Some(late) = batch.take_if(|batch| arrives >= later(batch.began, wait)) {
            let when = later(late.began, wait);
            timeline.run(when, late.name(name), late.json());
        }
        let open = batch.get_or_insert_with(|| Batch {
            began: arrives,
            first: index,
            events: Vec::new(),
        });
        open.events.push(json);
        if let Some(full) = batch.take_if(|batch| batch.events.len() >= most as usize) {
            timeline.run(arrives, full.name(name), full.json());
        }
    }
    if let (Some(last), Batching::Of { wait, .. }) = (batch, batching) {
        timeline.run(later(last.began, wait), last.name(name), last.json());
    }
    timeline.steps
}

/// The last time that JavaScript has, in milliseconds.
const LAST_MILLIS: i64 = 8_640_000_000_000_000;

/// The time after `wait`, or the last one that there is.
fn later(time: SystemTime, wait: Duration) -> SystemTime {
    let last = time::from_millis(LAST_MILLIS);
    time.checked_add(wait).map_or(last, |time| time.min(last))
}

struct Timeline {
    steps: Vec<Step>,
    now: SystemTime,
}

impl Timeline {
    fn run(&mut self, when: SystemTime, name: String, json: String) {
        if let Ok(passed) = when.duration_since(self.now)
            && !passed.is_zero()
        {
            self.steps.push(Step::Wait(passed));
            self.now = when;
        }
        self.steps.push(Step::Run(Input::new(name, json)));
    }
}

/// Events that the platform would hand on together (docs/platform.md section 7).
struct Batch<'a> {
    began: SystemTime,
    /// The index of its first event.
    first: usize,
    events: Vec<&'a String>,
}

impl Batch<'_> {
    fn name(&self, file: &str) -> String {
        match self.events.len() {
            1 => format!("{file}[{}]", self.first),
            many => format!("{file}[{}..{}]", self.first, self.first + many - 1),
        }
    }

    fn json(&self) -> String {
        let events: Vec<&str> = self.events.iter().map(|json| json.as_str()).collect();
        format!("[{}]", events.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(events: &[(u64, &str)], batching: Batching) -> Vec<String> {
        let base = time::default();
        let events = events
            .iter()
            .map(|(second, id)| {
                let time = time::to_iso(base + Duration::from_secs(*second));
                CaseStep::Json(format!(r#"{{"id":"{id}","receivedAt":"{time}"}}"#))
            })
            .collect();
        let input = CaseInput::Events {
            name: "e".into(),
            events,
        };
        let start = time_of_first(&input).expect("a time");
        let all = steps(&input, start, batching).into_iter();
        all.map(|step| match step {
            Step::Wait(time) => format!("wait {}", time.as_secs()),
            Step::Run(input) => input.name,
        })
        .collect()
    }

    #[test]
    fn time_passes_between_events_as_they_say() {
        assert_eq!(
            described(&[(0, "a"), (60, "b"), (30, "c")], Batching::Off),
            ["e[0]", "wait 60", "e[1]", "e[2]"]
        );
    }

    #[test]
    fn batches_form_as_on_the_platform() {
        let few = [(0, "a"), (4, "b"), (11, "c"), (12, "d")];
        assert_eq!(
            described(&few, Batching::PLATFORM),
            ["wait 10", "e[0..1]", "wait 11", "e[2..3]"]
        );
        let many: Vec<(u64, &str)> = (0..41).map(|i| (i / 20, "x")).collect();
        assert_eq!(
            described(&many, Batching::PLATFORM),
            ["e[0..19]", "wait 1", "e[20..39]", "wait 11", "e[40]"]
        );
    }
}
