//! Writes the shells' completions and the man pages into the folder that is named. It is no command of segfn's own, so
//! that the binary doesn't have to hold what makes them.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap_complete::{Shell, generate_to};

#[path = "../src/cli/mod.rs"]
mod cli;

fn main() -> Result<(), Box<dyn Error>> {
    // Nothing of it runs here, and it isn't dead code.
    let _: fn(fn() -> clap::Command) -> ExitCode = cli::main;
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder")?);
    let (completions, man) = (folder.join("completions"), folder.join("man1"));
    fs::create_dir_all(&completions)?;
    fs::create_dir_all(&man)?;
    let mut command = cli::command()
        .long_version(None::<&str>)
        .disable_help_subcommand(true);
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        generate_to(shell, &mut command, "segfn", &completions)?;
    }
    clap_mangen::generate_to(command, &man)?;
    Ok(())
}
