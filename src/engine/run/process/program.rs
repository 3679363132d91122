//! segfn itself, from which worker processes are started where this one can't be forked.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use super::line::{Line, Pipes};
use super::worker_process::Process;
use crate::frames::encode;

static ARGUMENTS: OnceLock<Vec<OsString>> = OnceLock::new();

/// Says that this program, started with `arguments`, calls [`work`](super::work) first of all: functions can
/// run in such processes then.
pub fn start_workers_by(arguments: &[&str]) {
    let arguments = arguments.iter().map(OsString::from);
    let _ = ARGUMENTS.set(arguments.collect());
}

/// A program that is a worker process when it is started.
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    /// The first frame that a process gets.
    assignment: Arc<[u8]>,
}

impl Program {
    /// This program, for `assignment`. `None` where nobody has said that it can be started so.
    pub fn this<A: Serialize>(assignment: impl FnOnce() -> A) -> Option<Program> {
        Some(Program {
            arguments: ARGUMENTS.get()?.clone(),
            path: path()?,
            assignment: encode(&assignment()).into(),
        })
    }

    /// The same again.
    pub fn again(&self) -> Program {
        Program {
            path: self.path.clone(),
            arguments: self.arguments.clone(),
            assignment: self.assignment.clone(),
        }
    }

    /// Starts a process, which gets `order` after its assignment. `shared` is its standard error.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn start(&self, order: &[u8], shared: &File) -> io::Result<(Process, Line)> {
        let mut child = Command::new(&self.path)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(shared.try_clone()?)
            .spawn()?;
        match pipes(&mut child) {
            Ok(pipes) => {
                let mut line = Line::Pipes(pipes);
                line.tell(&self.assignment);
                line.tell(order);
                Ok((Process::Started(child), line))
            }
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }
}

fn pipes(child: &mut Child) -> io::Result<Pipes> {
    let both = child.stdin.take().zip(child.stdout.take());
    let (to, from) = both.ok_or(io::ErrorKind::BrokenPipe)?;
    Pipes::new(to, from)
}

/// Where this program is. On Linux it is found also after its file was replaced.
fn path() -> Option<PathBuf> {
    match cfg!(target_os = "linux") {
        true => Some("/proc/self/exe".into()),
        false => std::env::current_exe().ok(),
    }
}
