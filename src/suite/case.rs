//! One case, read: what the function is given, how, and what is expected of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Map;
use serde_json::Value;
use serde_json::value::RawValue;

use super::expected::Expected;
use super::expected::ExpectedError;
use super::find::CASE_FILE;
use super::find::CASSETTE_FILE;
use super::find::CaseLocation;
use super::find::EXPECTED_FILE;
use super::find::INPUTS;
use super::given::Given;
use super::objects::objects;
use crate::cassette::CassetteError;
use crate::cassette::RulesError;
use crate::project::config::CaseConfig;
use crate::project::config::ConfigError;
use crate::text::Place;
use crate::text::place_of;
use crate::text::problem_of;

/// The file that says, as a JSON merge patch (RFC 7386), how a variation's event differs.
pub const CHANGE_FILE: &str = "change.json";

/// The folder of what the embedded S3 holds at first.
const OBJECTS: &str = "s3";

/// How many cases may stand on one another by `from`.
const DEEPEST: usize = 16;

/// A case as it is written down.
#[derive(Clone, Debug)]
pub struct Case {
    pub given: Given,
    pub config: CaseConfig,
    /// Its own cassette; those of its configuration come on top.
    pub cassette: Option<PathBuf>,
    /// What the embedded S3 holds at first, from the folder `s3/BUCKET/KEY` of the case: buckets,
    /// keys and bytes.
    pub objects: Vec<(String, String, Vec<u8>)>,
    /// What is expected; `None` while there is nothing yet.
    pub expected: Option<Expected>,
}

/// Why a case can't be read.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    #[error("can't read {}: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{place}: {problem}")]
    Bad {
        /// A file, with line and column as far as known.
        place: String,
        problem: String,
        hint: Option<String>,
    },
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Cassette(#[from] CassetteError),
}

impl CaseError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            CaseError::Read { .. } => None,
            CaseError::Bad { hint, .. } => hint.clone(),
            CaseError::Config(error) => error.hint(),
            CaseError::Cassette(error) => error.hint().map(Into::into),
        }
    }

    fn expected(place: &str, error: &ExpectedError) -> CaseError {
        let place = match error {
            ExpectedError::Json { line, column, .. } => format!("{place}:{line}:{column}"),
            _ => place.to_owned(),
        };
        CaseError::bad(place, error.to_string()).with_hint(error.hint())
    }

    /// A mask, or another rule of segfn.toml or the case, that can't be used.
    pub fn rule(location: &CaseLocation, error: &RulesError) -> CaseError {
        CaseError::bad(location.shown(), error.to_string())
            .with_hint("masks and [redact] stand in segfn.toml, and masks in case.toml")
    }

    pub(super) fn bad(place: impl Into<String>, problem: impl Into<String>) -> CaseError {
        CaseError::Bad {
            place: place.into(),
            problem: problem.into(),
            hint: None,
        }
    }

    fn with_hint(mut self, text: impl Into<String>) -> CaseError {
        if let CaseError::Bad { hint, .. } = &mut self {
            *hint = Some(text.into());
        }
        self
    }
}

/// The cases of a suite by name, for `from`.
pub type Siblings = BTreeMap<String, CaseLocation>;

/// The name of the case at `location`: its folder's, or what its line says.
///
/// # Errors
/// The line isn't a JSON object, or has no name.
pub fn name_of(location: &CaseLocation) -> Result<String, CaseError> {
    match location {
        CaseLocation::Folder(path) => Ok(file_name(path)),
        CaseLocation::Line { .. } => {
            let fields = line_of(location)?;
            let name = fields.get("name").map(|name| name.get().to_owned());
            let name = name.and_then(|json| serde_json::from_str::<String>(&json).ok());
            let name = name.filter(|name| !name.trim().is_empty() && !name.contains('/'));
            name.ok_or_else(|| {
                CaseError::bad(location.shown(), "a case needs a name")
                    .with_hint("write \"name\": \"…\" into the line; it may hold no slash")
            })
        }
    }
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

impl Case {
    /// Reads the case at `location`, with what it takes over `from` siblings.
    pub fn read(location: &CaseLocation, siblings: &Siblings) -> Result<Case, CaseError> {
        let mut seen = vec![name_of(location)?];
        let mut own = Raw::read(location)?;
        let mut case = std::mem::take(&mut own.config);
        let (mut given, mut changes) = (own.given.take(), Vec::new());
        changes.extend(own.change.take());
        let mut inherited = None;
        while let Some(from) = case.from.take() {
            let Some(other) = siblings.get(&from) else {
                let near = crate::text::nearest(&from, siblings.keys().map(String::as_str));
                let problem = format!("it is `from` the case `{from}`, which is not there");
                let error = CaseError::bad(location.shown(), problem);
                return Err(match near {
                    Some(near) => error.with_hint(format!("did you mean `{near}`?")),
                    None => error,
                });
            };
            if seen.contains(&from) || seen.len() > DEEPEST {
                let chain = seen.join(" from ");
                return Err(CaseError::bad(
                    location.shown(),
                    format!("it stands on itself: {chain} from {from}"),
                ));
            }
            let base = Raw::read(other)?;
            case = case.or(CaseConfig {
                from: None,
                ..base.config.clone()
            });
            case.from = base.config.from;
            if given.is_none() {
                given = base.given;
                changes.extend(base.change);
            }
            inherited = inherited.or(base.cassette);
            own.objects.extend(base.objects);
            seen.push(from);
        }
        let Some(mut given) = given else {
            return Err(CaseError::bad(
                location.shown(),
                format!("it holds no {}", INPUTS.join(", ")),
            )
            .with_hint("a case gives its function an event, events or a request"));
        };
        // The farthest change is nearest to the event.
        for change in changes.iter().rev() {
            given.change(change, &location.shown())?;
        }
        Ok(Case {
            given,
            config: case,
            cassette: own.cassette.or(inherited),
            objects: own.objects,
            expected: own.expected,
        })
    }
}

/// A case without what it takes over.
struct Raw {
    given: Option<Given>,
    config: CaseConfig,
    change: Option<Value>,
    cassette: Option<PathBuf>,
    objects: Vec<(String, String, Vec<u8>)>,
    expected: Option<Expected>,
}

impl Raw {
    fn read(location: &CaseLocation) -> Result<Raw, CaseError> {
        match location {
            CaseLocation::Folder(folder) => Raw::of_folder(folder),
            CaseLocation::Line { file, .. } => Raw::of_line(location, file),
        }
    }

    fn of_folder(folder: &Path) -> Result<Raw, CaseError> {
        let there = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
        let inputs: Vec<PathBuf> = INPUTS.iter().filter_map(|name| there(name)).collect();
        let given = match &inputs[..] {
            [] => None,
            [path] => Some(Given::read(path)?),
            [one, another, ..] => {
                let problem = format!(
                    "{} and {} are both there",
                    file_name(one),
                    file_name(another)
                );
                return Err(CaseError::bad(folder.display().to_string(), problem)
                    .with_hint("a case has one of them"));
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
                Some(parsed.map_err(|error| CaseError::expected(&place, &error))?)
            }
            None => None,
        };
        Ok(Raw {
            given,
            config,
            change,
            cassette: there(CASSETTE_FILE),
            objects: objects(&folder.join(OBJECTS))?,
            expected,
        })
    }

    fn of_line(location: &CaseLocation, file: &Path) -> Result<Raw, CaseError> {
        let place = location.shown();
        let mut fields = line_of(location)?;
        fields.remove("name");
        let mut given = None;
        for key in ["event", "events", "request"] {
            let Some(json) = fields.remove(key) else {
                continue;
            };
            if given.is_some() {
                return Err(CaseError::bad(place, "it has more than one input")
                    .with_hint("a case has one of event, events and request"));
            }
            given = Some(Given::of(key == "events", json.get(), &place)?);
        }
        let mut value = |key: &str| -> Result<Option<Value>, CaseError> {
            let json = fields.remove(key);
            json.map(|json| parse(json.get(), &place)).transpose()
        };
        let change = value("change")?;
        let expected = match value("expected")? {
            Some(value) => {
                let parsed = Expected::from_json(value);
                Some(parsed.map_err(|error| CaseError::expected(&place, &error))?)
            }
            None => None,
        };
        let mut rest = Map::new();
        for (key, json) in fields {
            rest.insert(key, parse(json.get(), &place)?);
        }
        let at = Place {
            line: location.line(),
            column: 1,
        };
        Ok(Raw {
            given,
            config: CaseConfig::of_line(&rest, file, at)?,
            change,
            cassette: None,
            objects: Vec::new(),
            expected,
        })
    }
}

/// The fields of a line of NDJSON, each as its text.
fn line_of(location: &CaseLocation) -> Result<BTreeMap<String, Box<RawValue>>, CaseError> {
    let CaseLocation::Line { text, .. } = location else {
        return Ok(BTreeMap::new());
    };
    serde_json::from_str(text).map_err(|error| {
        let column = place_of(text, &error).column;
        let problem = match error.is_data() {
            true => "expected an object in braces".into(),
            false => format!("not JSON: {}", problem_of(text, &error)),
        };
        CaseError::bad(format!("{}:{column}", location.shown()), problem)
    })
}

pub(super) fn read(path: &Path) -> Result<String, CaseError> {
    let failed = |source| CaseError::Read {
        path: path.to_owned(),
        source,
    };
    let text = std::fs::read_to_string(path).map_err(failed)?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(text) => text.to_owned(),
        None => text,
    })
}

pub(super) fn parse(text: &str, place: &str) -> Result<Value, CaseError> {
    serde_json::from_str(text).map_err(|error| not_json(text, place, &error))
}

pub(super) fn not_json(text: &str, place: &str, error: &serde_json::Error) -> CaseError {
    let at = place_of(text, error);
    let problem = match error.is_data() {
        true => "expected a list of events in brackets".into(),
        false => format!("not JSON: {}", problem_of(text, error)),
    };
    CaseError::bad(format!("{place}:{}:{}", at.line, at.column), problem)
}
