//! Processes that play cases: each of a few zygotes has an isolate ready, in which nothing of a
//! function has run, and for each case a child that begins with that isolate. So a case costs a fork
//! instead of a new isolate and the evaluation of the packages that it touches, and shares nothing
//! with any other.

mod child;
mod fork;
mod frames;
mod nursery;

use std::collections::VecDeque;
use std::io;
use std::io::Read;
use std::io::Write;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::os::unix::net::UnixStream;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc;

use nix::sys::wait::waitpid;
use nix::unistd::ForkResult;
use nix::unistd::Pid;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::engine::EngineError;
use crate::engine::run::play::Job;
use crate::engine::run::play::lock;
use crate::engine::run::zygote::child::play_in_child;
use crate::engine::run::zygote::fork::can_fork;
use crate::engine::run::zygote::fork::fork_here;
use crate::engine::run::zygote::frames::decode;
use crate::engine::run::zygote::frames::encode;
use crate::engine::run::zygote::frames::read_frame;
use crate::engine::run::zygote::frames::write_frame;
use crate::engine::run::zygote::nursery::ZygoteTemplate;
use crate::engine::temporary_folder;
use crate::fork::end_process;
use crate::temporary::TemporaryFolder;

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
        if !can_fork() {
            return Ok(None);
        }
        let folder = temporary_folder()?;
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
                let thread = std::thread::Builder::new().spawn_scoped(scope, move || {
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
                if let Err(error) = thread {
                    lock(left).clear();
                    return Err(EngineError::Internal(format!(
                        "can't start a thread: {error}"
                    )));
                }
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
        Ok(decode(&read_frame(&mut self.line)?)?)
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

/// What a zygote, one of `count`, does until its line ends.
fn serve<J>(job: &impl Fn(usize) -> J, count: usize, mut line: UnixStream, folder: &Path)
where
    J: Job<Result: Serialize>,
{
    let Ok(mut nursery) = ZygoteTemplate::new() else {
        return;
    };
    let mut number = [0; 8];
    while line.read_exact(&mut number).is_ok() {
        let index = u64::from_le_bytes(number) as usize;
        let job = job(index);
        let alike = job.jobs_for_same_function() / count;
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
