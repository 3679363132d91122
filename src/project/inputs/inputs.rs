//! The inputs in files, folders, archives and standard input, one after the other.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;

use crate::function::Input;
use crate::history::PastEvents;
use crate::host::HostOptions;
use crate::host::aws::{ArchiveObject, ArchiveUrl, ListedChange, S3Archive, is_plain};
use crate::options::{HISTORY, LONGEST_LINE, SEED};
use crate::project::inputs::error::InputError;
use crate::project::inputs::file::{File, Reader};
use crate::project::inputs::folder::files_in;
use crate::project::inputs::line_piece::LinePiece;
use crate::project::inputs::manifest::{Manifest, PAST};
use crate::project::inputs::origin::Origin;
use crate::project::inputs::part::{InputPart, InputPiece};
use crate::project::inputs::part_reader::PartReader;
use crate::project::inputs::problems::Problems;
use crate::project::inputs::progress::{Counted, InputProgress};
use crate::project::inputs::split_lines::CountedLines;
use crate::project::samples::{self, SCHEME};

/// Large enough that reading costs nothing beside parsing.
const BUFFER: usize = 256 * 1024;

/// Inputs that are handed on together at most.
const PORTION: usize = 64;

/// The inputs in all the files that were named, in order. What can't be read is left out and put
/// into [`Inputs::problems`].
pub struct Inputs {
    paths: VecDeque<Origin>,
    /// The archive whose objects are being read, with its name.
    archive: Option<(PathBuf, S3Archive)>,
    opened: Option<Opened>,
    /// Of what else is read, where that is a part of what was listed.
    part: Option<PartReader>,
    /// The number of the next object.
    next: u32,
    lines: CountedLines,
    problems: Problems,
    progress: Arc<InputProgress>,
    longest: usize,
    /// What standard input is called.
    stdin: PathBuf,
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

    /// The inputs of one part of what a manifest lists; objects come from the AWS of `host`.
    pub fn of_part(manifest: &Manifest, part: InputPart, host: &HostOptions) -> Inputs {
        let part = PartReader::new(manifest, part, host);
        Inputs {
            progress: Arc::new(InputProgress::new(Some(part.size()))),
            part: Some(part),
            ..Inputs::new(&[])
        }
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
            part: None,
            next: 0,
            lines: CountedLines::default(),
            problems,
            progress,
            longest: LONGEST_LINE,
            stdin: PathBuf::from("-"),
        }
    }

    /// Takes no line that is longer than this, in bytes.
    pub fn up_to(self, longest: usize) -> Inputs {
        Inputs { longest, ..self }
    }

    /// Calls the inputs of standard input by this name.
    pub fn with_stdin_called(self, name: &str) -> Inputs {
        Inputs {
            stdin: PathBuf::from(name),
            ..self
        }
    }

    /// Where the problems go while the inputs are read, maybe on another thread.
    pub fn problems(&self) -> Problems {
        self.problems.clone()
    }

    /// How far reading has come.
    pub fn progress(&self) -> Arc<InputProgress> {
        self.progress.clone()
    }

    /// The lines of the pieces that are read, as far as reading has come.
    pub fn lines(&self) -> CountedLines {
        self.lines.clone()
    }

    fn open(&mut self, path: &Path) -> Result<Opened, InputError> {
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
        let whole = self.next_object();
        let name = if stdin { &self.stdin } else { path };
        self.file_of(name.to_owned(), source, whole, stdin)
    }

    /// All of the next object.
    fn next_object(&mut self) -> InputPiece {
        self.next += 1;
        InputPiece {
            object: self.next - 1,
            range: 0..u64::MAX,
            is_split: false,
        }
    }

    /// A file that was listed, or a piece of it.
    fn open_piece(
        &self,
        path: PathBuf,
        size: u64,
        piece: InputPiece,
    ) -> Result<Opened, InputError> {
        let failed = |source: io::Error| InputError::Open {
            source: match source.kind() {
                io::ErrorKind::NotFound => ListedChange::Gone.into(),
                _ => source,
            },
            path: path.clone(),
        };
        let mut file = std::fs::File::open(&path).map_err(failed)?;
        if file.metadata().map_err(failed)?.len() != size {
            return Err(failed(ListedChange::Other.into()));
        }
        if piece.range.start > 0 {
            let mut begin = [0; 2];
            file.read_exact(&mut begin).map_err(failed)?;
            if !is_plain(&begin) {
                return Err(failed(ListedChange::NoLines.into()));
            }
            let before = SeekFrom::Start(piece.range.start - 1);
            file.seek(before).map_err(failed)?;
        }
        self.file_of(path.clone(), Box::new(file), piece, false)
    }

    fn file_of(
        &self,
        path: PathBuf,
        mut source: Box<dyn Read + Send>,
        piece: InputPiece,
        live: bool,
    ) -> Result<Opened, InputError> {
        if piece.is_split {
            let length = piece.range.end - piece.range.start;
            source = Box::new(LinePiece::new(source, length, piece.range.start > 0));
        }
        let failed = |source| InputError::Open {
            path: path.clone(),
            source,
        };
        let source = Counted {
            source,
            progress: self.progress.clone(),
        };
        let mut reader = buffered(Box::new(source));
        let begins = reader.fill_buf().map_err(failed)?;
        if begins.starts_with(b"PAR1") {
            return Err(InputError::Parquet(path));
        }
        // The first byte of gzip's magic number begins no JSON.
        let gzip = begins.first() == Some(&0x1f);
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
        let file = File::new(path, reader, gzip, self.longest, live, piece);
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
                Ok(None) => {
                    if let Opened::File(file) = opened
                        && let Some((object, name, start, lines)) = file.counted()
                    {
                        self.lines.add(object, &name, start, lines);
                    }
                    self.opened = None;
                }
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
                        let listed = self.part.as_mut().and_then(PartReader::next_piece);
                        let piece = listed.unwrap_or_else(|| self.next_object());
                        return Some(self.file_of(PathBuf::from(name), content, piece, false));
                    }
                    Ok(None) => self.archive = None,
                    Err(source) => {
                        let path = path.clone();
                        self.archive = None;
                        // It can't become whole any more.
                        self.part = None;
                        return Some(Err(InputError::Open { path, source }));
                    }
                }
                continue;
            }
            let origin = match self.paths.pop_front() {
                Some(origin) => origin,
                None => match self.part.as_mut()?.next_origin()? {
                    Ok(origin) => origin,
                    Err(problem) => return Some(Err(problem)),
                },
            };
            match origin {
                Origin::File(path) => return Some(self.open(&path)),
                Origin::Sample(sample) => {
                    let Input { name, json, .. } = sample.input(SEED);
                    let source = Box::new(Cursor::new(json.into_bytes()));
                    let whole = self.next_object();
                    return Some(self.file_of(PathBuf::from(name), source, whole, false));
                }
                Origin::Piece(path, size, piece) => {
                    return Some(self.open_piece(path, size, piece));
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
