//! The faults of a server: who injects them, and sees how many are left.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use super::fault::{Fault, FaultError};
use super::table::{FaultTable, SLOTS};
use crate::temporary::TemporaryFolder;

/// Faults that are to come. Other processes see them by [`Faults::path`].
pub struct Faults {
    /// Of which [`Faults::path`] is a file.
    _folder: TemporaryFolder,
    path: PathBuf,
    table: FaultTable,
    known: Mutex<Known>,
}

/// What was injected.
#[derive(Default)]
struct Known {
    /// With the number of its place in the table.
    faults: Vec<(usize, Fault)>,
    /// How many there have ever been.
    turns: u64,
}

/// A fault, and for how many requests it still is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingFault {
    pub fault: Fault,
    pub left: u32,
}

impl Faults {
    /// None at first.
    ///
    /// # Errors
    /// Processes can't share memory.
    pub fn new() -> io::Result<Faults> {
        let folder = TemporaryFolder::new()?;
        let path = folder.path().join("faults");
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)?;
        Ok(Faults {
            _folder: folder,
            table: FaultTable::open(&file, &path)?,
            path,
            known: Mutex::default(),
        })
    }

    /// The table of a server's faults, at what its [`Faults::path`] says.
    ///
    /// # Errors
    /// It isn't there.
    pub fn table_at(path: &Path) -> io::Result<FaultTable> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        FaultTable::open(&file, path)
    }

    /// The file that has them.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds one, behind those that are there.
    ///
    /// # Errors
    /// There are too many.
    pub fn inject(&self, fault: Fault) -> Result<(), FaultError> {
        let mut known = self.known.lock();
        self.forget_spent(&mut known);
        let is_free = |index: &usize| known.faults.iter().all(|(taken, _)| taken != index);
        let index = (0..SLOTS).find(is_free).ok_or(FaultError::TooMany(SLOTS))?;
        known.turns += 1;
        self.table.slots()[index].set(&fault.host, fault.kind, fault.count, known.turns);
        known.faults.push((index, fault));
        Ok(())
    }

    /// Takes all of them back.
    pub fn clear(&self) {
        let mut known = self.known.lock();
        self.table.slots().iter().for_each(|slot| slot.clear());
        known.faults.clear();
    }

    /// Those of which some are left, in the order in which they count.
    pub fn pending(&self) -> Vec<PendingFault> {
        let mut known = self.known.lock();
        self.forget_spent(&mut known);
        let faults = known.faults.iter().map(|(index, fault)| PendingFault {
            left: self.table.slots()[*index].left().min(fault.count),
            fault: fault.clone(),
        });
        faults.collect()
    }

    fn forget_spent(&self, known: &mut Known) {
        let slots = self.table.slots();
        known.faults.retain(|(index, _)| slots[*index].left() > 0);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::fault::FaultKind;
    use super::*;

    fn fault(host: &str, status: u16, count: u32) -> Fault {
        Fault::new(host, FaultKind::Status(status), count).expect("a fault")
    }

    #[test]
    fn faults_are_taken_by_others_in_the_order_of_their_injection() {
        let faults = Faults::new().expect("memory");
        let table = Faults::table_at(faults.path()).expect("the same");
        assert_eq!(table.take("a.example", 443), None);
        for fault in [
            fault("*.example", 500, 1),
            fault("a.example:443", 429, 2),
            fault("b.example", 501, 1),
        ] {
            faults.inject(fault).expect("room");
        }
        let left = || {
            faults
                .pending()
                .iter()
                .map(|one| one.left)
                .collect::<Vec<_>>()
        };
        assert_eq!(left(), [1, 2, 1]);
        let take = |host, port| table.take(host, port);
        assert!(table.has_for("A.example", 443) && !table.has_for("elsewhere", 443));
        assert_eq!(take("a.example", 443), Some(FaultKind::Status(500)));
        assert_eq!(take("a.example", 80), None);
        assert_eq!(take("A.EXAMPLE", 443), Some(FaultKind::Status(429)));
        assert_eq!(left(), [1, 1]);
        faults.clear();
        assert_eq!((take("a.example", 443), left()), (None, vec![]));
        faults.inject(fault("a.example", 503, 1)).expect("room");
        assert_eq!(take("a.example", 443), Some(FaultKind::Status(503)));
        assert_eq!(take("a.example", 443), None);
    }

    #[test]
    fn no_request_takes_more_than_there_are() {
        let faults = Faults::new().expect("memory");
        faults.inject(fault("a.example", 500, 100)).expect("room");
        let taken = std::thread::scope(|scope| {
            let takers: Vec<_> = (0..4)
                .map(|_| {
                    let table = Faults::table_at(faults.path()).expect("the same");
                    scope.spawn(move || (0..50).filter_map(|_| table.take("a.example", 1)).count())
                })
                .collect();
            let counts = takers
                .into_iter()
                .map(|taker| taker.join().expect("it ends"));
            counts.sum::<usize>()
        });
        assert_eq!(taken, 100);
    }

    #[test]
    fn there_is_room_for_some_faults_only() {
        let faults = Faults::new().expect("memory");
        for _ in 0..SLOTS {
            faults.inject(fault("a", 500, 1)).expect("room");
        }
        let more = faults.inject(fault("a", 500, 1));
        assert_eq!(more, Err(FaultError::TooMany(SLOTS)));
        assert_eq!(faults.pending().len(), SLOTS);
    }
}
