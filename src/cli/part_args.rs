//! `--part`, `--manifest` and `--to`: one part of many inputs, and where what came of it goes.

use std::env;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use segfn::host::HostOptions;
use segfn::project::inputs::{InputError, InputPart, Inputs, Manifest, ManifestError};
use segfn::results::{PartResult, ResultHead, ResultPlace};
use segfn::text::hex;
use serde::Serialize;

use super::error::{CliError, Exit};
use super::event_args::EventArgs;
use super::interruption::Interruption;
use super::output::Output;

/// Which part of the inputs is taken, and where its result goes.
#[derive(clap::Args)]
pub struct PartArgs {
    /// Only this part of the events, for several machines: 1/64 is the first of 64; auto, or auto/64,
    /// takes it from the engine that runs the parts
    ///
    /// Files and objects are spread by their size, and large NDJSON is split at line ends. auto knows
    /// JOB_COMPLETION_INDEX (Kubernetes, with auto/N), AWS_BATCH_JOB_ARRAY_INDEX, SLURM_ARRAY_TASK_ID and
    /// CI_NODE_INDEX.
    #[arg(long, value_name = "I/N")]
    pub part: Option<PartChoice>,
    /// The list of all inputs, of `segfn inputs`, also s3://BUCKET/KEY: each part takes its own of it, and
    /// an object that has changed since is an error
    #[arg(long, value_name = "FILE", conflicts_with = "events")]
    pub manifest: Option<PathBuf>,
    /// Write what came of it as one object into this folder, or s3://BUCKET/PREFIX/, to be added up by
    /// `merge`; what differs, or failed, is told there
    #[arg(long, value_name = "FOLDER")]
    pub to: Option<PathBuf>,
    /// The events came live and are no part of a list: the result gets this name, and `merge` adds up
    /// those that are there, however many
    #[arg(long, value_name = "NAME", requires = "to", conflicts_with_all = ["part", "manifest"], value_parser = parse_live)]
    pub live: Option<String>,
}

/// The name of a result, which becomes one of a file.
fn parse_live(text: &str) -> Result<String, &'static str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    match text.len() {
        1..=128 if text.bytes().all(is_plain) => Ok(text.to_owned()),
        _ => Err("expected up to 128 letters, digits, -, _ and ."),
    }
}

/// How a part is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartChoice {
    Given(InputPart),
    /// As the environment says, of so many parts where it doesn't say that.
    Auto(Option<u32>),
}

impl FromStr for PartChoice {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<PartChoice, &'static str> {
        if text == "auto" {
            return Ok(PartChoice::Auto(None));
        }
        match text.strip_prefix("auto/") {
            Some(of) => {
                let of = of.parse().ok().filter(|of| *of > 0);
                of.map(|of| PartChoice::Auto(Some(of)))
                    .ok_or("expected auto/ and the number of parts, such as auto/64")
            }
            None => text.parse().map(PartChoice::Given),
        }
    }
}

/// The variables of an engine: the index, the first index if that isn't 0, and the total.
const ENGINES: [[&str; 3]; 4] = [
    ["JOB_COMPLETION_INDEX", "", ""],
    ["AWS_BATCH_JOB_ARRAY_INDEX", "", "AWS_BATCH_JOB_ARRAY_SIZE"],
    [
        "SLURM_ARRAY_TASK_ID",
        "SLURM_ARRAY_TASK_MIN",
        "SLURM_ARRAY_TASK_COUNT",
    ],
    ["CI_NODE_INDEX", "", "CI_NODE_TOTAL"],
];

/// Counts nodes from 1, unlike others that have the same variable.
const GITLAB: &str = "GITLAB_CI";

impl PartChoice {
    /// The part that is meant where `variable` gives the environment.
    fn part(self, variable: impl Fn(&str) -> Option<String>) -> Result<InputPart, CliError> {
        let of = match self {
            PartChoice::Given(part) => return Ok(part),
            PartChoice::Auto(of) => of,
        };
        let number = |name: &str| -> Result<Option<u32>, CliError> {
            let Some(text) = variable(name).filter(|text| !text.is_empty()) else {
                return Ok(None);
            };
            let wrong = || usage(format!("{name} is {text:?}, which is no number"));
            text.parse().map(Some).map_err(|_| wrong())
        };
        for [index, first, total] in ENGINES {
            let Some(own) = number(index)? else { continue };
            let first = match index == "CI_NODE_INDEX" && variable(GITLAB).is_some() {
                true => 1,
                false => number(first)?.unwrap_or(0),
            };
            let Some(of) = of.map_or_else(|| number(total), |of| Ok(Some(of)))? else {
                let hint = "--part auto/64 says that there are 64 parts";
                let text =
                    format!("{index} says which part this is, but nothing how many there are");
                return Err(usage(text).with_hint(Some(hint)));
            };
            let number = own.checked_sub(first).and_then(|own| own.checked_add(1));
            return match number.filter(|number| *number <= of) {
                Some(number) => Ok(InputPart { number, of }),
                None => Err(usage(format!(
                    "{index} is {own}, but there are only {of} parts"
                ))),
            };
        }
        let names = ENGINES.map(|[index, ..]| index).join(", ");
        let hint = "--part 1/64 names it";
        Err(usage(format!(
            "nothing says which part this is: none of {names} is set"
        ))
        .with_hint(Some(hint)))
    }
}

fn usage(text: String) -> CliError {
    CliError::new(Exit::Usage, text)
}

fn no_events() -> CliError {
    let hint = "name files, folders or an archive; samples can't be taken in parts";
    usage("there are no events to take a part of".to_owned()).with_hint(Some(hint))
}

/// A part of the inputs that is about to run.
pub struct OwnPart {
    inputs: PartInputs,
    place: Option<ResultPlace>,
}

/// What is read in a part.
enum PartInputs {
    Listed(Manifest, InputPart),
    /// What came live, by the name of its result.
    Live(String, Vec<PathBuf>),
}

impl PartArgs {
    /// Whether a part, or the result of all, is asked for.
    pub fn asks(&self) -> bool {
        self.part.is_some() || self.to.is_some() || self.manifest.is_some()
    }

    /// Who takes a part listens whether its machine leaves; without one, nobody is asked.
    ///
    /// # Errors
    /// The system lets nobody listen.
    pub fn interruption(&self) -> Result<Interruption, CliError> {
        match self.asks() {
            true => {
                Interruption::watch().map_err(|error| CliError::from_error(Exit::Internal, error))
            }
            false => Ok(Interruption::default()),
        }
    }

    /// Lists the inputs, and makes sure of where the result goes. `None` where nothing of this is asked for.
    ///
    /// # Errors
    /// The flags don't go together, or a place can't be used.
    pub fn open(
        &self,
        paths: &[PathBuf],
        which: &EventArgs,
        host: &HostOptions,
    ) -> Result<Option<OwnPart>, CliError> {
        if !self.asks() {
            return Ok(None);
        }
        let all = InputPart { number: 1, of: 1 };
        let part = match self.part {
            Some(choice) => choice.part(|name| env::var(name).ok())?,
            None => all,
        };
        which.refuse_in_parts()?;
        let inputs = match &self.live {
            Some(_) if paths.is_empty() => return Err(no_events()),
            Some(name) => PartInputs::Live(name.clone(), paths.to_vec()),
            None => PartInputs::Listed(self.manifest(paths, which, host)?, part),
        };
        let place = match &self.to {
            Some(to) => Some(open_place(to, host)?),
            None => None,
        };
        let own = OwnPart { inputs, place };
        if let Some(place) = &own.place {
            let name = own.head("").file_name();
            place
                .check(&name)
                .map_err(|error| not_written(place.name(), error, Exit::Usage))?;
        }
        Ok(Some(own))
    }

    /// What there is to take a part of.
    fn manifest(
        &self,
        paths: &[PathBuf],
        which: &EventArgs,
        host: &HostOptions,
    ) -> Result<Manifest, CliError> {
        match &self.manifest {
            Some(path) => read_manifest(path, host),
            None if paths.is_empty() => Err(no_events()),
            None => Manifest::list(paths, host, which.since_time()).map_err(not_listed),
        }
    }
}

/// An error of a listing: what isn't there won't be there the next time.
pub fn not_listed(error: InputError) -> CliError {
    use std::io::ErrorKind::NotFound;
    let exit = match &error {
        InputError::Open { source, .. } if source.kind() != NotFound => Exit::Internal,
        _ => Exit::Input,
    };
    let hint = error.hint();
    CliError::from_error(exit, error).with_hint(hint)
}

/// Opens a place of results.
///
/// # Errors
/// There are no credentials for it.
pub fn open_place(path: &Path, host: &HostOptions) -> Result<ResultPlace, CliError> {
    ResultPlace::open(path, host).map_err(|error| {
        CliError::new(Exit::Internal, path.display().to_string()).with_cause(error)
    })
}

fn not_written(path: &Path, error: std::io::Error, exit: Exit) -> CliError {
    CliError::new(exit, format!("can't write to {}", path.display())).with_cause(error)
}

fn read_manifest(path: &Path, host: &HostOptions) -> Result<Manifest, CliError> {
    Manifest::read(path, host).map_err(|error| {
        let hint = "`segfn inputs EVENTS > manifest.json` writes such a list";
        let (exit, hint) = match &error {
            ManifestError::Store(_) => (Exit::Internal, None),
            ManifestError::File(_) => (Exit::Usage, None),
            _ => (Exit::Usage, Some(hint)),
        };
        CliError::new(exit, path.display().to_string())
            .with_cause(error)
            .with_hint(hint)
    })
}

impl OwnPart {
    /// Its inputs.
    pub fn inputs(&self, which: &EventArgs, host: &HostOptions) -> Inputs {
        match &self.inputs {
            PartInputs::Listed(manifest, part) => {
                Inputs::of_part(manifest, *part, host).up_to(which.longest())
            }
            PartInputs::Live(name, paths) => which.open(paths, host).with_stdin_called(name),
        }
    }

    /// What its result says of itself, but for what went in beside the inputs.
    fn head(&self, command: &str) -> ResultHead {
        match &self.inputs {
            PartInputs::Listed(manifest, InputPart { number, of }) => {
                let mut head = ResultHead::new(command, (*number, *of));
                head.inputs = hex(&manifest.digest());
                head.objects = manifest.count() as u64;
                head
            }
            PartInputs::Live(name, _) => ResultHead::of_live(command, name),
        }
    }

    /// Whether its result is written.
    pub fn is_written(&self) -> bool {
        self.place.is_some()
    }

    /// Writes `summary`, if it is to be written, and tells where. `made_of` is what went in beside the inputs.
    ///
    /// # Errors
    /// It can't be written.
    pub fn write<S: Serialize>(
        &self,
        command: &str,
        made_of: Vec<(&str, String)>,
        summary: S,
        output: &Output,
    ) -> Result<(), CliError> {
        let Some(place) = &self.place else {
            return Ok(());
        };
        let mut head = self.head(command);
        let what = match &head.live {
            Some(_) => "what came of the events".to_owned(),
            None => format!("part {} of {}", head.part, head.of),
        };
        head.made_of = made_of
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let name = head.file_name();
        let written = PartResult { head, summary }
            .to_bytes(output.secrets())
            .and_then(|bytes| place.write(&name, bytes));
        let path = written.map_err(|error| not_written(place.name(), error, Exit::Internal))?;
        let text = format!("{what} is in {}\n", path.display());
        // A failure is kept by `output`.
        let _ = output.write(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(choice: &str, variables: &[(&str, &str)]) -> Result<(u32, u32), String> {
        let choice: PartChoice = choice.parse().map_err(str::to_owned)?;
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let part = choice.part(variable).map_err(|error| error.text())?;
        Ok((part.number, part.of))
    }

    #[test]
    fn an_engine_says_which_part_it_is() {
        assert_eq!(part("2/3", &[]), Ok((2, 3)));
        assert_eq!(
            part("auto/64", &[("JOB_COMPLETION_INDEX", "0")]),
            Ok((1, 64))
        );
        let batch = [
            ("AWS_BATCH_JOB_ARRAY_INDEX", "9"),
            ("AWS_BATCH_JOB_ARRAY_SIZE", "10"),
        ];
        assert_eq!(part("auto", &batch), Ok((10, 10)));
        let slurm = [
            ("SLURM_ARRAY_TASK_ID", "5"),
            ("SLURM_ARRAY_TASK_MIN", "5"),
            ("SLURM_ARRAY_TASK_COUNT", "4"),
        ];
        assert_eq!(part("auto", &slurm), Ok((1, 4)));
        let node = [("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "4")];
        assert_eq!(part("auto", &node), Ok((2, 4)));
        let gitlab = [node[0], node[1], ("GITLAB_CI", "true")];
        assert_eq!(part("auto", &gitlab), Ok((1, 4)));
    }

    #[test]
    fn what_an_engine_leaves_open_is_told() {
        for (choice, variables, told) in [
            (
                "auto",
                &[("JOB_COMPLETION_INDEX", "0")][..],
                "nothing how many there are",
            ),
            (
                "auto/4",
                &[("JOB_COMPLETION_INDEX", "4")],
                "JOB_COMPLETION_INDEX is 4, but there are only 4 parts",
            ),
            (
                "auto/4",
                &[("CI_NODE_INDEX", "x")],
                "CI_NODE_INDEX is \"x\", which is no number",
            ),
            ("auto/4", &[], "nothing says which part this is"),
            ("auto/0", &[], "expected auto/ and the number of parts"),
            ("5/4", &[], "parts count from 1"),
        ] {
            let error = part(choice, variables).expect_err(choice);
            assert!(error.contains(told), "{error}");
        }
    }
}
