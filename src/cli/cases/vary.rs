//! `segfn cases vary`: makes cases of a case.

use segfn::suite::vary::{LeftOutVariant, VariedCase, VaryError, vary};

use crate::cli::case_runs::{quiet_run, refuse_in_ci};
use crate::cli::error::{CliError, Exit};
use crate::cli::function_args::EnvironmentArgs;
use crate::cli::output::Output;
use crate::cli::select::Select;

/// Make cases in which a server fails the requests of a case
///
/// For each request of the case there is a variant with status 500, with 429 and Retry-After, with a
/// connection that is reset, with one that times out, and with a body that is no JSON. They become lines of
/// cases.ndjson, with what the function does now as what is expected. Of variants that end in the same class
/// and take the same path through the code, one is added.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct VaryArgs {
    /// A case's folder, or its name as `segfn test --list` shows it. The case has to pass
    #[arg(value_name = "CASE")]
    case: String,
    /// Let its requests fail
    #[arg(long, required = true)]
    fail: bool,
    #[command(flatten)]
    environment: EnvironmentArgs,
}

const EXAMPLES: &str = "\
Examples:
  segfn cases vary functions/slack-alerts/cases/large-order --fail";

pub fn vary_case(args: &VaryArgs, output: &Output) -> Result<Exit, CliError> {
    refuse_in_ci("segfn cases vary")?;
    let select = Select {
        what: vec![args.case.clone()],
        environment: args.environment.clone(),
        ..Select::default()
    };
    let chosen = select.open(output)?;
    let [case] = &chosen.cases[..] else {
        let text = format!("{} names {} cases", args.case, chosen.cases.len());
        return Err(CliError::new(Exit::Usage, text).with_hint(Some("name one of them")));
    };
    let varied = vary(&chosen.suites, case, &quiet_run(output))?;
    // A failure is kept by `output`.
    let _ = output.write(report(&varied).as_bytes());
    for left_out in &varied.left_out {
        if let LeftOutVariant::Unusable { name, problem } = left_out {
            output.warning(&format!("{name} was left out: {problem}"), None);
        }
    }
    Ok(Exit::Success)
}

fn report(varied: &VariedCase) -> String {
    let mut text = String::new();
    for (name, class) in &varied.added {
        let file = varied.file.display();
        text.push_str(&format!("added {name} to {file}: it ends as {class}\n"));
    }
    let (mut alike, mut existing) = (0, 0);
    for left_out in &varied.left_out {
        match left_out {
            LeftOutVariant::Alike { name, other } => {
                alike += 1;
                text.push_str(&format!("left out {name}, which behaves like {other}\n"));
            }
            LeftOutVariant::Exists { .. } => existing += 1,
            LeftOutVariant::Unusable { .. } => {}
        }
    }
    text.push_str(&match varied.added.len() {
        1 => "1 case added".to_owned(),
        cases => format!("{cases} cases added"),
    });
    for (number, what) in [(alike, "like others"), (existing, "there already")] {
        if number > 0 {
            text.push_str(&format!(", {number} {what}"));
        }
    }
    text + "\n"
}

impl From<VaryError> for CliError {
    fn from(error: VaryError) -> CliError {
        match error {
            VaryError::Fails(ref case) => {
                let hint = format!("to see why: segfn test {case}");
                CliError::from_error(Exit::Failed, error).with_hint(Some(hint))
            }
            VaryError::NoRequests(_) => CliError::from_error(Exit::Usage, error),
            VaryError::Case(error) => {
                let hint = error.hint();
                CliError::from_error(Exit::Input, error).with_hint(hint)
            }
            VaryError::Suite(error) => error.into(),
            VaryError::Engine(error) => error.into(),
            VaryError::Lines(_) | VaryError::Accept(_) => {
                CliError::from_error(Exit::Internal, error)
            }
        }
    }
}
