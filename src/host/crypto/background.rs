//! Work that may take long, such as deriving keys: OpenSSL can't be interrupted, so it gets a
//! thread of its own, which nobody waits for after the invocation's deadline.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use deno_core::OpState;
use tokio::sync::{Semaphore, oneshot};

use super::error::{CryptoError, Result};
use crate::host::clock::Clock;

/// Until when the running invocation may go on: the engine puts it into the isolate's state, and sets it anew
/// for each.
#[derive(Clone)]
pub struct Deadline(Rc<Cell<Instant>>);

impl Deadline {
    pub fn new(time: Instant) -> Deadline {
        Deadline(Rc::new(Cell::new(time)))
    }

    pub fn set(&self, time: Instant) {
        self.0.set(time);
    }
}

/// How much of its work an isolate may have going on at a time: as many as Node has threads for it.
const AT_ONCE: usize = 4;

/// How much later than the watchdog the isolate stops to wait.
const GRACE: Duration = Duration::from_millis(100);

struct Slots(Arc<Semaphore>);

/// Does `work` while the isolate waits.
pub fn wait<T: Send + 'static>(
    state: &OpState,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = mpsc::sync_channel(1);
    spawn(move || {
        // Past the deadline nobody listens any more.
        let _ = sender.send(work());
    })?;
    let answer = match state.try_borrow::<Deadline>() {
        None => receiver.recv().ok(),
        Some(Deadline(deadline)) => receiver
            .recv_timeout(deadline.get().saturating_duration_since(Instant::now()) + GRACE)
            .ok(),
    };
    // By now the watchdog has ended the JavaScript that would see this error, or will in a moment: what comes of it
    // after the deadline counts no more.
    answer.ok_or_else(unfinished)
}

/// Does `work` while the isolate goes on; under a frozen clock it waits, or what is done first
/// would differ from run to run.
pub async fn start<T: Send + 'static>(
    state: &Rc<RefCell<OpState>>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let frozen = |state: &OpState| state.try_borrow().is_some_and(Clock::is_frozen);
    if frozen(&state.borrow()) {
        return wait(&state.borrow(), work);
    }
    let slots = slots(&mut state.borrow_mut());
    let permit = slots.acquire_owned().await.map_err(|_| unfinished())?;
    let (sender, receiver) = oneshot::channel();
    spawn(move || {
        let done = work();
        drop(permit);
        // The isolate may be gone.
        let _ = sender.send(done);
    })?;
    receiver.await.map_err(|_| unfinished())
}

fn slots(state: &mut OpState) -> Arc<Semaphore> {
    if let Some(Slots(slots)) = state.try_borrow::<Slots>() {
        return slots.clone();
    }
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    state.put(Slots(slots.clone()));
    slots
}

fn spawn(work: impl FnOnce() + Send + 'static) -> Result<()> {
    thread::Builder::new()
        .name("segfn-crypto".into())
        .spawn(work)
        .map(drop)
        .map_err(|error| CryptoError::new(format!("segfn can't start a thread: {error}")))
}

fn unfinished() -> CryptoError {
    CryptoError::new("the work was not finished")
}
