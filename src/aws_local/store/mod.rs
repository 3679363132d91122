//! The disk side of the embedded S3: buckets and objects as folders and files under one root.
//!
//! - `ROOT/s3/BUCKET/KEY`: the objects, as [`names`] spells them; plain files a person can open.
//! - `ROOT/s3-state/buckets`: region and date of each bucket.
//! - `ROOT/s3-state/details`: what a file can't say about its object, see [`details`].
//! - `ROOT/s3-state/uploads`: multipart uploads in progress, see [`uploads`].
//! - `ROOT/s3-state/temporary`: objects being received, see [`temporary`].
//! - `ROOT/s3-state/locks`: empty files whose locks keep several processes apart.
//!
//! An object appears by one rename of a complete file, so nobody ever sees half of one. The calls
//! are plain blocking ones: each takes microseconds, less than a hop to another thread would.

pub mod details;
pub mod list;
pub mod names;
mod temporary;
pub mod uploads;

use std::fs;
use std::fs::File;
use std::io;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use serde::Deserialize;
use serde::Serialize;

use self::details::Details;
pub use self::temporary::Temporary;
use super::Clock;

/// The region of a bucket that says nothing of one.
pub const DEFAULT_REGION: &str = "us-east-1";

/// Why the store can't do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("no such bucket")]
    NoBucket,
    #[error("no such object")]
    NoObject,
    #[error("no such upload")]
    NoUpload,
    #[error("the bucket holds objects")]
    BucketNotEmpty,
    #[error("a precondition does not hold")]
    Precondition,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// An object as it is on the disk.
#[derive(Debug)]
pub struct Object {
    /// The open file: it stays readable whatever happens to the key.
    pub file: File,
    /// Bytes.
    pub size: u64,
    pub modified: SystemTime,
    pub details: Details,
    path: PathBuf,
}

/// What must hold of the object that a write replaces.
#[derive(Debug, Default)]
pub struct Precondition {
    /// The object must exist, with this ETag unless it is `*`.
    pub matches: Option<String>,
    /// The object must not exist.
    pub absent: bool,
}

/// What is remembered of a bucket.
#[derive(Debug, Serialize, Deserialize)]
pub struct Bucket {
    pub region: String,
    /// Milliseconds since 1970.
    created: u64,
}

impl Bucket {
    /// When the bucket was made.
    pub fn created(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.created)
    }
}

/// The number of locks that the keys share.
const LOCKS: u32 = 64;

/// What a key is held for. Writers of one key wait for each other, and readers for them: between
/// the rename of an object and the removal of its predecessor's details, a reader could mix the two.
#[derive(Clone, Copy)]
enum Hold {
    Reading,
    Writing,
}

/// All buckets under one root, shared by all threads.
pub struct Store {
    root: PathBuf,
    clock: Clock,
    scratch: Mutex<Option<temporary::Scratch>>,
    stamps: AtomicU32,
}

impl Store {
    /// A store in `root`, which is made at the first write.
    pub fn new(root: PathBuf, clock: Clock) -> Store {
        Store {
            root,
            clock,
            scratch: Mutex::new(None),
            stamps: AtomicU32::new(0),
        }
    }

    /// The time by the store's clock.
    pub fn now(&self) -> SystemTime {
        (self.clock)()
    }

    fn buckets(&self) -> PathBuf {
        self.root.join("s3")
    }

    fn state(&self, room: &str) -> PathBuf {
        self.root.join("s3-state").join(room)
    }

    fn bucket_path(&self, bucket: &str) -> PathBuf {
        self.buckets().join(bucket)
    }

    fn bucket_file(&self, bucket: &str) -> PathBuf {
        self.state("buckets").join(format!("{bucket}.json"))
    }

    /// Holds a key, against other threads and processes, until the file that this gives is
    /// dropped. Never held while waiting for anything, a second lock included.
    fn lock(&self, bucket: &str, key: &str, hold: Hold) -> io::Result<Option<File>> {
        let mixed = bucket.bytes().chain(key.bytes()).fold(0_u32, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(u32::from(byte))
        });
        let path = self.state("locks").join((mixed % LOCKS).to_string());
        match hold {
            Hold::Reading => match File::open(path) {
                Ok(file) => {
                    file.lock_shared()?;
                    Ok(Some(file))
                }
                // Nothing has been written here yet, and reading must leave no trace.
                Err(error) if is_absence(&error) => Ok(None),
                Err(error) => Err(error),
            },
            Hold::Writing => {
                let open = || File::options().create(true).append(true).open(&path);
                let file = match open() {
                    Err(error) if error.kind() == ErrorKind::NotFound => {
                        fs::create_dir_all(self.state("locks"))?;
                        open()?
                    }
                    opened => opened?,
                };
                file.lock()?;
                Ok(Some(file))
            }
        }
    }

    /// A file that becomes an object by [`Store::commit`], or vanishes when it is dropped.
    pub fn temporary(&self) -> io::Result<Temporary> {
        let mut scratch = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        // The folder is made anew when somebody has removed the whole root in the meantime.
        if let Some(open) = scratch.as_mut() {
            match open.file() {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                done => return done,
            }
        }
        scratch
            .insert(temporary::Scratch::open(&self.state("temporary"))?)
            .file()
    }

    /// A time for a new file: the clock's millisecond, and below it a number that differs from
    /// write to write, so that (time, size) names one version of an object.
    fn stamp(&self) -> SystemTime {
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let whole = Duration::from_millis(u64::try_from(since.as_millis()).unwrap_or(0));
        let count = self.stamps.fetch_add(1, Ordering::Relaxed);
        // Another process counts from another start; 999,983 is prime, so all values are met.
        let below = count.wrapping_mul(7_919).wrapping_add(std::process::id()) % 999_983;
        UNIX_EPOCH + whole + Duration::from_nanos(u64::from(below))
    }

    /// Whether the bucket exists.
    pub fn has_bucket(&self, bucket: &str) -> bool {
        self.bucket_path(bucket).is_dir()
    }

    /// Makes the bucket; `false` when it was there.
    pub fn create_bucket(&self, bucket: &str, region: &str) -> Result<bool, StoreError> {
        if self.has_bucket(bucket) {
            return Ok(false);
        }
        fs::create_dir_all(self.buckets())?;
        match fs::create_dir(self.bucket_path(bucket)) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists && self.has_bucket(bucket) => {
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        }
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let remembered = Bucket {
            region: region.to_owned(),
            created: u64::try_from(since.as_millis()).unwrap_or(0),
        };
        self.write_json(&self.bucket_file(bucket), &remembered)?;
        Ok(true)
    }

    /// What is known of a bucket; a folder that a person made counts as one.
    pub fn bucket(&self, bucket: &str) -> Result<Bucket, StoreError> {
        let folder = fs::metadata(self.bucket_path(bucket)).map_err(|_| StoreError::NoBucket)?;
        if !folder.is_dir() {
            return Err(StoreError::NoBucket);
        }
        if let Some(known) = read_json(&self.bucket_file(bucket)) {
            return Ok(known);
        }
        let since = folder
            .modified()?
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Ok(Bucket {
            region: DEFAULT_REGION.to_owned(),
            created: u64::try_from(since.as_millis()).unwrap_or(0),
        })
    }

    /// The names of all buckets, in order.
    pub fn bucket_names(&self) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        let entries = match fs::read_dir(self.buckets()) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(names),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string()
                && s3s::path::check_bucket_name(&name)
                && entry.file_type()?.is_dir()
            {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Removes an empty bucket.
    pub fn delete_bucket(&self, bucket: &str) -> Result<(), StoreError> {
        let folder = self.bucket_path(bucket);
        if !folder.is_dir() {
            return Err(StoreError::NoBucket);
        }
        remove_empty(&folder)?;
        match fs::remove_dir(&folder) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {
                return Err(StoreError::BucketNotEmpty);
            }
            Err(error) => return Err(error.into()),
        }
        for leftover in [
            self.state("details").join(bucket),
            self.state("uploads").join(bucket),
        ] {
            ignore_missing(fs::remove_dir_all(leftover))?;
        }
        ignore_missing(fs::remove_file(self.bucket_file(bucket)))?;
        Ok(())
    }

    /// Opens the object of a key.
    pub fn open(&self, bucket: &str, key: &str) -> Result<Object, StoreError> {
        let _reading = self.lock(bucket, key, Hold::Reading)?;
        self.open_unlocked(bucket, key)
    }

    fn open_unlocked(&self, bucket: &str, key: &str) -> Result<Object, StoreError> {
        let plain = self.bucket_path(bucket).join(names::path_of(key));
        for path in [names::aside(&plain), plain].into_iter().rev() {
            if let Some(object) = self.open_path(bucket, key, path)? {
                return Ok(object);
            }
        }
        Err(if self.has_bucket(bucket) {
            StoreError::NoObject
        } else {
            StoreError::NoBucket
        })
    }

    /// Opens the object of `key` that lies at `path`, if one does.
    fn open_path(
        &self,
        bucket: &str,
        key: &str,
        path: PathBuf,
    ) -> Result<Option<Object>, StoreError> {
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if is_absence(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let about = file.metadata()?;
        if !about.is_file() {
            return Ok(None);
        }
        let (size, modified) = (about.len(), about.modified()?);
        let details = self.details(bucket, key, &file, size, modified)?;
        Ok(Some(Object {
            file,
            size,
            modified,
            details,
            path,
        }))
    }

    /// Makes a complete temporary file the object of a key, in one step; the bucket appears if it
    /// is not there. Gives the object's time.
    ///
    /// # Errors
    /// [`StoreError::Precondition`], or what the disk says; the key then is what it was.
    pub fn commit(
        &self,
        temporary: Temporary,
        bucket: &str,
        key: &str,
        region: &str,
        mut details: Details,
        precondition: &Precondition,
    ) -> Result<SystemTime, StoreError> {
        temporary.file.set_modified(self.stamp())?;
        let about = temporary.file.metadata()?;
        let modified = about.modified()?;
        details.size = about.len();
        details.key = key.to_owned();
        // Other keys come and go meanwhile, and folders with them: each round meets what is there.
        for _ in 0..100 {
            match self.place(
                &temporary.path,
                bucket,
                region,
                &details,
                modified,
                precondition,
            ) {
                Ok(true) => {
                    temporary.keep();
                    return Ok(modified);
                }
                Ok(false) => {
                    self.create_bucket(bucket, region)?;
                    self.make_folders(bucket, key)?;
                }
                Err(error) => {
                    self.remove_details(bucket, key, modified)?;
                    return Err(error);
                }
            }
        }
        self.remove_details(bucket, key, modified)?;
        Err(io::Error::other("the folder of the key keeps changing").into())
    }

    /// Moves a file to where its key lies; `false` when there is no folder for it.
    fn place(
        &self,
        file: &Path,
        bucket: &str,
        region: &str,
        details: &Details,
        modified: SystemTime,
        precondition: &Precondition,
    ) -> Result<bool, StoreError> {
        let key = details.key.as_str();
        let plain = self.bucket_path(bucket).join(names::path_of(key));
        let _writing = self.lock(bucket, key, Hold::Writing)?;
        let old = self.check(bucket, key, &plain, precondition)?;
        if details.must_be_kept() {
            self.create_bucket(bucket, region)?;
            self.write_details(bucket, details, modified)?;
        }
        let mut target = plain;
        let mut renamed = fs::rename(file, &target);
        if let Err(error) = &renamed
            && error.kind() == ErrorKind::IsADirectory
        {
            target = names::aside(&target);
            renamed = fs::rename(file, &target);
        }
        match renamed {
            Ok(()) => {}
            Err(error) if is_absence(&error) && file.exists() => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        if let Some((path, replaced)) = old {
            if path != target {
                ignore_missing(fs::remove_file(path))?;
            }
            self.remove_details(bucket, key, replaced)?;
        }
        Ok(true)
    }

    /// Makes the folders above the file of `key`; a file in the way is moved [`names::aside`], as
    /// its own key's lock allows.
    fn make_folders(&self, bucket: &str, key: &str) -> Result<(), StoreError> {
        let folder = self.bucket_path(bucket);
        let plain = folder.join(names::path_of(key));
        match plain.parent().map_or(Ok(()), fs::create_dir_all) {
            Ok(()) => return Ok(()),
            // A parent has just been removed with its last key: the caller tries again.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::AlreadyExists | ErrorKind::NotADirectory
                ) => {}
            Err(error) => return Err(error.into()),
        }
        for (slash, _) in key.match_indices('/') {
            let shorter = &key[..slash];
            let path = folder.join(names::path_of(shorter));
            let _writing = self.lock(bucket, shorter, Hold::Writing)?;
            if fs::symlink_metadata(&path).is_ok_and(|about| !about.is_dir()) {
                fs::rename(&path, names::aside(&path))?;
            }
        }
        Ok(())
    }

    /// Path and time of the object that is there now, once the precondition is known to hold.
    fn check(
        &self,
        bucket: &str,
        key: &str,
        plain: &Path,
        precondition: &Precondition,
    ) -> Result<Option<(PathBuf, SystemTime)>, StoreError> {
        if let Some(etag) = &precondition.matches {
            let old = self.open_unlocked(bucket, key)?;
            if etag != "*" && *etag != old.details.etag {
                return Err(StoreError::Precondition);
            }
            return Ok(Some((old.path, old.modified)));
        }
        for path in [plain.to_owned(), names::aside(plain)] {
            match fs::symlink_metadata(&path) {
                Ok(about) if about.is_dir() => {}
                Ok(_) if precondition.absent => return Err(StoreError::Precondition),
                Ok(about) => return Ok(Some((path, about.modified()?))),
                Err(error) if is_absence(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// Removes the object of a key; that there is none is no error.
    pub fn delete(&self, bucket: &str, key: &str) -> Result<(), StoreError> {
        if !self.has_bucket(bucket) {
            return Err(StoreError::NoBucket);
        }
        let _writing = self.lock(bucket, key, Hold::Writing)?;
        let folder = self.bucket_path(bucket);
        let plain = folder.join(names::path_of(key));
        let Some((path, modified)) = self.check(bucket, key, &plain, &Precondition::default())?
        else {
            return Ok(());
        };
        ignore_missing(fs::remove_file(&path))?;
        self.remove_details(bucket, key, modified)?;
        // Folders are not keys: one that has become empty goes, as in S3 it was never there.
        for parent in path
            .ancestors()
            .skip(1)
            .take_while(|parent| *parent != folder)
        {
            if fs::remove_dir(parent).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn write_json(&self, path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
        use std::io::Write;
        let mut temporary = self.temporary()?;
        temporary
            .file
            .write_all(&serde_json::to_vec(value).map_err(io::Error::from)?)?;
        if let Some(parent) = path.parent()
            && !parent.is_dir()
        {
            fs::create_dir_all(parent)?;
        }
        fs::rename(&temporary.path, path)?;
        temporary.keep();
        Ok(())
    }
}

/// The value in a JSON file; `None` when there is none or it can't be read as one.
fn read_json<T: for<'de> Deserialize<'de>>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Whether the error says that nothing is at the path: a file may stand where a folder was meant.
fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Removes the folders below `folder` that hold no file.
fn remove_empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_empty(&entry.path())?;
            match fs::remove_dir(entry.path()) {
                Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {}
                other => ignore_missing(other)?,
            }
        }
    }
    Ok(())
}
