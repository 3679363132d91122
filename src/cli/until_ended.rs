//! The end of a command that runs until it is told to end.

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::error::Exit;

/// So long may the end take, once it is asked for.
const LAST: Duration = Duration::from_millis(1500);

/// Gives what is there as soon as the process is to end. It ends soon after, with success.
///
/// # Errors
/// As [`on_end`].
pub fn until_ended() -> io::Result<impl Future<Output = ()>> {
    let (end, ended) = oneshot::channel();
    on_end(LAST, Exit::Success, move || {
        // The server may have failed meanwhile.
        let _ = end.send(());
    })?;
    Ok(async {
        if ended.await.is_err() {
            // Nothing ends it but what ends the process.
            std::future::pending().await
        }
    })
}

/// Calls `told` when the process is to end, by Ctrl-C or SIGTERM, also where these were ignored when the process began,
/// or it is the first of a container, which otherwise doesn't notice. A process that is still there after `last` is
/// ended with `exit`, however busy its threads are: this one waits for nothing else.
///
/// # Errors
/// The system gives no thread, or no signals.
pub(super) fn on_end(
    last: Duration,
    exit: Exit,
    told: impl FnOnce() + Send + 'static,
) -> io::Result<()> {
    let (ready, listens) = mpsc::channel();
    thread::Builder::new()
        .name("segfn-end".into())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let waited = runtime.and_then(|runtime| {
                runtime.block_on(async {
                    let mut signals = Signals::new()?;
                    // Who waits for this is gone only with the process.
                    let _ = ready.send(Ok(()));
                    signals.next().await;
                    Ok(())
                })
            });
            if let Err(error) = waited {
                let _ = ready.send(Err(error));
                return;
            }
            told();
            thread::sleep(last);
            std::process::exit(exit as i32);
        })?;
    listens
        .recv()
        .unwrap_or_else(|_| Err(io::Error::other("the thread for signals has ended")))
}

/// What asks a process to end.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Signals> {
        Ok(Signals)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
