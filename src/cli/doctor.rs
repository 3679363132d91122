//! `segfn doctor`: what this machine has of what keeps functions in.

use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;

/// Show what keeps functions in on this machine
///
/// A function has no way to files, the environment, processes or credentials. As a second wall, each
/// runs in a process that may do none of that, as far as the system can refuse it. This tries it, in
/// such a process, and tells what was refused.
#[derive(clap::Args)]
pub struct Args {}

/// Runs the command and tells how the process ends.
pub fn run(_: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = examine(&output);
    output.finish(result)
}

const NO_SECOND_WALL: &str = "functions run in processes of their own, which this system \
    doesn't keep from anything: V8 is the only wall\n";

#[cfg(target_os = "linux")]
fn examine(output: &Output) -> Result<Exit, CliError> {
    use segfn::engine::{Probe, probe_worker};

    let say = |text: &str| {
        // A failure is kept by `output`.
        let _ = output.write(text.as_bytes());
    };
    let Some(probes) = probe_worker()? else {
        say(NO_SECOND_WALL);
        return Ok(Exit::Failed);
    };
    say("functions run in processes of their own, which\n");
    for probe in &probes {
        let can = if probe.refused { "can't" } else { "can" };
        let note = if probe.is_as_it_should_be() {
            ""
        } else {
            "  (!)"
        };
        say(&format!("  {can:<5} {}{note}\n", probe.what));
    }
    if probes.iter().all(Probe::is_as_it_should_be) {
        return Ok(Exit::Success);
    }
    say("the kernel lacks Landlock (5.13 or later) or seccomp: the first wall, V8, stands alone\n");
    Ok(Exit::Failed)
}

#[cfg(not(target_os = "linux"))]
fn examine(output: &Output) -> Result<Exit, CliError> {
    // A failure is kept by `output`.
    let _ = output.write(NO_SECOND_WALL.as_bytes());
    Ok(Exit::Failed)
}
