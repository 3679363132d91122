//! What segfn shows, as texts for snapshots: the same at each run.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use regex::Regex;

use super::folder::{Folder, output_of};

impl Folder {
    /// What a terminal would show of `segfn ARGUMENTS`: the command, standard output, standard error
    /// with `2>` before each line, and the exit code.
    pub fn transcript(&self, arguments: &[&str]) -> String {
        transcript(self.path(), arguments, &mut self.command(arguments))
    }

    /// The same with variables of the environment.
    pub fn transcript_in(&self, environment: &[(&str, &str)], arguments: &[&str]) -> String {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied());
        transcript(self.path(), arguments, &mut command)
    }

    /// One after the other.
    pub fn transcripts(&self, all: &[&[&str]]) -> String {
        all.iter()
            .map(|arguments| self.transcript(arguments))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn transcript(folder: &Path, arguments: &[&str], command: &mut Command) -> String {
    let (code, stdout, stderr) = output_of(command);
    let mut text = String::from("$ segfn");
    for argument in arguments {
        let quote = if argument.contains([' ', '\'']) {
            "\""
        } else {
            ""
        };
        text += &format!(" {quote}{argument}{quote}");
    }
    text.push('\n');
    for line in stdout.lines() {
        // Help has lines of nothing but spaces, which editors take away.
        text += if line.trim().is_empty() { "" } else { line };
        text.push('\n');
    }
    for line in stderr.lines() {
        text += format!("2> {line}").trim_end();
        text.push('\n');
    }
    text += &format!("exit {code}\n");
    steady(&text, folder)
}

/// The text without what differs from run to run: times, the test's folder, the ports of servers.
pub fn steady(text: &str, folder: &Path) -> String {
    static JSON_TIME: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#""ms":\d+(\.\d+)?"#).expect("a pattern"));
    static PORT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b127\.0\.0\.1:\d+").expect("a pattern"));
    let mut text = timeless(text);
    // On macOS the folder for temporary files is behind a link.
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    for path in [real.as_path(), folder] {
        text = text.replace(&path.display().to_string(), "FOLDER");
    }
    let text = JSON_TIME.replace_all(&text, "\"ms\":0");
    PORT.replace_all(&text, "127.0.0.1:PORT").into_owned()
}

/// The text with each time as `TIME`.
pub fn timeless(text: &str) -> String {
    static TIME: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"<?\d+(\.\d+)? m?s\b").expect("a pattern"));
    TIME.replace_all(text, "TIME").into_owned()
}
