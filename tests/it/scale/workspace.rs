//! A function in two versions, and an archive of events.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::support::Folder;

/// It asks, fails, stores, and draws a random value. The candidate sends something else, and fails otherwise.
pub const OLD: &str = "
const s3 = new AWS.S3({ region: 'us-east-1' });
async function onTrack(event, settings) {
  const { total, bad, empty } = event.properties;
  if (empty) return;
  if (bad) throw new ValidationError('bad order ' + event.userId);
  await fetch('https://api.example.com/users/' + event.userId + '?v=1', {
    method: 'POST', body: JSON.stringify({ total, id: Math.random() }),
  });
  if (total % 9 === 0) {
    await s3.putObject({ Bucket: 'orders', Key: 'one/' + event.userId, Body: 'v1' }).promise();
  }
  return { total };
}
async function onPage() { throw new EventNotSupported('no pages'); }";

pub fn new() -> String {
    OLD.replace("?v=1", "?v=2")
        .replace("'v1'", "'v2'")
        .replace("ValidationError('bad", "RetryError('bad")
        .replace(
            "return { total }",
            "return { total: total % 5 ? total : null, late: total > 1015 ? total : undefined }",
        )
}

pub fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("gzip");
    encoder.finish().expect("gzip")
}

/// An event of about `size` bytes.
pub fn event(number: usize, size: usize) -> String {
    let kind = if number % 17 == 5 { "page" } else { "track" };
    let event = json!({
        "type": kind, "event": "Order Completed", "userId": format!("u{number}"),
        "receivedAt": format!("2026-01-31T{:02}:{:02}:{:02}.000Z", number / 3600 % 24, number / 60 % 60, number % 60),
        "properties": {"total": number, "bad": number % 10 == 9, "empty": number % 4 == 3, "padding": "x".repeat(size)},
    });
    format!("{event}\n")
}

/// Objects of `each` events, one smaller than the other, in the bucket `archive` of the embedded AWS.
pub fn archive(folder: &Folder, objects: usize, each: usize) {
    for object in 0..objects {
        let numbers = (0..each - object % each).map(|number| object * each + number);
        let text: String = numbers.map(|number| event(number, 10)).collect();
        let (text, ending) = match object % 5 {
            0 => (text.into_bytes(), "json"),
            _ => (gzipped(&text), "gz"),
        };
        folder.write(
            &format!(".segfn/s3/archive/logs/{object:05}.{ending}"),
            text,
        );
    }
}

pub fn folder(objects: usize, each: usize) -> Folder {
    let folder = Folder::new(&[("old.js", OLD), ("new.js", &new())]);
    archive(&folder, objects, each);
    folder
}

/// The results in a folder, by name.
pub fn results(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(folder)
        .expect("results")
        .map(|entry| entry.expect("a result").path())
        .map(|path| (path.clone(), fs::read(path).expect("a result")))
        .collect();
    all.sort();
    all
}
