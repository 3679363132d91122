//! The process of one case.

use std::io;
use std::io::PipeReader;
use std::io::PipeWriter;
use std::os::unix::net::UnixStream;
use std::path::Path;

use nix::sys::wait::WaitStatus;
use nix::sys::wait::waitpid;
use nix::unistd::ForkResult;
use serde::Serialize;

use crate::engine::EngineError;
use crate::engine::Plan;
use crate::engine::run::play::Job;
use crate::engine::run::play::play_begun;
use crate::engine::run::zygote::fork::fork_here;
use crate::engine::run::zygote::frames::decode;
use crate::engine::run::zygote::frames::encode;
use crate::engine::run::zygote::frames::read_frame;
use crate::engine::run::zygote::frames::write_frame;
use crate::engine::run::zygote::nursery::ZygoteTemplate;
use crate::fork::end_process;
use crate::host;

/// Plays a plan in a child of its own, and sends its result down the line.
pub fn play_in_child<J>(
    plan: Plan,
    kept: J::Kept,
    nursery: &mut ZygoteTemplate,
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
    nursery: &mut ZygoteTemplate,
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
        |timeout| nursery.station(timeout),
        folder,
        tell,
        || end_process(0),
    );
    end_process(0)
}

/// What the child touched, and its result.
fn read_told(pipe: &mut PipeReader) -> io::Result<(Vec<String>, Vec<u8>)> {
    let touched = decode(&read_frame(pipe)?)?;
    Ok((touched, read_frame(pipe)?))
}
