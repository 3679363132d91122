//! From a case to what the engine plays.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use super::case::Case;
use super::case::CaseError;
use super::expected::Expected;
use super::given::Event;
use super::given::Given;
use super::suite::CaseRef;
use super::suite::Suite;
use crate::cassette::Cassette;
use crate::cassette::IndexedCassette;
use crate::cassette::Redactor;
use crate::cassette::Rules;
use crate::engine::Frozen;
use crate::engine::Options;
use crate::engine::Plan;
use crate::engine::Step;
use crate::function::BATCH_HANDLER;
use crate::function::Function;
use crate::function::Input;
use crate::host::HostOptions;
use crate::net::NetMode;
use crate::net::Replayer;
use crate::options::AwsMode;
use crate::options::NetPolicy;
use crate::options::PLATFORM_MEMORY;
use crate::options::PLATFORM_TIMEOUT;
use crate::project::config::Batching;
use crate::project::config::CaseAws;
use crate::secrets::Secrets;
use crate::text::time;

/// A case, ready to be played.
pub struct Prepared {
    pub plan: Plan,
    pub judge: Judge,
}

/// What a case is judged by.
pub struct Judge {
    pub expected: Option<Expected>,
    pub rules: Arc<Rules>,
    pub logs: bool,
    pub player: Replayer,
    /// The case's own cassette, all of which is to be asked for.
    pub own: Option<String>,
}

/// Reads the case and makes the plan for it, which counts what of the function runs if it is to.
pub fn prepare(
    suite: &Suite,
    case: &CaseRef,
    secrets: &Arc<Secrets>,
    coverage: bool,
) -> Result<Prepared, CaseError> {
    let Case {
        given,
        config,
        cassette,
        objects,
        expected,
    } = Case::read(&case.location, &suite.siblings)?;
    let project = &suite.project;
    let test = config.test.clone().or(project.config.test.clone());
    let mut settings = project.function.settings.clone();
    if !config.settings.is_empty() {
        Arc::make_mut(&mut settings).extend(config.settings.clone());
    }
    let function = Function {
        kind: config.kind.or(project.function.kind),
        settings,
        ..project.function.clone()
    };
    let start = test
        .time
        .or_else(|| given.time())
        .unwrap_or_else(time::default);
    let batching = config.batch.unwrap_or(Batching::Off);
    let steps = given.steps(start, batching);
    let handler = match batching {
        Batching::Of { .. } if matches!(given, Given::Events { .. }) => {
            Some(BATCH_HANDLER.to_owned())
        }
        _ => config.handler.clone(),
    };
    let rules = match config.test.mask.is_empty() {
        true => project.rules.clone(),
        false => {
            let rules = project.rules.with_masks(&config.test.mask);
            Arc::new(rules.map_err(|error| CaseError::rule(&case.location, &error))?)
        }
    };
    let redactor = Redactor::new(rules.clone(), secrets.clone());
    let own = cassette.as_ref().map(|path| path.display().to_string());
    let mut cassettes = Vec::new();
    for path in cassette.iter().chain(test.cassette.iter().flatten()) {
        let (name, cassette) = (path.display().to_string(), Cassette::read(path)?);
        cassettes.push(Arc::new(IndexedCassette::new(&name, cassette, &redactor)));
    }
    // A function asks AWS where it was recorded, which was perhaps another server.
    let server = cassettes.iter().find_map(|cassette| cassette.aws());
    let recorded_aws = server
        .and_then(|url| url.parse().ok())
        .unwrap_or(AwsMode::Real);
    let player = Replayer::new(cassettes, redactor);
    let plan = Plan {
        function: Arc::new(function),
        options: Options {
            timeout: config
                .timeout
                .or(project.config.timeout)
                .unwrap_or(PLATFORM_TIMEOUT),
            memory: config
                .memory
                .or(project.config.memory)
                .unwrap_or(PLATFORM_MEMORY),
            jobs: 1,
            cold: false,
            handler,
            host: HostOptions {
                // The mode opens no socket, whatever the policy.
                net: NetPolicy::Open,
                aws: match test.aws {
                    Some(CaseAws::Cassette) => recorded_aws,
                    Some(CaseAws::Embedded) | None => AwsMode::Embedded,
                },
                roles: project.config.roles.clone(),
                folder: PathBuf::from(".segfn"),
                secrets: secrets.clone(),
                net_mode: NetMode::Replay(player.clone()),
                keep_requests: true,
                rules: rules.clone(),
            },
            frozen: Some(Frozen {
                time: start,
                seed: test.seed.unwrap_or_default(),
            }),
            coverage,
        },
        steps,
        attempts: test.attempts.unwrap_or(1),
        warm: test.warm.unwrap_or(false),
        objects,
    };
    let judge = Judge {
        expected,
        rules,
        logs: test.logs.unwrap_or(false),
        player,
        own,
    };
    Ok(Prepared { plan, judge })
}

impl Given {
    /// When the first event happened, where it says so.
    fn time(&self) -> Option<SystemTime> {
        match self {
            Given::One { json, .. } => time::from_event(json),
            Given::Events { events, .. } => events.iter().find_map(|event| match event {
                Event::Json(json) => time::from_event(json),
                Event::Wait(_) => None,
            }),
        }
    }

    /// The inputs, and the time that passes between them: from one event's own time to the next's.
    fn steps(&self, start: SystemTime, batching: Batching) -> Vec<Step> {
        let (name, events) = match self {
            Given::One { name, json } => {
                return vec![Step::Run(Input::new(name, json))];
            }
            Given::Events { name, events } => (name, events),
        };
        let mut timeline = Timeline {
            steps: Vec::new(),
            now: start,
        };
        let mut batch: Option<Batch> = None;
        let mut arrives = start;
        for (index, event) in events.iter().enumerate() {
            let json = match event {
                Event::Wait(time) => {
                    arrives += *time;
                    continue;
                }
                Event::Json(json) => json,
            };
            arrives = time::from_event(json).map_or(arrives, |time| time.max(arrives));
            let Batching::Of { events: most, wait } = batching else {
                timeline.run(arrives, format!("{name}[{index}]"), json.clone());
                continue;
            };
            if let Some(late) = batch.take_if(|batch| arrives >= batch.began + wait) {
                let when = late.began + wait;
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
            timeline.run(last.began + wait, last.name(name), last.json());
        }
        timeline.steps
    }
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
    use std::time::Duration;

    use super::*;

    fn described(events: &[(u64, &str)], batching: Batching) -> Vec<String> {
        let base = time::default();
        let events = events
            .iter()
            .map(|(second, id)| {
                let time = time::to_iso(base + Duration::from_secs(*second));
                Event::Json(format!(r#"{{"id":"{id}","receivedAt":"{time}"}}"#))
            })
            .collect();
        let given = Given::Events {
            name: "e".into(),
            events,
        };
        let start = given.time().expect("a time");
        let steps = given.steps(start, batching).into_iter();
        steps
            .map(|step| match step {
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
