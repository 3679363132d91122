//! Does natively, in a worker process, what functions must never come to do, and tells what was refused.

use std::fs;
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl;
use nix::sys::signal::kill;
use nix::unistd::{Pid, getpid, getppid};
use serde::{Deserialize, Serialize};

use super::allowed::Allowed;
use super::assignment::Assignment;
use super::board::Board;
use super::first_worker::FirstWorker;
use super::forks::fork_all;
use super::memory_use::MemoryBound;
use super::offspring::Offspring;
use super::server::live_beside;
use super::slot::{Heard, Slot};
use super::way::{Way, way};
use super::worker_line::WorkerLine;
use crate::engine::error::{EngineError, Lost, Need};
use crate::frames::{decode, encode};
use crate::options::PLATFORM_MEMORY;

/// Something that a worker process was to be kept from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Probe {
    /// Such as `read /etc/passwd`.
    pub what: String,
    /// Whether it was refused.
    pub refused: bool,
}

/// What functions may do.
const REACHED: &str = "reach the network";

/// Tries all of it in a worker process, or in one of each kind. `None` where functions run on threads of this process.
///
/// # Errors
/// There is no room for a process.
pub fn probe_worker() -> Result<Option<Vec<Probe>>, EngineError> {
    let memory = MemoryBound::new(PLATFORM_MEMORY);
    let mut slots = match way(|| Assignment::Probe) {
        Way::Fork => {
            let first = FirstWorker::fork(|line, board, complaints| {
                let received = |_: &mut UnixStream| Ok(((), Allowed::default()));
                live_beside(line, board, complaints, || (), received, |(), ()| Prober);
            });
            let first = first.map_err(EngineError::machine(Need::Process))?;
            fork_all(1, Some((first, memory)), || Prober)?
        }
        Way::Start(program) => vec![Slot::of_program(program)?],
        Way::None => return Ok(None),
    };
    let slot = slots.first_mut().ok_or_else(unanswered)?;
    let first = match slot.has_worker() {
        true => hear(slot)?,
        false => Vec::new(),
    };
    slot.start(&[], memory)?;
    let mut probes = hear(slot)?;
    for (probe, before) in probes.iter_mut().zip(first) {
        if !before.is_as_it_should_be() {
            *probe = before;
        }
    }
    Ok(Some(probes))
}

fn hear(slot: &mut Slot) -> Result<Vec<Probe>, EngineError> {
    match slot.hear()? {
        Heard::Frame(frame) => decode(&frame).map_err(|_| unanswered()),
        Heard::End(ended) => Err(EngineError::lost_process(ended.death.to_string())),
    }
}

fn unanswered() -> EngineError {
    EngineError::Lost(Lost::Unanswered)
}

impl Probe {
    /// What functions need is not to be refused.
    pub fn is_as_it_should_be(&self) -> bool {
        self.refused != (self.what == REACHED)
    }
}

/// Tries it, and tells.
pub struct Prober;

impl Offspring for Prober {
    fn allowed(&self) -> Allowed {
        Allowed::default()
    }

    fn prepare(&mut self, _order: &[u8]) {}

    fn live(&mut self, _order: &[u8], line: WorkerLine, _board: &Arc<Board>) {
        // Where nobody hears it, nobody is left to be told.
        let _ = line.tell(&encode(&probes()));
    }
}

fn probes() -> Vec<Probe> {
    let mut probes = Vec::new();
    let mut probe = |what: &str, refused: bool| {
        let what = what.to_owned();
        probes.push(Probe { what, refused });
    };
    let cannot_read = |path: &str| fs::read(path).is_err();
    probe("read /etc/passwd", cannot_read("/etc/passwd"));
    probe("list the root folder", fs::read_dir("/").is_err());
    probe("read the credentials for AWS", !finds_credentials());
    probe("read the environment", !finds_environment());
    probe("write a file", !writes_file());
    probe("start a program", !starts_program());
    // SAFETY: a child would end at once, and nothing else of it runs.
    let forked = unsafe { libc::fork() };
    if forked == 0 {
        crate::fork::end_process(0);
    }
    probe("fork", forked < 0);
    let parent = getppid();
    let memory = format!("/proc/{parent}/mem");
    probe(
        "read the memory of another process",
        cannot_read(&memory) && !peeks(parent),
    );
    probe(
        "signal another process",
        kill(parent, None) == Err(Errno::EPERM),
    );
    probe(
        "talk to a service of this machine",
        UnixStream::pair().is_err() || !connects(),
    );
    let privileges = prctl::get_no_new_privs();
    probe("gain privileges", privileges == Ok(true));
    probe("trace another process", !traces(parent));
    probe("leave its namespace", unshares().is_err());
    probe(REACHED, TcpListener::bind("127.0.0.1:0").is_err());
    probes
}

fn finds_credentials() -> bool {
    // The environment may not say where that is any more.
    let home = std::env::home_dir().unwrap_or_else(|| PathBuf::from("/root"));
    fs::read_dir(home.join(".aws")).is_ok() || fs::read_dir(home).is_ok()
}

fn finds_environment() -> bool {
    let own = std::env::vars_os().any(|(name, _)| name == "PATH" || name == "HOME");
    own || fs::read("/proc/self/environ").is_ok_and(|bytes| bytes.iter().any(|byte| *byte != 0))
}

fn writes_file() -> bool {
    let name = format!("segfn-probe-{}", getpid());
    [PathBuf::from(&name), std::env::temp_dir().join(&name)]
        .iter()
        .any(|path| fs::write(path, "").map(|()| fs::remove_file(path)).is_ok())
}

fn starts_program() -> bool {
    let quiet = || Stdio::null();
    ["/bin/true", "/usr/bin/true", "/proc/self/exe"]
        .iter()
        .any(|path| {
            Command::new(path)
                .stdout(quiet())
                .stderr(quiet())
                .spawn()
                .is_ok()
        })
}

fn connects() -> bool {
    // Whatever is there: the socket itself is what is refused.
    let Err(error) = UnixStream::connect("/run/segfn-probe") else {
        return true;
    };
    error.raw_os_error() != Some(libc::EPERM)
}

fn peeks(process: Pid) -> bool {
    let mut byte = 0_u8;
    let local = libc::iovec {
        iov_base: (&raw mut byte).cast(),
        iov_len: 1,
    };
    let remote = libc::iovec {
        iov_base: (&raw mut byte).cast(),
        iov_len: 1,
    };
    // SAFETY: it would write the one byte that is there for it.
    unsafe {
        libc::process_vm_readv(
            process.as_raw(),
            &raw const local,
            1,
            &raw const remote,
            1,
            0,
        ) > 0
    }
}

fn traces(process: Pid) -> bool {
    let none = std::ptr::null_mut::<libc::c_void>();
    // SAFETY: to attach changes nothing of this process's memory.
    unsafe { libc::ptrace(libc::PTRACE_SEIZE, process.as_raw(), none, none) == 0 }
}

fn unshares() -> Result<(), Errno> {
    // SAFETY: at worst this process is in a namespace of its own, and it is about to end.
    Errno::result(unsafe { libc::unshare(libc::CLONE_NEWUSER) }).map(drop)
}
