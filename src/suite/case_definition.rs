//! A case as its folder or its line states it, without what it takes over from others.

use std::path::{Path, PathBuf};

use crate::json::Json;

use super::case_error::{CaseError, CaseProblem, file_name, parse, read};
use super::case_input::CaseInput;
use super::case_line::CaseLine;
use super::expected::Expected;
use super::find::{CASE_FILE, CASSETTE_FILE, CaseLocation, EXPECTED_FILE, INPUTS};
use super::objects::objects;
use crate::project::config::CaseConfig;
use crate::text::Place;

/// The file that says, as a JSON merge patch (RFC 7386), how a variation's event differs.
const CHANGE_FILE: &str = "change.json";

/// The folder of what the embedded S3 holds at first.
const OBJECTS: &str = "s3";

/// A case as its folder or its line states it, without what it takes over from others.
pub struct CaseDefinition {
    pub name: String,
    pub input: Option<CaseInput>,
    pub config: CaseConfig,
    /// How its event differs from the other case's.
    pub change: Option<Json>,
    pub cassette: Option<PathBuf>,
    /// Buckets, keys and bytes.
    pub objects: Vec<(String, String, Vec<u8>)>,
    pub expected: Option<Expected>,
}

impl CaseDefinition {
    /// Reads the case at `location`.
    pub fn read(location: &CaseLocation) -> Result<CaseDefinition, CaseError> {
        match location {
            CaseLocation::Folder(folder) => CaseDefinition::from_folder(folder),
            CaseLocation::Line { file, line, text } => {
                CaseDefinition::from_line(text, file, *line, &location.shown())
            }
        }
    }

    fn from_folder(folder: &Path) -> Result<CaseDefinition, CaseError> {
        let there = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
        let inputs: Vec<PathBuf> = INPUTS.iter().filter_map(|name| there(name)).collect();
        let input = match &inputs[..] {
            [] => None,
            [path] => Some(CaseInput::read(path)?),
            [one, other, ..] => {
                let problem = CaseProblem::TwoInputFiles {
                    one: file_name(one),
                    other: file_name(other),
                };
                return Err(CaseError::bad(folder.display().to_string(), problem));
            }
        };
        let config = match there(CASE_FILE) {
            Some(path) => CaseConfig::read(&path)?,
            None => CaseConfig::default(),
        };
        let change = match there(CHANGE_FILE) {
            Some(path) => {
                let text = read(&path)?;
                Some(parse(&text, &path.display().to_string())?)
            }
            None => None,
        };
        let expected = match there(EXPECTED_FILE) {
            Some(path) => {
                let parsed = Expected::parse(&read(&path)?);
                let place = path.display().to_string();
                Some(parsed.map_err(|error| CaseError::expected(&place, error))?)
            }
            None => None,
        };
        Ok(CaseDefinition {
            name: file_name(folder),
            input,
            config,
            change,
            cassette: there(CASSETTE_FILE),
            objects: objects(&folder.join(OBJECTS))?,
            expected,
        })
    }

    /// `shown` is what messages call the line.
    fn from_line(
        text: &str,
        file: &Path,
        number: u32,
        shown: &str,
    ) -> Result<CaseDefinition, CaseError> {
        let line = CaseLine::parse(text, shown)?;
        let mut input = None;
        for (key, json) in &line.inputs {
            let read = match *key {
                "events" => CaseInput::several(json.get(), shown)?,
                _ => CaseInput::one(json, shown),
            };
            if input.replace(read).is_some() {
                return Err(CaseError::bad(shown, CaseProblem::TwoInputs));
            }
        }
        let expected = line.expected.map(Expected::from_json).transpose();
        let place = Place {
            line: number,
            column: 1,
        };
        Ok(CaseDefinition {
            name: line.name,
            input,
            config: CaseConfig::from_line(&line.config, file, place)?,
            change: line.change,
            cassette: None,
            objects: Vec::new(),
            expected: expected.map_err(|error| CaseError::expected(shown, error))?,
        })
    }
}

/// The name of the case at `location`: its folder's, or what its line says.
///
/// # Errors
/// The line isn't a JSON object, or has no name.
pub fn name_of(location: &CaseLocation) -> Result<String, CaseError> {
    match location {
        CaseLocation::Folder(path) => Ok(file_name(path)),
        CaseLocation::Line { text, .. } => CaseLine::name_in(text, &location.shown()),
    }
}
