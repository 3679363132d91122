//! Inputs to workers, and what came of them back in order.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;
use std::time::Instant;

use crate::engine::EngineError;
use crate::engine::InputResult;
use crate::engine::Loaded;
use crate::engine::Options;
use crate::engine::invoke::infer_kind;
use crate::engine::isolate::memory;
use crate::engine::run::determinism::Determinism;
use crate::engine::run::queue::Queue;
use crate::engine::run::worker::STACK_SIZE;
use crate::engine::run::worker::Worker;
use crate::engine::run::worker_thread::WorkerThread;
use crate::function::Function;
use crate::function::Input;
use crate::host::HostEnv;

/// Inputs that go to a worker at once when they come fast.
const MAX_CHUNK: usize = 64;
/// Inputs, in chunks for each worker, that may be read ahead of what has been delivered.
const AHEAD: usize = 32;
/// A worker that needs longer than this for its inputs takes fewer at once: outcomes are seen
/// soon, and no worker is left without inputs.
const SLOW: Duration = Duration::from_millis(5);

struct Chunk {
    first: u64,
    inputs: VecDeque<Input>,
}

enum Message<T> {
    /// What came of the inputs from `first` on.
    Done {
        first: u64,
        outputs: Vec<T>,
    },
    /// The first worker has loaded the function.
    Loaded(Loaded),
    /// There were so many inputs.
    Total(u64),
    Failed(EngineError),
}

/// What the threads share.
struct Shared<T, M> {
    function: Arc<Function>,
    options: Arc<Options>,
    host_env: Arc<HostEnv>,
    map: M,
    queue: Queue,
    messages: mpsc::Sender<Message<T>>,
}

/// See [`crate::engine::run()`].
pub fn run<T, M>(
    function: Function,
    inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
    options: Options,
    mut on_loaded: impl FnMut(&Loaded),
    map: M,
    mut sink: impl FnMut(T) -> ControlFlow<()>,
) -> Result<(), EngineError>
where
    T: Send + 'static,
    M: Fn(InputResult) -> T + Send + Sync + 'static,
{
    let jobs = options.jobs.max(1);
    let moment = Determinism::new(options.frozen);
    moment.enter();
    let host_env = crate::engine::host_env(&options);
    // The workers have moments of their own, and the caller's thread the real one.
    Determinism::new(None).enter();
    let host_env = Arc::new(host_env?);
    let (messages, inbox) = mpsc::channel();
    let shared = Arc::new(Shared {
        function: Arc::new(function),
        options: Arc::new(options),
        host_env,
        map,
        queue: Queue::new((AHEAD * MAX_CHUNK * jobs) as u64),
        messages,
    });
    for number in 0..jobs {
        spawn_worker(shared.clone(), number == 0, None)?;
    }
    let reader = shared.clone();
    spawn("segfn-reader", 512 << 10, move || read(&reader, inputs))?;

    let mut waiting = BTreeMap::new();
    let mut next = 0;
    let mut total = None;
    while total != Some(next) {
        let Ok(message) = inbox.recv() else {
            return Err(EngineError::Internal(
                "a worker thread ended too early".into(),
            ));
        };
        match message {
            Message::Failed(error) => {
                shared.queue.close();
                return Err(error);
            }
            Message::Loaded(loaded) => on_loaded(&loaded),
            Message::Total(count) => total = Some(count),
            Message::Done { first, outputs } => {
                waiting.insert(first, outputs);
            }
        }
        while let Some(outputs) = waiting.remove(&next) {
            next += outputs.len() as u64;
            for output in outputs {
                if sink(output).is_break() {
                    shared.queue.close();
                    return Ok(());
                }
            }
        }
        shared.queue.deliver(next);
    }
    Ok(())
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
        .map_err(|error| EngineError::Internal(format!("can't start a thread: {error}")))
}

/// Hands inputs on as soon as they are there: the next may take its time.
fn read<T, M>(shared: &Shared<T, M>, mut inputs: impl Iterator<Item = Vec<Input>>) {
    while inputs
        .next()
        .is_some_and(|inputs| shared.queue.push(inputs))
    {}
    let _ = shared.messages.send(Message::Total(shared.queue.close()));
}

fn spawn_worker<T, M>(
    shared: Arc<Shared<T, M>>,
    eager: bool,
    chunk: Option<Chunk>,
) -> Result<(), EngineError>
where
    T: Send + 'static,
    M: Fn(InputResult) -> T + Send + Sync + 'static,
{
    spawn("segfn-worker", STACK_SIZE, move || {
        work(&shared, eager, chunk)
    })
}

/// A worker's life: `eager` for the one that loads the function before there is any input.
fn work<T, M>(shared: &Arc<Shared<T, M>>, eager: bool, mut chunk: Option<Chunk>)
where
    T: Send + 'static,
    M: Fn(InputResult) -> T + Send + Sync + 'static,
{
    if !eager && chunk.is_none() {
        chunk = next_chunk(shared, 1);
        if chunk.is_none() {
            return;
        }
    }
    let start = || {
        Worker::start(
            shared.function.clone(),
            shared.options.clone(),
            shared.host_env.clone(),
            WorkerThread::new(shared.options.timeout)?,
            Determinism::new(shared.options.frozen),
        )
    };
    let mut worker = match start() {
        Ok((worker, mut loaded)) => {
            if eager {
                let wanted = shared.options.handler.as_deref();
                let warnings = infer_kind::warnings(&shared.function, &loaded, wanted);
                loaded.warnings.splice(..0, warnings);
                let _ = shared.messages.send(Message::Loaded(loaded));
            }
            worker
        }
        Err(error) => {
            let _ = shared.messages.send(Message::Failed(error));
            return;
        }
    };
    let mut size = 1;
    while let Some(next) = chunk.take().or_else(|| next_chunk(shared, size)) {
        let start = Instant::now();
        run_chunk(shared, &mut worker, next);
        size = if start.elapsed() > SLOW {
            1
        } else {
            (size * 2).min(MAX_CHUNK)
        };
    }
    memory::set_last_words(None);
}

fn next_chunk<T, M>(shared: &Shared<T, M>, size: usize) -> Option<Chunk> {
    let (first, inputs) = shared.queue.take(size)?;
    Some(Chunk { first, inputs })
}

/// What a worker is doing, where its last words can reach it.
struct Progress<T> {
    first: u64,
    /// The name of the input that is running.
    current: Option<String>,
    left: VecDeque<Input>,
    outputs: Vec<T>,
}

fn run_chunk<T, M>(shared: &Arc<Shared<T, M>>, worker: &mut Worker, chunk: Chunk)
where
    T: Send + 'static,
    M: Fn(InputResult) -> T + Send + Sync + 'static,
{
    let progress = Rc::new(RefCell::new(Progress {
        first: chunk.first,
        current: None,
        outputs: Vec::with_capacity(chunk.inputs.len()),
        left: chunk.inputs,
    }));
    let (last, given, kind) = (progress.clone(), shared.clone(), worker.kind());
    memory::set_last_words(Some(Box::new(move || give_up(&given, &last, kind))));
    loop {
        let Some(input) = progress.borrow_mut().left.pop_front() else {
            break;
        };
        progress.borrow_mut().current = Some(input.name.clone());
        // Whatever worker an input comes to, it finds the same time and the same randomness.
        worker.restart_moment(input.time);
        let output = (shared.map)(worker.run(&input));
        let mut progress = progress.borrow_mut();
        progress.current = None;
        progress.outputs.push(output);
    }
    let mut progress = progress.borrow_mut();
    let outputs = std::mem::take(&mut progress.outputs);
    let _ = shared.messages.send(Message::Done {
        first: progress.first,
        outputs,
    });
}

/// V8 can't go on in this thread: its input ends as out of memory, and another worker takes the
/// rest.
fn give_up<T, M>(
    shared: &Arc<Shared<T, M>>,
    progress: &RefCell<Progress<T>>,
    kind: crate::function::Kind,
) where
    T: Send + 'static,
    M: Fn(InputResult) -> T + Send + Sync + 'static,
{
    let Ok(mut progress) = progress.try_borrow_mut() else {
        return;
    };
    if let Some(name) = progress.current.take() {
        let ran = crate::engine::run::worker::out_of_memory(&name, kind);
        let output = (shared.map)(ran);
        progress.outputs.push(output);
    }
    let first = progress.first;
    let outputs = std::mem::take(&mut progress.outputs);
    let rest = Chunk {
        first: first + outputs.len() as u64,
        inputs: std::mem::take(&mut progress.left),
    };
    let _ = shared.messages.send(Message::Done { first, outputs });
    if let Err(error) = spawn_worker(shared.clone(), false, Some(rest)) {
        let _ = shared.messages.send(Message::Failed(error));
    }
}
