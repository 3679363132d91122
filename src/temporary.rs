//! A folder that is gone at the end.

use std::io;
use std::path::Path;

use tempfile::TempDir;

/// A new folder in the system's folder for such, which only this user may enter. It is removed when
/// this is dropped; on Linux also when the process is killed, by a process that waits for that, if
/// there was one thread when this was made.
pub struct TemporaryFolder {
    // Dropped first: of two who remove at once, one would stumble over the other.
    #[cfg(target_os = "linux")]
    janitor: Option<janitor::Janitor>,
    folder: TempDir,
}

impl TemporaryFolder {
    /// # Errors
    /// The folder can't be made; the error says which one.
    pub fn new() -> io::Result<TemporaryFolder> {
        let folder = tempfile::Builder::new().prefix("segfn-").tempdir()?;
        Ok(TemporaryFolder {
            #[cfg(target_os = "linux")]
            janitor: janitor::Janitor::start(folder.path()),
            folder,
        })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What the process that removes the folder waits for: it does that once this file is closed in
    /// every process.
    #[cfg(target_os = "linux")]
    pub fn held_open(&self) -> Option<std::os::fd::RawFd> {
        use std::os::fd::AsRawFd;
        Some(self.janitor.as_ref()?.line.as_ref()?.as_raw_fd())
    }
}

#[cfg(target_os = "linux")]
mod janitor {
    use std::fs;
    use std::io::{PipeWriter, Read};
    use std::path::Path;

    use nix::sys::signal::{SigHandler, Signal, signal};
    use nix::sys::wait::waitpid;
    use nix::unistd::{ForkResult, Pid};

    use crate::fork::{end_process, fork};

    /// A process that removes a folder once this one, and those that it forked later, are gone.
    pub struct Janitor {
        process: Pid,
        /// What it waits for the end of; taken when it is to end.
        pub line: Option<PipeWriter>,
    }

    impl Janitor {
        /// `None` where there can be none: this process has other threads already.
        pub fn start(folder: &Path) -> Option<Janitor> {
            let (mut end, line) = std::io::pipe().ok()?;
            match fork().ok()? {
                ForkResult::Parent { child: process } => Some(Janitor {
                    process,
                    line: Some(line),
                }),
                ForkResult::Child => {
                    drop(line);
                    // Ctrl-C is for it, too, and its work begins then.
                    for ending in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
                        // SAFETY: to ignore a signal is no handler that could do wrong.
                        let _ = unsafe { signal(ending, SigHandler::SigIgn) };
                    }
                    let _ = end.read(&mut [0]);
                    // The system takes away what can't be removed now.
                    let _ = fs::remove_dir_all(folder);
                    end_process(0)
                }
            }
        }
    }

    impl Drop for Janitor {
        /// Has it remove the folder now, and waits until it has.
        fn drop(&mut self) {
            drop(self.line.take());
            let _ = waitpid(self.process, None);
        }
    }
}
