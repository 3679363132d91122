//! What a zygote does.

use std::fs::File;
use std::io;
use std::io::{IoSliceMut, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::{ForkResult, Pid, dup2_stderr, dup2_stdin, dup2_stdout};

use super::allowed::Allowed;
use super::board::Board;
use super::confine::{Confinement, close_all_but};
use super::death::{OUT_OF_MEMORY, PANIC};
use super::fork::fork_here;
use crate::engine::isolate::memory;
use crate::fork::end_process;
use crate::frames::read_frame;

/// What the children of a zygote do.
pub trait Offspring {
    /// What they may have beside memory and time.
    fn allowed(&self) -> Allowed;

    /// In the zygote, before a child is forked for `order`.
    fn prepare(&mut self, order: &[u8]);

    /// The life of a child, which talks to the supervisor by `line` and has a board in common with
    /// it.
    fn live(&mut self, order: &[u8], line: UnixStream, board: &Arc<Board>);
}

/// Forks a child for each order, until there are no more.
pub fn serve(
    mut control: UnixStream,
    board: &Arc<Board>,
    complaints: &File,
    offspring: &mut impl Offspring,
) {
    let confinement = seclude(&control, complaints, offspring);
    let mut last = None;
    while let Ok((order, line)) = receive(&mut control) {
        // Its number was kept until now.
        if let Some(child) = last.take() {
            let _ = waitpid(child, None);
        }
        offspring.prepare(&order);
        let child = match fork_here() {
            Ok(ForkResult::Child) => {
                drop(control);
                confinement.confine();
                live(&order, line, board, offspring)
            }
            Ok(ForkResult::Parent { child }) => child,
            Err(error) => {
                let number = -error.raw_os_error().unwrap_or(nix::libc::EAGAIN);
                if control.write_all(&number.to_le_bytes()).is_err() {
                    return;
                }
                continue;
            }
        };
        drop(line);
        last = Some(child);
        let told = control
            .write_all(&child.as_raw().to_le_bytes())
            .and_then(|()| wait(child))
            .and_then(|status| control.write_all(&status));
        if told.is_err() {
            // Its supervisor has ended it, and counts what it took.
            let _ = waitpid(child, None);
            return;
        }
    }
    if let Some(child) = last {
        let _ = waitpid(child, None);
    }
}

/// The life of a worker process that is the supervisor's own child.
pub fn live_at_once(
    line: UnixStream,
    board: &Arc<Board>,
    complaints: &File,
    offspring: &mut impl Offspring,
) -> ! {
    seclude(&line, complaints, offspring).confine();
    live(&[], line, board, offspring)
}

/// Leaves this process nothing but `line` and what its offspring is allowed.
fn seclude(line: &UnixStream, complaints: &File, offspring: &impl Offspring) -> Confinement {
    silence(complaints);
    let mut allowed = offspring.allowed();
    allowed.open.push(line.as_raw_fd());
    close_all_but(std::mem::take(&mut allowed.open));
    Confinement::of_zygote(&allowed)
}

/// Whatever this process and its children say leaves them by their lines, but for what V8 and Rust
/// complain of before they end the process.
fn silence(complaints: &File) {
    let Ok(nothing) = File::options().read(true).write(true).open("/dev/null") else {
        return;
    };
    let _ = dup2_stdin(&nothing);
    let _ = dup2_stdout(&nothing);
    let _ = dup2_stderr(complaints);
}

/// The next order, and the child's line to the supervisor.
fn receive(control: &mut UnixStream) -> io::Result<(Vec<u8>, UnixStream)> {
    let mut byte = [0];
    let mut space = nix::cmsg_space!([i32; 1]);
    let mut buffers = [IoSliceMut::new(&mut byte)];
    let message = recvmsg::<()>(
        control.as_raw_fd(),
        &mut buffers,
        Some(&mut space),
        MsgFlags::MSG_CMSG_CLOEXEC,
    )?;
    let line = message.cmsgs()?.find_map(|part| match part {
        ControlMessageOwned::ScmRights(files) => files.first().copied(),
        _ => None,
    });
    let line = line.ok_or(io::ErrorKind::UnexpectedEof)?;
    // SAFETY: the system has just made it for this process, and nothing else knows of it.
    let line = unsafe { OwnedFd::from_raw_fd(line) };
    Ok((read_frame(control)?, line.into()))
}

/// Waits until a child has ended, and leaves its number taken: the supervisor may be about to end it.
/// Gives the number and the status as the system has them.
fn wait(child: Pid) -> io::Result<[u8; 8]> {
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
    let status = waitid(Id::Pid(child), flags)?;
    let raw = match status {
        WaitStatus::Exited(_, code) => (code & 0xff) << 8,
        WaitStatus::Signaled(_, signal, _) => signal as i32,
        _ => 0,
    };
    let mut told = [0; 8];
    told[..4].copy_from_slice(&child.as_raw().to_le_bytes());
    told[4..].copy_from_slice(&raw.to_le_bytes());
    Ok(told)
}

/// The life of a child.
fn live(order: &[u8], line: UnixStream, board: &Arc<Board>, offspring: &mut impl Offspring) -> ! {
    memory::set_last_words(Some(Box::new(|| end_process(OUT_OF_MEMORY))));
    let words = board.clone();
    std::panic::set_hook(Box::new(move |panic| words.leave_words(&panic.to_string())));
    let lived = catch_unwind(AssertUnwindSafe(|| offspring.live(order, line, board)));
    end_process(if lived.is_ok() { 0 } else { PANIC })
}
