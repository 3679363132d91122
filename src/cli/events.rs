//! `segfn events`: sample events.

use segfn::options::SEED;
use segfn::project::samples::{Sample, SampleGroup, UnknownSample, find, groups};

use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;

/// List sample events, or print some
///
/// They are events after Segment's spec, with the properties and traits that it names, and the common
/// webhooks for source functions. One is printed as JSON, several as NDJSON. Where events are read from
/// files, `sample:NAME` stands for one.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The samples to print: names, or groups of them; without any, all are listed
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Chooses the person, ids and times: the same seed gives the same bytes
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
}

const EXAMPLES: &str = "\
Examples:
  segfn events                                  which there are
  segfn events order-completed                  one, as JSON
  segfn events ecommerce > events.ndjson        those of a group, one a line
  segfn run function.js sample:order-completed  calls a function with one";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = print(args, &output);
    output.finish(result)
}

fn print(args: &Args, output: &Output) -> Result<Exit, CliError> {
    let mut samples = Vec::new();
    for name in &args.names {
        let name = name.strip_prefix("sample:").unwrap_or(name);
        samples.extend(find(name)?);
    }
    let text = match samples[..] {
        [] => list(groups()),
        [one] => one.json(args.seed).to_string_pretty() + "\n",
        ref several => several
            .iter()
            .map(|sample| format!("{}\n", sample.json(args.seed)))
            .collect(),
    };
    // A failure is kept by `output`.
    let _ = output.write(text.as_bytes());
    Ok(Exit::Success)
}

/// A line for each sample, below those of their groups.
fn list(groups: &[SampleGroup]) -> String {
    let all = || groups.iter().flat_map(|group| &group.samples);
    let widest = |of: fn(&Sample) -> usize| all().map(of).max().unwrap_or_default();
    let (names, kinds) = (
        widest(|sample| sample.name.len()),
        widest(|sample| sample.kind().len()),
    );
    let mut text = String::new();
    for group in groups {
        text.push_str(&format!("{} ({})\n", group.title, group.name));
        for sample in &group.samples {
            let line = format!(
                "  {:names$}  {:kinds$}  {}",
                sample.name,
                sample.kind(),
                sample.about()
            );
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

impl From<UnknownSample> for CliError {
    fn from(error: UnknownSample) -> CliError {
        let hint = error.hint();
        CliError::from_error(Exit::Usage, error).with_hint(Some(&hint))
    }
}
