//! Recorded cases on the disk.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use serde_json::{Map, Value};

use crate::cassette::{Cassette, CassetteError};
use crate::files;
use crate::function::{Kind, Settings};
use crate::suite::find::{CASE_FILE, CASSETTE_FILE};
use crate::suite::record::error::RecordError;
use crate::text::time;

/// What a case's case.toml says, because it was said when the case was recorded.
#[derive(Clone, Debug, Default)]
pub struct CaseOverrides {
    pub kind: Option<Kind>,
    pub handler: Option<String>,
    pub timeout: Option<Duration>,
    /// In bytes.
    pub memory: Option<usize>,
    pub settings: Settings,
}

/// A case that is to be written.
pub struct NewCase<'a> {
    /// `event.json` or `request.json`.
    pub input_file: &'a str,
    /// Redacted.
    pub input: &'a Value,
    pub time: SystemTime,
    /// Whether the cassette answers for AWS.
    pub aws: bool,
    pub said: &'a CaseOverrides,
    pub cassette: &'a Cassette,
}

impl NewCase<'_> {
    /// Writes the case's folder, which appears as a whole.
    pub fn write(&self, folder: &Path) -> Result<(), RecordError> {
        let temporary = temporary(folder);
        let failed = |source| RecordError::Write {
            path: folder.to_owned(),
            source,
        };
        let result = fs::create_dir_all(&temporary)
            .map_err(failed)
            .and_then(|()| self.fill(&temporary))
            .and_then(|()| fs::rename(&temporary, folder).map_err(failed));
        if result.is_err() {
            // It may not be there at all.
            let _ = fs::remove_dir_all(&temporary);
        }
        result
    }

    fn fill(&self, folder: &Path) -> Result<(), RecordError> {
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).map_err(|source| RecordError::Write { path, source })
        };
        let input = serde_json::to_string_pretty(self.input).unwrap_or_default();
        write(self.input_file, input + "\n")?;
        write(CASE_FILE, self.toml())?;
        if !self.cassette.exchanges.is_empty() {
            self.cassette.write(&folder.join(CASSETTE_FILE))?;
        }
        Ok(())
    }

    fn toml(&self) -> String {
        let said = self.said;
        let quoted = |text: &str| Value::from(text).to_string();
        let mut lines = vec![time_line(self.time)];
        if self.aws {
            lines.push("aws = \"cassette\"".into());
        }
        lines.extend(
            said.kind
                .map(|kind| format!("kind = {}", quoted(kind.name()))),
        );
        lines.extend(
            said.handler
                .iter()
                .map(|name| format!("handler = {}", quoted(name))),
        );
        lines.extend(
            said.timeout
                .map(|time| format!("timeout = \"{}ms\"", time.as_millis())),
        );
        lines.extend(said.memory.map(|bytes| format!("memory = {}", bytes >> 20)));
        if !said.settings.is_empty() {
            lines.push("\n[settings]".into());
            let pairs = said.settings.iter();
            lines.extend(
                pairs.map(|(name, value)| format!("{} = {}", quoted(name), toml_of(value))),
            );
        }
        lines.join("\n") + "\n"
    }
}

/// Where a case's files are put together: hidden, so that nobody takes it for a case.
fn temporary(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

/// Puts new traffic into the folder of a case that is there already, and the time at which it came.
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
    let new = with_time(&old, time);
    files::replace(&path, new.as_bytes()).map_err(|source| RecordError::Write { path, source })
}

fn time_line(time: SystemTime) -> String {
    format!("time = \"{}\"", time::to_iso(time))
}

/// The text of a case.toml with another time; every other line stays.
fn with_time(text: &str, time: SystemTime) -> String {
    let line = time_line(time);
    let mut lines: Vec<&str> = text.lines().collect();
    let top = lines
        .iter()
        .position(|line| line.trim_start().starts_with('['));
    let top = top.unwrap_or(lines.len());
    let is_time = |line: &&str| {
        line.split_once('=')
            .is_some_and(|(key, _)| key.trim() == "time")
    };
    match lines[..top].iter().position(is_time) {
        Some(at) => lines[at] = &line,
        None => lines.insert(0, &line),
    }
    lines.join("\n") + "\n"
}

/// A setting in TOML, whose texts and lists are written as JSON's.
fn toml_of(value: &Value) -> String {
    let table = |fields: &Map<String, Value>| {
        let fields = fields
            .iter()
            .map(|(name, value)| format!("{} = {}", Value::from(name.as_str()), toml_of(value)));
        format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
    };
    match value {
        Value::Object(fields) => table(fields),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(toml_of).collect();
            format!("[{}]", items.join(", "))
        }
        // The platform's settings have neither; as texts they can at least be read.
        Value::Number(number) => Value::from(number.to_string()).to_string(),
        Value::Null => "\"\"".into(),
        other => other.to_string().replace('\u{7f}', "\\u007f"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_time_of_a_case_changes() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
        let new = "time = \"2023-11-14T22:13:20.123Z\"\n";
        assert_eq!(with_time("", time), new);
        assert_eq!(
            with_time(
                "# mine\ntime = \"2020-01-01T00:00:00Z\"\nlogs = true\n",
                time
            ),
            format!("# mine\n{new}logs = true\n")
        );
        assert_eq!(
            with_time("[settings]\ntime = \"x\"\n", time),
            format!("{new}[settings]\ntime = \"x\"\n")
        );
    }
}
