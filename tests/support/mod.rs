//! Runs the built binary on a function written in a test, and reads its outcomes.
#![expect(dead_code, reason = "each test file uses a part of it")]

pub mod plans;
pub mod server;

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;

/// A folder of files to run segfn in, removed at the end.
pub struct Folder(TempDir);

impl Folder {
    pub fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        for (name, content) in files {
            folder.write(name, content);
        }
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        path
    }

    /// A folder with a copy of the example functions.
    pub fn of_examples() -> Folder {
        let folder = Folder::new(&[]);
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("functions");
        let copy = Command::new("cp")
            .arg("-r")
            .args([&examples, folder.path()])
            .status();
        assert!(copy.expect("cp runs").success());
        folder
    }

    /// `segfn ARGUMENTS` with the built binary.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(env!("CARGO_BIN_EXE_segfn"));
        command.args(arguments);
        command
    }

    /// A script for the shell, which finds the built binary as `segfn`.
    pub fn shell(&self, script: &str) -> Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_segfn"));
        let mut path = binary.parent().expect("a folder").as_os_str().to_owned();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = self.program("sh");
        command.args(["-c", script]).env("PATH", path);
        command
    }

    /// `program` in this folder, away from the developer's own environment.
    fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path()).stdin(Stdio::null());
        for name in [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_PROFILE",
            "NO_COLOR",
            "CI",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// Exit code, standard output and standard error of `segfn ARGUMENTS`.
    pub fn segfn(&self, arguments: &[&str]) -> (i32, String, String) {
        output_of(&mut self.command(arguments))
    }

    /// Exit code and outcomes of `segfn run ARGUMENTS --json`, which may complain on standard error
    /// only about inputs.
    pub fn outcomes(&self, arguments: &[&str]) -> (i32, Vec<Value>) {
        let (code, stdout, stderr) = self.segfn(&[&["run", "--json"], arguments].concat());
        assert!(code == 4 || stderr.is_empty(), "{stderr}");
        (code, outcomes_in(&stdout))
    }
}

fn output_of(command: &mut Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("segfn runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (
        status.code().expect("an exit code"),
        text(stdout),
        text(stderr),
    )
}

fn outcomes_in(stdout: &str) -> Vec<Value> {
    let outcome = |line| serde_json::from_str(line).expect("an outcome is JSON");
    stdout.lines().map(outcome).collect()
}

/// One `segfn run --json`.
pub struct Run {
    folder: Folder,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    inputs: String,
}

impl Run {
    pub fn new(source: &str) -> Run {
        Run {
            folder: Folder::new(&[("function.js", source)]),
            arguments: Vec::new(),
            environment: Vec::new(),
            inputs: String::new(),
        }
    }

    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    pub fn write(self, name: &str, text: impl AsRef<[u8]>) -> Run {
        self.folder.write(name, text);
        self
    }

    pub fn args(mut self, arguments: &[&str]) -> Run {
        self.arguments
            .extend(arguments.iter().map(|argument| argument.to_string()));
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Run {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Adds an input; inputs are the lines of one NDJSON file.
    pub fn event(mut self, event: Value) -> Run {
        self.inputs.push_str(&event.to_string());
        self.inputs.push('\n');
        self
    }

    pub fn track(self, name: &str) -> Run {
        self.event(json!({"type": "track", "event": name, "userId": "u"}))
    }

    /// Exit code, standard output and standard error, as for programs.
    pub fn output(&self) -> (i32, String, String) {
        self.output_with(&["--json"])
    }

    pub fn output_with(&self, more: &[&str]) -> (i32, String, String) {
        self.folder.write("inputs.ndjson", &self.inputs);
        let arguments: Vec<_> = self.arguments.iter().map(String::as_str).collect();
        let run = ["run", "function.js", "inputs.ndjson"];
        let mut command = self
            .folder
            .command(&[&run, more, arguments.as_slice()].concat());
        output_of(command.envs(self.environment.iter().cloned()))
    }

    /// The outcomes, and nothing but them: the exit code must be 0 or 1, as they ask for.
    pub fn outcomes(&self) -> Vec<Value> {
        let (code, stdout, stderr) = self.output();
        let outcomes = outcomes_in(&stdout);
        let failed = outcomes.iter().any(is_failure);
        assert_eq!(code, i32::from(failed), "{outcomes:#?}\n{stderr}");
        assert_eq!(
            outcomes.len(),
            self.inputs.lines().count(),
            "{outcomes:#?}\n{stderr}"
        );
        outcomes
    }

    /// The outcome of the only input.
    pub fn outcome(&self) -> Value {
        let mut outcomes = self.outcomes();
        assert_eq!(outcomes.len(), 1);
        outcomes.remove(0)
    }

    /// The value that the handler returned for the only input.
    pub fn value(&self) -> Value {
        let outcome = self.outcome();
        assert_eq!(outcome["class"], "success", "{outcome:#}");
        outcome["value"].clone()
    }
}

fn is_failure(outcome: &Value) -> bool {
    let failed = |class: &Value| class == "retry" || class == "discard";
    failed(&outcome["class"])
        || outcome["batch"]
            .as_array()
            .is_some_and(|batch| batch.iter().any(|b| failed(&b["class"])))
}

/// Runs `body` as the body of onTrack, once, and gives what it returned.
pub fn value_of(body: &str) -> Value {
    Run::new(&format!(
        "async function onTrack(event, settings) {{\n{body}\n}}"
    ))
    .track("t")
    .value()
}
