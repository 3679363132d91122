//! The file that a worker process shares with its supervisor: a board, and behind it what the process
//! writes to standard error, which are V8's and Rust's last words.

use std::fs::File;
use std::io;
use std::io::{Read, Seek, SeekFrom};

use super::board::{Board, SIZE};

/// How much is read of what a process writes to standard error, in bytes.
const COMPLAINTS: u64 = 4 << 10;

pub struct SharedFile {
    file: File,
    /// How much of it is the board.
    board: u64,
    /// Where the complaints of the process begin.
    complaints: u64,
}

impl SharedFile {
    /// # Errors
    /// There is no room for it.
    pub fn new() -> io::Result<SharedFile> {
        SharedFile::with(SIZE as u64)
    }

    fn with(board: u64) -> io::Result<SharedFile> {
        let mut shared = SharedFile {
            file: unnamed()?,
            board,
            complaints: board,
        };
        shared.file.set_len(board)?;
        shared.clear();
        Ok(shared)
    }

    /// For processes that are forked, which have the memory of the board in common anyhow: where files may not be as
    /// large as a board (`ulimit -f`), it is in none.
    ///
    /// # Errors
    /// There is no room for it.
    #[cfg(target_os = "linux")]
    pub fn for_forks() -> io::Result<(SharedFile, Board)> {
        if let Ok(shared) = SharedFile::new() {
            let board = shared.board()?;
            return Ok((shared, board));
        }
        let memory = File::options().read(true).write(true).open("/dev/zero")?;
        Ok((SharedFile::with(0)?, Board::map(&memory, true)?))
    }

    /// The board in it, for the first time.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn board(&self) -> io::Result<Board> {
        Board::map(&self.file, true)
    }

    pub fn file(&self) -> &File {
        &self.file
    }

    /// Forgets the complaints. Processes have the place in the file in common.
    pub fn clear(&mut self) {
        // Some systems can't cut off a part of a file that is mapped; then they stay, and count no more.
        let _ = self.file.set_len(self.board);
        let end = self.file.seek(SeekFrom::End(0));
        self.complaints = end.unwrap_or(self.board);
    }

    /// What a process that has ended complained of.
    pub fn complaints(&mut self) -> String {
        let mut bytes = Vec::new();
        if self.file.seek(SeekFrom::Start(self.complaints)).is_ok() {
            let _ = (&self.file).take(COMPLAINTS).read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(target_os = "linux")]
fn unnamed() -> io::Result<File> {
    use nix::sys::memfd::{MFdFlags, memfd_create};

    // A sandbox may forbid it. Then a file does that has no name.
    match memfd_create(c"segfn", MFdFlags::MFD_CLOEXEC) {
        Ok(file) => Ok(File::from(file)),
        Err(_) => tempfile::tempfile(),
    }
}

#[cfg(not(target_os = "linux"))]
fn unnamed() -> io::Result<File> {
    tempfile::tempfile()
}
