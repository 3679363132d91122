//! Threads that run items side by side: one delivery, in the order of the items, and one replacement
//! of a thread that is lost.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::crash::Crash;
use super::queue::Queue;
use crate::engine::error::{EngineError, Need};

/// Larger than V8's own limit (`v8_flags::set_v8_flags`), which ends a function's recursion.
pub const STACK_SIZE: usize = 8 << 20;
/// The reader parses, and does nothing else.
const READER_STACK_SIZE: usize = 512 << 10;
/// Chunks for each thread that may be read ahead of what has been delivered.
const AHEAD: usize = 8;
/// A thread that needs longer than this for its chunk takes fewer items at once: outputs are seen
/// soon, and no thread is left without items.
const SLOW: Duration = Duration::from_millis(10);

/// Items with consecutive numbers.
pub struct Chunk<T> {
    /// The number of the first.
    pub first: u64,
    pub items: VecDeque<T>,
}

/// Executes items on one thread of a pool. It is made and dropped on that thread.
pub trait Executor: Sized + 'static {
    type Item: Send + 'static;
    type Output: Send + 'static;
    /// What an executor tells when it is ready.
    type Started: Send + 'static;

    /// Executes chunks, and hands the outputs on, until there are no more or the thread should not be
    /// used any more.
    ///
    /// # Errors
    /// The whole run can't go on.
    fn work(&mut self, chunks: &mut Chunks<Self>) -> Result<(), EngineError>;

    /// How much an item holds, in bytes: that bounds how many are read ahead, and taken at once.
    fn size(_item: &Self::Item) -> usize {
        0
    }
}

/// How a pool works.
pub struct Pool {
    pub threads: usize,
    /// How many items a thread takes at once, when they come fast and are done fast.
    pub max_chunk: usize,
    /// Whether a run that its sink ends waits for what is running then.
    pub waits: bool,
}

/// What a pool's sink gets.
pub enum Delivery<E: Executor> {
    /// The first executor is ready. This comes before any output.
    Started(E::Started),
    /// The outputs come in the order of their items.
    Output(E::Output),
}

enum Message<E: Executor> {
    Started(E::Started),
    /// What came of the items from `first` on.
    Done {
        first: u64,
        outputs: Vec<E::Output>,
    },
    /// There were so many items.
    Total(u64),
    /// The run can't go on.
    Failed(EngineError),
}

/// Makes an executor; it is told whether that is the first one.
type Start<E> = dyn Fn(bool) -> Result<(E, <E as Executor>::Started), EngineError> + Send + Sync;

/// What the threads share.
struct Shared<E: Executor> {
    start: Box<Start<E>>,
    max_chunk: usize,
    queue: Queue<E::Item>,
    messages: mpsc::Sender<Message<E>>,
    threads: Mutex<Threads>,
}

/// The threads of a run.
#[derive(Default)]
struct Threads {
    handles: Vec<JoinHandle<()>>,
    /// Whether one of them never ends.
    is_one_lost: bool,
}

/// A run of a pool, as its executors know it.
pub struct Handle<E: Executor>(Arc<Shared<E>>);

impl<E: Executor> Clone for Handle<E> {
    fn clone(&self) -> Self {
        Handle(self.0.clone())
    }
}

impl<E: Executor> Handle<E> {
    /// Hands on what came of the items from `first` on.
    pub fn done(&self, first: u64, outputs: Vec<E::Output>) {
        let _ = self.0.messages.send(Message::Done { first, outputs });
    }

    /// Ends the run.
    pub fn fail(&self, error: EngineError) {
        let _ = self.0.messages.send(Message::Failed(error));
    }

    /// Has another thread take the place of this one, and begin with `rest`.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub fn replace_thread(&self, rest: Chunk<E::Item>) -> Result<(), EngineError> {
        self.0.threads.lock().is_one_lost = true;
        spawn_executor(self, false, Some(rest))
    }
}

impl Pool {
    /// Runs `items` by executors that `start` makes, each on its own thread; it is told whether it
    /// makes the first one, which is made before there is any item. Items come in portions: those
    /// that are there without waiting for more.
    ///
    /// `sink` is called on the caller's thread, and may end the run.
    ///
    /// # Errors
    /// An executor can't be made, fails, or is lost and can't answer for its item; there is no
    /// thread to be had; `items` panics.
    pub fn run<E, S>(
        &self,
        start: S,
        items: impl Iterator<Item = Vec<E::Item>> + Send + 'static,
        mut sink: impl FnMut(Delivery<E>) -> ControlFlow<()>,
    ) -> Result<(), EngineError>
    where
        E: Executor,
        S: Fn(bool) -> Result<(E, E::Started), EngineError> + Send + Sync + 'static,
    {
        let threads = self.threads.max(1);
        let (messages, inbox) = mpsc::channel();
        let shared = Arc::new(Shared::<E> {
            start: Box::new(start),
            max_chunk: self.max_chunk,
            queue: Queue::new((AHEAD * self.max_chunk * threads) as u64, E::size),
            messages,
            threads: Mutex::default(),
        });
        for number in 0..threads {
            spawn_executor(&Handle(shared.clone()), number == 0, None)?;
        }
        let reader = shared.clone();
        let reader = spawn("segfn-reader", READER_STACK_SIZE, move || {
            read(&reader, items);
        })?;

        let mut waiting = BTreeMap::new();
        let mut next = 0;
        let mut total = None;
        let mut ended = false;
        while total != Some(next) {
            // Every thread sends something before it is gone, and `shared` holds a sender.
            let Ok(message) = inbox.recv() else { break };
            match message {
                Message::Failed(error) => {
                    shared.queue.abandon();
                    return Err(error);
                }
                Message::Total(_) | Message::Started(_) if ended => {}
                Message::Total(count) => total = Some(count),
                Message::Started(started) => ended = sink(Delivery::Started(started)).is_break(),
                Message::Done { first, outputs } => {
                    waiting.insert(first, outputs);
                }
            }
            while let Some(outputs) = waiting.remove(&next) {
                next += outputs.len() as u64;
                for output in outputs {
                    ended = ended || sink(Delivery::Output(output)).is_break();
                }
            }
            if ended {
                if !self.waits {
                    shared.queue.abandon();
                    return Ok(());
                }
                total = Some(shared.queue.abandon());
            }
            shared.queue.deliver(next);
        }
        if !ended {
            // All have come to their end, and what they hold is to be gone by the end of the run. A
            // reader that was stopped may wait for an input that never comes.
            let threads = std::mem::take(&mut *shared.threads.lock());
            if !threads.is_one_lost {
                for thread in threads.handles.into_iter().chain([reader]) {
                    let _ = thread.join();
                }
            }
        }
        Ok(())
    }
}

fn spawn(
    name: &str,
    stack: usize,
    body: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, EngineError> {
    std::thread::Builder::new()
        .name(name.into())
        .stack_size(stack)
        .spawn(body)
        .map_err(EngineError::machine(Need::Thread))
}

/// Hands items on as soon as they are there: the next may take its time.
fn read<E: Executor>(shared: &Shared<E>, mut items: impl Iterator<Item = Vec<E::Item>>) {
    let read = catch_unwind(AssertUnwindSafe(|| {
        while items.next().is_some_and(|items| shared.queue.push(items)) {}
    }));
    let _ = shared.messages.send(match read {
        Ok(()) => Message::Total(shared.queue.close()),
        Err(_) => Message::Failed(Crash::Panic.into()),
    });
}

fn spawn_executor<E: Executor>(
    pool: &Handle<E>,
    is_first: bool,
    chunk: Option<Chunk<E::Item>>,
) -> Result<(), EngineError> {
    let shared = pool.0.clone();
    let pool = pool.clone();
    let thread = spawn("segfn-worker", STACK_SIZE, move || {
        let worked = catch_unwind(AssertUnwindSafe(|| work(&pool, is_first, chunk)));
        let failed = worked.unwrap_or_else(|_| Err(Crash::Panic.into()));
        if let Err(error) = failed {
            pool.fail(error);
        }
    })?;
    shared.threads.lock().handles.push(thread);
    Ok(())
}

/// The life of a thread.
fn work<E: Executor>(
    pool: &Handle<E>,
    is_first: bool,
    rest: Option<Chunk<E::Item>>,
) -> Result<(), EngineError> {
    let mut chunks = Chunks {
        pool: pool.clone(),
        rest,
        size: 1,
        since: Instant::now(),
    };
    if !is_first {
        // An executor is made for what it will execute.
        chunks.rest = chunks.next();
        if chunks.rest.is_none() {
            return Ok(());
        }
    }
    let (mut executor, started) = (pool.0.start)(is_first)?;
    if is_first {
        let _ = pool.0.messages.send(Message::Started(started));
    }
    executor.work(&mut chunks)
}

/// Where an executor takes its chunks, and hands on what came of them.
pub struct Chunks<E: Executor> {
    pub pool: Handle<E>,
    /// What this thread begins with.
    rest: Option<Chunk<E::Item>>,
    /// How many items to take at once.
    size: usize,
    /// When the chunk that is executed now was begun.
    since: Instant,
}

impl<E: Executor> Chunks<E> {
    /// Waits for the next. `None` when there are no more.
    pub fn next(&mut self) -> Option<Chunk<E::Item>> {
        let chunk = self.rest.take().or_else(|| {
            let (first, items) = self.pool.0.queue.take(self.size)?;
            Some(Chunk { first, items })
        });
        self.since = Instant::now();
        chunk
    }

    /// The one after that which is executed now, where it is there and those before were done fast:
    /// after slow ones, it is left to the other threads.
    pub fn next_ahead(&mut self) -> Option<Chunk<E::Item>> {
        if self.size == 1 {
            return None;
        }
        let (first, items) = self.pool.0.queue.take_now(self.size)?;
        Some(Chunk { first, items })
    }

    /// Hands on what came of a chunk, in the order in which they were taken.
    pub fn done(&mut self, first: u64, outputs: Vec<E::Output>) {
        self.pool.done(first, outputs);
        let now = Instant::now();
        self.size = match now - self.since > SLOW {
            true => 1,
            false => (self.size * 2).min(self.pool.0.max_chunk),
        };
        self.since = now;
    }
}

#[cfg(test)]
mod tests;
