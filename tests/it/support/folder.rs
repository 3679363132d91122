//! Runs the built binary in a folder of a test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
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

    /// `git ARGUMENTS`, by somebody who is nobody.
    pub fn git(&self, arguments: &[&str]) {
        let mut command = self.program("git");
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let output = command.args(who).args(arguments).output();
        let output = output.expect("git runs");
        assert!(output.status.success(), "{output:?}");
    }

    /// Makes a git repository of the folder, with all of its files in its first commit.
    pub fn commit_all(&self) {
        self.git(&["init", "-q"]);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "one"]);
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
            "GITHUB_STEP_SUMMARY",
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

/// Exit code, standard output and standard error of a program.
pub fn output_of(command: &mut Command) -> (i32, String, String) {
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

/// The outcomes that `segfn run --json` wrote.
pub fn outcomes_in(stdout: &str) -> Vec<Value> {
    let outcome = |line| serde_json::from_str(line).expect("an outcome is JSON");
    stdout.lines().map(outcome).collect()
}
