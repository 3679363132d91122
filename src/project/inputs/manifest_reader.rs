//! Reading a manifest as it comes: of its text, little is in memory at a time.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use std::thread;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::host::HostOptions;
use crate::host::aws::{ArchiveUrl, S3Store};
use crate::project::inputs::entries::ManifestEntry;
use crate::project::inputs::manifest::{MARK, Manifest, ManifestBuilder, VERSION};

/// So much of it is read at once, in bytes.
const PIECE: usize = 256 << 10;

/// A file is no manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error(transparent)]
    File(io::Error),
    #[error(transparent)]
    Store(#[from] io::Error),
    #[error("not a list of inputs: {0}")]
    Json(serde_json::Error),
    #[error("it lists {listed} objects, but says that they are {said}")]
    Cut { listed: usize, said: usize },
}

impl Manifest {
    /// Reads a manifest from a file, or from an object in the AWS of `host`.
    ///
    /// # Errors
    /// It can't be read, or is something else.
    pub fn read(path: &Path, host: &HostOptions) -> Result<Manifest, ManifestError> {
        match ArchiveUrl::parse(path) {
            Some(url) => read_object(&url, host),
            None => read(File::open(path).map_err(ManifestError::File)?),
        }
    }
}

/// Reads an object while it comes.
fn read_object(url: &ArchiveUrl, host: &HostOptions) -> Result<Manifest, ManifestError> {
    let store = S3Store::open(&url.bucket, host)?;
    let (from, mut to) = io::pipe()?;
    thread::scope(|scope| {
        let reader = scope.spawn(move || read(from));
        let got = store.get_in_pieces(&url.prefix, |piece| to.write_all(piece));
        drop(to);
        match (reader.join().expect("it doesn't panic"), got) {
            // What is wrong with the beginning needn't wait for the rest.
            (Err(problem), Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => Err(problem),
            (_, Err(error)) => Err(error.into()),
            (read, Ok(())) => read,
        }
    })
}

fn read(text: impl Read) -> Result<Manifest, ManifestError> {
    let told = |error: serde_json::Error| match error.is_io() {
        true => ManifestError::File(error.into()),
        false => ManifestError::Json(error),
    };
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(PIECE, text));
    let listed = Listed::deserialize(&mut json).map_err(told)?;
    json.end().map_err(told)?;
    let (count, said) = (listed.objects.0.count(), listed.count);
    match count == said {
        true => Ok(listed.objects.0.finish()),
        false => Err(ManifestError::Cut {
            listed: count,
            said,
        }),
    }
}

/// A manifest's JSON.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Listed {
    #[serde(rename = "form", deserialize_with = "form")]
    _form: (),
    #[serde(rename = "v", deserialize_with = "version")]
    _version: (),
    count: usize,
    objects: Objects,
}

fn form<'de, D: Deserializer<'de>>(json: D) -> Result<(), D::Error> {
    match String::deserialize(json)? {
        form if form == MARK => Ok(()),
        form => Err(D::Error::custom(format_args!(
            "it is `{form}`, and not `{MARK}`"
        ))),
    }
}

fn version<'de, D: Deserializer<'de>>(json: D) -> Result<(), D::Error> {
    match u32::deserialize(json)? {
        VERSION => Ok(()),
        version => Err(D::Error::custom(format_args!(
            "its form has version {version}, and this segfn reads {VERSION}"
        ))),
    }
}

/// Objects, which are packed one by one.
struct Objects(ManifestBuilder);

impl<'de> Deserialize<'de> for Objects {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Objects, D::Error> {
        struct Packing;
        impl<'de> Visitor<'de> for Packing {
            type Value = Objects;

            fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str("a list of objects")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut objects: A) -> Result<Objects, A::Error> {
                let mut built = ManifestBuilder::default();
                while let Some(object) = objects.next_element::<ManifestEntry>()? {
                    built.push(&object);
                }
                Ok(Objects(built))
            }
        }
        json.deserialize_seq(Packing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that comes a few bytes at a time.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(to.len());
            self.0.read(&mut to[..length])
        }
    }

    fn read(text: &str, piece: usize) -> Result<Manifest, String> {
        super::read(Pieces(text.as_bytes(), piece)).map_err(|error| error.to_string())
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
                "not a list of inputs: EOF while parsing a value at line 1 column 0",
            ),
            (
                "[]",
                "not a list of inputs: invalid length 0, expected an object at line 1 column 2",
            ),
            (
                "{}",
                "not a list of inputs: missing field `form` at line 1 column 2",
            ),
            (
                "{\"form\":\"segfn result\",",
                "not a list of inputs: it is `segfn result`, and not `segfn inputs` at line 1 column 23",
            ),
            (
                "{\"v\":2,",
                "not a list of inputs: its form has version 2, and this segfn reads 1 at line 1 column 7",
            ),
            (
                &format!("{begin}\n \"count\": [] }}"),
                "not a list of inputs: invalid type: sequence, expected usize at line 2 column 11",
            ),
            (
                &format!("{begin}\n\"objects\": [\n\n{{\"name\":1}}"),
                "not a list of inputs: invalid type: integer `1`, expected a string at line 4 column 10",
            ),
            (
                &format!("{begin}\n\"objects\": [ {{\"name\":\"a\",\"size\":1}} {{"),
                "not a list of inputs: expected `,` or `]` at line 2 column 36",
            ),
            (
                &format!("{begin}\"count\":0,\"objects\":[]}}{{"),
                "not a list of inputs: trailing characters at line 1 column 53",
            ),
        ] {
            for piece in [1, 3, 1000] {
                assert_eq!(read(text, piece).expect_err(text), told, "{piece}: {text}");
            }
        }
        for end in 0..text.len() - 2 {
            if let Some(text) = text.get(..end) {
                let told = read(text, 1000).expect_err(text);
                assert!(told.contains("EOF while parsing"), "{told}: {text}");
            }
        }
    }
}
