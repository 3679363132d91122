//! The line to its supervisor, as a worker process has it.

use std::cell::RefCell;
use std::io;
use std::io::Write;
use std::rc::Rc;

#[cfg(target_os = "linux")]
use crate::frames::read_frame;
use crate::frames::write_frame;

/// Clones are the same line.
#[derive(Clone)]
pub struct WorkerLine {
    from: Rc<RefCell<dyn FnMut() -> io::Result<Vec<u8>>>>,
    to: Rc<RefCell<dyn Write>>,
}

impl WorkerLine {
    /// Frames come from `next`, and go to `to`.
    pub fn new(
        next: impl FnMut() -> io::Result<Vec<u8>> + 'static,
        to: impl Write + 'static,
    ) -> WorkerLine {
        WorkerLine {
            from: Rc::new(RefCell::new(next)),
            to: Rc::new(RefCell::new(to)),
        }
    }

    /// Both ways by one file.
    ///
    /// # Errors
    /// This process can't have more files.
    #[cfg(target_os = "linux")]
    pub fn of_socket(socket: std::os::unix::net::UnixStream) -> io::Result<WorkerLine> {
        let mut from = socket.try_clone()?;
        Ok(WorkerLine::new(move || read_frame(&mut from), socket))
    }

    /// Waits for the next frame.
    ///
    /// # Errors
    /// The supervisor is gone.
    pub fn next(&self) -> io::Result<Vec<u8>> {
        (self.from.borrow_mut())()
    }

    /// # Errors
    /// Nobody hears it any more.
    pub fn tell(&self, frame: &[u8]) -> io::Result<()> {
        write_frame(&mut *self.to.borrow_mut(), frame)
    }
}
