//! The process of one job.

use std::io;
use std::io::{PipeReader, PipeWriter};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::rc::Rc;

use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::ForkResult;
use serde::Serialize;

use super::fork::fork_here;
use super::frames::{decode, encode, read_frame, write_frame};
use super::template::ZygoteTemplate;
use crate::engine::error::{EngineError, Lost, Need};
use crate::engine::isolate::memory;
use crate::engine::run::executor::Crash;
use crate::engine::run::job::{Job, RunningJob};
use crate::engine::run::plan::Plan;
use crate::fork::end_process;
use crate::host;

/// Runs a plan in a child of its own, and sends its result down the line.
pub fn run_in_child<J: Job<Result: Serialize>>(
    plan: &Plan,
    kept: J::Kept,
    template: &mut ZygoteTemplate,
    folder: &Path,
    line: &mut UnixStream,
) -> io::Result<()> {
    let (mut from_child, to_parent) = io::pipe()?;
    let child = match fork_here() {
        Ok(ForkResult::Child) => {
            drop(from_child);
            run_and_end::<J>(plan, kept, template, folder, to_parent)
        }
        Ok(ForkResult::Parent { child }) => child,
        Err(error) => {
            let error = EngineError::machine(Need::Process)(error);
            return write_frame(line, &encode(&J::end(kept, Err(error))));
        }
    };
    drop(to_parent);
    let told = read_told(&mut from_child);
    if let Ok((touched, result)) = &told {
        template.learn(touched);
        write_frame(line, result)?;
    }
    let status = waitpid(child, None);
    if told.is_err() {
        let how = match status {
            Ok(WaitStatus::Signaled(_, signal, _)) => format!(" by {signal}"),
            _ => String::new(),
        };
        let error = EngineError::Lost(Lost::Process(how));
        write_frame(line, &encode(&J::end(kept, Err(error))))?;
    }
    Ok(())
}

/// In the child: runs the plan, and is gone.
fn run_and_end<J: Job<Result: Serialize>>(
    plan: &Plan,
    kept: J::Kept,
    template: &mut ZygoteTemplate,
    folder: &Path,
    to_parent: PipeWriter,
) -> ! {
    let running = Rc::new(RunningJob::<J>::default());
    let (last, mut pipe) = (running.clone(), to_parent.try_clone());
    memory::set_last_words(Some(Box::new(move || {
        if let (Ok(pipe), Some(result)) = (&mut pipe, last.give_up(Crash::OutOfMemory)) {
            tell(pipe, &result);
        }
        end_process(0)
    })));
    let result = catch_unwind(AssertUnwindSafe(|| {
        running.run(plan, kept, folder, || {
            template.worker_thread(plan.options.timeout)
        })
    }));
    if let Some(result) = result.unwrap_or_else(|_| running.give_up(Crash::Panic)) {
        tell(&mut { to_parent }, &result);
    }
    end_process(0)
}

/// Where nobody hears it, nobody is left to be told.
fn tell(pipe: &mut PipeWriter, result: &impl Serialize) {
    let _ = write_frame(pipe, &encode(&host::touched()));
    let _ = write_frame(pipe, &encode(result));
}

/// What the child touched, and its result.
fn read_told(pipe: &mut PipeReader) -> io::Result<(Vec<String>, Vec<u8>)> {
    let touched = decode(&read_frame(pipe)?)?;
    Ok((touched, read_frame(pipe)?))
}
