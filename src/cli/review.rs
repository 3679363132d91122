//! `segfn review`: goes through what differs, one case after the other.

use std::io::{BufRead, IsTerminal};

use segfn::report::cases::{CaseReporter, JsonReporter, ListedCases, TextReporter};
use segfn::suite::accept::{Acceptance, accept};

use super::case_runs::{refuse_in_ci, results};
use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;
use super::select::Select;

/// Go through the cases that differ, one by one, and accept or leave each
///
/// Each acceptance is written at once. Without a terminal, `--json` lists what differs and
/// `segfn accept CASE` accepts it.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    pub select: Select,
    /// Write the cases that differ as JSON, one a line, and ask nothing
    #[arg(long)]
    pub json: bool,
}

const EXAMPLES: &str = "\
Examples:
  segfn review
  segfn review functions/slack-alerts
  segfn review --json | jq -r .case";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(args.json, color);
    let result = review(args, &output);
    output.finish(result)
}

fn review(args: &Args, output: &Output) -> Result<Exit, CliError> {
    if !args.json {
        refuse_in_ci("segfn review")?;
        if !std::io::stdin().is_terminal() {
            return Err(CliError::new(
                Exit::Usage,
                "`segfn review` asks questions, but standard input is not a terminal",
            )
            .with_hint(Some(
                "`segfn review --json` lists what differs, `segfn accept CASE` accepts it",
            )));
        }
    }
    let chosen = args.select.open(output)?;
    let results = results(&chosen, output)?;
    if args.json {
        let mut json = JsonReporter;
        for result in &results {
            // A failure is kept by `output`.
            let _ = output.write(json.case(result).as_bytes());
        }
        return Ok(if results.is_empty() {
            Exit::Success
        } else {
            Exit::Failed
        });
    }
    let mut text = TextReporter {
        palette: output.palette(),
        width: output.width(),
        secrets: output.secrets().clone(),
        listed: ListedCases::default(),
    };
    let say = |text: &str| {
        // A failure is kept by `output`.
        let _ = output.write(text.as_bytes());
    };
    let mut left = 0;
    let mut all = false;
    for (index, result) in results.iter().enumerate() {
        say(&text.case(result));
        let Some(acceptance) = Acceptance::of(result) else {
            left += 1;
            continue;
        };
        if !all {
            let count = format!("{}/{}", index + 1, results.len());
            match ask(&count, &say) {
                Answer::Accept => {}
                Answer::All => all = true,
                Answer::Leave => {
                    left += 1;
                    continue;
                }
                Answer::Quit => {
                    left += results.len() - index;
                    break;
                }
            }
        }
        accept(&[acceptance]).map_err(|error| CliError::from_error(Exit::Internal, error))?;
        say(&format!("accepted {}\n\n", result.location.shown()));
    }
    let accepted = match results.len() - left {
        1 => "1 case accepted".to_owned(),
        cases => format!("{cases} cases accepted"),
    };
    say(&match (results.len(), left) {
        (0, _) => "nothing differs\n".to_owned(),
        (_, 0) => format!("{accepted}\n"),
        (_, left) => format!("{accepted}, {left} left\n"),
    });
    Ok(if left > 0 {
        Exit::Failed
    } else {
        Exit::Success
    })
}

enum Answer {
    Accept,
    Leave,
    All,
    Quit,
}

fn ask(count: &str, say: &impl Fn(&str)) -> Answer {
    loop {
        say(&format!(
            "({count}) accept it? [y]es, [n]o, [a]ll that follow, [q]uit: "
        ));
        let mut line = String::new();
        match std::io::stdin().lock().read_line(&mut line) {
            // Ctrl-D, or a terminal that is gone.
            Ok(0) | Err(_) => return Answer::Quit,
            Ok(_) => {}
        }
        match line.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => return Answer::Accept,
            "n" | "no" => return Answer::Leave,
            "a" | "all" => return Answer::All,
            "q" | "quit" => return Answer::Quit,
            _ => {}
        }
    }
}
