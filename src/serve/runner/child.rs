//! Inside of a runner.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::message::{Called, CalledItem, NotLoaded, Ready, RunnerMessage, ShownOutcome};
use crate::cassette::Redactor;
use crate::engine::{EngineError, InputResult, InputRun, Need, Options};
use crate::frames::{FrameBuffer, decode, read_frame, write_frame};
use crate::function::{Input, Kind};
use crate::json::Json;
use crate::net::{Faults, NetMode};
use crate::outcome::{BatchItem, Class, Outcome};
use crate::project::Project;
use crate::secrets::Secrets;
use crate::serve::programs::FunctionSaid;

/// So many bytes are gathered before they are written.
const PORTION: usize = 64 << 10;

/// Runs a function for a server, which gives inputs on standard input and gets what came of them on
/// standard output, until there are no more. Requests meet the faults in the file `faults`. `show` makes of
/// an outcome what `segfn run` prints.
///
/// This process must have one thread.
///
/// # Errors
/// The function can't be loaded, or nothing can run.
pub fn run_for_server(
    project: Project,
    jobs: usize,
    faults: Option<&Path>,
    show: impl Fn(&Outcome) -> ShownOutcome + Send + Sync + 'static,
) -> Result<(), EngineError> {
    let mut options = Options {
        jobs,
        ..project.options(NetMode::Live)
    };
    options.host.keep_requests = true;
    options.host.keep_responses = true;
    if let Some(faults) = faults {
        // Who can't have any has no view to inject them.
        options.host.faults = Faults::table_at(faults).unwrap_or_default();
    }
    let (secrets, redactor) = (project.secrets().clone(), project.redactor());
    let mut settings = Json::Object((*project.function.settings).clone());
    secrets.redact_value(&mut settings);
    let noticed: Vec<String> = project.warnings.iter().map(ToString::to_string).collect();
    let render = Renderer {
        secrets,
        redactor,
        show: Arc::new(show),
    };
    // What goes to the server is written where it was made; nobody looks into it on its way.
    let run = InputRun::new(project.function, options, move |ran| {
        if !ran.input.is_silent {
            render.redactor.learn(&ran.input.json);
        }
        told(&RunnerMessage::Called(match ran.result {
            InputResult::Outcome(outcome) => render.called(&outcome),
            InputResult::BadInput { problem, .. } => refused(problem),
        }))
    })?;
    // Now that workers are forked off, there may be threads.
    let (messages, inbox) = mpsc::channel();
    let tell = |told: Bytes| messages.send(told).is_ok();
    let writer = thread::Builder::new()
        .name("segfn-to-server".into())
        .spawn(move || write_all(&inbox))
        .map_err(EngineError::machine(Need::Thread))?;
    let ended = run.run(
        inputs(),
        |loaded| {
            let warnings = noticed.iter().chain(&loaded.warnings).cloned();
            tell(told(&RunnerMessage::Ready(Ready {
                kind: loaded.kind,
                handlers: loaded.handlers.clone(),
                warnings: warnings.collect(),
                settings: settings.to_string(),
            })));
        },
        |called| match tell(called) {
            true => ControlFlow::Continue(()),
            // The server is gone.
            false => ControlFlow::Break(()),
        },
    );
    drop(messages);
    // What was told last is to reach the server. A panic there has been reported by the hook.
    let _ = writer.join();
    ended
}

/// Writes what is told to the server: what comes while it is written goes out at once.
fn write_all(inbox: &mpsc::Receiver<Bytes>) {
    let mut to = io::stdout();
    let mut bytes = Vec::new();
    while let Ok(first) = inbox.recv() {
        let mut next = Some(first);
        while let Some(message) = next {
            // A vector takes all.
            let _ = write_frame(&mut bytes, &message);
            next = (bytes.len() < PORTION)
                .then(|| inbox.try_recv().ok())
                .flatten();
        }
        if to.write_all(&bytes).and_then(|()| to.flush()).is_err() {
            return;
        }
        bytes.clear();
    }
}

/// What the server says of the function, before anything else.
///
/// # Errors
/// There is no server.
pub fn said_by_server() -> io::Result<FunctionSaid> {
    let frame = read_frame(&mut io::stdin())?;
    decode(&frame).map_err(io::Error::other)
}

/// Tells the server that the function can't be loaded.
pub fn tell_not_loaded(problem: NotLoaded) {
    // A server that is gone needs no answer.
    let mut to = io::stdout().lock();
    let told = told(&RunnerMessage::NotLoaded(problem));
    let _ = write_frame(&mut to, &told).and_then(|()| to.flush());
}

fn told(message: &RunnerMessage) -> Bytes {
    // Postcard writes all that there can be.
    postcard::to_allocvec(message).unwrap_or_default().into()
}

/// What comes on standard input, in portions: what is there without waiting for more.
fn inputs() -> impl Iterator<Item = Vec<Input>> + Send + 'static {
    let mut buffer = FrameBuffer::default();
    let mut from = io::stdin();
    std::iter::from_fn(move || {
        loop {
            let mut inputs = Vec::new();
            while let Ok(Some(frame)) = buffer.next() {
                inputs.extend(postcard::from_bytes::<Input>(frame));
            }
            if !inputs.is_empty() {
                return Some(inputs);
            }
            match buffer.read_from(&mut from) {
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => return None,
            }
        }
    })
}

/// Makes of an outcome what the server gets.
struct Renderer {
    secrets: Arc<Secrets>,
    redactor: Redactor,
    show: Arc<dyn Fn(&Outcome) -> ShownOutcome + Send + Sync>,
}

impl Renderer {
    fn called(&self, outcome: &Outcome) -> Called {
        let inserts = matches!(outcome.kind, Kind::InsertDestination | Kind::InsertSource);
        let failure = outcome.error.as_ref();
        let error = failure.map(|failure| format!("{}: {}", failure.name, failure.message));
        let value = outcome.value.as_ref().filter(|_| inserts);
        let mut shown = (self.show)(outcome);
        if let Cow::Owned(text) = self.secrets.redact(&shown.text) {
            shown.text = text.into();
        }
        Called {
            class: outcome.class,
            ms: outcome.ms,
            error: error.map(|text| self.secrets.redact_text(&text).into_owned()),
            outcome: self.json(outcome, shown.frame.take()),
            shown,
            value: value.map(|value| value.get().to_owned()),
            batch: outcome.batch.iter().map(|item| self.item(item)).collect(),
            events: outcome
                .messages
                .events
                .iter()
                .map(|event| event.get().to_owned())
                .collect(),
        }
    }

    fn item(&self, item: &BatchItem) -> CalledItem {
        let failed = item.class.is_failure();
        let status = item.status.map(|status| format!("status {status}"));
        let text = match (status, &item.message) {
            (Some(status), Some(message)) => Some(format!("{status}: {message}")),
            (status, message) => status.or_else(|| message.clone()),
        };
        CalledItem {
            class: item.class,
            error: text
                .filter(|_| failed)
                .map(|text| self.secrets.redact_text(&text).into_owned()),
            event: item.event.as_ref().map(|event| event.get().to_owned()),
        }
    }

    /// As recordings keep it, with the function's lines where it failed, and when each request began.
    fn json(&self, outcome: &Outcome, frame: Option<String>) -> Bytes {
        let text = match frame {
            // What JSON can't express, an outcome doesn't hold.
            None if outcome.exchanges.is_empty() => {
                serde_json::to_string(outcome).unwrap_or_default()
            }
            frame => {
                let mut json = Json::of(outcome);
                if let Some(Json::Array(exchanges)) = json.get_mut("exchanges") {
                    for (shown, exchange) in exchanges.iter_mut().zip(&outcome.exchanges) {
                        shown["at"] = Json::of(&exchange.start);
                    }
                }
                if let Some(frame) = frame {
                    json["error"]["frame"] = frame.into();
                }
                json.to_string()
            }
        };
        let mut line = match self.is_plain(outcome) {
            true => text,
            false => match self.redactor.input(&text) {
                Cow::Owned(redacted) => redacted,
                Cow::Borrowed(_) => text,
            },
        };
        line.push('\n');
        line.into()
    }

    /// Whether the function said nothing but a value, in which there is nothing to be replaced. All else in such an
    /// outcome is segfn's own, but for the input's name, which has no secrets.
    fn is_plain(&self, outcome: &Outcome) -> bool {
        let is_all = outcome.error.is_none()
            && outcome.messages.is_empty()
            && outcome.batch.is_empty()
            && outcome.logs.is_empty()
            && outcome.exchanges.is_empty()
            && outcome.objects.is_empty()
            && outcome.warnings.is_empty();
        let finds_nothing = |value: &RawValue| self.redactor.finds_nothing(value.get());
        is_all && outcome.value.as_deref().is_none_or(finds_nothing)
    }
}

/// An input that this kind of function doesn't take.
fn refused(problem: String) -> Called {
    Called {
        class: Class::Discard,
        ms: 0.0,
        error: Some(problem),
        outcome: Bytes::new(),
        shown: ShownOutcome::default(),
        value: None,
        batch: Vec::new(),
        events: Vec::new(),
    }
}
