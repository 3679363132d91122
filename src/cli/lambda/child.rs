//! segfn, started for one invocation: whatever becomes of it, the next invocation finds nothing of it.

use std::ffi::OsString;
use std::io;
use std::io::Write;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// So much of what it writes is kept, in bytes: an answer of Lambda has room for 6 MB, and a state of Step Functions for
/// a quarter of one.
const MOST: usize = 100 << 10;

/// A tenth of the time that there is belongs to the end, but not more than this.
const LONGEST_END: Duration = Duration::from_secs(6);

/// What is started.
pub struct ChildOrder {
    pub arguments: Vec<OsString>,
    /// What it reads from standard input.
    pub input: Option<Bytes>,
    /// When it has to have ended, and what came of it to have been told.
    pub until: SystemTime,
}

/// How it ended.
pub struct ChildEnd {
    pub status: ExitStatus,
    /// Whether it was ended because its time was over.
    pub is_late: bool,
    /// The beginning of what it wrote to standard output.
    pub written: String,
    /// The end of what it wrote to standard error, all of which has gone to this process's.
    pub complaints: String,
}

/// Starts it, and waits for its end.
///
/// # Errors
/// It can't be started.
pub async fn run_child(order: ChildOrder) -> io::Result<ChildEnd> {
    let input = match &order.input {
        Some(_) => Stdio::piped(),
        None => Stdio::null(),
    };
    let mut child = Command::new(std::env::current_exe()?)
        .args(&order.arguments)
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let pipes = (child.stdout.take(), child.stderr.take());
    let (Some(stdout), Some(stderr)) = pipes else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let stdin = child.stdin.take();
    let give = async {
        if let (Some(mut stdin), Some(input)) = (stdin, &order.input) {
            // It may end without reading.
            let _ = stdin.write_all(input).await;
        }
    };
    let read = async { tokio::join!(give, beginning(stdout), end(stderr)) };
    let left = order.until.duration_since(SystemTime::now());
    let left = left.unwrap_or_default();
    let last = (left / 10).min(LONGEST_END);
    tokio::pin!(read);
    let mut is_late = false;
    let mut said = timeout(left - last, &mut read).await.ok();
    if said.is_none() {
        is_late = true;
        terminate(&child);
        said = timeout(last * 2 / 3, &mut read).await.ok();
    }
    if said.is_none() {
        child.start_kill()?;
    }
    let status = child.wait().await?;
    let (written, complaints) = said.map_or_else(Default::default, |((), a, b)| (a, b));
    Ok(ChildEnd {
        status,
        is_late,
        written,
        complaints,
    })
}

/// The beginning of what is read, to the end of which it reads.
async fn beginning(mut from: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let mut buffer = vec![0; 16 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let room = MOST.saturating_sub(kept.len());
        kept.extend_from_slice(&buffer[..length.min(room)]);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// The end of what is read, all of which goes to standard error as well.
async fn end(mut from: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let mut buffer = vec![0; 16 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        // There is nowhere left to tell that standard error is closed.
        let _ = io::stderr().write_all(&buffer[..length]);
        kept.extend_from_slice(&buffer[..length]);
        kept.drain(..kept.len().saturating_sub(MOST));
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// Asks it to end.
fn terminate(child: &Child) {
    #[cfg(unix)]
    if let Some(id) = child.id() {
        use nix::sys::signal::{Signal, kill};
        use nix::unistd::Pid;
        // It may have ended just now.
        let _ = kill(Pid::from_raw(id.cast_signed()), Signal::SIGTERM);
    }
}
