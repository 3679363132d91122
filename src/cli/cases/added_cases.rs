//! What is told of cases that were added, whatever they were made of.

use segfn::suite::add::{AddError, AddedCases};
use segfn::suite::{SuiteLocation, quoted};

use crate::cli::case_runs::quiet_run;
use crate::cli::error::{CliError, Exit};
use crate::cli::output::Output;

/// Has the cases of the function at `location` appear, and tells of them, and `more` behind that.
pub fn finish(
    added: AddedCases,
    more: &str,
    location: &SuiteLocation,
    output: &Output,
) -> Result<(), CliError> {
    let text = report(&added);
    let asks = added.cases.iter().any(|case| case.folder.is_some());
    added.finish(location, &quiet_run(output))?;
    // A failure is kept by `output`.
    let _ = output.write(text.as_bytes());
    let _ = output.write(more.as_bytes());
    if asks {
        let function = quoted(&location.function.display().to_string());
        output.warning(
            "the function makes requests, but the cases have no traffic yet",
            Some(&format!("segfn record --update-missing {function}")),
        );
    }
    Ok(())
}

fn report(added: &AddedCases) -> String {
    let mut text = String::new();
    for case in &added.cases {
        let place = case.folder.as_ref().unwrap_or(&added.file).display();
        text.push_str(&format!("added {} to {place}\n", case.name));
    }
    text.push_str(&match added.cases.len() {
        1 => "1 case added".to_owned(),
        cases => format!("{cases} cases added"),
    });
    text.push_str(&match added.duplicates {
        0 => "\n".to_owned(),
        1 => ", 1 event like another left out\n".to_owned(),
        events => format!(", {events} events like others left out\n"),
    });
    text
}

impl From<AddError> for CliError {
    fn from(error: AddError) -> CliError {
        match error {
            // It is told, and the others are added.
            AddError::Input { .. } => CliError::from_error(Exit::Input, error),
            AddError::Requests => CliError::from_error(Exit::Usage, error),
            AddError::Suite(error) => error.into(),
            AddError::Engine(error) => error.into(),
            AddError::Write { .. } | AddError::Lines(_) | AddError::Accept(_) => {
                CliError::from_error(Exit::Internal, error)
            }
        }
    }
}
