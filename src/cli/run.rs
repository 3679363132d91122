//! `segfn run`: calls a function with inputs and shows what it does.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bytes::Bytes;
use segfn::cost::{Cost, InvocationCost, Volume};
use segfn::engine::{EngineError, InputResult, InputRun, Loaded, Options, most_retries};
use segfn::net::NetMode;
use segfn::outcome::Class;
use segfn::project::Project;
use segfn::project::inputs::{InputError, InputProgress, Problems, select};
use segfn::project::samples::late_samples;
use segfn::report::cost::{CostOptions, cost_rows, cost_text, stats_json};
use segfn::report::text::TextReport;
use segfn::report::{Tally, json};
use serde::{Deserialize, Serialize};

use super::color::Color;
use super::engine_error::{engine_error, text_report};
use super::error::{CliError, Exit};
use super::events::{EventArgs, tell_left_out};
use super::function_args::{FunctionArgs, LiveArgs, parse_jobs};
use super::open::{function_here, open};
use super::output::Output;
use super::progress::Bar;

/// In text, after so many whole blocks a success that says nothing more is one line.
const WHOLE_BLOCKS: u64 = 20;

/// Call a function with events and show what it does
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A JavaScript file, a folder with a function.js, or a Terraform file; without one, the function in
    /// this folder
    ///
    /// FILE.tf:NAME is one function of a Terraform file with several. git:REVISION:PATH is any of
    /// these as it was at that revision. Two files beside it are read if they exist: settings.json
    /// has the function's settings, and segfn.toml says how to run it.
    #[arg(value_name = "FUNCTION")]
    pub function: Option<PathBuf>,
    /// Files of events, folders of such files, archives in S3 (s3://BUCKET/PREFIX), samples
    /// (sample:NAME), the events that `segfn serve` got (history:), or `-` for standard input
    ///
    /// A file holds one event as JSON, an array of events for onBatch, a request for onRequest, or
    /// one of these a line (NDJSON); it may be gzipped. If none are given, segfn takes the events in
    /// the function's folder (events/, event.json or request.json), or else a sample for
    /// each handler (`segfn events` lists them).
    #[arg(value_name = "EVENTS")]
    pub events: Vec<PathBuf>,
    #[command(flatten)]
    pub how: FunctionArgs,
    #[command(flatten)]
    pub which: EventArgs,
    /// Write one outcome a line as JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// How many events to run at the same time, each in its own copy of the function
    #[arg(long, value_name = "N", default_value_t = segfn::options::JOBS, allow_hyphen_values = true, value_parser = parse_jobs)]
    pub jobs: u16,
    /// Empty the function's cache before each event, as a test in Segment's editor does
    #[arg(long)]
    pub cold: bool,
    /// Tell in the end what the invocations cost: processor's time, waiting, requests and bytes, by handler
    #[arg(long)]
    pub stats: bool,
    /// How many events come, such as 5M/month or 200k/day: tells the hours that they take in a month
    #[arg(long, value_name = "EVENTS/TIME", requires = "stats")]
    pub volume: Option<Volume>,
    #[command(flatten)]
    pub live: LiveArgs,
}

const EXAMPLES: &str = "\
Examples:
  segfn run                                      the function in this folder
  segfn run function.js                          a sample event for each handler
  segfn run function.js event.json               one event from a file
  segfn run function.js sample:order-completed   one of `segfn events`
  segfn run my-function/ events.ndjson.gz        a folder with function.js and settings.json
  segfn run function.js event.json -s apiKey=abc -s 'lists=[\"a\",\"b\"]'
  cat events.ndjson | segfn run function.js - --json --jobs 4 > outcomes.ndjson
  segfn run functions.tf:slack event.json        a function in a Terraform file
  segfn run function.js event.json --deny-net    nothing leaves the machine
  segfn run function.js events.ndjson --stats --volume 5M/month

Exit codes: 0 all went well, 1 a function failed (retry or discard), 2 wrong usage,
3 the function can't be loaded, 4 an input can't be read, 5 segfn itself failed.";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(args.json, color);
    let result = run_with(args, &output);
    output.finish(result)
}

fn run_with(args: &Args, output: &Output) -> Result<Exit, CliError> {
    let started = Instant::now();
    let overrides = args.live.add_to(args.how.overrides());
    let function = match &args.function {
        Some(function) => function.clone(),
        None => function_here()?,
    };
    let project = open(&function, &overrides, output)?;
    let options = Options {
        jobs: usize::from(args.jobs),
        cold: args.cold,
        measure: args.stats,
        ..project.options(NetMode::Live)
    };
    let Project {
        function,
        kind_reason: reason,
        events,
        ..
    } = project;
    let events = match events {
        Some(events) if args.events.is_empty() => vec![events],
        _ => args.events.clone(),
    };
    let text = text_report(&function, output.palette(), output);
    let on_stderr = TextReport {
        palette: output.error_palette(),
        ..text.clone()
    };
    let failed = |error: EngineError| engine_error(error, &on_stderr);

    let (mut late, samples) = late_samples(events.is_empty());
    let told = !args.json && (function.kind.is_none() || reason.is_some());
    let path = function.path.clone();
    let json = args.json;
    let (host, stats) = (options.host.clone(), args.stats);
    let cost = CostOptions {
        limit: options.timeout,
        volume: args.volume,
    };
    // Before there is any thread: functions run in processes of their own then.
    let run = InputRun::new(function, options, move |ran| {
        let cost = match &ran.result {
            InputResult::Outcome(outcome) if stats => {
                Some(InvocationCost::new(outcome, &ran.usage))
            }
            _ => None,
        };
        (Rendered::new(ran.result, json, &text), cost)
    });
    let run = run.map_err(failed)?;
    let files = args.which.open(&events, &host);
    let mut report = Report::new(output, files.problems(), files.progress());
    let mut costs = Cost::new(cost.limit, true);
    let mut retries = 0;
    let selection = args.which.selection();
    let ran = run.run(
        select(samples.chain(files), selection.clone()),
        |loaded| {
            let reason = reason.as_ref().or(loaded.reason.as_ref());
            tell_about(loaded, &path, told.then_some(reason), output);
            late.choose(&loaded.handlers);
            retries = most_retries(loaded.kind);
        },
        |(rendered, cost)| {
            cost.iter().for_each(|cost| costs.add(cost));
            report.add(rendered)
        },
    );
    report.finish();
    tell_left_out(&selection, output);
    ran.map_err(failed)?;
    if !args.json {
        // A failure is kept by `output`.
        let _ = output.write(
            report
                .tally
                .summary(started.elapsed(), &output.palette())
                .as_bytes(),
        );
    }
    if args.stats {
        let figures = costs.figures(retries);
        let text = match args.json {
            true => stats_json(&figures, &cost),
            false => cost_text(
                &cost_rows(&[&figures], &cost),
                &[],
                false,
                &output.palette(),
            ),
        };
        // A failure is kept by `output`.
        let _ = output.write(text.as_bytes());
    }
    Ok(report.exit())
}

/// Tells what the function is only where `kind` says why.
fn tell_about(loaded: &Loaded, path: &Path, kind: Option<Option<&String>>, output: &Output) {
    for warning in &loaded.warnings {
        output.warning(warning, None);
    }
    if let Some(reason) = kind {
        let reason = reason.map_or(String::new(), |reason| format!("{reason}; "));
        let text = format!(
            "{}: ran as {} ({reason}--kind to change)\n",
            path.display(),
            loaded.kind.name()
        );
        // A failure is kept by `output`.
        let _ = output.write(text.as_bytes());
    }
}

/// What came of an input, ready to be written.
#[derive(Serialize, Deserialize)]
enum Rendered {
    Outcome {
        class: Class,
        /// Of the invocation, or of one event of its batch.
        failed: bool,
        bytes: Bytes,
        /// Of a block that may be shortened to its first line, that line's length.
        head: Option<usize>,
    },
    Unreadable {
        message: String,
    },
    Failed(String),
}

impl Rendered {
    fn new(ran: InputResult, as_json: bool, text: &TextReport) -> Rendered {
        let outcome = match ran {
            InputResult::Outcome(outcome) => outcome,
            InputResult::BadInput {
                input,
                column,
                problem,
            } => {
                let column = column
                    .map(|column| format!(":{column}"))
                    .unwrap_or_default();
                return Rendered::Unreadable {
                    message: format!("{input}{column}: {problem}"),
                };
            }
        };
        let (class, failed) = (outcome.class, outcome.is_failure());
        let secrets = &text.secrets;
        if !as_json {
            let mut block = text.block(&outcome);
            if secrets.have_met() {
                block.bytes = secrets.redact(&block.bytes).into_owned();
                let first = block.bytes.iter().position(|byte| *byte == b'\n');
                block.head = first.map_or(block.bytes.len(), |newline| newline + 1);
            }
            return Rendered::Outcome {
                class,
                failed,
                head: block.plain.then_some(block.head),
                bytes: block.bytes.into(),
            };
        }
        match json::line(&outcome) {
            Ok(bytes) => Rendered::Outcome {
                class,
                failed,
                bytes: match secrets.have_met() {
                    true => secrets.redact_json(&bytes).into_owned().into(),
                    false => bytes.into(),
                },
                head: None,
            },
            Err(error) => Rendered::Failed(format!("segfn failed: {}: {error}", outcome.input)),
        }
    }
}

/// Writes what comes, and counts it.
struct Report<'a> {
    output: &'a Output,
    problems: Problems,
    bar: Bar,
    tally: Tally,
    blocks: u64,
    failed: bool,
}

impl<'a> Report<'a> {
    fn new(
        output: &'a Output,
        problems: Problems,
        progress: std::sync::Arc<InputProgress>,
    ) -> Report<'a> {
        let bar = Bar::new(progress, output);
        Report {
            output,
            problems,
            bar,
            tally: Tally::default(),
            blocks: 0,
            failed: false,
        }
    }

    fn add(&mut self, rendered: Rendered) -> ControlFlow<()> {
        self.tell_problems();
        let written = match rendered {
            Rendered::Outcome {
                class,
                failed,
                bytes,
                head,
            } => {
                self.tally.add(class, failed);
                let shown = match head {
                    Some(head) if self.blocks >= WHOLE_BLOCKS => head,
                    _ => bytes.len(),
                };
                self.blocks += 1;
                self.output.write(&bytes[..shown])
            }
            Rendered::Unreadable { message } => {
                self.tally.add_unreadable();
                self.output.error(&message, None);
                Ok(())
            }
            Rendered::Failed(message) => {
                self.failed = true;
                self.output.error(&message, None);
                Ok(())
            }
        };
        self.bar.update(&self.tally, self.output);
        // What went wrong is kept by `output`.
        if written.is_err() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn finish(&mut self) {
        self.tell_problems();
        self.bar.finish();
    }

    fn tell_problems(&mut self) {
        for problem in self.problems.take() {
            self.tally.add_unreadable();
            self.output
                .error(&problem.to_string(), InputError::hint(&problem).as_deref());
        }
    }

    fn exit(&self) -> Exit {
        if self.failed {
            Exit::Internal
        } else if self.tally.unreadable() > 0 {
            Exit::Input
        } else if self.tally.any_failed() {
            Exit::Failed
        } else {
            Exit::Success
        }
    }
}
