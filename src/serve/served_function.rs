//! A function that is served: the process that runs it now, and the next one when it has changed.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::programs::{FunctionSaid, Programs};
use super::runner::{Called, InputFrames, NotLoaded, Ready, Runner, RunnerMessage};
use crate::function::Input;

/// A function whose processes end sooner than this after their start, without a change of it, isn't
/// started again.
const TOO_SOON: Duration = Duration::from_secs(1);

/// How often an input is given when a process is lost with it.
const TRIES: u32 = 2;

/// A function that is served.
pub struct ServedFunction {
    /// The name of its folder or file.
    pub name: Arc<str>,
    /// As `segfn run` takes it.
    pub path: PathBuf,
    pub said: FunctionSaid,
    state: watch::Sender<FunctionState>,
    changed: Notify,
}

/// How it stands about a function.
#[derive(Clone)]
pub enum FunctionState {
    /// It is being loaded for the first time.
    Starting,
    Running(Arc<RunningFunction>),
    NotLoaded(Arc<NotLoaded>),
}

/// A function that is loaded.
pub struct RunningFunction {
    pub ready: Ready,
    runner: Runner,
}

/// Why a function wasn't called.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CallError {
    #[error("the function can't be loaded: {}", .0.message)]
    NotLoaded(Arc<NotLoaded>),
    #[error("segfn failed: the process of the function ended twice with it")]
    Lost,
}

impl RunningFunction {
    /// Calls it with several inputs: see [`Runner::call_all`].
    pub async fn call_all(&self, inputs: InputFrames) -> mpsc::UnboundedReceiver<Vec<Called>> {
        self.runner.call_all(inputs).await
    }
}

impl ServedFunction {
    /// It runs once [`ServedFunction::supervise`] is called.
    pub fn new(name: String, path: PathBuf, said: FunctionSaid) -> ServedFunction {
        ServedFunction {
            name: name.into(),
            path,
            said,
            state: watch::Sender::new(FunctionState::Starting),
            changed: Notify::new(),
        }
    }

    /// How it stands now, and each change of that.
    pub fn states(&self) -> watch::Receiver<FunctionState> {
        self.state.subscribe()
    }

    /// How it stands, once it has been tried to load it.
    pub async fn state(&self) -> FunctionState {
        let now = self.state.borrow().clone();
        if !matches!(now, FunctionState::Starting) {
            return now;
        }
        let mut states = self.state.subscribe();
        let started = states.wait_for(|state| !matches!(state, FunctionState::Starting));
        match started.await {
            Ok(state) => state.clone(),
            // The sender is in `self`.
            Err(_) => FunctionState::Starting,
        }
    }

    /// Has it loaded again. Inputs that come until then still go to the old one.
    pub fn reload(&self) {
        self.changed.notify_one();
    }

    /// Calls it, as soon as it is loaded.
    ///
    /// # Errors
    /// It can't be loaded, or its process ends whenever it gets this input.
    pub async fn call(&self, input: &Input) -> Result<Called, CallError> {
        for _ in 0..TRIES {
            let running = match self.state().await {
                FunctionState::Running(running) => running,
                FunctionState::NotLoaded(problem) => return Err(CallError::NotLoaded(problem)),
                FunctionState::Starting => break,
            };
            if let Ok(called) = running.runner.call(input).await {
                return Ok(called);
            }
            self.lost(&running);
        }
        Err(CallError::Lost)
    }

    /// Tells that a process has ended without an answer: a new one takes its place.
    pub fn lost(&self, running: &Arc<RunningFunction>) {
        self.state.send_if_modified(|state| match state {
            FunctionState::Running(now) if Arc::ptr_eq(now, running) => {
                *state = FunctionState::Starting;
                true
            }
            _ => false,
        });
    }

    /// Keeps a process with the function as it is now, for ever.
    pub async fn supervise(&self, programs: &dyn Programs) {
        loop {
            let begun = Instant::now();
            let (state, ended) = self.start(programs).await;
            self.state.send_replace(state);
            match ended {
                None => self.changed.notified().await,
                Some(ended) => tokio::select! {
                    () = self.changed.notified() => {}
                    _ = ended => {
                        if begun.elapsed() < TOO_SOON {
                            let problem = lost("its process has ended");
                            self.state.send_replace(FunctionState::NotLoaded(Arc::new(problem)));
                            self.changed.notified().await;
                        } else {
                            self.state.send_replace(FunctionState::Starting);
                        }
                    }
                },
            }
        }
    }

    async fn start(
        &self,
        programs: &dyn Programs,
    ) -> (FunctionState, Option<oneshot::Receiver<()>>) {
        let not_loaded = |problem| (FunctionState::NotLoaded(Arc::new(problem)), None);
        let command = programs.runner(&self.path);
        let (runner, told, ended) = match Runner::start(command, &self.said) {
            Ok(started) => started,
            Err(error) => return not_loaded(lost(&format!("it can't be started: {error}"))),
        };
        match told.await {
            Ok(RunnerMessage::Ready(ready)) => {
                let running = RunningFunction { ready, runner };
                (FunctionState::Running(Arc::new(running)), Some(ended))
            }
            Ok(RunnerMessage::NotLoaded(problem)) => not_loaded(problem),
            Ok(RunnerMessage::Called(_)) | Err(_) => not_loaded(lost("its process has ended")),
        }
    }
}

fn lost(problem: &str) -> NotLoaded {
    NotLoaded {
        message: format!("segfn failed: {problem}"),
        ..NotLoaded::default()
    }
}
