//! The lines of a block of text, with their labels.

use std::fmt::Display;
use std::io::Write;

use anstyle::Style;

use super::Palette;

/// The width of the labels in front of a block's lines.
pub const LABEL: usize = 8;

/// Writes a block's lines.
pub struct Writer {
    pub out: Vec<u8>,
    palette: Palette,
}

impl Writer {
    pub fn new(palette: Palette) -> Writer {
        Writer {
            out: Vec::with_capacity(256),
            palette,
        }
    }

    pub fn put(&mut self, text: impl Display) {
        // Writing to memory can't fail.
        let _ = write!(self.out, "{text}");
    }

    /// `text` behind a label; further lines are indented as far as the first.
    pub fn labelled(&mut self, label: &str, style: Style, text: &str) {
        let style = if self.palette.color {
            style
        } else {
            Style::new()
        };
        for (index, line) in text.split('\n').enumerate() {
            let label = if index == 0 { label } else { "" };
            if line.is_empty() && label.is_empty() {
                self.put('\n');
            } else {
                self.put(format_args!("  {style}{label:<LABEL$}{style:#} {line}\n"));
            }
        }
    }
}
