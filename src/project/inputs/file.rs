//! One file of inputs.

use std::fmt::Write;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::PathBuf;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::function::{Input, InputPlace};
use crate::project::inputs::error::InputError;
use crate::project::inputs::part::InputPiece;
use crate::text::{offset_of, place_in, problem_of};

/// A number of a line has at most so many.
const DIGITS: usize = 10;

/// What a file is read through: of what it has buffered, reading does not wait.
pub(super) type Reader = BufReader<Box<dyn Read + Send>>;

pub(super) struct File {
    path: PathBuf,
    reader: Reader,
    gzip: bool,
    /// The longest line that is read, and the longest file that isn't of lines, in bytes.
    longest: usize,
    /// Whether inputs may come slowly, so that none must wait for the next to be read.
    live: bool,
    /// What of the object this is.
    piece: InputPiece,
    /// What stands before the line in the names of inputs.
    name: String,
    /// How many inputs there were.
    count: u64,
    /// How many lines have been read; of [`State::Values`], how many lie behind.
    line: u32,
    state: State,
}

enum State {
    Start,
    /// NDJSON; perhaps with a line that was read ahead.
    Lines(Option<Result<Option<String>, InputError>>),
    /// The whole text of a file of values that go over several lines, and where the next begins.
    Values {
        text: String,
        offset: usize,
    },
    End,
}

impl File {
    pub(super) fn new(
        path: PathBuf,
        reader: Reader,
        gzip: bool,
        longest: usize,
        live: bool,
        piece: InputPiece,
    ) -> File {
        let name = match piece.range.start {
            0 => format!("{}:", path.display()),
            // How many lines lie before isn't known here.
            start => format!("{}@{start}:", path.display()),
        };
        File {
            path,
            name,
            reader,
            gzip,
            longest,
            live,
            // A piece may have no line, or one of many.
            state: match piece.is_split {
                true => State::Lines(None),
                false => State::Start,
            },
            piece,
            count: 0,
            line: 0,
        }
    }

    /// The next input. More may follow an error.
    pub(super) fn next(&mut self) -> Result<Option<Input>, InputError> {
        let mut next = self.next_input()?;
        if let Some(input) = &mut next {
            input.place = InputPlace {
                object: self.piece.object,
                start: self.piece.range.start,
                number: self.count,
            };
            self.count += 1;
        }
        Ok(next)
    }

    /// Of a piece that has been read: the object's number and name, where the piece begins, and its lines.
    pub(super) fn counted(&self) -> Option<(u32, String, u64, u64)> {
        let name = || self.path.display().to_string();
        let InputPiece { object, range, .. } = &self.piece;
        self.piece
            .is_split
            .then(|| (*object, name(), range.start, self.line.into()))
    }

    fn next_input(&mut self) -> Result<Option<Input>, InputError> {
        match std::mem::replace(&mut self.state, State::End) {
            State::Start => self.start(),
            State::Lines(ahead) => {
                self.state = State::Lines(None);
                match ahead.unwrap_or_else(|| self.next_line())? {
                    Some(json) => Ok(Some(Input::new(self.name_at(self.line), json))),
                    None => {
                        self.state = State::End;
                        Ok(None)
                    }
                }
            }
            State::Values { text, offset } => self.next_value(text, offset),
            State::End => Ok(None),
        }
    }

    /// Finds out what the file is: NDJSON when its first line is a whole JSON value and another
    /// follows.
    fn start(&mut self) -> Result<Option<Input>, InputError> {
        let Some(first) = self.next_line()? else {
            return Err(InputError::Empty(self.path.clone()));
        };
        if !is_json(&first) {
            return self.start_values(first);
        }
        if self.live {
            self.state = State::Lines(None);
            return Ok(Some(Input::new(self.name_at(self.line), first)));
        }
        let first_line = self.line;
        let second = self.next_line();
        let alone = matches!(second, Ok(None));
        let name = if alone {
            self.path.display().to_string()
        } else {
            self.name_at(first_line)
        };
        self.state = State::Lines(Some(second));
        Ok(Some(Input::new(name, first)))
    }

    fn start_values(&mut self, first: String) -> Result<Option<Input>, InputError> {
        let first_line = self.line;
        let mut bytes = first.into_bytes();
        bytes.push(b'\n');
        let second = bytes.len();
        let room = (self.longest + 1).saturating_sub(second) as u64;
        if let Err(source) = (&mut self.reader).take(room).read_to_end(&mut bytes) {
            return Err(self.read_error(source));
        }
        if bytes.len() > self.longest {
            // Where the next input begins can't be told.
            self.reader = BufReader::new(Box::new(io::empty()));
            return Err(self.too_long());
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let source = error.utf8_error();
            let newlines = error.as_bytes()[..source.valid_up_to()]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            InputError::NotUtf8 {
                path: self.path.clone(),
                line: after(first_line, newlines),
                source,
            }
        })?;
        let second_line = text[second..].lines().find(|line| !line.trim().is_empty());
        let starts_well = serde_json::Deserializer::from_str(&text)
            .into_iter::<IgnoredAny>()
            .next()
            .is_some_and(|value| value.is_ok());
        if starts_well || !second_line.is_some_and(is_json) {
            self.line = first_line - 1;
            return self.next_value(text, 0);
        }
        // NDJSON whose first line is broken must not cost the others.
        let input = Input::new(self.name_at(first_line), text[..second].trim_end());
        let mut rest = Cursor::new(text.into_bytes());
        rest.set_position(second as u64);
        self.reader = BufReader::new(Box::new(rest));
        self.state = State::Lines(None);
        Ok(Some(input))
    }

    fn next_value(&mut self, mut text: String, offset: usize) -> Result<Option<Input>, InputError> {
        let left = &text[offset..];
        let mut values = serde_json::Deserializer::from_str(left).into_iter::<&RawValue>();
        let value = match values.next() {
            None => return Ok(None),
            Some(Ok(value)) => value.get(),
            Some(Err(error)) => {
                let mut place = place_in(left, offset_of(left, &error));
                place.line = place.line.saturating_add(self.line);
                return Err(InputError::Json {
                    path: self.path.clone(),
                    place,
                    problem: problem_of(left, &error),
                });
            }
        };
        let end = values.byte_offset();
        let start = end - value.len();
        if offset == 0 && left[end..].trim().is_empty() {
            text.truncate(end);
            text.drain(..start);
            return Ok(Some(Input::new(self.path.display().to_string(), text)));
        }
        self.line = after(self.line, left[..start].matches('\n').count());
        let input = Input::new(self.name_at(self.line.saturating_add(1)), value);
        self.line = after(self.line, value.matches('\n').count());
        self.state = State::Values {
            text,
            offset: offset + end,
        };
        Ok(Some(input))
    }

    /// The next line that is not blank, without its end.
    fn next_line(&mut self) -> Result<Option<String>, InputError> {
        loop {
            let mut bytes = Vec::new();
            let room = self.longest as u64 + 1;
            match (&mut self.reader).take(room).read_until(b'\n', &mut bytes) {
                Ok(0) => return Ok(None),
                Ok(_) => {}
                Err(source) => return Err(self.read_error(source)),
            }
            if bytes.len() > self.longest && !bytes.ends_with(b"\n") {
                drop(bytes);
                self.line = after(self.line, 1);
                return Err(match self.reader.skip_until(b'\n') {
                    Ok(_) => self.too_long(),
                    Err(source) => self.read_error(source),
                });
            }
            if self.line == 0 && self.piece.range.start == 0 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            self.line = after(self.line, 1);
            let length = bytes.trim_ascii_end().len();
            if length > 0 {
                bytes.truncate(length);
                let line = String::from_utf8(bytes);
                return line.map(Some).map_err(|error| InputError::NotUtf8 {
                    path: self.path.clone(),
                    line: self.line,
                    source: error.utf8_error(),
                });
            }
        }
    }

    /// Whether the next line is there without waiting for more of the file.
    pub(super) fn has_line(&self) -> bool {
        matches!(self.state, State::Lines(_)) && self.reader.buffer().contains(&b'\n')
    }

    fn too_long(&self) -> InputError {
        InputError::TooLong {
            path: self.path.clone(),
            line: self.line,
            longest: self.longest,
        }
    }

    fn read_error(&mut self, source: io::Error) -> InputError {
        // It would fail again and again.
        self.reader = BufReader::new(Box::new(io::empty()));
        InputError::Read {
            path: self.path.clone(),
            line: self.line,
            gzip: self.gzip,
            source,
        }
    }

    fn name_at(&self, line: u32) -> String {
        let mut name = String::with_capacity(self.name.len() + DIGITS);
        name.push_str(&self.name);
        // To write into a text never fails.
        let _ = write!(name, "{line}");
        name
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The number of the line so many lines further.
fn after(line: u32, lines: usize) -> u32 {
    line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX))
}
