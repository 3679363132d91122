//! `segfn test --watch`: runs again whenever something changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher};

use segfn::project::Project;

use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;
use super::test::{Args, run_once};

/// Editors write in several steps: what comes within this time is one change.
const SETTLE: Duration = Duration::from_millis(80);

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = watch(args, &output);
    output.finish(result)
}

/// Runs until the process is ended.
fn watch(args: &Args, output: &Output) -> Result<Exit, CliError> {
    let failed = |error: notify::Error| {
        CliError::new(Exit::Internal, "can't watch the files").with_cause(error)
    };
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading a file is no change.
        let changed = event
            .ok()
            .filter(|event| !matches!(event.kind, EventKind::Access(_)));
        for path in changed.into_iter().flat_map(|event| event.paths) {
            // The receiver is gone when the process is about to end.
            let _ = sender.send(path);
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
        if watched.is_empty() {
            // There is nothing to wait for; this tells why.
            return run_once(args, output);
        }
        // The watcher's thread keeps this process from being forked, which cases are fastest by.
        let ran = Command::new(std::env::current_exe().map_err(no_process)?)
            .args(std::env::args_os().skip(1).filter(|arg| arg != "--watch"))
            .status()
            .map_err(no_process)?;
        // A function with a typing error is what one is just about to mend.
        if ran.code() == Some(Exit::Internal as i32) {
            return Ok(Exit::Internal);
        }
        // What changed while the cases ran came too late for some of them.
        let mut meanwhile = changes.try_iter().filter(|path| !is_written(path, args));
        if meanwhile.next().is_none() {
            // A failure is kept by `output`.
            let _ = output.write(b"watching for changes; Ctrl-C ends it\n");
            if changes.recv().is_err() {
                return Ok(Exit::Success);
            }
        }
        while changes.recv_timeout(SETTLE).is_ok() {}
    }
}

/// Whether a run itself writes `path`, which it would be run again for without an end.
fn is_written(path: &Path, args: &Args) -> bool {
    let own = path.file_name().and_then(|name| name.to_str());
    let reports = args
        .report
        .iter()
        .filter_map(|target| target.file.as_deref());
    args.accept
        // Unfinished files, and the folder of what the last run came to.
        || own.is_some_and(|name| name.starts_with(".segfn"))
        || reports.chain([&*args.covered.coverage_dir]).any(|written| same(path, written))
}

/// Whether `path` is `written`, or lies in it.
fn same(path: &Path, written: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(path).starts_with(real(written))
}

fn no_process(error: std::io::Error) -> CliError {
    CliError::new(Exit::Internal, "can't start segfn again").with_cause(error)
}

/// What to watch: each suite's folder, and all of its cases.
fn folders(args: &Args, output: &Output) -> Vec<(PathBuf, RecursiveMode)> {
    let opened = args.select.all().open(output.secrets());
    let suites = opened.map(|(suites, _)| suites).unwrap_or_default();
    let mut folders = Vec::new();
    for suite in suites {
        let Project {
            home,
            cases,
            function,
            ..
        } = suite.project;
        // A Terraform file may take the script from another folder.
        let script = function.path.parent().filter(|folder| folder.is_dir());
        folders.extend(script.map(|folder| (folder.to_owned(), RecursiveMode::NonRecursive)));
        folders.push((home, RecursiveMode::NonRecursive));
        if cases.folder().is_dir() {
            folders.push((cases.folder().to_owned(), RecursiveMode::Recursive));
        }
    }
    folders
}
