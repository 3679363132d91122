//! The end of a part, when its machine is taken away: by SIGTERM, or by Ctrl-C.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::error::Exit;
use super::until_ended::Signals;

/// So long may what is under way take to end. An engine ends the process itself after some ten seconds or more.
const LAST: Duration = Duration::from_secs(5);

/// Whether the process was asked to end.
#[derive(Clone, Default)]
pub struct Interruption(Arc<AtomicBool>);

impl Interruption {
    /// Listens from now on, also where the process is the first of a container, which otherwise doesn't notice.
    /// A process that is still there a little later is ended, whatever it waits for; what it leaves on the disk
    /// is removed by others.
    ///
    /// # Errors
    /// The system gives no thread, or no signals.
    pub fn watch() -> io::Result<Interruption> {
        let interruption = Interruption::default();
        let told = interruption.clone();
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
                told.0.store(true, Ordering::Relaxed);
                thread::sleep(LAST);
                std::process::exit(Exit::Terminated as i32);
            })?;
        listens
            .recv()
            .unwrap_or_else(|_| Err(io::Error::other("the thread for signals has ended")))?;
        Ok(interruption)
    }

    /// Whether the process was asked to end.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
