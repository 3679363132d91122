//! The inputs in files, folders, archives and standard input, one after the other.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;

use crate::function::Input;
use crate::history::PastEvents;
use crate::host::HostOptions;
use crate::host::aws::{ArchiveObject, ArchiveUrl, S3Archive};
use crate::options::{HISTORY, LONGEST_LINE, SEED};
use crate::project::inputs::error::InputError;
use crate::project::inputs::file::{File, Reader};
use crate::project::inputs::problems::Problems;
use crate::project::inputs::progress::{Counted, InputProgress};
use crate::project::samples::{self, SCHEME, Sample};

/// Large enough that reading costs nothing beside parsing.
const BUFFER: usize = 256 * 1024;

/// Inputs that are handed on together at most.
const PORTION: usize = 64;

/// Names that end so are taken from a folder.
const SUFFIXES: [&str; 4] = [".json", ".ndjson", ".jsonl", ".gz"];

/// What the events that reached `segfn serve` here are asked for by. A function's name may follow.
const PAST: &str = "history:";

/// The inputs in all the files that were named, in order. What can't be read is left out and put
/// into [`Inputs::problems`].
pub struct Inputs {
    paths: VecDeque<Origin>,
    /// The archive whose objects are being read, with its name.
    archive: Option<(PathBuf, S3Archive)>,
    opened: Option<Opened>,
    problems: Problems,
    progress: Arc<InputProgress>,
    longest: usize,
}

/// What inputs are being read from.
enum Opened {
    File(Box<File>),
    Past(PastEvents),
}

impl Opened {
    /// The next input. More may follow an error.
    fn next(&mut self) -> Result<Option<Input>, InputError> {
        match self {
            Opened::File(file) => file.next(),
            Opened::Past(events) => {
                let event = events.next().transpose()?;
                Ok(event.map(|event| Input::new(format!("{PAST}{}", event.id), event.json)))
            }
        }
    }

    /// Whether the next is there without waiting for it.
    fn has_next(&self) -> bool {
        match self {
            Opened::File(file) => file.has_line(),
            Opened::Past(events) => events.has_ahead(),
        }
    }
}

/// Something to read inputs from.
enum Origin {
    File(PathBuf),
    Sample(&'static Sample),
    Archive(PathBuf, S3Archive),
    Past(PastEvents),
}

impl Origin {
    /// In bytes, where that can be told.
    fn size(&self) -> Option<u64> {
        match self {
            Origin::File(path) => {
                let metadata = path.metadata().ok()?;
                metadata.is_file().then_some(metadata.len())
            }
            Origin::Sample(_) => Some(0),
            Origin::Archive(..) | Origin::Past(_) => None,
        }
    }
}

impl Inputs {
    /// The inputs of the files, folders, samples (`sample:NAME`), `history:` and `-` (standard input) in
    /// `paths`.
    pub fn new(paths: &[PathBuf]) -> Inputs {
        Inputs::open_all(paths, |_| {
            Err(io::Error::other("archives can't be read here"))
        })
    }

    /// The same, and of archives in S3 (`s3://BUCKET/PREFIX`), which come from the AWS of `host`. Objects
    /// that can't hold events since `since` are left out.
    pub fn with_archives(
        paths: &[PathBuf],
        host: &HostOptions,
        since: Option<SystemTime>,
    ) -> Inputs {
        Inputs::open_all(paths, |url| S3Archive::open(url, host, since))
    }

    fn open_all(paths: &[PathBuf], open: impl Fn(ArchiveUrl) -> io::Result<S3Archive>) -> Inputs {
        let problems = Problems::default();
        let mut places = VecDeque::new();
        for path in paths {
            if let Some(url) = ArchiveUrl::parse(path) {
                match open(url) {
                    Ok(archive) => places.push_back(Origin::Archive(path.clone(), archive)),
                    Err(source) => problems.push(InputError::Open {
                        path: path.clone(),
                        source,
                    }),
                }
            } else if let Some(name) = path.to_str().and_then(|path| path.strip_prefix(SCHEME)) {
                match samples::find(name) {
                    Ok(found) => places.extend(found.into_iter().map(Origin::Sample)),
                    Err(problem) => problems.push(problem.into()),
                }
            } else if let Some(name) = path.to_str().and_then(|path| path.strip_prefix(PAST)) {
                let function = (!name.is_empty()).then_some(name);
                match PastEvents::open(Path::new(HISTORY), function) {
                    Ok(found) => places.push_back(Origin::Past(found)),
                    Err(problem) => problems.push(problem.into()),
                }
            } else if path.is_dir() {
                match files_in(path) {
                    Ok(found) => places.extend(found.into_iter().map(Origin::File)),
                    Err(problem) => problems.push(problem),
                }
            } else {
                places.push_back(Origin::File(path.clone()));
            }
        }
        let total = places.iter().map(Origin::size).sum::<Option<u64>>();
        let progress = Arc::new(InputProgress::new(total));
        Inputs {
            paths: places,
            archive: None,
            opened: None,
            problems,
            progress,
            longest: LONGEST_LINE,
        }
    }

    /// Takes no line that is longer than this, in bytes.
    pub fn up_to(self, longest: usize) -> Inputs {
        Inputs { longest, ..self }
    }

    /// Where the problems go while the inputs are read, maybe on another thread.
    pub fn problems(&self) -> Problems {
        self.problems.clone()
    }

    /// How far reading has come.
    pub fn progress(&self) -> Arc<InputProgress> {
        self.progress.clone()
    }

    fn open(&self, path: &Path) -> Result<Opened, InputError> {
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
    ) -> Result<Opened, InputError> {
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
        // Where gzip is damaged, reading says so.
        let begins = reader.fill_buf().unwrap_or_default();
        if begins.starts_with(b"\xff\xfe") || begins.starts_with(b"\xfe\xff") {
            let mut decoder = DecodeReaderBytesBuilder::new();
            // The mark is taken out where the first line is read.
            reader = buffered(Box::new(decoder.bom_sniffing(true).build(reader)));
        }
        let file = File::new(path, reader, gzip, self.longest, live);
        Ok(Opened::File(Box::new(file)))
    }
}

/// In portions: an input, and those that are there without waiting for more.
impl Iterator for Inputs {
    type Item = Vec<Input>;

    fn next(&mut self) -> Option<Vec<Input>> {
        let mut portion = vec![self.next_input()?];
        while portion.len() < PORTION && self.opened.as_ref().is_some_and(Opened::has_next) {
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
            let Some(opened) = &mut self.opened else {
                match self.open_next()? {
                    Ok(opened) => self.opened = Some(opened),
                    Err(problem) => self.problems.push(problem),
                }
                continue;
            };
            match opened.next() {
                Ok(Some(input)) => return Some(input),
                Ok(None) => self.opened = None,
                Err(problem) => self.problems.push(problem),
            }
        }
    }
}

impl Inputs {
    /// The next file, or the next object of an archive.
    fn open_next(&mut self) -> Option<Result<Opened, InputError>> {
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
                Origin::Sample(sample) => {
                    let Input { name, json, .. } = sample.input(SEED);
                    let source = Box::new(Cursor::new(json.into_bytes()));
                    return Some(self.file_of(PathBuf::from(name), source, false));
                }
                Origin::Archive(path, archive) => self.archive = Some((path, archive)),
                Origin::Past(events) => return Some(Ok(Opened::Past(events))),
            }
        }
    }
}

fn buffered(source: Box<dyn Read + Send>) -> Reader {
    BufReader::with_capacity(BUFFER, source)
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
