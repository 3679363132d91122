//! The results of parts, for the commands that add them up.

use std::path::PathBuf;

use segfn::host::HostOptions;
use segfn::options::{AWS_FOLDER, AwsMode};
use segfn::results::{PartResult, ResultsError, gather};
use serde::de::DeserializeOwned;

use super::error::{CliError, Exit};
use super::part_args::open_place;

/// What segfn itself may reach of AWS, where no function is opened.
pub fn host_options(aws: Option<&AwsMode>) -> HostOptions {
    HostOptions {
        aws: aws.cloned().unwrap_or_default(),
        folder: PathBuf::from(AWS_FOLDER),
        ..HostOptions::default()
    }
}

/// Adds up the results of `command` in `places`.
///
/// # Errors
/// The parts don't make a whole, or can't be read.
pub fn gather_parts<S: DeserializeOwned>(
    places: &[PathBuf],
    aws: Option<&AwsMode>,
    command: &str,
    merge: impl Fn(&mut S, S),
) -> Result<PartResult<S>, CliError> {
    let host = host_options(aws);
    let places = places.iter().map(|place| open_place(place, &host));
    let places = places.collect::<Result<Vec<_>, CliError>>()?;
    gather(&places, command, merge).map_err(|error| {
        let exit = match error.may_pass() {
            true => Exit::Internal,
            false => Exit::Input,
        };
        let hint = match &error {
            ResultsError::Parts(_) => {
                "run those parts again, with the same versions, flags and --manifest; results of different runs belong into different folders"
            }
            ResultsError::None(_) => "`segfn diff … --part 1/4 --to FOLDER` writes one",
            ResultsError::Place { .. } => "a place is a folder, or s3://BUCKET/PREFIX/ with --aws real",
        };
        CliError::from_error(exit, error).with_hint(Some(hint))
    })
}
