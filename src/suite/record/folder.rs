//! Recorded cases on the disk.

use std::path::Path;
use std::time::SystemTime;
use std::{fs, io};

use crate::json::Json;

use crate::cassette::{Cassette, CassetteError};
use crate::files;
use crate::suite::find::{CASE_FILE, CASSETTE_FILE};
use crate::suite::record::case_file::{CaseOverrides, new_case, with_time};
use crate::suite::record::error::RecordError;

/// A case that is to be written.
pub struct NewCase<'a> {
    /// `event.json` or `request.json`.
    pub input_file: &'a str,
    /// Redacted.
    pub input: &'a Json,
    pub time: SystemTime,
    /// Whether the cassette answers for AWS.
    pub aws: bool,
    pub said: &'a CaseOverrides,
    pub cassette: &'a Cassette,
}

impl NewCase<'_> {
    /// Fills the case's folder.
    pub fn write(&self, folder: &Path) -> Result<(), RecordError> {
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).map_err(|source| RecordError::Write { path, source })
        };
        write(self.input_file, self.input.to_string_pretty() + "\n")?;
        write(CASE_FILE, new_case(self.time, self.aws, self.said))?;
        if !self.cassette.exchanges.is_empty() {
            self.cassette.write(&folder.join(CASSETTE_FILE))?;
        }
        Ok(())
    }
}

/// Puts new traffic into the folder of a case, and the time at which it came.
pub fn update(
    folder: &Path,
    cassette: &Cassette,
    time: Option<SystemTime>,
) -> Result<(), RecordError> {
    let path = folder.join(CASSETTE_FILE);
    if cassette.exchanges.is_empty() {
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(RecordError::Write { path, source });
            }
            _ => {}
        }
    } else {
        cassette.write(&path)?;
    }
    let Some(time) = time else { return Ok(()) };
    let path = folder.join(CASE_FILE);
    let old = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(RecordError::Cassette(CassetteError::Read { path, source })),
    };
    let new = match with_time(&old, time) {
        Ok(new) => new,
        Err(source) => return Err(RecordError::CaseFile { path, source }),
    };
    files::replace(&path, new.as_bytes()).map_err(|source| RecordError::Write { path, source })
}
