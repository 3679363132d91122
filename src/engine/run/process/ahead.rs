//! A worker process that is forked before it is known what for.
//!
//! Who calls `segfn run` will need one. While its supervisor reads arguments and the function, the process sets V8 up and
//! makes an isolate, which is most of what a start takes. A fork takes less then, too: there is little in memory yet.

use std::fs::File;
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::allowed::Allowed;
use super::board::Board;
use super::first_worker::FirstWorker;
use super::handover::WorkerHandover;
use super::input_offspring::{InputOffspring, allowed};
use super::memory_use::refuse_beyond;
use super::server::live_beside;
use super::way::{Way, way};
use crate::engine::isolate::base_isolate::BaseIsolate;
use crate::engine::options::Options;
use crate::engine::run::input_executor::{Rendering, WorkerSetup};
use crate::frames::{decode, encode, read_frame};
use crate::function::Function;
use crate::host::Clock;
use crate::options::{PLATFORM_MEMORY, Region};

static AHEAD: Mutex<Option<FirstWorker>> = Mutex::new(None);

/// What the process is for.
#[derive(Serialize, Deserialize)]
struct Order<R> {
    worker: WorkerHandover,
    rendering: R,
}

/// Forks a worker process for an [`InputRun`](crate::engine::InputRun) that is likely to follow, and whose outcomes an `R`
/// renders. It runs nothing of a function until then. To be called while there is one thread.
pub fn fork_ahead<R: Rendering>() {
    if let Way::Fork = way(|| ()) {
        // Where it can't be had, the run begins a little later.
        *AHEAD.lock() = FirstWorker::fork(|line, board, complaints| {
            live::<R>(line, board, complaints);
        })
        .ok();
    }
}

fn live<R: Rendering>(line: UnixStream, board: &Arc<Board>, complaints: &File) -> ! {
    live_beside(
        line,
        board,
        complaints,
        || {
            refuse_beyond(PLATFORM_MEMORY);
            BaseIsolate::new(PLATFORM_MEMORY, &Clock::Real).ok()
        },
        receive::<R>,
        |isolate, setup| InputOffspring { setup, isolate },
    )
}

fn receive<R: Rendering>(line: &mut UnixStream) -> io::Result<(WorkerSetup<R::Output>, Allowed)> {
    let Order::<R> { worker, rendering } = decode(&read_frame(line)?)?;
    let setup = worker
        .receive(|function, options| Arc::new(rendering.of(function, &options.host.secrets)))?;
    let allowed = allowed(&setup.options);
    Ok((setup, allowed))
}

/// The process that waits, if there is one and its isolate fits. It is told to run `function`.
pub fn order_ahead(
    function: &Function,
    options: &Options,
    rendering: &RawValue,
) -> Option<FirstWorker> {
    let mut ahead = AHEAD.lock().take()?;
    // V8 keeps the locale that it was made under.
    let is_elsewhere = options.host.region != Region::default();
    if options.memory != PLATFORM_MEMORY || options.frozen.is_some() || is_elsewhere {
        ahead.dismiss();
        return None;
    }
    ahead.line.tell(&encode(&Order {
        worker: WorkerHandover::new(function, options),
        rendering,
    }));
    Some(ahead)
}

/// Ends the process that waits, where nothing came that it would have been for.
pub fn dismiss_ahead() {
    if let Some(ahead) = AHEAD.lock().take() {
        ahead.dismiss();
    }
}
