//! Reading what a function is called with: JSON, NDJSON, either of them gzipped, folders of such
//! files, archives in S3, standard input. Files are told apart by their content, and streamed: of NDJSON one line
//! is held at a time.

mod file;
mod select;

use std::collections::VecDeque;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use flate2::bufread::MultiGzDecoder;

pub use crate::project::inputs::select::Selection;
pub use crate::project::inputs::select::select;

use crate::function::Input;
use crate::host::aws::{Archive, ArchiveObject, ArchiveUrl};
use crate::project::inputs::file::File;
use crate::project::inputs::file::Reader;
use crate::text::Place;

/// Large enough that reading costs nothing beside parsing.
const BUFFER: usize = 256 * 1024;

/// Inputs that are handed on together at most.
const PORTION: usize = 64;

/// Names that end so are taken from a folder.
const SUFFIXES: [&str; 4] = [".json", ".ndjson", ".jsonl", ".gz"];

/// The inputs in all the files that were named, in order. What can't be read is left out and put
/// into [`Inputs::problems`].
pub struct Inputs {
    paths: VecDeque<Origin>,
    /// The archive whose objects are being read, with its name.
    archive: Option<(PathBuf, Box<dyn Archive>)>,
    file: Option<File>,
    problems: Problems,
    progress: Arc<Progress>,
}

/// Something to read inputs from.
enum Origin {
    File(PathBuf),
    Archive(PathBuf, Box<dyn Archive>),
}

impl Inputs {
    /// The inputs of the files, folders and `-` (standard input) in `paths`.
    pub fn new(paths: &[PathBuf]) -> Inputs {
        let none = |_: &ArchiveUrl| -> io::Result<Box<dyn Archive>> {
            Err(io::Error::other("archives can't be read here"))
        };
        Inputs::with_archives(paths, none)
    }

    /// The same, and of archives in S3 (`s3://BUCKET/PREFIX`), which `open` opens.
    pub fn with_archives(
        paths: &[PathBuf],
        open: impl Fn(&ArchiveUrl) -> io::Result<Box<dyn Archive>>,
    ) -> Inputs {
        let problems = Problems::default();
        let mut files = VecDeque::new();
        let mut archives = Vec::new();
        for path in paths {
            if let Some(url) = ArchiveUrl::parse(path) {
                match open(&url) {
                    Ok(archive) => archives.push((files.len(), path.clone(), archive)),
                    Err(source) => problems.push(InputError::Open {
                        path: path.clone(),
                        source,
                    }),
                }
                continue;
            }
            if !path.is_dir() {
                files.push_back(path.clone());
                continue;
            }
            match files_in(path) {
                Ok(found) => files.extend(found),
                Err(problem) => problems.push(problem),
            }
        }
        let size = |path: &PathBuf| {
            path.metadata()
                .ok()
                .filter(std::fs::Metadata::is_file)
                .map(|metadata| metadata.len())
        };
        let total = files.iter().map(size).sum::<Option<u64>>();
        let total = total.filter(|_| archives.is_empty());
        let mut places: VecDeque<Origin> = files.into_iter().map(Origin::File).collect();
        // From the last on, so that the places of the others stay.
        for (index, path, archive) in archives.into_iter().rev() {
            places.insert(index, Origin::Archive(path, archive));
        }
        let progress = Arc::new(Progress {
            total,
            read: AtomicU64::new(0),
        });
        Inputs {
            paths: places,
            archive: None,
            file: None,
            problems,
            progress,
        }
    }

    /// Where the problems go while the inputs are read, maybe on another thread.
    pub fn problems(&self) -> Problems {
        self.problems.clone()
    }

    /// How far reading has come.
    pub fn progress(&self) -> Arc<Progress> {
        self.progress.clone()
    }

    fn open(&self, path: &Path) -> Result<File, InputError> {
        let stdin = path == Path::new("-");
        let failed = |source| InputError::Open {
            path: path.to_owned(),
            source,
        };
        let source: Box<dyn Read + Send> = if stdin {
            Box::new(io::stdin())
        } else {
            Box::new(std::fs::File::open(path).map_err(failed)?)
        };
        self.file_of(path.to_owned(), source, stdin)
    }

    fn file_of(
        &self,
        path: PathBuf,
        source: Box<dyn Read + Send>,
        live: bool,
    ) -> Result<File, InputError> {
        let failed = |source| InputError::Open {
            path: path.clone(),
            source,
        };
        let source = Counted {
            source,
            progress: self.progress.clone(),
        };
        let mut reader = buffered(Box::new(source));
        // The first byte of gzip's magic number begins no JSON.
        let gzip = reader.fill_buf().map_err(failed)?.first() == Some(&0x1f);
        if gzip {
            reader = buffered(Box::new(MultiGzDecoder::new(reader)));
        }
        Ok(File::new(path, reader, gzip, live))
    }
}

/// In portions: an input, and those that are there without waiting for more.
impl Iterator for Inputs {
    type Item = Vec<Input>;

    fn next(&mut self) -> Option<Vec<Input>> {
        let mut portion = vec![self.next_input()?];
        while portion.len() < PORTION && self.file.as_ref().is_some_and(File::has_line) {
            match self.next_input() {
                Some(input) => portion.push(input),
                None => break,
            }
        }
        Some(portion)
    }
}

impl Inputs {
    fn next_input(&mut self) -> Option<Input> {
        loop {
            let Some(file) = &mut self.file else {
                match self.next_file()? {
                    Ok(file) => self.file = Some(file),
                    Err(problem) => self.problems.push(problem),
                }
                continue;
            };
            match file.next() {
                Ok(Some(input)) => return Some(input),
                Ok(None) => self.file = None,
                Err(problem) => self.problems.push(problem),
            }
        }
    }
}

impl Inputs {
    /// The next file, or the next object of an archive.
    fn next_file(&mut self) -> Option<Result<File, InputError>> {
        loop {
            if let Some((path, archive)) = &mut self.archive {
                match archive.next_object() {
                    Ok(Some(ArchiveObject { name, content })) => {
                        return Some(self.file_of(PathBuf::from(name), content, false));
                    }
                    Ok(None) => self.archive = None,
                    Err(source) => {
                        let path = path.clone();
                        self.archive = None;
                        return Some(Err(InputError::Open { path, source }));
                    }
                }
                continue;
            }
            match self.paths.pop_front()? {
                Origin::File(path) => return Some(self.open(&path)),
                Origin::Archive(path, archive) => self.archive = Some((path, archive)),
            }
        }
    }
}

fn buffered(source: Box<dyn Read + Send>) -> Reader {
    BufReader::with_capacity(BUFFER, source)
}

/// What could not be read so far. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Problems(Arc<Mutex<Vec<InputError>>>);

impl Problems {
    /// Takes the problems that came up since the last call.
    pub fn take(&self) -> Vec<InputError> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn push(&self, problem: InputError) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(problem);
    }
}

/// How much of the inputs has been read, in bytes of the files.
#[derive(Debug)]
pub struct Progress {
    /// Unknown when there is a pipe among the inputs.
    pub total: Option<u64>,
    read: AtomicU64,
}

impl Progress {
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

struct Counted<R> {
    source: R,
    progress: Arc<Progress>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.progress.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The files of events in `folder`, by name; not those of folders in it.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let failed = |source| InputError::Open {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_events = SUFFIXES.iter().any(|suffix| name.ends_with(suffix));
        if is_events && !name.starts_with('.') && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(InputError::NoFiles(folder.to_owned()));
    }
    Ok(files)
}

/// Why an input can't be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    #[error("can't read {}: {source}", path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error("can't read {} after line {line}: {source}", path.display())]
    Read {
        path: PathBuf,
        line: u32,
        gzip: bool,
        source: io::Error,
    },
    #[error("the folder {} holds no events", .0.display())]
    NoFiles(PathBuf),
    #[error("{} holds no event", .0.display())]
    Empty(PathBuf),
    #[error("{}:{line}: not UTF-8", path.display())]
    NotUtf8 { path: PathBuf, line: u32 },
    #[error("{}:{}:{}: not JSON: {problem}", path.display(), place.line, place.column)]
    Json {
        path: PathBuf,
        place: Place,
        problem: String,
    },
}

impl InputError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            InputError::Read { gzip: true, .. } => {
                Some("the gzip data is cut short or damaged; `gzip -t FILE` tests it")
            }
            InputError::NoFiles(_) => {
                Some("events are files ending in .json, .ndjson, .jsonl or .gz")
            }
            InputError::Empty(_) => Some("write a JSON event into it, or one event a line"),
            InputError::NotUtf8 { .. } => Some("save the file as UTF-8"),
            InputError::Json { .. } => Some(
                "an input is an event, an array of events or a request in JSON; or one of them a line (NDJSON)",
            ),
            InputError::Open { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("paths are taken from the folder where segfn runs")
            }
            InputError::Open { .. } | InputError::Read { .. } => None,
        }
    }
}
