//! Where everything that a command writes goes through: redaction, buffering, broken pipes.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::io;
use std::io::{BufWriter, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::ProgressBar;
use parking_lot::Mutex;
use segfn::report::{Palette, visible};
use segfn::secrets::Secrets;

use super::color::Color;
use super::error::{CliError, Exit};

/// What is written is seen at the latest after this time, however slow the run: who gives one event and waits for what
/// comes of it waits so long.
const FLUSH_AFTER: Duration = Duration::from_millis(2);

/// The columns of what is not written to a terminal.
const WIDTH: usize = 120;

/// Standard output and standard error of a command.
pub struct Output {
    secrets: Arc<Secrets>,
    /// Whether lines of JSON are written: they are redacted as such.
    json: bool,
    palette: Palette,
    error_palette: Palette,
    out: Arc<Mutex<BufWriter<Stdout>>>,
    terminal: bool,
    flusher: RefCell<Option<Flusher>>,
    /// Drawn on standard error: taken away while something else is written there.
    bar: RefCell<Option<ProgressBar>>,
    failed: Cell<Option<io::ErrorKind>>,
    /// The warnings so far.
    warned: RefCell<HashSet<String>>,
}

impl Output {
    pub fn new(json: bool, color: Color) -> Output {
        Output {
            secrets: Arc::default(),
            json,
            palette: color.palette(&io::stdout()),
            error_palette: color.palette(&io::stderr()),
            out: Arc::new(Mutex::new(BufWriter::with_capacity(
                64 * 1024,
                io::stdout(),
            ))),
            terminal: io::stdout().is_terminal(),
            flusher: RefCell::default(),
            bar: RefCell::default(),
            failed: Cell::default(),
            warned: RefCell::default(),
        }
    }

    /// What is taken out of everything that is written.
    pub fn secrets(&self) -> &Arc<Secrets> {
        &self.secrets
    }

    /// The styles of standard output.
    pub fn palette(&self) -> Palette {
        self.palette
    }

    /// The styles of standard error.
    pub fn error_palette(&self) -> Palette {
        self.error_palette
    }

    /// Whether standard output is a terminal.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// The columns of the terminal, or what is good to read in a file.
    pub fn width(&self) -> usize {
        let size = self
            .terminal
            .then(|| terminal_size::terminal_size_of(io::stdout()));
        match size.flatten() {
            Some((terminal_size::Width(columns), _)) if columns > 0 => columns.into(),
            _ => WIDTH,
        }
    }

    /// Keeps `bar` out of the way of messages.
    pub fn set_bar(&self, bar: ProgressBar) {
        self.bar.replace(Some(bar));
    }

    /// Writes to standard output. After an error there is no use in writing more;
    /// [`Output::finish`] tells what it means.
    pub fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let redacted = if self.json {
            self.secrets.redact_json(bytes)
        } else {
            self.secrets.redact(bytes)
        };
        self.write_redacted(&redacted)
    }

    /// [`Output::write`] for what is redacted already.
    pub fn write_redacted(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = self.out.lock();
        let written = out
            .write_all(bytes)
            .and_then(|()| if self.terminal { out.flush() } else { Ok(()) });
        drop(out);
        if !self.terminal {
            self.flush_soon();
        }
        self.noted(written)
    }

    /// Writes `error: …` and `hint: …` to standard error.
    pub fn error(&self, message: &str, hint: Option<&str>) {
        self.tell(self.error_palette.error(&visible(message)), hint);
    }

    /// Writes `warning: …` and `hint: …` to standard error; each warning once.
    pub fn warning(&self, message: &str, hint: Option<&str>) {
        if !self.warned.borrow_mut().insert(message.to_owned()) {
            return;
        }
        self.tell(self.error_palette.warning(&visible(message)), hint);
    }

    fn tell(&self, mut text: String, hint: Option<&str>) {
        text.extend(hint.map(|hint| self.error_palette.hint(&visible(hint))));
        self.to_stderr(text.as_bytes());
    }

    /// Writes out what is left, and ends the thread that writes, until there is more: a process with
    /// threads can't start others that run functions.
    pub fn rest(&self) {
        if let Some(flusher) = self.flusher.take() {
            drop(flusher.more);
            // A panic there has been reported by the hook.
            let _ = flusher.thread.join();
        }
        let flushed = self.out.lock().flush();
        // The error is kept in `failed`.
        let _ = self.noted(flushed);
    }

    /// Writes out what is left, then the error, and tells how the process ends.
    pub fn finish(&self, result: Result<Exit, CliError>) -> Exit {
        self.rest();
        let exit = match result {
            Ok(exit) => exit,
            Err(error) => {
                let palette = self.error_palette;
                let mut text = palette.error(&visible(&error.text())).into_bytes();
                text.extend(&error.details);
                text.extend(
                    error
                        .hint
                        .iter()
                        .flat_map(|hint| palette.hint(&visible(hint)).into_bytes()),
                );
                self.to_stderr(&text);
                error.exit
            }
        };
        match self.failed.get() {
            None => exit,
            // `segfn run … | head`: the reader has what it wants.
            Some(io::ErrorKind::BrokenPipe) => Exit::Success,
            Some(kind) => {
                self.error(&format!("can't write the output: {kind}"), None);
                Exit::Internal
            }
        }
    }

    fn to_stderr(&self, bytes: &[u8]) {
        let redacted = self.secrets.redact(bytes);
        // Both may go to the same place, where the order matters.
        let flushed = self.out.lock().flush();
        // The error is kept in `failed`.
        let _ = self.noted(flushed);
        // There is nowhere left to tell that standard error is closed.
        let write = || {
            let _ = io::stderr().write_all(&redacted);
        };
        match &*self.bar.borrow() {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn noted(&self, result: io::Result<()>) -> io::Result<()> {
        if let Err(error) = &result
            && self.failed.get().is_none()
        {
            self.failed.set(Some(error.kind()));
        }
        result
    }

    fn flush_soon(&self) {
        let mut flusher = self.flusher.borrow_mut();
        if flusher.is_none() {
            // Where there is no room for a thread, what is written only comes out later.
            *flusher = Flusher::start(self.out.clone()).ok();
        }
        if let Some(flusher) = &*flusher
            && !flusher.waits.swap(true, Ordering::Relaxed)
        {
            // It can't have ended.
            let _ = flusher.more.send(());
        }
    }
}

/// A thread that writes out what stays in the buffer.
struct Flusher {
    /// Whether it has been told that there is something.
    waits: Arc<AtomicBool>,
    /// Tells it, and ends it when dropped.
    more: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Flusher {
    fn start(out: Arc<Mutex<BufWriter<Stdout>>>) -> io::Result<Flusher> {
        let (more, told) = mpsc::channel();
        let waits = Arc::new(AtomicBool::new(false));
        let waiting = waits.clone();
        let thread = std::thread::Builder::new().spawn(move || {
            while told.recv().is_ok() {
                if told.recv_timeout(FLUSH_AFTER) == Err(RecvTimeoutError::Disconnected) {
                    return;
                }
                waiting.store(false, Ordering::Relaxed);
                // The next write meets the same error.
                let _ = out.lock().flush();
            }
        })?;
        Ok(Flusher {
            waits,
            more,
            thread,
        })
    }
}
