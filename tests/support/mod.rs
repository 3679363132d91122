//! Runs the built binary on a function written in a test, and reads its outcomes.
#![expect(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;

/// A folder of its own for one test, removed at its end.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name.replace("::", "-"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder for the test");
        Folder { path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Kept for a look when the test failed.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// The built binary, run in `folder`, away from the developer's own environment.
pub fn segfn(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segfn"));
    command.current_dir(folder).stdin(Stdio::null());
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

/// One `segfn run --json`.
pub struct Run {
    folder: Folder,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    inputs: String,
}

impl Run {
    /// The test's own name makes its folder.
    pub fn new(source: &str) -> Run {
        let test = std::thread::current().name().unwrap_or("main").to_string();
        let folder = Folder::new(&format!("{}-{test}", module_path!().replace("::", "-")));
        folder.write("function.js", source);
        Run {
            folder,
            arguments: Vec::new(),
            environment: Vec::new(),
            inputs: String::new(),
        }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
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

    /// The output in its form for programs.
    pub fn output(&self) -> Output {
        self.output_with(&["--json"])
    }

    pub fn output_with(&self, arguments: &[&str]) -> Output {
        let inputs = self.folder.write("inputs.ndjson", &self.inputs);
        segfn(self.folder.path())
            .args(["run", "function.js"])
            .arg(inputs.file_name().expect("a name"))
            .args(arguments)
            .args(&self.arguments)
            .envs(self.environment.iter().cloned())
            .output()
            .expect("segfn runs")
    }

    /// The outcomes, and nothing but them: the exit code must be 0 or 1, as they ask for.
    pub fn outcomes(&self) -> Vec<Value> {
        let output = self.output();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let outcomes: Vec<Value> = String::from_utf8(output.stdout)
            .expect("UTF-8")
            .lines()
            .map(|line| serde_json::from_str(line).expect("an outcome is JSON"))
            .collect();
        let failed = outcomes.iter().any(is_failure);
        assert_eq!(
            output.status.code(),
            Some(failed.into()),
            "{outcomes:#?}\n{stderr}"
        );
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
