//! New cases from many events: one of each kind, where two are of one kind if the same handler took
//! them, they have the same shape, and they went the same way through the code.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::bases::Bases;
use super::case::Case;
use super::case_input::CaseInput;
use super::find::INPUTS;
use super::record::name_for;
use super::suite::Suite;
use crate::cassette::Redactor;
use crate::coverage::ScriptCoverage;
use crate::engine::{EngineError, InputResult, Job, Options, Plan, PlanResult, Step};
use crate::function::{Function, Input, Kind};
use crate::outcome::{Outcome, Via};
use crate::project::CasePaths;
use crate::{engine, files};

/// Chooses among events.
pub struct CaseSampler {
    function: Arc<Function>,
    /// With coverage, a frozen clock, and a network that sends nothing.
    options: Options,
    /// The kinds that there are already.
    seen: BTreeSet<[u8; 32]>,
}

/// An event that is of a new kind.
#[derive(Debug)]
pub struct SampledCase {
    pub input: Input,
    pub kind: Kind,
    pub handler: Option<String>,
    /// Whether the function made requests, so that the case needs a cassette.
    pub asks: bool,
}

/// What came of an event.
#[derive(Debug)]
pub enum Sampled {
    New(SampledCase),
    /// Of a kind that is there already.
    Duplicate,
    BadInput {
        input: String,
        problem: String,
    },
}

impl CaseSampler {
    /// `options` are to have a frozen clock, and a network that sends nothing.
    pub fn new(function: Arc<Function>, options: Options) -> CaseSampler {
        CaseSampler {
            function,
            options: Options {
                coverage: true,
                ..options
            },
            seen: BTreeSet::new(),
        }
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
        self.sample(inputs.into_iter(), 1, |_| ControlFlow::Continue(()))
    }

    /// Runs the function with each input, and tells in their order what came of each. What `sink`
    /// gets is known from then on.
    pub fn sample(
        &mut self,
        inputs: impl Iterator<Item = Input> + Send + 'static,
        jobs: usize,
        mut sink: impl FnMut(Sampled) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let (function, options) = (self.function.clone(), self.options.clone());
        let tries = inputs.map(move |input| Try {
            function: function.clone(),
            options: options.clone(),
            input,
        });
        let mut failed = None;
        engine::run_jobs(tries, jobs, |(input, played)| match played {
            Ok(played) => sink(self.judge(input, played)),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        })?;
        failed.map_or(Ok(()), Err)
    }

    fn judge(&mut self, input: Input, played: PlanResult) -> Sampled {
        let outcome = match played.results.into_iter().next_back() {
            Some(InputResult::Outcome(outcome)) => outcome,
            Some(InputResult::BadInput { input, problem, .. }) => {
                return Sampled::BadInput { input, problem };
            }
            None => return Sampled::Duplicate,
        };
        let kind = kind_of(&outcome, &input.json, played.coverage.as_ref());
        if !self.seen.insert(kind) {
            return Sampled::Duplicate;
        }
        Sampled::New(SampledCase {
            asks: outcome
                .exchanges
                .iter()
                .any(|exchange| exchange.via != Via::Embedded),
            kind: outcome.kind,
            handler: outcome.handler,
            input,
        })
    }
}

/// An event, and the function that is to run with it.
struct Try {
    function: Arc<Function>,
    options: Options,
    input: Input,
}

impl Job for Try {
    type Kept = Input;
    type Result = (Input, Result<PlanResult, EngineError>);

    fn begin(self) -> Result<(Plan, Input), Self::Result> {
        let plan = Plan {
            function: self.function,
            options: self.options,
            steps: vec![Step::Run(self.input.clone())],
            attempts: 1,
            warm: false,
            objects: Vec::new(),
        };
        Ok((plan, self.input))
    }

    fn end(input: Input, played: Result<PlanResult, EngineError>) -> Self::Result {
        (input, played)
    }
}

/// Equal for events that one case can stand for.
fn kind_of(outcome: &Outcome, json: &str, ran: Option<&ScriptCoverage>) -> [u8; 32] {
    let mut text = format!("{:?}\n{}\n", outcome.handler, outcome.class.name());
    let value: Value = serde_json::from_str(json).unwrap_or_default();
    shape(&value, &mut text);
    for function in ran.iter().flat_map(|ran| ran.functions()) {
        for part in function.parts().iter().filter(|part| part.count > 0) {
            text.push_str(&format!("\n{}-{}", part.span.start, part.span.end));
        }
    }
    Sha256::digest(text).into()
}

/// Names and types; of a list what its items have, whatever their number. A text that says what
/// the event is counts as it stands.
fn shape(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push('n'),
        Value::Bool(_) => text.push('b'),
        Value::Number(_) => text.push('1'),
        Value::String(_) => text.push('s'),
        Value::Array(items) => {
            let shapes: BTreeSet<String> = items
                .iter()
                .map(|item| {
                    let mut text = String::new();
                    shape(item, &mut text);
                    text
                })
                .collect();
            text.push_str(&format!("{shapes:?}"));
        }
        Value::Object(fields) => {
            let fields: BTreeMap<&String, &Value> = fields.iter().collect();
            text.push('{');
            for (name, field) in fields {
                text.push_str(&Value::from(name.as_str()).to_string());
                if let ("type" | "event", Value::String(said)) = (name.as_str(), field) {
                    text.push_str(&Value::from(said.as_str()).to_string());
                }
                shape(field, text);
            }
            text.push('}');
        }
    }
}

/// Why a new case can't be written.
#[derive(Debug, thiserror::Error)]
#[error("can't write {}: {source}", path.display())]
pub struct AddError {
    pub path: PathBuf,
    pub source: io::Error,
}

/// New cases, to be written beside those of a suite.
pub struct Added {
    pub cases: CasePaths,
    /// The names that cases have already.
    pub taken: BTreeSet<String>,
    pub redactor: Redactor,
    /// Lines for the file of small cases.
    lines: String,
}

impl Added {
    pub fn new(cases: CasePaths, taken: BTreeSet<String>, redactor: Redactor) -> Added {
        Added {
            cases,
            taken,
            redactor,
            lines: String::new(),
        }
    }

    /// Adds a case: a folder, if it needs a cassette, and a line otherwise, which is kept until
    /// [`Added::finish`]. Gives its name, and its folder.
    pub fn add(&mut self, chosen: &SampledCase) -> Result<(String, Option<PathBuf>), AddError> {
        // It ran, so it is JSON.
        let mut value: Value = serde_json::from_str(&chosen.input.json).unwrap_or_default();
        self.redactor.known(&mut value);
        let name = name_for(chosen.handler.as_deref(), &value, &mut self.taken);
        let is_request = chosen.kind == Kind::Source;
        if !chosen.asks {
            let key = if is_request { "request" } else { "event" };
            let line = Map::from_iter([
                ("name".to_owned(), name.as_str().into()),
                (key.to_owned(), value),
            ]);
            self.lines.push_str(&Value::Object(line).to_string());
            self.lines.push('\n');
            return Ok((name, None));
        }
        let folder = self.cases.folder().join(&name);
        let file = INPUTS[if is_request { 2 } else { 0 }];
        let text = serde_json::to_string_pretty(&value).unwrap_or_default() + "\n";
        let path = folder.join(file);
        files::replace(&path, text.as_bytes()).map_err(|source| AddError { path, source })?;
        Ok((name, Some(folder)))
    }

    /// Writes the lines behind those that the file of small cases has.
    pub fn finish(self) -> Result<PathBuf, AddError> {
        let path = self.cases.file();
        let failed = |source| AddError {
            path: path.clone(),
            source,
        };
        if self.lines.is_empty() {
            return Ok(path);
        }
        let mut text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text.map_err(failed)?,
        };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&self.lines);
        files::replace(&path, text.as_bytes()).map_err(failed)?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shape_of(value: Value) -> String {
        let mut text = String::new();
        shape(&value, &mut text);
        text
    }

    #[test]
    fn events_of_one_shape_differ_in_values_only() {
        let one = shape_of(json!({"type": "track", "event": "A", "p": {"n": 1, "l": ["x", "y"]}}));
        let other = shape_of(json!({"event": "A", "type": "track", "p": {"l": ["z"], "n": 2.5}}));
        assert_eq!(one, other);
        for unlike in [
            json!({"type": "track", "event": "B", "p": {"n": 1, "l": ["x"]}}),
            json!({"type": "track", "event": "A", "p": {"n": "1", "l": ["x"]}}),
            json!({"type": "track", "event": "A", "p": {"n": 1, "l": ["x", 1]}}),
            json!({"type": "track", "event": "A", "p": {"n": 1, "l": []}}),
            json!({"type": "track", "event": "A", "p": {"n": 1}}),
        ] {
            assert_ne!(one, shape_of(unlike));
        }
    }
}
