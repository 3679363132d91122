//! The faults that are to come, in memory that the server's process shares with those of the functions.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::fault::{FaultKind, LONGEST_HOST};
use crate::net::reply::fits;

/// So many faults may be there at once.
pub(super) const SLOTS: usize = 16;

/// The host's bytes, in words.
const WORDS: usize = LONGEST_HOST / size_of::<u64>();

/// Faults as whoever sends requests sees them: each is taken until none is left. Clones share them. The
/// default has none.
#[derive(Clone, Debug, Default)]
pub struct FaultTable(Option<Arc<SharedTable>>);

#[derive(Debug)]
struct SharedTable {
    mapped: mapped::Mapped,
    path: PathBuf,
}

/// One fault. All is zero at first.
#[derive(Debug, Default)]
#[repr(C)]
pub(super) struct Slot {
    /// For how many requests it still is, below a number that is another one for each fault that was ever
    /// here: who takes one takes no other's.
    left: AtomicU64,
    /// The fault that was injected first counts first.
    turn: AtomicU64,
    /// What it is, above the milliseconds of a delay.
    kind: AtomicU64,
    length: AtomicU64,
    host: [AtomicU64; WORDS],
}

const STATUS: u32 = 1000;
const RESET: u32 = 1;
const DELAY: u32 = 2;

impl FaultTable {
    /// The table in a file at `path`, which is made so long.
    ///
    /// # Errors
    /// The file can't be shared.
    pub(super) fn open(file: &File, path: &Path) -> io::Result<FaultTable> {
        file.set_len(size_of::<[Slot; SLOTS]>() as u64)?;
        Ok(FaultTable(Some(Arc::new(SharedTable {
            mapped: mapped::map(file)?,
            path: path.to_owned(),
        }))))
    }

    /// The file by which another process gets the same table.
    pub fn path(&self) -> Option<&Path> {
        self.0.as_ref().map(|shared| &*shared.path)
    }

    pub(super) fn slots(&self) -> &[Slot] {
        self.0.as_ref().map_or(&[], |shared| shared.mapped.slots())
    }

    /// Whether there is one for requests to a host.
    pub fn has_for(&self, host: &str, port: u16) -> bool {
        self.next(host, port).is_some()
    }

    /// What goes wrong with a request to a host that is sent now.
    pub fn take(&self, host: &str, port: u16) -> Option<FaultKind> {
        loop {
            let (slot, left) = self.next(host, port)?;
            let kind = slot.kind();
            let taken =
                slot.left
                    .compare_exchange(left, left - 1, Ordering::AcqRel, Ordering::Acquire);
            if taken.is_ok() {
                return kind;
            }
        }
    }

    /// The fault that is next for a host, and its `left`.
    fn next(&self, host: &str, port: u16) -> Option<(&Slot, u64)> {
        let slots = self.slots().iter();
        let there = slots.map(|slot| (slot, slot.left.load(Ordering::Acquire)));
        let fitting =
            there.filter(|(slot, left)| left & 0xffff_ffff > 0 && slot.is_for(host, port));
        fitting.min_by_key(|(slot, _)| slot.turn.load(Ordering::Relaxed))
    }
}

impl Slot {
    /// For how many requests it still is.
    pub fn left(&self) -> u32 {
        (self.left.load(Ordering::Acquire) & 0xffff_ffff) as u32
    }

    /// Puts a fault into a slot that has none left.
    pub fn set(&self, host: &str, kind: FaultKind, count: u32, turn: u64) {
        let mut bytes = [0; LONGEST_HOST];
        let length = host.len().min(LONGEST_HOST);
        bytes[..length].copy_from_slice(&host.as_bytes()[..length]);
        for (word, eight) in self.host.iter().zip(bytes.chunks_exact(size_of::<u64>())) {
            let eight = eight.try_into().map_or(0, u64::from_le_bytes);
            word.store(eight, Ordering::Relaxed);
        }
        self.length.store(length as u64, Ordering::Relaxed);
        let (what, ms) = match kind {
            FaultKind::Status(status) => (STATUS + u32::from(status), 0),
            FaultKind::Reset => (RESET, 0),
            FaultKind::Delay(time) => (DELAY, time.as_millis() as u64 & 0xffff_ffff),
        };
        self.kind
            .store((u64::from(what) << 32) | ms, Ordering::Relaxed);
        self.turn.store(turn, Ordering::Relaxed);
        self.left
            .store((turn << 32) | u64::from(count), Ordering::Release);
    }

    /// Leaves nothing of it.
    pub fn clear(&self) {
        self.left.fetch_and(!0xffff_ffff, Ordering::AcqRel);
    }

    fn kind(&self) -> Option<FaultKind> {
        let kind = self.kind.load(Ordering::Relaxed);
        match (kind >> 32) as u32 {
            RESET => Some(FaultKind::Reset),
            DELAY => Some(FaultKind::Delay(Duration::from_millis(kind & 0xffff_ffff))),
            status => {
                let status = u16::try_from(status.checked_sub(STATUS)?).ok()?;
                Some(FaultKind::Status(status))
            }
        }
    }

    fn is_for(&self, host: &str, port: u16) -> bool {
        let mut bytes = [0; LONGEST_HOST];
        for (word, eight) in self
            .host
            .iter()
            .zip(bytes.chunks_exact_mut(size_of::<u64>()))
        {
            eight.copy_from_slice(&word.load(Ordering::Relaxed).to_le_bytes());
        }
        let length = self.length.load(Ordering::Relaxed) as usize;
        let pattern = &bytes[..length.min(LONGEST_HOST)];
        let host = host.to_ascii_lowercase();
        fits(pattern, host.as_bytes()) || fits(pattern, format!("{host}:{port}").as_bytes())
    }
}

mod mapped {
    use std::fs::File;
    use std::io;
    use std::ptr::NonNull;

    use super::{SLOTS, Slot};

    /// Memory that is the same in all processes which have it.
    #[derive(Debug)]
    pub struct Mapped(NonNull<[Slot; SLOTS]>);

    // SAFETY: all that is there is atomic.
    unsafe impl Send for Mapped {}
    // SAFETY: as above.
    unsafe impl Sync for Mapped {}

    impl Mapped {
        pub fn slots(&self) -> &[Slot] {
            // SAFETY: it is as large as the slots, aligned to a page, of atomic numbers that may be any, and
            // mapped as long as `self` is there. Nobody makes the file shorter: only this user can.
            unsafe { self.0.as_ref() }
        }
    }

    /// That of a file which is as long as the slots.
    #[cfg(unix)]
    pub fn map(file: &File) -> io::Result<Mapped> {
        use std::num::NonZeroUsize;

        use nix::sys::mman::{MapFlags, ProtFlags, mmap};

        let size = NonZeroUsize::new(size_of::<[Slot; SLOTS]>());
        let size = size.ok_or(io::ErrorKind::InvalidInput)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: new memory, in a place that the system chooses.
        let memory = unsafe { mmap(None, size, access, MapFlags::MAP_SHARED, file, 0) }?;
        Ok(Mapped(memory.cast()))
    }

    #[cfg(not(unix))]
    pub fn map(_: &File) -> io::Result<Mapped> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[cfg(unix)]
    impl Drop for Mapped {
        fn drop(&mut self) {
            // SAFETY: `map` mapped it, and nothing refers to it any more.
            let _ = unsafe { nix::sys::mman::munmap(self.0.cast(), size_of::<[Slot; SLOTS]>()) };
        }
    }
}
