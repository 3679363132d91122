//! Coverage as JSON, which `segfn coverage merge` reads: V8's form for each function, with the text
//! that ran, so that shards are added up without the files.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::coverage::{Count, Coverage, FunctionCoverage, OtherSource, ScriptCoverage, Span};

/// The version of the format that this segfn writes.
const VERSION: u32 = 1;

/// What says that a file is one of these.
const MARK: &str = "segfn coverage";

/// Why a file is no coverage.
#[derive(Debug, thiserror::Error)]
pub enum CoverageError {
    #[error("not a coverage file that segfn wrote")]
    Other,
    #[error("not a coverage file that segfn wrote: {0}")]
    Json(#[from] serde_json::Error),
    #[error("it has version {found}, but this segfn reads versions up to {VERSION}: update segfn")]
    Newer { found: u64 },
    #[error("the ranges of {function:?} in {path} are outside of its text")]
    Ranges { path: String, function: String },
    #[error(transparent)]
    Source(#[from] OtherSource),
}

/// What is read before the rest.
#[derive(Deserialize)]
struct Head {
    form: Option<String>,
    v: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Document {
    form: String,
    v: u32,
    files: Vec<Script>,
}

#[derive(Serialize, Deserialize)]
struct Script {
    url: String,
    source: String,
    /// See [`crate::coverage::CoveredFile::home`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    home: Option<String>,
    functions: Vec<Function>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Function {
    function_name: String,
    is_block_coverage: bool,
    /// The function, and what of it ran another number of times.
    ranges: Vec<Range>,
    /// Starts and ends of the blocks that were told apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    blocks: Vec<(u32, u32)>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    start_offset: u32,
    end_offset: u32,
    count: u64,
}

impl From<Count> for Range {
    fn from(count: Count) -> Range {
        Range {
            start_offset: count.span.start,
            end_offset: count.span.end,
            count: count.count,
        }
    }
}

impl Function {
    fn new(function: &FunctionCoverage) -> Function {
        let whole = Count {
            span: function.span,
            count: function.count(),
        };
        let others = function.parts().iter().copied();
        let others = others.filter(|part| part.count != whole.count);
        let spans = function.blocks().iter();
        Function {
            function_name: function.name.clone(),
            is_block_coverage: function.by_block,
            ranges: std::iter::once(whole)
                .chain(others)
                .map(Range::from)
                .collect(),
            blocks: spans.map(|span| (span.start, span.end)).collect(),
        }
    }

    /// `None` when its ranges don't lie in a text of `length` code units.
    fn coverage(self, length: u32) -> Option<FunctionCoverage> {
        let span = |start, end| (start < end && end <= length).then_some(Span { start, end });
        let ranges: Option<Vec<Count>> = self
            .ranges
            .iter()
            .map(|range| {
                let span = span(range.start_offset, range.end_offset)?;
                let count = range.count;
                Some(Count { span, count })
            })
            .collect();
        let blocks: Option<Vec<Span>> = self.blocks.iter().map(|(s, e)| span(*s, *e)).collect();
        let ranges = ranges?;
        let (whole, others) = ranges.split_first()?;
        let mut function =
            FunctionCoverage::new(self.function_name, self.is_block_coverage, &[*whole])?;
        function.add_parts(others);
        function.add_blocks(blocks?);
        Some(function)
    }
}

impl Coverage {
    /// The JSON form, with a newline at the end.
    ///
    /// # Errors
    /// None that is known of: all of it has a JSON form.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let files = self.files().map(|(path, file)| Script {
            url: path.to_owned(),
            source: file.source.clone(),
            home: file.home.clone(),
            functions: file.script.functions().map(Function::new).collect(),
        });
        let document = Document {
            form: MARK.to_owned(),
            v: VERSION,
            files: files.collect(),
        };
        let mut json = serde_json::to_vec(&document)?;
        json.push(b'\n');
        Ok(json)
    }

    /// What [`Coverage::to_json`] wrote.
    ///
    /// # Errors
    /// [`CoverageError`]: another form, a newer version, or ranges that make no sense.
    pub fn from_json(json: &[u8]) -> Result<Coverage, CoverageError> {
        let head: Head = serde_json::from_slice(json)?;
        if head.form.as_deref() != Some(MARK) {
            return Err(CoverageError::Other);
        }
        match head.v {
            Some(found) if found > u64::from(VERSION) => {
                return Err(CoverageError::Newer { found });
            }
            Some(1..) => {}
            _ => return Err(CoverageError::Other),
        }
        let document: Document = serde_json::from_slice(json)?;
        let mut coverage = Coverage::default();
        for file in document.files {
            let length = u32::try_from(file.source.encode_utf16().count()).unwrap_or(u32::MAX);
            let mut script = ScriptCoverage::default();
            for function in file.functions {
                let name = function.function_name.clone();
                let function = function
                    .coverage(length)
                    .ok_or_else(|| CoverageError::Ranges {
                        path: file.url.clone(),
                        function: name,
                    })?;
                script.add_function(function);
            }
            coverage.add_script(&file.url, &file.source, script)?;
            if let Some(home) = file.home {
                coverage.set_home(&file.url, &home);
            }
        }
        Ok(coverage)
    }
}

/// In what is written of a part of the inputs, it has the same form.
impl Serialize for Coverage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = self.to_json().map_err(S::Error::custom)?;
        let json = String::from_utf8(json).map_err(S::Error::custom)?;
        let json = RawValue::from_string(json).map_err(S::Error::custom)?;
        json.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Coverage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Coverage, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Coverage::from_json(json.get().as_bytes()).map_err(D::Error::custom)
    }
}
