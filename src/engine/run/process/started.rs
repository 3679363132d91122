//! The life of a worker process that was started, and not forked.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use super::assignment::Assignment;
use super::board::Board;
use super::handover::{PlanHandover, RanReturn};
use super::input_offspring::InputOffspring;
use super::job_offspring::JobOffspring;
use super::offspring::{Offspring, end_process, live};
#[cfg(target_os = "linux")]
use super::probe::Prober;
use super::worker_line::WorkerLine;
use crate::engine::run::pool::STACK_SIZE;
use crate::frames::{decode, read_frame};

const READER_STACK_SIZE: usize = 128 << 10;

/// Does what a supervisor says on standard input, as one of its worker processes. A program that called
/// [`start_workers_by`](super::start_workers_by) calls this first of all when it was started so. There is to
/// be one thread.
pub fn work() -> ! {
    let served = serve();
    // The supervisor sees the end of the line, and why it ended by the number.
    end_process(i32::from(served.is_err()))
}

fn serve() -> io::Result<()> {
    let mut from = copy_of(io::stdin())?;
    let to = copy_of(io::stdout())?;
    let board = Board::map(&io::stderr(), false)?;
    let assignment = decode(&read_frame(&mut from)?)?;
    let streams = Streams { from, to, board };
    match assignment {
        Assignment::Inputs(worker) => {
            let setup = worker.receive(|_, _| Arc::new(RanReturn::new))?;
            streams.serve(|| InputOffspring {
                setup: setup.clone(),
                isolate: None,
            })
        }
        Assignment::Jobs {
            folder,
            credentials,
        } => streams.serve(|| {
            let maker = Arc::new(|plan: PlanHandover| plan);
            JobOffspring::new(maker, 1, folder.clone(), credentials)
        }),
        #[cfg(target_os = "linux")]
        Assignment::Probe => streams.serve(|| Prober),
    }
}

/// What this process has in common with its supervisor.
struct Streams {
    from: File,
    to: File,
    board: Board,
}

impl Streams {
    /// Confines this process, and lives for the first order.
    fn serve<O: Offspring>(self, offspring: impl Fn() -> O + Sync) -> io::Result<()> {
        let Streams {
            mut from,
            to,
            board,
        } = self;
        self::confine(&offspring(), &from, &to);
        // From now on there may be threads. They are confined as this one is.
        let (sender, frames) = mpsc::channel();
        let reader = thread::Builder::new().stack_size(READER_STACK_SIZE);
        reader.spawn(move || {
            while let Ok(frame) = read_frame(&mut from) {
                // The receiver is there as long as the process.
                let _ = sender.send(frame);
            }
            // Nobody is there to end this process, whatever it is doing.
            end_process(0)
        })?;
        let board = Arc::new(board);
        thread::scope(|scope| {
            let body = thread::Builder::new().stack_size(STACK_SIZE);
            body.spawn_scoped(scope, || {
                let next = move || frames.recv().map_err(io::Error::other);
                let line = WorkerLine::new(next, to);
                let mut offspring = offspring();
                let Ok(order) = line.next() else {
                    end_process(0)
                };
                offspring.prepare(&order);
                live(&order, line, &board, &mut offspring)
            })
            .map(drop)
        })
    }
}

#[cfg(target_os = "linux")]
fn confine(offspring: &impl Offspring, from: &File, to: &File) {
    use std::os::fd::AsRawFd;

    use super::confine::Confinement;
    use super::seclusion::seclude;

    let mut allowed = offspring.allowed();
    allowed.open.push(from.as_raw_fd());
    seclude(to.as_raw_fd(), None, &allowed);
    Confinement::confine_at_once(&allowed);
}

/// Other systems have no second wall. What native code says doesn't get into the line.
#[cfg(not(target_os = "linux"))]
fn confine(_: &impl Offspring, _: &File, _: &File) {
    #[cfg(unix)]
    if let Ok(nothing) = File::options().read(true).write(true).open("/dev/null") {
        let _ = nix::unistd::dup2_stdin(&nothing);
        let _ = nix::unistd::dup2_stdout(&nothing);
    }
}

#[cfg(unix)]
fn copy_of(stream: impl std::os::fd::AsFd) -> io::Result<File> {
    Ok(stream.as_fd().try_clone_to_owned()?.into())
}

#[cfg(windows)]
fn copy_of(stream: impl std::os::windows::io::AsHandle) -> io::Result<File> {
    Ok(stream.as_handle().try_clone_to_owned()?.into())
}
