//! `segfn test --watch`: runs again whenever something changes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use notify::EventKind;
use notify::RecursiveMode;
use notify::Watcher;

use super::CliError;
use super::Exit;
use super::output::Output;
use super::test::Args;
use super::test::run_once;

/// Editors write in several steps: what comes within this time is one change.
const SETTLE: Duration = Duration::from_millis(80);

/// Runs until the process is ended.
pub fn watch(args: &Args, output: &Output) -> Result<Exit, CliError> {
    let failed = |error: notify::Error| {
        CliError::new(Exit::Internal, format!("can't watch the files: {error}"))
    };
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading a file is no change.
        if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
            // The receiver is gone when the process is about to end.
            let _ = sender.send(());
        }
    })
    .map_err(failed)?;
    let mut watched = BTreeSet::new();
    loop {
        for (folder, mode) in folders(args, output) {
            if watched.insert(folder.clone()) {
                watcher.watch(&folder, mode).map_err(failed)?;
            }
        }
        match run_once(args, output) {
            Ok(_) => {}
            // A function with a typing error is what one is just about to mend.
            Err(error) if matches!(error.exit, Exit::Load | Exit::Input | Exit::Usage) => {
                if watched.is_empty() {
                    return Err(error);
                }
                output.error(&error.message, error.hint.as_deref());
            }
            Err(error) => return Err(error),
        }
        while changes.try_recv().is_ok() {}
        // A failure is kept by `output`.
        let _ = output.write(b"watching for changes; Ctrl-C ends it\n");
        if changes.recv().is_err() {
            return Ok(Exit::Success);
        }
        while changes.recv_timeout(SETTLE).is_ok() {}
    }
}

/// What to watch: each suite's folder, and all of its cases.
fn folders(args: &Args, output: &Output) -> Vec<(PathBuf, RecursiveMode)> {
    let opened = args.select.selection().open(output.secrets());
    let suites = opened.map(|(suites, _)| suites).unwrap_or_default();
    let mut folders = Vec::new();
    for suite in suites {
        folders.push((suite.home, RecursiveMode::NonRecursive));
        if suite.cases.is_dir() {
            folders.push((suite.cases, RecursiveMode::Recursive));
        }
    }
    folders
}
