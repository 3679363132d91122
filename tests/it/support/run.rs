//! Runs the built binary on a function written in a test, and reads its outcomes.

use serde_json::{Value, json};

use super::folder::{Folder, outcomes_in, output_of};

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
