//! Tries the events of a tracking plan, and makes cases of those that take ways of their own.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::engine::{Frozen, Options};
use crate::function::{Input, Kind};
use crate::host::HostOptions;
use crate::net::NetMode;
use crate::options::SEED;
use crate::project::Project;
use crate::project::tracking_plan::{PlanRule, RuleKind};
use crate::suite::add::{AddError, AddedCases, CaseSampler, Flaw, Likeness, NewCases, Tried};
use crate::suite::generate::variation::{Variation, variations};
use crate::suite::suite::Suite;
use crate::text::time;

/// What cases are made from.
#[derive(Clone, Debug)]
pub struct GenerateRequest {
    /// Of a tracking plan.
    pub rules: Vec<PlanRule>,
    /// At most so many cases are added.
    pub limit: Option<usize>,
    /// How many events run at the same time.
    pub jobs: usize,
}

/// A flaw, and the event that showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFlaw {
    /// Such as `Order Completed without properties.currency`.
    pub event: String,
    pub flaw: Flaw,
}

/// What was made.
#[derive(Debug)]
pub struct Generated {
    pub added: AddedCases,
    pub flaws: Vec<FoundFlaw>,
    /// How many events no handler of the function takes.
    pub untaken: usize,
}

/// An event that is to be tried.
struct Planned {
    /// The event's name, or its type.
    of: String,
    what: String,
    kind: RuleKind,
}

/// Adds a case for each way through the code that an event of the plan takes first. Nothing is sent to anyone. The
/// cases are there once [`AddedCases::finish`] was called.
///
/// # Errors
/// The function or its cases can't be used, takes no events, or a case can't be written.
pub fn generate(project: Project, request: &GenerateRequest) -> Result<Generated, AddError> {
    let options = project.options(NetMode::Stub(Default::default()));
    let options = Options {
        frozen: Some(Frozen {
            time: time::default(),
            seed: project.config.test.seed.unwrap_or(SEED),
        }),
        host: HostOptions {
            // What is unset is looked for in them.
            keep_requests: true,
            ..options.host.clone()
        },
        ..options
    };
    let function = Arc::new(project.function.clone());
    let mut sampler = CaseSampler::new(function, options, request.jobs, Likeness::Way)?;
    let (paths, redactor) = (project.cases.clone(), project.redactor());
    let (suite, _) = Suite::with_cases(project)?;
    sampler.know(&suite)?;
    let mut new = NewCases::new(paths, suite.names().collect(), redactor);
    let (planned, inputs) = planned(&request.rules);
    let (mut cases, mut flaws, mut duplicates, mut untaken) = (Vec::new(), Vec::new(), 0, 0);
    let (mut next, mut failed) = (planned.iter(), None);
    let mut usual = HashSet::new();
    let most = request.limit.unwrap_or(usize::MAX);
    sampler.try_each(inputs, |is_new, run| {
        let Some(event) = next.next() else {
            return ControlFlow::Break(());
        };
        let (case, found, is_taken) = match run {
            Tried::Ran {
                case,
                flaws,
                is_taken,
                ..
            } => (case, flaws, is_taken),
            Tried::BadInput { input, problem } => {
                failed = Some(AddError::Input { input, problem });
                return ControlFlow::Break(());
            }
            Tried::Nothing => return ControlFlow::Continue(()),
        };
        if case.kind == Kind::Source {
            failed = Some(AddError::Requests);
            return ControlFlow::Break(());
        }
        if !is_taken {
            untaken += 1;
            return ControlFlow::Continue(());
        }
        let is_first = event.what.is_empty();
        if is_first {
            usual.clear();
        }
        for flaw in found {
            let place = place_of(&flaw);
            // A null that is there with all fields is one that the function means, and what else is unset there
            // is told once.
            let is_null = matches!(&flaw, Flaw::Unset { text, .. } if text == "null");
            let shown = match is_first {
                true => !is_null,
                false => place.as_ref().is_none_or(|place| !usual.contains(place)),
            };
            if is_first {
                usual.extend(place);
            }
            if shown {
                let event = event.shown();
                flaws.push(FoundFlaw { event, flaw });
            }
        }
        if !is_new {
            duplicates += 1;
        } else if cases.len() < most {
            match new.add_named(&case, &event.name()) {
                Ok(case) => cases.push(case),
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    })?;
    failed.map_or(Ok(()), Err)?;
    Ok(Generated {
        added: AddedCases::new(cases, duplicates, new),
        flaws,
        untaken,
    })
}

/// What is unset, and where, whatever the request's URL is.
fn place_of(flaw: &Flaw) -> Option<(String, String)> {
    match flaw {
        Flaw::Unset { text, place, .. } => Some((text.clone(), place.clone())),
        Flaw::TypeError { .. } => None,
    }
}

/// The events of all rules, and what they are.
fn planned(rules: &[PlanRule]) -> (Vec<Planned>, Vec<Input>) {
    let common: Vec<&PlanRule> = rules
        .iter()
        .filter(|rule| rule.kind == RuleKind::Common)
        .collect();
    let (mut planned, mut inputs) = (Vec::new(), Vec::new());
    for rule in rules {
        for Variation { what, event } in variations(rule, &common) {
            let of = rule.key.clone();
            let of = of
                .or(rule.kind.event_type().map(str::to_owned))
                .unwrap_or_default();
            let event_of = Planned {
                of,
                what,
                kind: rule.kind,
            };
            inputs.push(Input::new(event_of.shown(), event.to_string()));
            planned.push(event_of);
        }
    }
    (planned, inputs)
}

impl Planned {
    fn shown(&self) -> String {
        format!("{} {}", self.of, self.what).trim_end().to_owned()
    }

    /// What its case is called: `track-order-completed-without-currency`.
    fn name(&self) -> String {
        let kind = self.kind.event_type().unwrap_or_default();
        let what = self.what.replace("properties.", "").replace("traits.", "");
        match self.of == kind {
            true => format!("{kind} {what}"),
            false => format!("{kind} {} {what}", self.of),
        }
    }
}
