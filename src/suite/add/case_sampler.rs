//! Which of many events are of a new kind.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::thread::ThreadId;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::coverage::ScriptCoverage;
use crate::engine::{
    EngineError, InputResult, InputRun, Job, JobPool, Options, Plan, PlanResult, Step,
};
use crate::function::{Function, Input, Kind};
use crate::json::{Json, string};
use crate::outcome::{Outcome, Via};
use crate::suite::add::flaw::{Flaw, flaws_of};
use crate::suite::bases::Bases;
use crate::suite::case::Case;
use crate::suite::case_input::CaseInput;
use crate::suite::suite::Suite;

/// What makes events of one kind, besides the handler that takes them, how they end, and the path that they take
/// through the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::suite) enum Likeness {
    /// Their shape: names and types.
    Shape,
    /// Nothing but what they are called.
    Way,
}

/// Chooses among events.
pub(in crate::suite) struct CaseSampler {
    /// Runs all events, one after the other, in warm workers, which is fast.
    run: Option<InputRun<Filtered>>,
    /// Runs those that seem to be new alone, as cases are run.
    pool: JobPool<Input, Try>,
    /// The kinds that there are already.
    seen: BTreeSet<[u8; 32]>,
}

/// What a warm worker says of an event. What it does may depend on events before.
#[derive(Serialize, Deserialize)]
enum Filtered {
    /// It was like one that this worker has seen.
    Known,
    /// It may be new.
    Unlike {
        traits: [u8; 32],
        input: Input,
    },
    BadInput {
        input: String,
        problem: String,
    },
}

/// An event that is of a new kind.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::suite) struct SampledCase {
    pub input: Input,
    pub kind: Kind,
    pub handler: Option<String>,
    /// Whether the function made requests, so that the case needs a cassette.
    pub asks: bool,
}

/// What came of an event.
#[derive(Debug)]
pub(in crate::suite) enum Sampled {
    New(SampledCase),
    /// Of a kind that is there already.
    Duplicate,
    BadInput {
        input: String,
        problem: String,
    },
}

impl CaseSampler {
    /// `options` are to have a frozen clock, and a network that sends nothing. So many events run at
    /// the same time.
    ///
    /// # Errors
    /// There is no room for a process.
    pub fn new(
        function: Arc<Function>,
        options: Options,
        jobs: usize,
        likeness: Likeness,
    ) -> Result<CaseSampler, EngineError> {
        let secrets = options.host.secrets.clone();
        let options = Options {
            coverage: true,
            ..options
        };
        // Each worker has its own, as processes have: which of two is the first must not depend on which
        // worker is faster.
        let seen = Mutex::new(HashMap::<ThreadId, HashSet<[u8; 32]>>::new());
        let warm = Options {
            jobs,
            cold: true,
            ..options.clone()
        };
        let begin = || {
            let function = Function::clone(&function);
            InputRun::new(function, warm, move |ran| {
                let outcome = match ran.result {
                    InputResult::Outcome(outcome) => outcome,
                    InputResult::BadInput { input, problem, .. } => {
                        return Filtered::BadInput { input, problem };
                    }
                };
                let traits = kind_of(likeness, &outcome, &ran.input.json, ran.coverage.as_ref());
                let mut seen = seen.lock();
                match seen
                    .entry(thread::current().id())
                    .or_default()
                    .insert(traits)
                {
                    true => Filtered::Unlike {
                        traits,
                        input: ran.input.clone(),
                    },
                    false => Filtered::Known,
                }
            })
        };
        // Few events are tried one by one at once.
        let run = match likeness {
            Likeness::Shape => Some(begin()?),
            Likeness::Way => None,
        };
        let pool = JobPool::new(jobs, false, &secrets, move |input| Try {
            function: function.clone(),
            options: options.clone(),
            input,
            likeness,
        })?;
        Ok(CaseSampler {
            run,
            pool,
            seen: BTreeSet::new(),
        })
    }

    /// Takes the suite's cases of one input for kinds that are there already. Those that can't be
    /// read are none.
    pub fn know(&mut self, suite: &Suite) -> Result<(), EngineError> {
        let bases = Bases::default();
        let mut inputs = Vec::new();
        for location in suite.siblings.values() {
            if let Ok(Case {
                input: CaseInput::One { name, json },
                ..
            }) = Case::read(location, &suite.siblings, &bases)
            {
                inputs.push(Input::new(name, json));
            }
        }
        try_alone(&mut self.pool, &mut self.seen, inputs, |_| {
            ControlFlow::Continue(())
        })
    }

    /// Runs the function with each input, and tells in their order what came of each. This is to be
    /// called once.
    pub fn sample(
        &mut self,
        inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
        mut sink: impl FnMut(Sampled) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let Some(run) = self.run.take() else {
            return Ok(());
        };
        let (mut failed, mut warm) = (None, BTreeSet::new());
        let (pool, seen) = (&mut self.pool, &mut self.seen);
        run.run(
            inputs,
            |_| {},
            |filtered| match filtered {
                Filtered::BadInput { input, problem } => sink(Sampled::BadInput { input, problem }),
                Filtered::Unlike { traits, input } if warm.insert(traits) => {
                    let mut flow = ControlFlow::Continue(());
                    let tried = try_alone(pool, seen, vec![input], |sampled| {
                        flow = sink(sampled);
                        ControlFlow::Continue(())
                    });
                    if let Err(error) = tried {
                        failed = Some(error);
                        flow = ControlFlow::Break(());
                    }
                    flow
                }
                Filtered::Known | Filtered::Unlike { .. } => sink(Sampled::Duplicate),
            },
        )?;
        failed.map_or(Ok(()), Err)
    }

    /// Runs the function with each input alone, and tells in their order what came of each, and whether it is
    /// of a new kind.
    pub fn try_each(
        &mut self,
        inputs: Vec<Input>,
        mut sink: impl FnMut(bool, Tried) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let (mut failed, seen) = (None, &mut self.seen);
        self.pool.run(inputs.into_iter(), |tried| match tried {
            Ok(tried) => {
                let is_new = match &tried {
                    Tried::Ran { traits, .. } => seen.insert(*traits),
                    Tried::BadInput { .. } | Tried::Nothing => false,
                };
                sink(is_new, tried)
            }
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        })?;
        failed.map_or(Ok(()), Err)
    }
}

/// Runs the function with each input alone. What is told of is known from then on.
fn try_alone(
    pool: &mut JobPool<Input, Try>,
    seen: &mut BTreeSet<[u8; 32]>,
    inputs: Vec<Input>,
    mut sink: impl FnMut(Sampled) -> ControlFlow<()>,
) -> Result<(), EngineError> {
    let mut failed = None;
    pool.run(inputs.into_iter(), |tried| {
        let sampled = match tried {
            Ok(Tried::Ran { traits, case, .. }) if seen.insert(traits) => Sampled::New(case),
            Ok(Tried::Ran { .. } | Tried::Nothing) => Sampled::Duplicate,
            Ok(Tried::BadInput { input, problem }) => Sampled::BadInput { input, problem },
            Err(error) => {
                failed = Some(error);
                return ControlFlow::Break(());
            }
        };
        sink(sampled)
    })?;
    failed.map_or(Ok(()), Err)
}

/// An event, and the function that is to run with it.
struct Try {
    function: Arc<Function>,
    options: Options,
    input: Input,
    likeness: Likeness,
}

impl Job for Try {
    type Kept = (Input, Likeness);
    type Result = Result<Tried, EngineError>;

    fn begin(self) -> Result<(Plan, Self::Kept), Self::Result> {
        let plan = Plan {
            function: self.function,
            options: self.options,
            steps: vec![Step::Run(self.input.clone())],
            attempts: 1,
            warm: false,
            objects: Vec::new(),
        };
        Ok((plan, (self.input, self.likeness)))
    }

    fn end((input, likeness): Self::Kept, played: Result<PlanResult, EngineError>) -> Self::Result {
        let played = played?;
        let outcome = match played.results.into_iter().next_back() {
            Some(InputResult::Outcome(outcome)) => outcome,
            Some(InputResult::BadInput { input, problem, .. }) => {
                return Ok(Tried::BadInput { input, problem });
            }
            None => return Ok(Tried::Nothing),
        };
        Ok(Tried::Ran {
            traits: kind_of(likeness, &outcome, &input.json, played.coverage.as_ref()),
            flaws: flaws_of(&outcome),
            is_taken: outcome
                .handler
                .as_ref()
                .is_some_and(|handler| played.loaded.handlers.contains(handler)),
            case: SampledCase {
                asks: outcome
                    .exchanges
                    .iter()
                    .any(|exchange| exchange.via != Via::Embedded),
                kind: outcome.kind,
                handler: outcome.handler,
                input,
            },
        })
    }
}

/// What came of a [`Try`].
#[derive(Serialize, Deserialize)]
pub(in crate::suite) enum Tried {
    Ran {
        /// Equal for events of one kind.
        traits: [u8; 32],
        case: SampledCase,
        flaws: Vec<Flaw>,
        /// Whether the function defines the handler for it.
        is_taken: bool,
    },
    BadInput {
        input: String,
        problem: String,
    },
    Nothing,
}

/// Equal for events that one case can stand for.
fn kind_of(
    likeness: Likeness,
    outcome: &Outcome,
    json: &str,
    ran: Option<&ScriptCoverage>,
) -> [u8; 32] {
    let mut text = format!("{:?}\n{}\n", outcome.handler, outcome.class.name());
    match Json::parse(json) {
        Ok(value) if likeness == Likeness::Way => {
            for name in ["type", "event", "name"] {
                let said = value.get(name).and_then(Json::as_str).unwrap_or_default();
                string::quote(said, &mut text);
            }
        }
        Ok(value) => shape(&value, &mut text),
        // Nested so deeply, it is like no other.
        Err(_) => text.push_str(json),
    }
    for part in ran.into_iter().flat_map(ScriptCoverage::path) {
        text.push_str(&format!("\n{}-{}", part.start, part.end));
    }
    Sha256::digest(text).into()
}

/// Names and types; of a list what its items have, whatever their number. A text that says what
/// the event is counts as it stands.
fn shape(value: &Json, text: &mut String) {
    match value {
        Json::Null => text.push('n'),
        Json::Bool(_) => text.push('b'),
        Json::Number(_) => text.push('1'),
        Json::String(_) => text.push('s'),
        Json::Array(items) => {
            let shapes: BTreeSet<String> = items
                .iter()
                .map(|item| {
                    let mut text = String::new();
                    shape(item, &mut text);
                    text
                })
                .collect();
            text.push('[');
            for shape in shapes {
                text.push_str(&shape);
                text.push(',');
            }
            text.push(']');
        }
        Json::Object(fields) => {
            let fields: BTreeMap<&String, &Json> = fields.iter().collect();
            text.push('{');
            for (name, field) in fields {
                string::quote(name, text);
                if let ("type" | "event", Json::String(said)) = (name.as_str(), field) {
                    string::quote(said, text);
                }
                shape(field, text);
            }
            text.push('}');
        }
    }
}

#[cfg(test)]
mod tests;
