//! A folder that is gone at the end.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::random;

/// A new folder in the system's folder for such, which only this user may enter. It is removed when
/// this is dropped; on Linux also when the process is killed, by a process that waits for that, if
/// there was one thread when this was made.
pub struct TemporaryFolder {
    path: PathBuf,
    #[cfg(target_os = "linux")]
    janitor: Option<janitor::Janitor>,
}

impl TemporaryFolder {
    /// # Errors
    /// The folder can't be made; the error says which one.
    pub fn new() -> io::Result<TemporaryFolder> {
        let name = format!("segfn-{:016x}", u64::from_le_bytes(random::from_system()?));
        let path = std::env::temp_dir().join(name);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        })?;
        Ok(TemporaryFolder {
            #[cfg(target_os = "linux")]
            janitor: janitor::Janitor::start(&path),
            path,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        #[cfg(target_os = "linux")]
        if let Some(janitor) = self.janitor.take() {
            return janitor.end();
        }
        remove(&self.path);
    }
}

fn remove(path: &Path) {
    // The system takes away what can't be removed now.
    let _ = fs::remove_dir_all(path);
}

#[cfg(target_os = "linux")]
mod janitor {
    use std::io::{PipeWriter, Read};
    use std::path::Path;

    use nix::sys::signal::{SigHandler, Signal, signal};
    use nix::sys::wait::waitpid;
    use nix::unistd::{ForkResult, Pid};

    use crate::fork::{end_process, fork, has_one_thread};

    /// A process that removes a folder once this one, and those that it forked later, are gone.
    pub struct Janitor {
        process: Pid,
        /// What it waits for the end of.
        line: PipeWriter,
    }

    impl Janitor {
        /// `None` where there can be none.
        pub fn start(folder: &Path) -> Option<Janitor> {
            if !has_one_thread() {
                return None;
            }
            let (mut end, line) = std::io::pipe().ok()?;
            match fork().ok()? {
                ForkResult::Parent { child: process } => Some(Janitor { process, line }),
                ForkResult::Child => {
                    drop(line);
                    // Ctrl-C is for it, too, and its work begins then.
                    for ending in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
                        // SAFETY: to ignore a signal is no handler that could do wrong.
                        let _ = unsafe { signal(ending, SigHandler::SigIgn) };
                    }
                    let _ = end.read(&mut [0]);
                    super::remove(folder);
                    end_process(0)
                }
            }
        }

        /// Has it remove the folder now, and waits until it has.
        pub fn end(self) {
            drop(self.line);
            let _ = waitpid(self.process, None);
        }
    }
}
