//! What a zygote does.

use std::fs::File;
use std::io;
use std::io::{IoSliceMut, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;

use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::{ForkResult, Pid};

use super::allowed::Allowed;
use super::board::Board;
use super::confine::Confinement;
use super::fork::fork_here;
use super::offspring::{Offspring, end_process, live};
use super::seclusion::seclude;
use super::worker_line::WorkerLine;
use crate::frames::read_frame;

/// Forks a child for each order, until there are no more.
pub fn serve(
    mut control: UnixStream,
    board: &Arc<Board>,
    complaints: &File,
    offspring: &mut impl Offspring,
) {
    let allowed = offspring.allowed();
    seclude(control.as_raw_fd(), Some(complaints), &allowed);
    // It takes time that a run without a second process doesn't have.
    let mut confinement = None;
    let mut last = None;
    while let Ok((order, line)) = receive(&mut control) {
        // Its number was kept until now.
        if let Some(child) = last.take() {
            let _ = waitpid(child, None);
        }
        let confinement = confinement.get_or_insert_with(|| Confinement::of_zygote(&allowed));
        offspring.prepare(&order);
        let child = match fork_here() {
            Ok(ForkResult::Child) => {
                drop(control);
                confinement.confine();
                live_by(&order, line, board, offspring)
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
    let allowed = offspring.allowed();
    seclude(line.as_raw_fd(), Some(complaints), &allowed);
    Confinement::confine_at_once(&allowed);
    live_by(&[], line, board, offspring)
}

/// The life of a worker process that is the supervisor's own child, and does something first that takes its time. Beside
/// that it receives what it lives for, with what it may have, and is confined.
pub fn live_beside<T: Send, F, O: Offspring>(
    mut line: UnixStream,
    board: &Arc<Board>,
    complaints: &File,
    first: impl FnOnce() -> F,
    receive: impl FnOnce(&mut UnixStream) -> io::Result<(T, Allowed)> + Send,
    offspring: impl FnOnce(F, T) -> O,
) -> ! {
    seclude(line.as_raw_fd(), Some(complaints), &Allowed::default());
    let (first, received) = thread::scope(|scope| {
        let received = scope.spawn(|| {
            let (received, allowed) = receive(&mut line)?;
            io::Result::Ok((received, Confinement::confine_beside(&allowed)))
        });
        (first(), received.join())
    });
    let Ok(Ok((received, walls))) = received else {
        // The supervisor is gone, or says what can't be.
        end_process(1)
    };
    walls.finish();
    live_by(&[], line, board, &mut offspring(first, received))
}

fn live_by(
    order: &[u8],
    line: UnixStream,
    board: &Arc<Board>,
    offspring: &mut impl Offspring,
) -> ! {
    match WorkerLine::of_socket(line) {
        Ok(line) => live(order, line, board, offspring),
        Err(_) => end_process(1),
    }
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
    let status = raw_status(waitid(Id::Pid(child), flags)?);
    let mut told = [0; 8];
    told[..4].copy_from_slice(&child.as_raw().to_le_bytes());
    told[4..].copy_from_slice(&status.to_le_bytes());
    Ok(told)
}

/// How a process ended, as the system has it.
pub fn raw_status(status: WaitStatus) -> i32 {
    match status {
        WaitStatus::Exited(_, code) => (code & 0xff) << 8,
        WaitStatus::Signaled(_, signal, _) => signal as i32,
        // Only ends are asked for.
        _ => 0,
    }
}
