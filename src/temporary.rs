//! A folder that is gone at the end.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Memory that looks like a folder. Containers have it, also those in which nothing else can be written to.
const IN_MEMORY: &str = "/dev/shm";

/// A new folder in the system's folder for such, or in memory where nothing can be written there. Only this user may
/// enter it. It is removed when
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
        TemporaryFolder::in_one_of(&[std::env::temp_dir(), PathBuf::from(IN_MEMORY)])
    }

    /// In the first of `places` in which it can be. The error is the first one's.
    fn in_one_of(places: &[PathBuf]) -> io::Result<TemporaryFolder> {
        let make = |place| tempfile::Builder::new().prefix("segfn-").tempdir_in(place);
        let mut tried = places.iter().map(make);
        let first = tried
            .next()
            .unwrap_or_else(|| Err(io::ErrorKind::NotFound.into()));
        let folder = match first {
            Ok(folder) => folder,
            Err(error) => tried.find_map(Result::ok).ok_or(error)?,
        };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_in_the_first_place_that_takes_it() {
        let place = tempfile::tempdir().expect("a folder");
        let (none, there) = (place.path().join("none"), place.path().to_owned());
        let folder = TemporaryFolder::in_one_of(&[none.clone(), there.clone()]).expect("a folder");
        assert_eq!(folder.path().parent(), Some(&*there));
        let error = TemporaryFolder::in_one_of(&[none.clone(), none.join("either")]);
        let error = error.err().expect("an error").to_string();
        assert!(
            error.contains(&format!("{}/segfn-", none.display())),
            "{error}"
        );
    }
}
