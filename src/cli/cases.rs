//! `segfn cases`: makes cases of events, of tracking plans, and of other cases.

mod add;
mod added_cases;
mod chosen;
mod generate;
mod open;
mod vary;

use clap::Subcommand;

use super::color::Color;
use super::error::Exit;
use super::output::Output;

/// Make cases from events, from a tracking plan, and from other cases
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Add(Box<add::AddCasesArgs>),
    Generate(Box<generate::GenerateArgs>),
    Vary(vary::VaryArgs),
}

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = match &args.command {
        Command::Add(args) => add::add_cases(args, &output),
        Command::Generate(args) => generate::generate_cases(args, &output),
        Command::Vary(args) => vary::vary_case(args, &output),
    };
    output.finish(result)
}
