//! Writing files that people keep.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use tempfile::{Builder, NamedTempFile};

/// How what is not finished is called. It is hidden, so that nobody takes it for what it becomes.
const PREFIX: &str = ".segfn-";
const SUFFIX: &str = ".tmp";

/// Writes `bytes` to `path` as a whole: whoever reads it, also after a crash in the middle, finds
/// the old file or the new one. Folders on the way are made. What others who were killed have left
/// there is removed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays one, and what it leads to is replaced.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let old = path.metadata().ok();
    // A pipe or a terminal is written to.
    if old
        .as_ref()
        .is_some_and(|old| !old.is_file() && !old.is_dir())
    {
        return File::options().write(true).open(path)?.write_all(bytes);
    }
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    remove_leftovers(folder);
    let mut temporary = temporary_file(folder)?;
    temporary.write_all(bytes)?;
    temporary.as_file().sync_all()?;
    if let Some(old) = old {
        temporary.as_file().set_permissions(old.permissions())?;
    }
    temporary.persist(path)?;
    Ok(())
}

/// Whether [`replace`] can write to `path`, before there is anything to write. Folders on the way are
/// made.
pub fn check(path: &Path) -> io::Result<()> {
    match path.metadata() {
        Ok(old) if old.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(old) if !old.is_file() => File::options().write(true).open(path).map(drop),
        _ => {
            let folder = folder_of(path);
            fs::create_dir_all(folder)?;
            temporary_file(folder).map(drop)
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A new file that [`remove_leftovers`] lets be while this process lives.
fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    // Otherwise nobody else could read it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.prefix(PREFIX).suffix(SUFFIX);
    loop {
        let file = builder.tempfile_in(folder)?;
        OWN.lock().insert(file.path().to_owned());
        let locked = try_lock(file.as_file());
        // Somebody may have taken it for a leftover before it was locked. Where files can't be locked,
        // nobody removes any.
        if locked.unwrap_or(true) && file.path().exists() {
            return Ok(file);
        }
    }
}

/// The unfinished files of this process, from its beginning on.
static OWN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Locks a file for as long as this process lives and holds it open. False where another process has. The
/// lock isn't a child's, which may live on for a moment.
fn try_lock(file: &File) -> io::Result<bool> {
    #[cfg(target_os = "linux")]
    {
        use nix::errno::Errno;
        use nix::fcntl::{FcntlArg, fcntl};
        use nix::libc;
        let whole = libc::flock {
            l_type: libc::F_WRLCK as libc::c_short,
            l_whence: libc::SEEK_SET as libc::c_short,
            l_start: 0,
            l_len: 0,
            l_pid: 0,
        };
        match fcntl(file, FcntlArg::F_SETLK(&whole)) {
            Ok(_) => Ok(true),
            Err(Errno::EACCES | Errno::EAGAIN) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
    #[cfg(not(target_os = "linux"))]
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(fs::TryLockError::WouldBlock) => Ok(false),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Removes what processes that are gone have left in `folder`.
fn remove_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.ends_with(SUFFIX)) else {
            continue;
        };
        let Some(owner) = name
            .strip_prefix(PREFIX)
            .and_then(|name| name.split('.').next())
        else {
            continue;
        };
        // A living process has a file of its own there, which it has locked.
        let lock = folder.join(format!("{PREFIX}{owner}{SUFFIX}"));
        // To close one's own file would unlock it.
        if OWN.lock().contains(&lock) {
            continue;
        }
        let locked = match File::options().read(true).write(true).open(lock) {
            Ok(file) => try_lock(&file).unwrap_or(false),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if !locked {
            continue;
        }
        let path = entry.path();
        // What can't be removed is in nobody's way.
        let _ = match path.is_dir() {
            true => fs::remove_dir_all(&path),
            false => fs::remove_file(&path),
        };
    }
}

/// Folders and files that each appear as a whole, when they are finished: until then they are hidden beside those
/// that are there. Those that never are finished are removed.
#[derive(Debug)]
pub struct Staging {
    parent: PathBuf,
    /// Whether there was no such folder.
    parent_is_new: bool,
    /// There until it is dropped.
    lock: Option<NamedTempFile>,
    owner: String,
    begun: usize,
    unfinished: Vec<PathBuf>,
}

impl Staging {
    /// Folders in `parent`, which is made.
    pub fn new(parent: &Path) -> io::Result<Staging> {
        let parent_is_new = !parent.exists();
        fs::create_dir_all(parent)?;
        remove_leftovers(parent);
        let lock = temporary_file(parent)?;
        let name = lock.path().file_name().unwrap_or_default();
        let owner = name.to_string_lossy().trim_end_matches(SUFFIX).to_owned();
        Ok(Staging {
            parent: parent.to_owned(),
            parent_is_new,
            lock: Some(lock),
            owner,
            begun: 0,
            unfinished: Vec::new(),
        })
    }

    /// A new folder, empty.
    pub fn begin(&mut self) -> io::Result<PathBuf> {
        let folder = self.next();
        fs::create_dir(&folder)?;
        Ok(folder)
    }

    /// A new file.
    pub fn begin_file(&mut self, bytes: &[u8]) -> io::Result<PathBuf> {
        let path = self.next();
        let mut file = File::create(&path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(path)
    }

    fn next(&mut self) -> PathBuf {
        let name = format!("{}.{}{SUFFIX}", self.owner, self.begun);
        self.begun += 1;
        let path = self.parent.join(name);
        self.unfinished.push(path.clone());
        path
    }

    /// A new folder with all that `other` holds, to take its place.
    pub fn begin_copy(&mut self, other: &Path) -> io::Result<PathBuf> {
        let folder = self.begin()?;
        copy_into(other, &folder)?;
        Ok(folder)
    }

    /// Puts a folder or a file into its place, by one step where the system has such a one. What was there is
    /// removed.
    pub fn finish(&mut self, folder: &Path, place: &Path) -> io::Result<()> {
        // A link stays one.
        let place = place.canonicalize().unwrap_or_else(|_| place.to_owned());
        if place.is_dir() {
            exchange(folder, &place)?;
            fs::remove_dir_all(folder)?;
        } else {
            if let Ok(old) = place.metadata() {
                fs::set_permissions(folder, old.permissions())?;
            }
            fs::rename(folder, &place)?;
        }
        self.unfinished.retain(|other| other != folder);
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        for folder in &self.unfinished {
            // It may not be there at all.
            let _ = fs::remove_dir_all(folder).or_else(|_| fs::remove_file(folder));
        }
        drop(self.lock.take());
        if self.parent_is_new {
            // It stays where something is in it.
            let _ = fs::remove_dir(&self.parent);
        }
    }
}

fn copy_into(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            fs::create_dir(&copy)?;
            copy_into(&path, &copy)?;
        } else {
            fs::copy(&path, &copy)?;
        }
    }
    Ok(())
}

/// Has two folders change their names.
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
        let flags = RenameFlags::RENAME_EXCHANGE;
        if renameat2(AT_FDCWD, one, AT_FDCWD, other, flags).is_ok() {
            return Ok(());
        }
    }
    // Where both can't be had by one step, the old one is hidden for a moment.
    let aside = one.with_extension(format!("old{SUFFIX}"));
    fs::rename(other, &aside)?;
    fs::rename(one, other)?;
    fs::rename(&aside, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/a.json");
        replace(&path, b"1").expect("written");
        replace(&path, b"2").expect("written");
        assert_eq!(std::fs::read(&path).expect("a file"), b"2");
        let left = std::fs::read_dir(folder.path().join("new")).expect("a folder");
        assert_eq!(left.count(), 1);
    }

    #[test]
    fn what_a_killed_process_left_is_removed_by_the_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path(".segfn-dead.tmp"), "half").expect("written");
        fs::create_dir_all(path(".segfn-dead.7.tmp/in")).expect("a folder");
        fs::create_dir(path(".segfn-killed.0.tmp")).expect("a folder");
        let mut living = Staging::new(folder.path()).expect("a folder");
        let begun = living.begin().expect("a folder");
        let other = temporary_file(folder.path()).expect("a file");
        replace(&path("a.json"), b"1").expect("written");
        for gone in [
            ".segfn-dead.tmp",
            ".segfn-dead.7.tmp",
            ".segfn-killed.0.tmp",
        ] {
            assert!(!path(gone).exists(), "{gone}");
        }
        assert!(begun.exists() && other.path().exists());
    }

    #[test]
    fn a_folder_is_there_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = |folder: &Path| fs::read_dir(folder).expect("a folder").count();
        let case = folder.path().join("case");
        let mut staging = Staging::new(folder.path()).expect("a folder");
        staging.begin().expect("a folder");
        let new = staging.begin().expect("a folder");
        fs::write(new.join("a"), "1").expect("written");
        staging.finish(&new, &case).expect("placed");
        let again = staging.begin_copy(&case).expect("a copy");
        fs::write(again.join("b"), "2").expect("written");
        assert_eq!(names(&case), 1);
        staging.finish(&again, &case).expect("placed");
        drop(staging);
        assert_eq!((names(folder.path()), names(&case)), (1, 2));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_may_be_read_by_whom_the_user_lets_and_stays_so() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let mode = |path: &Path| path.metadata().expect("a file").permissions().mode() & 0o777;
        let (ordinary, path) = (folder.path().join("ordinary"), folder.path().join("new"));
        std::fs::write(&ordinary, "").expect("written");
        replace(&path, b"1").expect("written");
        assert_eq!(mode(&path), mode(&ordinary));
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o751)).expect("set");
        replace(&path, b"2").expect("written");
        assert_eq!(mode(&path), 0o751);
    }
}
