//! Where inputs are read from.

use std::path::PathBuf;

use crate::history::PastEvents;
use crate::host::aws::S3Archive;
use crate::project::inputs::part::InputPiece;
use crate::project::samples::Sample;

/// Something to read inputs from.
pub(super) enum Origin {
    File(PathBuf),
    Sample(&'static Sample),
    Archive(PathBuf, S3Archive),
    /// A file that was listed, of this size.
    Piece(PathBuf, u64, InputPiece),
    Past(PastEvents),
}

impl Origin {
    /// In bytes, where that can be told.
    pub(super) fn size(&self) -> Option<u64> {
        match self {
            Origin::File(path) => {
                let metadata = path.metadata().ok()?;
                metadata.is_file().then_some(metadata.len())
            }
            Origin::Sample(_) => Some(0),
            Origin::Archive(..) | Origin::Past(_) => None,
            Origin::Piece(_, _, piece) => Some(piece.range.end - piece.range.start),
        }
    }
}
