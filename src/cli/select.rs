//! The flags that choose cases, the same for every command that runs some.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use segfn::suite::{CaseRef, FindError, Selection, Shard, Suite, SuiteError};

use super::error::{CliError, Exit};
use super::output::Output;

/// Which cases to run.
#[derive(clap::Args)]
pub struct Select {
    /// Functions, folders of functions, or cases; anything else is taken as a part of cases' names
    ///
    /// If none are given, all suites in the working folder and below are run.
    #[arg(value_name = "PATHS|FILTER")]
    pub what: Vec<String>,
    /// Only the cases whose FOLDER/NAME contains this text; may be given several times
    #[arg(short = 'k', long = "filter", value_name = "TEXT")]
    pub filter: Vec<String>,
    /// Only this part of the cases, for several machines: 1/4 is the first of four
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
}

/// Opened suites and the chosen cases.
pub struct ChosenCases {
    pub suites: Arc<Vec<Suite>>,
    pub cases: Arc<Vec<CaseRef>>,
}

impl Select {
    /// What is meant, as the library takes it.
    pub fn selection(&self) -> Selection {
        let (paths, names): (Vec<_>, Vec<_>) = self.what.iter().partition(|what| is_path(what));
        Selection {
            paths: paths.into_iter().map(PathBuf::from).collect(),
            filters: names.into_iter().chain(&self.filter).cloned().collect(),
            shard: self.shard,
        }
    }

    /// Whether all cases of the suites are meant, and not some that a filter chose.
    pub fn is_everything(&self) -> bool {
        let selection = self.selection();
        let is_case = |path: &PathBuf| {
            segfn::suite::find(path).is_ok_and(|found| found.iter().any(|f| f.only.is_some()))
        };
        selection.filters.is_empty() && !selection.paths.iter().any(is_case)
    }

    /// Opens what was chosen; nothing at all is an error, except that a shard may be empty.
    pub fn open(&self, output: &Output) -> Result<ChosenCases, CliError> {
        let selection = self.selection();
        let (suites, cases) = selection.open(output.secrets())?;
        let may_be_none = self.shard.is_some() && !suites.is_empty();
        if cases.is_empty() && !may_be_none {
            return Err(nothing(&selection, suites.len()));
        }
        Ok(ChosenCases {
            suites: Arc::new(suites),
            cases: Arc::new(cases),
        })
    }
}

/// Whether a file or folder is meant, or a function of a Terraform file.
fn is_path(what: &str) -> bool {
    let file = match what.rfind(".tf:") {
        Some(end) => &what[..end + 3],
        None => what,
    };
    Path::new(file).exists()
}

fn nothing(selection: &Selection, suites: usize) -> CliError {
    let (message, hint) = match &selection.filters[..] {
        [] if suites == 0 => (
            "there are no cases here".to_owned(),
            "a case is a folder cases/NAME beside function.js with an event.json in it; `segfn record` and `segfn cases add` make cases",
        ),
        [] => (
            "the function has no cases yet".to_owned(),
            "to make some: `segfn record FUNCTION EVENTS` or `segfn cases add FUNCTION EVENTS`",
        ),
        filters => (
            match filters {
                [filter] => format!("{filter} is neither a path nor part of a case's name"),
                _ => format!(
                    "none of these is a path or part of a case's name: {}",
                    filters.join(", ")
                ),
            },
            "`segfn test --list` lists the cases",
        ),
    };
    CliError::new(Exit::Usage, message).with_hint(Some(hint))
}

impl From<SuiteError> for CliError {
    fn from(error: SuiteError) -> CliError {
        let exit = match error {
            SuiteError::Project(error) => return error.into(),
            SuiteError::Find(FindError::Source(_)) => Exit::Load,
            SuiteError::Find(_) | SuiteError::Case(_) | SuiteError::SameName { .. } => Exit::Input,
        };
        CliError::new(exit, error.to_string()).with_hint(error.hint())
    }
}
