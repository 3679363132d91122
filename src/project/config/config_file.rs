//! The file that is being read.

use std::ops::Range;
use std::path::Path;

use crate::text::{Place, place_in};

/// A file that says something about a function, or a line of a file of cases.
#[derive(Clone, Copy)]
pub(super) struct ConfigFile<'f> {
    pub path: &'f Path,
    text: FileText<'f>,
}

/// What tells where something stands in the file.
#[derive(Clone, Copy)]
enum FileText<'f> {
    Whole(&'f str),
    /// All of it stands in the line of this number; its columns are not known.
    Line(u32),
}

impl<'f> ConfigFile<'f> {
    /// The file at `path`, which says `text`.
    pub fn whole(path: &'f Path, text: &'f str) -> ConfigFile<'f> {
        ConfigFile {
            path,
            text: FileText::Whole(text),
        }
    }

    /// A line of the file at `path`.
    pub fn line_of(path: &'f Path, number: u32) -> ConfigFile<'f> {
        ConfigFile {
            path,
            text: FileText::Line(number),
        }
    }

    /// The folder that the file's paths are relative to.
    pub fn folder(self) -> &'f Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// Where a span begins.
    pub fn place_of(self, span: &Range<usize>) -> Place {
        match self.text {
            FileText::Whole(text) => place_in(text, span.start),
            FileText::Line(line) => Place { line, column: 1 },
        }
    }
}
