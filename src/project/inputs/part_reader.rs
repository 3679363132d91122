//! The objects of a part, each when reading comes to it: of a large list, none is held before.

use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::host::HostOptions;
use crate::host::aws::{ArchiveUrl, ListedPiece, S3Archive};
use crate::project::inputs::entries::{EntryReader, ManifestEntry};
use crate::project::inputs::error::InputError;
use crate::project::inputs::manifest::Manifest;
use crate::project::inputs::origin::Origin;
use crate::project::inputs::part::{InputPart, InputPiece, PartPieces};

/// Where the inputs of a part are, one place after the other.
pub(super) struct PartReader {
    pieces: Arc<PartPieces>,
    /// The number of the piece that is read next.
    next: usize,
    /// What an archive reads ahead, on a thread of its own, while it has objects of the part.
    ahead: Arc<Mutex<Peekable<PartEntries>>>,
    host: HostOptions,
}

/// The pieces with what was listed of their objects.
struct PartEntries {
    pieces: Arc<PartPieces>,
    next: usize,
    entries: EntryReader,
}

impl Iterator for PartEntries {
    type Item = (ManifestEntry, InputPiece);

    fn next(&mut self) -> Option<(ManifestEntry, InputPiece)> {
        let piece = self.pieces.get(self.next)?;
        self.next += 1;
        Some((self.entries.entry(piece.object as usize)?, piece))
    }
}

impl PartReader {
    pub(super) fn new(manifest: &Manifest, part: InputPart, host: &HostOptions) -> PartReader {
        let pieces = Arc::new(PartPieces::new(manifest, part));
        let ahead = PartEntries {
            entries: pieces.entries(),
            pieces: pieces.clone(),
            next: 0,
        };
        PartReader {
            pieces,
            next: 0,
            ahead: Arc::new(Mutex::new(ahead.peekable())),
            host: host.clone(),
        }
    }

    /// All that is read, in bytes.
    pub(super) fn size(&self) -> u64 {
        let sizes = self.pieces.iter();
        sizes.map(|piece| piece.range.end - piece.range.start).sum()
    }

    /// The piece that the next object of an archive is.
    pub(super) fn next_piece(&mut self) -> Option<InputPiece> {
        self.next += 1;
        self.pieces.get(self.next - 1)
    }

    /// A file, or an archive with the objects that are read of it until another place comes.
    pub(super) fn next_origin(&mut self) -> Option<Result<Origin, InputError>> {
        let mut ahead = self.ahead.lock();
        let (entry, _) = ahead.peek()?;
        let Some(url) = ArchiveUrl::parse(Path::new(&entry.name)) else {
            let (entry, piece) = ahead.next()?;
            self.next += 1;
            let path = PathBuf::from(entry.name);
            return Some(Ok(Origin::Piece(path, entry.size, piece)));
        };
        drop(ahead);
        let path = PathBuf::from(url.name(""));
        let of_bucket = OfBucket {
            ahead: self.ahead.clone(),
            begin: url.name(""),
        };
        let archive = S3Archive::open_pieces(url.bucket, of_bucket, &self.host);
        Some(match archive {
            Ok(archive) => Ok(Origin::Archive(path, archive)),
            Err(source) => Err(InputError::Open { path, source }),
        })
    }
}

/// What comes next, as long as it is of one bucket.
struct OfBucket {
    ahead: Arc<Mutex<Peekable<PartEntries>>>,
    /// What the names of its objects begin with.
    begin: String,
}

impl Iterator for OfBucket {
    type Item = ListedPiece;

    fn next(&mut self) -> Option<ListedPiece> {
        let is_here = |(entry, _): &(ManifestEntry, _)| entry.name.starts_with(&self.begin);
        let (entry, piece) = self.ahead.lock().next_if(is_here)?;
        Some(ListedPiece {
            key: entry.name[self.begin.len()..].to_owned(),
            etag: entry.etag,
            size: entry.size,
            range: piece.range,
        })
    }
}
