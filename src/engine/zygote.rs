//! Processes that play cases: each of a few zygotes has an isolate ready, in which nothing of a
//! function has run, and for each case a child that begins with that isolate. So a case costs a fork
//! instead of a new isolate and the evaluation of the packages that it touches, and shares nothing
//! with any other.
//!
//! A process may only be forked while it has one thread, or its child could wait for ever for a lock
//! that a thread held which it doesn't have. So what needs threads is made in the child: the watchdog, and what waits for sockets and timers.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::fs;
use std::io;
use std::io::PipeReader;
use std::io::PipeWriter;
use std::io::Read;
use std::io::Write;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::os::unix::net::UnixStream;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::path::Path;
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc;

use nix::sys::mman::MmapAdvise;
use nix::sys::mman::madvise;
use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::sys::wait::waitpid;
use nix::unistd::ForkResult;
use nix::unistd::Pid;
use nix::unistd::fork;
use nix::unistd::getpid;
use nix::unistd::getppid;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;

use super::EngineError;
use super::Frozen;
use super::Plan;
use super::blank::Blank;
use super::folder::TemporaryFolder;
use super::memory;
use super::moment::Moment;
use super::play::Job;
use super::play::lock;
use super::play::play_begun;
use super::station::Station;
use super::worker::STACK_SIZE;
use crate::function::Function;
use crate::function::time;
use crate::host;
use crate::host::Reach;
use crate::host::Surroundings;
use crate::net::Stub;
use crate::net::Tape;
use crate::options::AwsMode;

/// Zygotes, which live until this is dropped.
pub struct Zygotes<R> {
    zygotes: Vec<Zygote>,
    /// Where the plans' folders are made.
    _folder: TemporaryFolder,
    results: PhantomData<R>,
}

struct Zygote {
    process: Pid,
    /// Numbers of jobs go out, results come back.
    line: UnixStream,
}

impl<R: Serialize + DeserializeOwned + Send> Zygotes<R> {
    /// `count` zygotes, for jobs that `job` makes of their numbers, in the child, from what is in
    /// memory now. `None` where this process can't be forked: it has several threads, or too little
    /// stack.
    ///
    /// # Errors
    /// There is no room for another process, or for a temporary folder.
    pub fn start<J>(count: usize, job: impl Fn(usize) -> J) -> Result<Option<Self>, EngineError>
    where
        J: Job<Result = R>,
    {
        if !has_one_thread() || !has_stack() {
            return Ok(None);
        }
        let folder = TemporaryFolder::new()?;
        let mut zygotes: Vec<Zygote> = Vec::new();
        for _ in 0..count.max(1) {
            let (line, theirs) = UnixStream::pair().map_err(no_process)?;
            match fork_here().map_err(no_process)? {
                ForkResult::Parent { child: process } => zygotes.push(Zygote { process, line }),
                ForkResult::Child => {
                    // Another zygote hears of the end of its line when nobody else holds it.
                    drop((line, zygotes));
                    let served =
                        AssertUnwindSafe(|| serve(&job, count.max(1), theirs, folder.path()));
                    end_process(i32::from(catch_unwind(served).is_err()))
                }
            }
        }
        Ok(Some(Zygotes {
            zygotes,
            _folder: folder,
            results: PhantomData,
        }))
    }

    /// Plays the jobs of these numbers. `sink` gets each result as soon as it is there and not in
    /// order; it may end the run, which then waits for the jobs that are being played.
    ///
    /// # Errors
    /// A zygote is gone.
    pub fn play(
        &mut self,
        numbers: impl IntoIterator<Item = usize>,
        mut sink: impl FnMut(usize, R) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let left: Mutex<VecDeque<usize>> = Mutex::new(numbers.into_iter().collect());
        let (messages, inbox) = mpsc::channel();
        std::thread::scope(|scope| {
            for zygote in &mut self.zygotes {
                let (left, messages) = (&left, messages.clone());
                scope.spawn(move || {
                    loop {
                        let Some(number) = lock(left).pop_front() else {
                            return;
                        };
                        let result = zygote.ask(number);
                        let failed = result.is_err();
                        if messages.send((number, result)).is_err() || failed {
                            return;
                        }
                    }
                });
            }
            drop(messages);
            while let Ok((number, result)) = inbox.recv() {
                let flow = match result {
                    Ok(result) => sink(number, result),
                    Err(error) => {
                        lock(&left).clear();
                        return Err(EngineError::Internal(format!(
                            "a process that plays cases is gone: {error}"
                        )));
                    }
                };
                if flow.is_break() {
                    lock(&left).clear();
                    // What is being played is waited for, and not told.
                    return Ok(());
                }
            }
            Ok(())
        })
    }
}

impl Zygote {
    fn ask<R: DeserializeOwned>(&mut self, number: usize) -> io::Result<R> {
        self.line.write_all(&(number as u64).to_le_bytes())?;
        Ok(serde_json::from_slice(&read_frame(&mut self.line)?)?)
    }
}

impl<R> Drop for Zygotes<R> {
    fn drop(&mut self) {
        for Zygote { process, line } in self.zygotes.drain(..) {
            drop(line);
            let _ = waitpid(process, None);
        }
    }
}

fn no_process(error: impl Into<io::Error>) -> EngineError {
    EngineError::Internal(format!("can't start a process: {}", error.into()))
}

fn has_one_thread() -> bool {
    fs::read_dir("/proc/self/task").is_ok_and(|tasks| tasks.count() == 1)
}

/// Functions run on the main thread's stack, which is to be as large as a worker's.
fn has_stack() -> bool {
    rlimit::Resource::STACK
        .get()
        .is_ok_and(|(soft, _)| soft >= STACK_SIZE as u64)
}

/// Forks; the child doesn't outlive its parent.
fn fork_here() -> nix::Result<ForkResult> {
    let parent = getpid();
    // SAFETY: this process has one thread (`Zygotes::start`, and V8 starts none: `threadless`), so
    // no lock is held by one that the child lacks.
    let forked = unsafe { fork() }?;
    if let ForkResult::Child = forked {
        let _ = prctl::set_pdeathsig(Signal::SIGKILL);
        if getppid() != parent {
            end_process(0);
        }
    }
    Ok(forked)
}

/// Has children get the memory that V8 has by now: it marks its own as not to be copied, which makes
/// the start of other programs faster, and forks of itself crash.
fn let_children_have_memory() {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    for map in maps.lines() {
        // Such as `7f00-7f80 rw-p 00000000 00:00 0`, and a name behind it where there is a file.
        let mut fields = map.split_ascii_whitespace();
        let range = fields.next().and_then(|range| range.split_once('-'));
        let Some((start, end)) = range else { continue };
        let is_named = fields.nth(4).is_some();
        let ends = [start, end].map(|end| usize::from_str_radix(end, 16).unwrap_or(0));
        let start = NonNull::new(std::ptr::without_provenance_mut::<c_void>(ends[0]));
        if let (Some(start), false) = (start, is_named) {
            // SAFETY: the advice changes nothing of the memory itself. Where it can't be taken, it
            // isn't needed.
            let _ = unsafe { madvise(start, ends[1] - ends[0], MmapAdvise::MADV_DOFORK) };
        }
    }
}

/// Nothing is flushed and nothing is dropped: all of it belongs to the parent.
fn end_process(code: i32) -> ! {
    // SAFETY: `_exit` only ends the process.
    unsafe { nix::libc::_exit(code) }
}

/// What a zygote, one of `count`, does until its line ends.
fn serve<J>(job: &impl Fn(usize) -> J, count: usize, mut line: UnixStream, folder: &Path)
where
    J: Job<Result: Serialize>,
{
    let Ok(mut nursery) = Nursery::new() else {
        return;
    };
    let mut number = [0; 8];
    while line.read_exact(&mut number).is_ok() {
        let index = u64::from_le_bytes(number) as usize;
        let job = job(index);
        let alike = job.alike() / count;
        let answered = match job.begin() {
            Err(result) => write_frame(&mut line, &encode(&result)),
            Ok((plan, kept)) => {
                nursery.prepare(&plan, alike);
                let folder = folder.join(index.to_string());
                play_in_child::<J>(plan, kept, &mut nursery, &folder, &mut line)
            }
        };
        if answered.is_err() {
            return;
        }
    }
}

/// Plays a plan in a child of its own, and sends its result down the line.
fn play_in_child<J>(
    plan: Plan,
    kept: J::Kept,
    nursery: &mut Nursery,
    folder: &Path,
    line: &mut UnixStream,
) -> io::Result<()>
where
    J: Job<Result: Serialize>,
{
    let failed = |kept, problem: String| encode(&J::end(kept, Err(EngineError::Internal(problem))));
    let (mut from_child, to_parent) = io::pipe()?;
    let child = match fork_here() {
        Ok(ForkResult::Child) => {
            drop(from_child);
            play_last::<J>(plan, kept, nursery, folder, to_parent)
        }
        Ok(ForkResult::Parent { child }) => child,
        Err(error) => return write_frame(line, &failed(kept, format!("can't fork: {error}"))),
    };
    drop(to_parent);
    let told = read_told(&mut from_child);
    if let Ok((touched, result)) = &told {
        nursery.learn(touched);
        write_frame(line, result)?;
    }
    let status = waitpid(child, None);
    if told.is_err() {
        let how = match status {
            Ok(WaitStatus::Signaled(_, signal, _)) => format!(" by {signal}"),
            _ => String::new(),
        };
        let problem = format!("the process in which the case ran was ended{how}");
        write_frame(line, &failed(kept, problem))?;
    }
    Ok(())
}

/// In the child: plays the plan, and is gone.
fn play_last<J>(
    plan: Plan,
    kept: J::Kept,
    nursery: &mut Nursery,
    folder: &Path,
    mut pipe: PipeWriter,
) -> !
where
    J: Job<Result: Serialize>,
{
    let tell = move |result: J::Result| {
        let touched = encode(&host::touched());
        // Where nobody hears it, nobody is left to be told.
        let _ = write_frame(&mut pipe, &touched);
        let _ = write_frame(&mut pipe, &encode(&result));
        end_process(0)
    };
    play_begun::<J>(
        (plan, kept),
        |timeout| match nursery.blank.take() {
            Some(blank) => Station::last(timeout, nursery.tokio.clone(), blank),
            None => Station::new(timeout),
        },
        folder,
        tell,
        || end_process(0),
    );
    end_process(0)
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    // Only maps with keys that aren't texts can't be written, and there are none.
    serde_json::to_vec(value).unwrap_or_default()
}

/// What the child touched, and its result.
fn read_told(pipe: &mut PipeReader) -> io::Result<(Vec<String>, Vec<u8>)> {
    let touched = serde_json::from_slice(&read_frame(pipe)?)?;
    Ok((touched, read_frame(pipe)?))
}

fn write_frame(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let mut frame = Vec::with_capacity(bytes.len() + 8);
    frame.extend((bytes.len() as u64).to_le_bytes());
    frame.extend(bytes);
    to.write_all(&frame)
}

fn read_frame(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    match bytes.len() as u64 == length {
        true => Ok(bytes),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// For what is used before there is a case.
fn nowhere() -> Reach {
    Reach {
        aws: AwsMode::Real,
        tape: Tape::Stub(Stub::default()),
        ..Reach::default()
    }
}

/// From so many cases of a function on, a zygote saves time by evaluating what they touch.
const WORTH_PRELOADING: usize = 3;
/// And by using it once, and compiling the function.
const WORTH_WARMING_UP: usize = 8;

/// The isolate that children begin with. Once it has what a function's first case touched, it is for
/// that function only.
struct Nursery {
    moment: Moment,
    /// What the isolate's ops run on, once one had to wait. It waits for timers only: cases open no
    /// socket, and parents and children must not have one in common.
    tokio: Rc<Runtime>,
    function: Option<Arc<Function>>,
    blank: Option<Blank>,
    /// Whether the blank knows the function's code.
    compiled: bool,
    /// What the function's cases touched, and how much of that the blank has.
    touched: Vec<String>,
    preloaded: usize,
}

impl Nursery {
    fn new() -> io::Result<Nursery> {
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        Ok(Nursery {
            tokio: Rc::new(tokio),
            moment: Moment::new(Some(Frozen {
                time: time::default(),
                seed: 0,
            })),
            function: None,
            blank: None,
            compiled: false,
            touched: Vec::new(),
            preloaded: 0,
        })
    }

    /// Has an isolate ready for `plan`, the function of which is likely to be played about `alike`
    /// times. Where that fails, the child makes its own and tells why.
    fn prepare(&mut self, plan: &Plan, alike: usize) {
        if plan.options.frozen.is_none() || !plan.options.reach.tape.is_closed() {
            self.blank = None;
            return;
        }
        let (function, memory) = (&plan.function, plan.options.memory);
        let is_own =
            |own: &Arc<Function>| own.path == function.path && own.source == function.source;
        let same = self.function.as_ref().is_some_and(is_own);
        if !same {
            self.function = Some(function.clone());
            self.touched.clear();
        }
        let unused = self.preloaded == 0 && !self.compiled;
        let fits = (same || unused) && self.blank.as_ref().is_some_and(|b| b.memory == memory);
        self.moment.enter();
        if !fits {
            // Before another is made: there is one isolate at a time.
            self.blank = None;
            self.blank = Blank::new(memory, &self.moment.clock).ok();
            self.compiled = false;
            self.preloaded = 0;
        }
        let Some(blank) = &mut self.blank else { return };
        let new = match alike >= WORTH_PRELOADING {
            true => &self.touched[self.preloaded..],
            false => &[],
        };
        let warm = alike >= WORTH_WARMING_UP;
        let compiles = warm && same && !self.compiled && !plan.options.coverage;
        if fits && new.is_empty() && !compiles {
            return;
        }
        if !new.is_empty() {
            blank.preload(new);
            self.preloaded = self.touched.len();
            if warm {
                // Children need not collect what is left of that. What warming up leaves they may as
                // well have: V8's notes on the objects that it made are of use to them.
                memory::sweep_whole(&mut blank.runtime);
                if let Ok(nowhere) = Surroundings::new(&nowhere()) {
                    blank.warm_up(new, &nowhere, &self.tokio);
                }
            }
        }
        if compiles {
            blank.compile(function);
            self.compiled = true;
        }
        let_children_have_memory();
    }

    fn learn(&mut self, touched: &[String]) {
        for name in touched {
            if !self.touched.contains(name) {
                self.touched.push(name.clone());
            }
        }
    }
}
