//! The lines that begin in a range of bytes.

use std::io::{self, BufRead, BufReader, Read};

/// Reads the lines that begin in a range, whole. What it reads through has the byte before the range, unless
/// that begins with the file, and goes on behind it.
pub(super) struct LinePiece<R> {
    source: BufReader<R>,
    /// Bytes until the end of the range.
    left: u64,
    /// Whether a line may be under way that isn't of the range.
    is_before: bool,
    /// Whether the last line of the range is under way.
    is_in_line: bool,
}

impl<R: Read> LinePiece<R> {
    /// `length` is that of the range; `has_before` tells that a byte lies before it.
    pub(super) fn new(source: R, length: u64, has_before: bool) -> LinePiece<R> {
        LinePiece {
            source: BufReader::with_capacity(64 << 10, source),
            left: length + u64::from(has_before),
            is_before: has_before,
            is_in_line: false,
        }
    }

    fn skip_line(&mut self) -> io::Result<()> {
        while self.is_before {
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                self.left = 0;
                return Ok(());
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(buffer.len(), |end| end + 1);
            self.source.consume(length);
            self.left = self.left.saturating_sub(length as u64);
            self.is_before = end.is_none();
        }
        Ok(())
    }
}

impl<R: Read> Read for LinePiece<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.skip_line()?;
        if self.left == 0 && !self.is_in_line || into.is_empty() {
            return Ok(0);
        }
        let buffer = self.source.fill_buf()?;
        let mut length = buffer.len().min(into.len());
        if self.left > 0 {
            length = length.min(usize::try_from(self.left).unwrap_or(usize::MAX));
            self.left -= length as u64;
            self.is_in_line = length > 0 && buffer[length - 1] != b'\n';
        } else if let Some(end) = buffer[..length].iter().position(|byte| *byte == b'\n') {
            length = end + 1;
            self.is_in_line = false;
        }
        into[..length].copy_from_slice(&buffer[..length]);
        self.source.consume(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_pieces_of_a_text_are_its_lines(
            text in "[ab\n]{0,60}",
            cuts in proptest::collection::vec(0..60_usize, 0..6),
            size in 1..9_usize,
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            cuts.dedup();
            let mut all = String::new();
            for range in cuts.windows(2) {
                let before = usize::from(range[0] > 0);
                let source = &text.as_bytes()[range[0] - before..];
                let mut piece = LinePiece::new(source, (range[1] - range[0]) as u64, before > 0);
                let mut buffer = vec![0; size];
                let mut own = String::new();
                while let Ok(length @ 1..) = piece.read(&mut buffer) {
                    own.push_str(std::str::from_utf8(&buffer[..length]).expect("ASCII"));
                }
                prop_assert!(own.is_empty() || all.is_empty() || all.ends_with('\n'));
                all.push_str(&own);
            }
            prop_assert_eq!(all, text);
        }
    }
}
