//! Threads that run items side by side: one delivery, in the order of the items, and one replacement
//! of a thread that is lost.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use super::executor::{Crash, Executor};
use super::queue::Queue;
use crate::engine::error::{EngineError, Need};
use crate::engine::isolate::memory;

/// Larger than V8's own limit (`v8_flags::set_v8_flags`), which ends a function's recursion.
pub const STACK_SIZE: usize = 8 << 20;
/// The reader parses, and does nothing else.
const READER_STACK_SIZE: usize = 512 << 10;
/// Chunks for each thread that may be read ahead of what has been delivered.
const AHEAD: usize = 32;
/// A thread that needs longer than this for its chunk takes fewer items at once: outputs are seen
/// soon, and no thread is left without items.
const SLOW: Duration = Duration::from_millis(5);

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

/// Items with consecutive numbers.
struct Chunk<T> {
    first: u64,
    items: VecDeque<T>,
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

/// What the threads share.
struct Shared<E: Executor, S> {
    start: S,
    max_chunk: usize,
    queue: Queue<E::Item>,
    messages: mpsc::Sender<Message<E>>,
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
        E: Executor + 'static,
        S: Fn(bool) -> Result<(E, E::Started), EngineError> + Send + Sync + 'static,
    {
        let threads = self.threads.max(1);
        let (messages, inbox) = mpsc::channel();
        let shared = Arc::new(Shared {
            start,
            max_chunk: self.max_chunk,
            queue: Queue::new((AHEAD * self.max_chunk * threads) as u64),
            messages,
        });
        for number in 0..threads {
            spawn_executor(&shared, number == 0, None)?;
        }
        let reader = shared.clone();
        spawn("segfn-reader", READER_STACK_SIZE, move || {
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
        Ok(())
    }
}

fn spawn(
    name: &str,
    stack: usize,
    body: impl FnOnce() + Send + 'static,
) -> Result<(), EngineError> {
    std::thread::Builder::new()
        .name(name.into())
        .stack_size(stack)
        .spawn(body)
        .map(|_| ())
        .map_err(EngineError::machine(Need::Thread))
}

/// Hands items on as soon as they are there: the next may take its time.
fn read<E: Executor, S>(shared: &Shared<E, S>, mut items: impl Iterator<Item = Vec<E::Item>>) {
    let read = catch_unwind(AssertUnwindSafe(|| {
        while items.next().is_some_and(|items| shared.queue.push(items)) {}
    }));
    let _ = shared.messages.send(match read {
        Ok(()) => Message::Total(shared.queue.close()),
        Err(_) => Message::Failed(Crash::Panic.into()),
    });
}

fn spawn_executor<E, S>(
    shared: &Arc<Shared<E, S>>,
    is_first: bool,
    chunk: Option<Chunk<E::Item>>,
) -> Result<(), EngineError>
where
    E: Executor + 'static,
    S: Fn(bool) -> Result<(E, E::Started), EngineError> + Send + Sync + 'static,
{
    let shared = shared.clone();
    spawn("segfn-worker", STACK_SIZE, move || {
        let worked = catch_unwind(AssertUnwindSafe(|| work(&shared, is_first, chunk)));
        let failed = worked.unwrap_or_else(|_| Err(Crash::Panic.into()));
        if let Err(error) = failed {
            let _ = shared.messages.send(Message::Failed(error));
        }
    })
}

/// The life of a thread.
fn work<E, S>(
    shared: &Arc<Shared<E, S>>,
    is_first: bool,
    mut chunk: Option<Chunk<E::Item>>,
) -> Result<(), EngineError>
where
    E: Executor + 'static,
    S: Fn(bool) -> Result<(E, E::Started), EngineError> + Send + Sync + 'static,
{
    if !is_first && chunk.is_none() {
        chunk = next_chunk(shared, 1);
        if chunk.is_none() {
            return Ok(());
        }
    }
    let (mut executor, started) = (shared.start)(is_first)?;
    if is_first {
        let _ = shared.messages.send(Message::Started(started));
    }
    let mut size = 1;
    while let Some(next) = chunk.take().or_else(|| next_chunk(shared, size)) {
        let start = Instant::now();
        if execute(shared, &mut executor, next)?.is_break() {
            return Ok(());
        }
        size = match start.elapsed() > SLOW {
            true => 1,
            false => (size * 2).min(shared.max_chunk),
        };
    }
    Ok(())
}

fn next_chunk<E: Executor, S>(shared: &Shared<E, S>, size: usize) -> Option<Chunk<E::Item>> {
    let (first, items) = shared.queue.take(size)?;
    Some(Chunk { first, items })
}

/// What a thread is doing, where it can be reached when the thread is lost.
struct Progress<E: Executor> {
    first: u64,
    current: Option<E::Pending>,
    left: VecDeque<E::Item>,
    outputs: Vec<E::Output>,
}

/// Executes a chunk. Breaks when the thread should not be used any more: another has taken its
/// place.
fn execute<E, S>(
    shared: &Arc<Shared<E, S>>,
    executor: &mut E,
    chunk: Chunk<E::Item>,
) -> Result<ControlFlow<()>, EngineError>
where
    E: Executor + 'static,
    S: Fn(bool) -> Result<(E, E::Started), EngineError> + Send + Sync + 'static,
{
    let progress = Rc::new(RefCell::new(Progress::<E> {
        first: chunk.first,
        current: None,
        outputs: Vec::with_capacity(chunk.items.len()),
        left: chunk.items,
    }));
    let (last, given) = (progress.clone(), shared.clone());
    memory::set_last_words(Some(Box::new(move || {
        replace(&given, &last, Crash::OutOfMemory);
    })));
    let executed = catch_unwind(AssertUnwindSafe(|| {
        while let Some(item) = next_item(&progress, executor) {
            let output = executor.execute(item)?;
            let mut progress = progress.borrow_mut();
            progress.current = None;
            progress.outputs.push(output);
        }
        Ok::<(), EngineError>(())
    }));
    memory::set_last_words(None);
    let Ok(executed) = executed else {
        // What is left of V8 on this thread can't be trusted.
        replace(shared, &progress, Crash::Panic);
        return Ok(ControlFlow::Break(()));
    };
    executed?;
    let mut progress = progress.borrow_mut();
    let outputs = std::mem::take(&mut progress.outputs);
    let _ = shared.messages.send(Message::Done {
        first: progress.first,
        outputs,
    });
    Ok(ControlFlow::Continue(()))
}

fn next_item<E: Executor>(progress: &RefCell<Progress<E>>, executor: &mut E) -> Option<E::Item> {
    let mut progress = progress.borrow_mut();
    let item = progress.left.pop_front()?;
    progress.current = Some(executor.begin(&item));
    Some(item)
}

/// This thread can't go on: its item is answered for, and another thread takes the rest.
fn replace<E, S>(shared: &Arc<Shared<E, S>>, progress: &RefCell<Progress<E>>, crash: Crash)
where
    E: Executor + 'static,
    S: Fn(bool) -> Result<(E, E::Started), EngineError> + Send + Sync + 'static,
{
    let replaced = (|| {
        let mut progress = progress.try_borrow_mut().map_err(|_| crash)?;
        // Where no item was running, one has come to nothing before it could begin.
        let current = progress.current.take().ok_or(crash)?;
        let output = E::lost(current, crash)?;
        progress.outputs.push(output);
        let first = progress.first;
        let outputs = std::mem::take(&mut progress.outputs);
        let rest = Chunk {
            first: first + outputs.len() as u64,
            items: std::mem::take(&mut progress.left),
        };
        let _ = shared.messages.send(Message::Done { first, outputs });
        spawn_executor(shared, false, Some(rest))
    })();
    if let Err(error) = replaced {
        let _ = shared.messages.send(Message::Failed(error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doubles numbers, and does what some of them ask for.
    struct Doubler;

    impl Executor for Doubler {
        type Item = u64;
        type Output = u64;
        type Started = ();
        type Pending = u64;

        fn begin(&mut self, item: &u64) -> u64 {
            assert_ne!(*item, 66, "panics before it has begun");
            *item
        }

        fn execute(&mut self, item: u64) -> Result<u64, EngineError> {
            assert_ne!(item % 10, 7, "panics");
            match item {
                13 => Err(Crash::OutOfMemory.into()),
                _ => Ok(item * 2),
            }
        }

        fn lost(pending: u64, crash: Crash) -> Result<u64, EngineError> {
            match pending {
                77 => Err(crash.into()),
                _ => Ok(1000 + pending),
            }
        }
    }

    fn run(pool: &Pool, items: Vec<u64>, most: usize) -> Result<Vec<u64>, EngineError> {
        let mut outputs = Vec::new();
        pool.run(
            |_| Ok((Doubler, ())),
            items.into_iter().map(|item| vec![item, item + 1]),
            |delivery| {
                if let Delivery::Output(output) = delivery {
                    outputs.push(output);
                }
                match outputs.len() < most {
                    true => ControlFlow::Continue(()),
                    false => ControlFlow::Break(()),
                }
            },
        )?;
        Ok(outputs)
    }

    const POOL: Pool = Pool {
        threads: 3,
        max_chunk: 4,
        waits: true,
    };

    #[test]
    fn outputs_come_in_the_order_of_the_items() {
        let items = (0..500).map(|n| n * 100).collect();
        let outputs = run(&POOL, items, usize::MAX).expect("a run");
        let wanted: Vec<u64> = (0..500).flat_map(|n| [n * 200, n * 200 + 2]).collect();
        assert_eq!(outputs, wanted);
    }

    #[test]
    fn a_thread_that_panics_is_replaced_and_its_item_answered_for() {
        let outputs = run(&POOL, vec![100, 107, 200, 206, 300], usize::MAX).expect("a run");
        assert_eq!(
            outputs,
            [200, 202, 1107, 216, 400, 402, 412, 1207, 600, 602]
        );
    }

    #[test]
    fn a_panic_that_nobody_answers_for_ends_the_run_and_does_not_hang() {
        for items in [vec![1, 77, 100], vec![1, 66, 100]] {
            let error = run(&POOL, items, usize::MAX).expect_err("a panic");
            assert!(
                matches!(error, EngineError::Lost(crate::engine::Lost::Panic)),
                "{error}"
            );
        }
    }

    #[test]
    fn a_panic_of_the_reader_or_at_the_start_ends_the_run_and_does_not_hang() {
        let mut count = 0;
        let items = std::iter::from_fn(move || {
            count += 1;
            assert!(count < 3, "panics");
            Some(vec![count])
        });
        let read = POOL.run(|_| Ok((Doubler, ())), items, |_| ControlFlow::Continue(()));
        assert!(read.is_err());
        let start = |is_first| match is_first {
            true => panic!("panics"),
            false => Ok((Doubler, ())),
        };
        let started = POOL.run(start, std::iter::repeat_with(|| vec![1]), |_| {
            ControlFlow::Continue(())
        });
        assert!(started.is_err());
    }

    #[test]
    fn an_error_or_the_sink_ends_the_run() {
        assert!(run(&POOL, vec![1, 12, 100], usize::MAX).is_err());
        for waits in [true, false] {
            let pool = Pool { waits, ..POOL };
            let items = (0..10_000).map(|n| n * 100).collect();
            assert_eq!(run(&pool, items, 3).expect("a run"), [0, 2, 200]);
        }
    }
}
