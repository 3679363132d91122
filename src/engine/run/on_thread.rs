//! Executes items on the pool's own threads, and answers for an item whose thread is lost.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use super::crash::Crash;
use super::pool::{Chunk, Chunks, Executor, Handle};
use crate::engine::error::EngineError;
use crate::engine::isolate::memory;

/// Executes items one after another.
pub trait ItemExecutor: 'static {
    type Item: Send + 'static;
    type Output: Send + 'static;
    type Started: Send + 'static;
    /// What is needed to answer for an item in the middle of which the thread is lost.
    type Pending: 'static;

    /// Called before each item.
    fn begin(&mut self, item: &Self::Item) -> Self::Pending;

    /// Executes an item. An error ends the whole run.
    fn execute(&mut self, item: Self::Item) -> Result<Self::Output, EngineError>;

    /// The output of an item whose thread is lost. An error ends the whole run.
    fn lost(pending: Self::Pending, crash: Crash) -> Result<Self::Output, EngineError>;
}

/// Has an [`ItemExecutor`] work on the pool's thread.
pub struct OnThread<E>(pub E);

/// What a thread is doing, where it can be reached when the thread is lost.
struct Progress<E: ItemExecutor> {
    first: u64,
    current: Option<E::Pending>,
    left: VecDeque<E::Item>,
    outputs: Vec<E::Output>,
}

impl<E: ItemExecutor> Executor for OnThread<E> {
    type Item = E::Item;
    type Output = E::Output;
    type Started = E::Started;

    fn work(&mut self, chunks: &mut Chunks<Self>) -> Result<(), EngineError> {
        while let Some(chunk) = chunks.next() {
            let (first, Some(outputs)) = (chunk.first, self.execute(chunk, &chunks.pool)?) else {
                break;
            };
            chunks.done(first, outputs);
        }
        Ok(())
    }
}

impl<E: ItemExecutor> OnThread<E> {
    /// `None` where this thread can't go on, and another has taken its place.
    fn execute(
        &mut self,
        chunk: Chunk<E::Item>,
        pool: &Handle<Self>,
    ) -> Result<Option<Vec<E::Output>>, EngineError> {
        let executor = &mut self.0;
        let progress = Rc::new(RefCell::new(Progress::<E> {
            first: chunk.first,
            current: None,
            outputs: Vec::with_capacity(chunk.items.len()),
            left: chunk.items,
        }));
        let (last, given) = (progress.clone(), pool.clone());
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
            replace(pool, &progress, Crash::Panic);
            return Ok(None);
        };
        executed?;
        let outputs = std::mem::take(&mut progress.borrow_mut().outputs);
        Ok(Some(outputs))
    }
}

fn next_item<E: ItemExecutor>(
    progress: &RefCell<Progress<E>>,
    executor: &mut E,
) -> Option<E::Item> {
    let mut progress = progress.borrow_mut();
    let item = progress.left.pop_front()?;
    progress.current = Some(executor.begin(&item));
    Some(item)
}

/// This thread can't go on: its item is answered for, and another thread takes the rest.
fn replace<E: ItemExecutor>(
    pool: &Handle<OnThread<E>>,
    progress: &RefCell<Progress<E>>,
    crash: Crash,
) {
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
        pool.done(first, outputs);
        pool.replace_thread(rest)
    })();
    if let Err(error) = replaced {
        pool.fail(error);
    }
}
