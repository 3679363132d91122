//! The flags that choose cases, the same for every command that runs some.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use segfn::options::LAST_TEST;
use segfn::project::source::SourceError;
use segfn::suite::{CaseRef, FindError, LastRun, Selection, Shard, Suite, SuiteError, Timings};

use super::error::{CliError, Exit};
use super::function_args::EnvironmentArgs;
use super::output::Output;

/// Which cases to run.
#[derive(clap::Args, Default)]
pub struct Select {
    /// Functions, folders of functions, or cases; anything else is taken as a part of cases' names
    ///
    /// If none are given, all suites in the working folder and below are run.
    #[arg(value_name = "PATHS|FILTER")]
    pub what: Vec<String>,
    /// Only the cases whose FOLDER/NAME contains this text; may be given several times
    #[arg(short = 'k', long = "filter", value_name = "TEXT")]
    pub filter: Vec<String>,
    /// Only the cases that failed the last time they ran here; all of them if nothing is known of that
    #[arg(long)]
    pub failed: bool,
    /// Only the cases of functions of which something changed since this git revision (HEAD if none is
    /// given): their code, settings, configuration or cases, or a file that these name
    ///
    /// Files that git doesn't know yet count, those that it ignores don't. Name PATHS before this flag.
    #[arg(long, value_name = "REV", num_args = 0..=1, default_missing_value = "HEAD")]
    pub changed: Option<String>,
    /// Only this part of the cases, for several machines: 1/4 is the first of four
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Make the parts take as long as each other, by what cases took in this report of an earlier run
    /// (`segfn test --report json=FILE`); may be given several times, once for each part of that run
    #[arg(long, value_name = "FILE", requires = "shard")]
    pub timings: Vec<PathBuf>,
    #[command(flatten)]
    pub environment: EnvironmentArgs,
}

/// Opened suites and the chosen cases.
pub struct ChosenCases {
    pub suites: Arc<Vec<Suite>>,
    pub cases: Arc<Vec<CaseRef>>,
}

impl Select {
    /// All that the paths and names mean, whatever failed or changed and on whichever machine.
    pub fn all(&self) -> Selection {
        let (paths, names): (Vec<_>, Vec<_>) = self.what.iter().partition(|what| is_path(what));
        Selection {
            paths: paths.into_iter().map(PathBuf::from).collect(),
            filters: names.into_iter().chain(&self.filter).cloned().collect(),
            environment: self.environment.env.clone(),
            ..Selection::default()
        }
    }

    /// What is meant, as the library takes it.
    fn selection(&self, output: &Output) -> Result<Selection, CliError> {
        let timings = Timings::read(&self.timings).map_err(|error| {
            let hint = "a file of times is what `segfn test --report json=FILE` writes";
            CliError::from_error(Exit::Usage, error).with_hint(Some(hint))
        })?;
        let failed_in = self.failed.then(|| LastRun::read(Path::new(LAST_TEST)));
        let failed_in = failed_in.and_then(|known| match known {
            Ok(known) => Some(known),
            Err(error) => {
                output.warning(&format!("{error}, so all cases are taken"), None);
                None
            }
        });
        Ok(Selection {
            failed_in,
            changed_since: self.changed.clone(),
            shard: self.shard,
            timings,
            ..self.all()
        })
    }

    /// Whether all cases of the suites are meant, and not some of them.
    pub fn is_everything(&self) -> bool {
        let selection = self.all();
        let is_case = |path: &PathBuf| {
            segfn::suite::find(path).is_ok_and(|found| found.iter().any(|f| f.only.is_some()))
        };
        let narrowed = self.failed || self.changed.is_some() || self.shard.is_some();
        !narrowed && selection.filters.is_empty() && !selection.paths.iter().any(is_case)
    }

    /// Opens what was chosen. Nothing at all is an error, unless a part or what failed or changed was asked
    /// for.
    pub fn open(&self, output: &Output) -> Result<ChosenCases, CliError> {
        let selection = self.selection(output)?;
        let opened = selection.open(output.secrets());
        let (suites, cases) = opened.map_err(|error| with_tip(error, self.changed.as_deref()))?;
        if cases.is_empty() {
            let why = match (&self.changed, &selection.failed_in) {
                (Some(revision), _) if suites.is_empty() => Some(format!(
                    "nothing of these functions changed since {revision}"
                )),
                (_, Some(_)) => Some("none of these cases failed the last time".to_owned()),
                (Some(_), None) => Some("none of these cases is one of what changed".to_owned()),
                (None, None) => None,
            };
            match why {
                Some(why) => output.warning(&format!("{why}, so no case is taken"), None),
                None if self.shard.is_some() && !suites.is_empty() => {}
                None => return Err(nothing(&selection, suites.len())),
            }
        }
        Ok(ChosenCases {
            suites: Arc::new(suites),
            cases: Arc::new(cases),
        })
    }
}

/// A path behind `--changed` is taken for a revision.
fn with_tip(error: SuiteError, revision: Option<&str>) -> CliError {
    let path = revision.filter(|revision| {
        matches!(error, SuiteError::Changes(SourceError::NoRevision { .. })) && is_path(revision)
    });
    let hint = path.map(|path| format!("a path comes first: segfn test {path} --changed"));
    let error = CliError::from(error);
    match hint {
        Some(hint) => error.with_hint(Some(hint)),
        None => error,
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
            SuiteError::Changes(_) => Exit::Usage,
            SuiteError::Find(_) | SuiteError::Case(_) | SuiteError::SameName { .. } => Exit::Input,
        };
        let hint = error.hint();
        CliError::from_error(exit, error).with_hint(hint)
    }
}
