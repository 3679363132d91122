//! Reading a manifest as it comes: of its text, little is in memory at a time.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::host::HostOptions;
use crate::host::aws::{ArchiveUrl, S3Store};
use crate::project::inputs::entries::ManifestEntry;
use crate::project::inputs::manifest::{MARK, Manifest, ManifestBuilder, VERSION};

/// So much of a file is read at once, in bytes.
const PIECE: usize = 256 << 10;

/// A file is no manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error(transparent)]
    File(io::Error),
    #[error(transparent)]
    Store(#[from] io::Error),
    #[error("not a list of inputs: {problem} at line {line} column {column}")]
    Json {
        problem: String,
        line: usize,
        /// In bytes.
        column: usize,
    },
    #[error("not a list of inputs that this segfn can read")]
    Other,
    #[error("it lists {listed} objects, but says that they are {said}")]
    Cut { listed: usize, said: usize },
}

impl Manifest {
    /// Reads a manifest from a file, or from an object in the AWS of `host`.
    ///
    /// # Errors
    /// It can't be read, or is something else.
    pub fn read(path: &Path, host: &HostOptions) -> Result<Manifest, ManifestError> {
        let mut reader = ManifestReader::default();
        if let Some(url) = ArchiveUrl::parse(path) {
            let store = S3Store::open(&url.bucket, host)?;
            store.get_in_pieces(&url.prefix, |piece| reader.add(piece))?;
            return reader.finish();
        }
        let mut file = File::open(path).map_err(ManifestError::File)?;
        let mut piece = vec![0; PIECE];
        loop {
            match file.read(&mut piece).map_err(ManifestError::File)? {
                0 => return reader.finish(),
                length => reader.add(&piece[..length])?,
            }
        }
    }
}

/// What has come of a manifest's JSON.
#[derive(Default)]
struct ManifestReader {
    /// What has come and isn't read yet: the beginning of a value.
    rest: Vec<u8>,
    /// Lines and, in the line, bytes that lie before it.
    lines: usize,
    column: usize,
    expected: Expected,
    has_form: bool,
    has_version: bool,
    has_objects: bool,
    count: Option<usize>,
    built: ManifestBuilder,
}

/// What comes next.
#[derive(Clone, Copy, Default)]
enum Expected {
    #[default]
    Begin,
    /// The name of a field, or the end.
    FirstField,
    Field,
    Colon(Field),
    Value(Field),
    /// A comma between fields, or the end.
    FieldEnd,
    /// An object of the list, or its end.
    FirstObject,
    Object,
    /// A comma between objects, or the end of the list.
    ObjectEnd,
    Nothing,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Field {
    Form,
    V,
    Count,
    Objects,
    #[serde(other)]
    Other,
}

/// What is wrong with the JSON.
enum Problem {
    Json(serde_json::Error),
    Text(&'static str),
    Other,
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Problem {
        Problem::Json(error)
    }
}

impl ManifestReader {
    /// Takes the next piece of the text.
    fn add(&mut self, piece: &[u8]) -> Result<(), ManifestError> {
        let mut text = std::mem::take(&mut self.rest);
        text.extend_from_slice(piece);
        let mut at = 0;
        loop {
            match self.step(&text[at..]) {
                Ok(0) => break,
                Ok(length) => at += length,
                Err(problem) => {
                    self.pass(&text[..at]);
                    return Err(self.told(problem));
                }
            }
        }
        self.pass(&text[..at]);
        text.drain(..at);
        self.rest = text;
        Ok(())
    }

    /// Reads the first thing in `text`, and tells how long it is: nothing where it isn't whole yet.
    fn step(&mut self, text: &[u8]) -> Result<usize, Problem> {
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let blank = text.iter().take_while(is_blank).count();
        if blank > 0 {
            return Ok(blank);
        }
        let Some(first) = text.first() else {
            return Ok(0);
        };
        let next = match (self.expected, first) {
            (Expected::Begin, b'{') => Expected::FirstField,
            (Expected::FirstField | Expected::FieldEnd, b'}') => Expected::Nothing,
            (Expected::FieldEnd, b',') => Expected::Field,
            (Expected::Colon(field), b':') => Expected::Value(field),
            (Expected::Value(Field::Objects), b'[') => Expected::FirstObject,
            (Expected::FirstObject | Expected::ObjectEnd, b']') => Expected::FieldEnd,
            (Expected::ObjectEnd, b',') => Expected::Object,
            (Expected::FirstField | Expected::Field, _) => {
                return self.value(text, |_, field| Ok(Expected::Colon(field)));
            }
            (Expected::FirstObject | Expected::Object, _) => {
                return self.value(text, |reader, entry: ManifestEntry| {
                    reader.built.push(&entry);
                    Ok(Expected::ObjectEnd)
                });
            }
            (Expected::Value(field), _) => return self.field(field, text),
            (Expected::Begin, _) => return Err(Problem::Text("expected `{`")),
            (Expected::Colon(_), _) => return Err(Problem::Text("expected `:`")),
            (Expected::FieldEnd, _) => return Err(Problem::Text("expected `,` or `}`")),
            (Expected::ObjectEnd, _) => return Err(Problem::Text("expected `,` or `]`")),
            (Expected::Nothing, _) => return Err(Problem::Text("there is more after the list")),
        };
        self.has_objects |= matches!(next, Expected::FirstObject);
        self.expected = next;
        Ok(1)
    }

    /// Reads the value of a field that isn't the list.
    fn field(&mut self, field: Field, text: &[u8]) -> Result<usize, Problem> {
        match field {
            Field::Form => self.value(text, |reader, form: String| {
                reader.has_form = true;
                (form == MARK)
                    .then_some(Expected::FieldEnd)
                    .ok_or(Problem::Other)
            }),
            Field::V => self.value(text, |reader, version: u32| {
                reader.has_version = true;
                (version == VERSION)
                    .then_some(Expected::FieldEnd)
                    .ok_or(Problem::Other)
            }),
            Field::Count => self.value(text, |reader, count| {
                reader.count = Some(count);
                Ok(Expected::FieldEnd)
            }),
            Field::Objects => Err(Problem::Text("expected `[`")),
            Field::Other => self.value(text, |_, _: IgnoredAny| Ok(Expected::FieldEnd)),
        }
    }

    /// Reads a value, if it is whole, and hands it on to who knows what comes next.
    fn value<T: DeserializeOwned>(
        &mut self,
        text: &[u8],
        take: impl FnOnce(&mut ManifestReader, T) -> Result<Expected, Problem>,
    ) -> Result<usize, Problem> {
        let mut values = serde_json::Deserializer::from_slice(text).into_iter();
        let value = match values.next() {
            Some(Ok(value)) => value,
            Some(Err(error)) if !error.is_eof() => return Err(error.into()),
            Some(Err(_)) | None => return Ok(0),
        };
        // What else looks like the end of a number may be the middle of one.
        if values.byte_offset() == text.len() {
            return Ok(0);
        }
        self.expected = take(self, value)?;
        Ok(values.byte_offset())
    }

    /// Leaves behind what has been read.
    fn pass(&mut self, text: &[u8]) {
        match memchr::memrchr(b'\n', text) {
            Some(last) => {
                self.lines += memchr::memchr_iter(b'\n', text).count();
                self.column = text.len() - last - 1;
            }
            None => self.column += text.len(),
        }
    }

    /// The error of what is wrong with what comes next.
    fn told(&self, problem: Problem) -> ManifestError {
        let (problem, line, column) = match problem {
            Problem::Other => return ManifestError::Other,
            Problem::Text(text) => (text.to_owned(), 1, 1),
            Problem::Json(error) => {
                let (line, column) = (error.line(), error.column());
                let text = error.to_string();
                let place = format!(" at line {line} column {column}");
                let problem = text.strip_suffix(&place).unwrap_or(&text).to_owned();
                (problem, line, column)
            }
        };
        ManifestError::Json {
            problem,
            line: self.lines + line,
            column: match line {
                0 | 1 => self.column + column,
                _ => column,
            },
        }
    }

    fn finish(mut self) -> Result<Manifest, ManifestError> {
        let missing = [
            (!matches!(self.expected, Expected::Nothing)).then_some("it ends too early"),
            (!self.has_form).then_some("missing field `form`"),
            (!self.has_version).then_some("missing field `v`"),
            self.count.is_none().then_some("missing field `count`"),
            (!self.has_objects).then_some("missing field `objects`"),
        ];
        if let Some(text) = missing.into_iter().flatten().next() {
            let rest = std::mem::take(&mut self.rest);
            self.pass(&rest);
            return Err(self.told(Problem::Text(text)));
        }
        let (listed, said) = (self.built.count(), self.count.unwrap_or_default());
        match listed == said {
            true => Ok(self.built.finish()),
            false => Err(ManifestError::Cut { listed, said }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, piece: usize) -> Result<Manifest, String> {
        let mut reader = ManifestReader::default();
        let read = text
            .as_bytes()
            .chunks(piece)
            .try_for_each(|piece| reader.add(piece));
        read.and_then(|()| reader.finish())
            .map_err(|error| error.to_string())
    }

    fn listed() -> Manifest {
        let entry = |name: &str, etag: Option<&str>| ManifestEntry {
            name: name.to_owned(),
            size: 120,
            etag: etag.map(str::to_owned),
        };
        [
            entry("a \"b\"\u{e9}", None),
            entry("s3://b/k", Some("\"e\"")),
        ]
        .into_iter()
        .collect()
    }

    fn json(manifest: &Manifest) -> String {
        let mut text = Vec::new();
        let written = manifest.write_json(|piece| {
            text.extend_from_slice(piece);
            Ok(())
        });
        written.expect("memory");
        String::from_utf8(text).expect("JSON")
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written_however_it_comes() {
        let text = json(&listed());
        assert_eq!(text.lines().count(), 4);
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let mut fields = value.as_object().expect("an object").clone();
        fields.insert("more".to_owned(), serde_json::json!({"a": [1, {}]}));
        let others = [
            serde_json::to_string(&fields).expect("JSON"),
            serde_json::to_string_pretty(&fields).expect("JSON"),
        ];
        for text in others.iter().chain([&text]) {
            for piece in 1..=text.len() {
                assert_eq!(read(text, piece), Ok(listed()), "{piece}: {text}");
            }
        }
        let none: Manifest = [].into_iter().collect();
        assert_eq!(read(&json(&none), 7), Ok(none));
    }

    #[test]
    fn what_is_no_manifest_is_refused_with_its_place() {
        let text = json(&listed());
        let cut: Vec<&str> = text.lines().filter(|line| !line.contains("s3:")).collect();
        let cut = cut.join("\n").replace("},", "}");
        let begin = "{\"form\":\"segfn inputs\",\"v\":1,";
        for (text, told) in [
            (cut.as_str(), "it lists 1 objects, but says that they are 2"),
            (
                "",
                "not a list of inputs: it ends too early at line 1 column 1",
            ),
            (
                "[]",
                "not a list of inputs: expected `{` at line 1 column 1",
            ),
            (
                "{}",
                "not a list of inputs: missing field `form` at line 1 column 3",
            ),
            (
                "{\"form\":\"segfn result\"",
                "not a list of inputs: it ends too early at line 1 column 23",
            ),
            (
                "{\"form\":\"segfn result\",",
                "not a list of inputs that this segfn can read",
            ),
            ("{\"v\":2,", "not a list of inputs that this segfn can read"),
            (
                &format!("{begin}\n \"count\": [] }}"),
                "not a list of inputs: invalid type: sequence, expected usize at line 2 column 10",
            ),
            (
                &format!("{begin}\n\"objects\": [\n\n{{\"name\":1}}"),
                "not a list of inputs: invalid type: integer `1`, expected a string at line 4 column 9",
            ),
            (
                &format!("{begin}\n\"objects\": [ {{\"name\":\"a\",\"size\":1}} {{"),
                "not a list of inputs: expected `,` or `]` at line 2 column 36",
            ),
            (
                &format!("{begin}\"count\":0,\"objects\":[]}}{{"),
                "not a list of inputs: there is more after the list at line 1 column 53",
            ),
        ] {
            for piece in [1, 3, 1000] {
                assert_eq!(read(text, piece).expect_err(text), told, "{piece}: {text}");
            }
        }
        for end in 0..text.len() - 2 {
            if let Some(text) = text.get(..end) {
                let told = read(text, 1000).expect_err(text);
                assert!(told.contains("it ends too early"), "{told}: {text}");
            }
        }
    }
}
