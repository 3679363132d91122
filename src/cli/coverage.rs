//! `segfn coverage merge`, and what it shares with `segfn test --coverage`.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use segfn::coverage::{Coverage, Thresholds};
use segfn::files;
use segfn::project::missed_thresholds;
use segfn::report::coverage::{html, lcov, page_name, text};

use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;

/// Add up and render what `segfn test --coverage json` wrote
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Merge(MergeArgs),
}

/// Add up the coverage of several runs, such as the shards of a test run in CI
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
struct MergeArgs {
    /// Files that `segfn test --coverage json` wrote
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The reports: `text` goes to standard output, the others into the coverage folder
    #[arg(
        long,
        value_name = "REPORTS",
        value_delimiter = ',',
        default_value = "text"
    )]
    coverage: Vec<CoverageFormat>,
    #[command(flatten)]
    report: ReportArgs,
}

const EXAMPLES: &str = "\
Examples:
  segfn coverage merge shard-*/coverage.json
  segfn coverage merge a.json b.json --coverage text,lcov,html --coverage-dir report
  segfn coverage merge shard-*/coverage.json --min-lines 90";

/// Where coverage goes, and how much of it there must be.
#[derive(clap::Args)]
pub struct ReportArgs {
    /// The folder of the reports
    #[arg(long, value_name = "DIR", default_value = "coverage")]
    pub coverage_dir: PathBuf,
    /// Fail if fewer lines are covered than this percentage
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub min_lines: Option<f64>,
    /// Fail if fewer functions are covered than this percentage
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub min_functions: Option<f64>,
    /// Fail if fewer branches are covered than this percentage
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub min_branches: Option<f64>,
}

impl ReportArgs {
    /// Whether some must be covered.
    fn asks(&self) -> bool {
        let asked = [self.min_lines, self.min_functions, self.min_branches];
        asked.iter().any(Option::is_some)
    }

    /// # Errors
    /// Some must be covered, but nothing is counted, as there are no `reports`.
    pub fn check_asked(&self, reports: &[CoverageFormat]) -> Result<(), CliError> {
        match reports.is_empty() && self.asks() {
            true => {
                let text = "coverage is counted only with --coverage";
                let hint = "add --coverage text, or leave out the --min-… flags";
                Err(CliError::new(Exit::Usage, text).with_hint(Some(hint)))
            }
            false => Ok(()),
        }
    }
}

/// One report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CoverageFormat {
    /// A table
    Text,
    /// lcov.info
    Lcov,
    /// A page for each function
    Html,
    /// coverage.json, which `segfn coverage merge` reads
    Json,
}

fn percent(text: &str) -> Result<f64, String> {
    text.trim_end_matches('%')
        .parse()
        .ok()
        .filter(|percent| (0.0..=100.0).contains(percent))
        .ok_or_else(|| "expected a number from 0 to 100".to_owned())
}

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let Command::Merge(args) = &args.command;
    let result = merge(args, &output);
    output.finish(result)
}

fn merge(args: &MergeArgs, output: &Output) -> Result<Exit, CliError> {
    let mut all = Coverage::default();
    for path in &args.files {
        let failed = || CliError::new(Exit::Input, path.display().to_string());
        let json = fs::read(path).map_err(|error| failed().with_cause(error))?;
        let coverage = Coverage::from_json(&json).map_err(|error| {
            failed().with_cause(error).with_hint(Some(
                "`segfn test --coverage json` writes such files: coverage/coverage.json",
            ))
        })?;
        all.add(coverage)
            .map_err(|error| failed().with_cause(error))?;
    }
    report(&all, &args.coverage, &args.report, output)?;
    check(&all, &args.report, output)
}

/// Writes the reports.
///
/// # Errors
/// A report can't be written.
pub fn report(
    coverage: &Coverage,
    formats: &[CoverageFormat],
    args: &ReportArgs,
    output: &Output,
) -> Result<(), CliError> {
    let dir = &args.coverage_dir;
    let has = |format| formats.contains(&format);
    if has(CoverageFormat::Text) {
        // `Output` keeps the error.
        let _ = output.write(text(coverage, &output.palette()).as_bytes());
    }
    if has(CoverageFormat::Lcov) {
        write(&dir.join("lcov.info"), lcov(coverage).as_bytes())?;
    }
    if has(CoverageFormat::Json) {
        let json = coverage
            .to_json()
            .map_err(|error| CliError::from_error(Exit::Internal, error))?;
        write(&dir.join("coverage.json"), &json)?;
    }
    if has(CoverageFormat::Html) {
        let mut names = HashSet::new();
        for (path, file) in coverage.files() {
            let mut name = page_name(path);
            while !names.insert(name.clone()) {
                name.insert(0, '_');
            }
            let page = html(path, file);
            write(&dir.join(name), &output.secrets().redact(page.as_bytes()))?;
        }
    }
    Ok(())
}

/// Reports what ran of the function. Tells how a command ends that otherwise ends as `exit`.
///
/// # Errors
/// A report can't be written.
pub fn report_and_check(
    coverage: &Coverage,
    formats: &[CoverageFormat],
    covered: &ReportArgs,
    exit: Exit,
    output: &Output,
) -> Result<Exit, CliError> {
    report(coverage, formats, covered, output)?;
    let is_enough = check(coverage, covered, output)? == Exit::Success;
    Ok(match exit {
        Exit::Success if !is_enough => Exit::Failed,
        exit => exit,
    })
}

/// Reports what ran in a run, where that was counted, and tells how its command ends. Of one part of a run, nothing can be
/// told of whether it is enough.
///
/// # Errors
/// A report can't be written.
pub fn report_of_run(
    coverage: Option<&Coverage>,
    is_part: bool,
    (formats, covered): (&[CoverageFormat], &ReportArgs),
    exit: Exit,
    output: &Output,
) -> Result<Exit, CliError> {
    match coverage {
        Some(coverage) if is_part => {
            report(coverage, formats, covered, output)?;
            Ok(exit)
        }
        Some(coverage) => report_and_check(coverage, formats, covered, exit, output),
        None => Ok(exit),
    }
}

/// Whether enough is covered: of all functions together what the flags ask, and of each what its
/// segfn.toml asks.
///
/// # Errors
/// A segfn.toml can't be read.
pub fn check(coverage: &Coverage, args: &ReportArgs, output: &Output) -> Result<Exit, CliError> {
    let asked = Thresholds {
        lines: args.min_lines,
        functions: args.min_functions,
        branches: args.min_branches,
    };
    let mut missed = asked.missed(&coverage.total());
    missed.extend(missed_thresholds(coverage)?);
    for problem in &missed {
        output.error(problem, None);
    }
    Ok(match missed.is_empty() {
        true => Exit::Success,
        false => Exit::Failed,
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    files::replace(path, bytes).map_err(|error| {
        let message = format!("can't write {}", path.display());
        CliError::new(Exit::Internal, message)
            .with_cause(error)
            .with_hint(Some("--coverage-dir chooses another folder"))
    })
}
