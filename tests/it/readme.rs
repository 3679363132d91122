//! The documentation, tried: what README.md and docs/ show is run in a copy of the examples, and
//! has to do and to say what they show.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use segfn::outcome::Outcome;
use serde_json::Value;

use crate::support::Folder;
use crate::support::served::Served;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages, by their paths in the repository.
fn pages() -> Vec<(PathBuf, String)> {
    let docs = std::fs::read_dir(root().join("docs")).expect("the docs");
    let mut paths: Vec<_> = docs.map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    let outside = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ];
    paths.extend(outside.map(|name| root().join(name)));
    paths.sort();
    let page = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a page");
        (path, text)
    };
    paths.into_iter().map(page).collect()
}

/// The lines of each block in `language`, on all pages.
fn blocks(language: &str) -> Vec<Vec<String>> {
    let mut blocks = Vec::new();
    for (_, text) in pages() {
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.strip_prefix("```") == Some(language) {
                let block = lines.by_ref().take_while(|line| *line != "```");
                blocks.push(block.map(str::to_owned).collect());
            }
        }
    }
    blocks
}

/// A command of a block, and the lines that are shown below it.
struct Step<'b> {
    command: &'b str,
    shown: Vec<&'b str>,
}

fn steps(block: &[String]) -> Vec<Step<'_>> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block {
        match line.strip_prefix("$ ") {
            Some(command) => steps.push(Step {
                command: command.split("  #").next().unwrap_or(command).trim(),
                shown: Vec::new(),
            }),
            None => steps.last_mut().expect("a command").shown.push(line),
        }
    }
    steps
}

/// A line without what differs from run to run: times, and the port.
fn masked(line: &str) -> String {
    let mut words: Vec<&str> = line.split(' ').collect();
    for index in 1..words.len() {
        let number = words[index - 1].trim_start_matches('<').parse::<f64>();
        if number.is_ok() && ["ms", "s"].contains(&words[index]) {
            words[index - 1] = "0";
            words[index] = "ms";
        }
    }
    let line = words.join(" ");
    // Each start of `segfn aws` has a key of its own.
    if let Some((name, _)) = line.split_once("=AKIA") {
        return format!("{name}=ID");
    }
    if let Some((name @ "export AWS_SECRET_ACCESS_KEY", _)) = line.split_once('=') {
        return format!("{name}=SECRET");
    }
    match line.split_once("http://127.0.0.1:") {
        Some((before, after)) => {
            let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}http://127.0.0.1:PORT{after}")
        }
        None => line,
    }
}

fn same(command: &str, shown: &[&str], written: &str) {
    let masked = |lines: Vec<&str>| lines.into_iter().map(masked).collect::<Vec<_>>();
    assert_eq!(
        masked(written.lines().collect()),
        masked(shown.to_vec()),
        "$ {command}"
    );
}

/// Runs a step, where `$?` is `last`, and gives the exit code.
fn run(folder: &Folder, step: &Step, last: i32) -> i32 {
    let script = format!("(exit {last}); {} 2>&1", step.command);
    let output = folder.shell(&script).output().expect("sh runs");
    if !step.shown.is_empty() {
        let written = String::from_utf8(output.stdout).expect("UTF-8");
        same(step.command, &step.shown, &written);
    }
    output.status.code().expect("an exit code")
}

/// Starts a step that runs until it is ended, and reads as much as is shown.
fn serve(folder: &Folder, step: &Step) {
    let arguments: Vec<_> = step.command.split(' ').skip(1).collect();
    // The port that is shown may be taken on this machine.
    let arguments: Vec<_> = arguments
        .into_iter()
        .map(|argument| match argument.parse::<u16>() {
            Ok(_) => "0",
            Err(_) => argument,
        })
        .collect();
    let mut child = folder
        .command(&arguments)
        .stdout(Stdio::piped())
        .spawn()
        .expect("segfn runs");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let written: Vec<_> = lines
        .take(step.shown.len().max(1))
        .map(|line| line.expect("a line"))
        .collect();
    child.kill().expect("segfn is ended");
    child.wait().expect("segfn has ended");
    same(step.command, &step.shown, &written.join("\n"));
}

#[test]
fn what_the_documentation_shows_is_what_happens() {
    let makefile = std::fs::read_to_string(root().join("Makefile")).expect("the Makefile");
    let blocks = blocks("console");
    assert!(blocks.len() > 4, "the blocks are not found");
    for block in blocks {
        let folder = Folder::of_examples();
        let steps = steps(&block);
        assert!(!steps.is_empty(), "a block without a command: {block:?}");
        let mut code = 0;
        for (index, step) in steps.iter().enumerate() {
            if let Some(target) = step.command.strip_prefix("make ") {
                let rule = format!("\n{target}:");
                assert!(makefile.contains(&rule), "make has no target {target}");
            } else if step.command.starts_with("segfn aws") {
                serve(&folder, step);
            } else {
                code = run(&folder, step, code);
                let tells = steps.get(index + 1).map(|next| next.command) == Some("echo $?");
                assert!(code == 0 || tells, "$ {} ends with {code}", step.command);
            }
        }
    }
}

/// Whether a block of TOML is that of a case.
fn is_case(block: &[String]) -> bool {
    block.first().is_some_and(|line| line == "# case.toml")
}

#[test]
fn the_case_toml_that_the_documentation_shows_is_taken() {
    let blocks: Vec<_> = blocks("toml")
        .into_iter()
        .filter(|block| is_case(block))
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let folder = Folder::new(&[
            ("function.js", "async function onTrack() {}"),
            ("cases/one/event.json", "{\"type\":\"track\"}"),
            ("cases/one/case.toml", &block.join("\n")),
        ]);
        // What it says isn't asked for here.
        let (code, stdout, stderr) = folder.segfn(&["test"]);
        assert!(code < 2 && !stdout.contains("broken"), "{stdout}{stderr}");
    }
}

fn is_workspace(block: &[String]) -> bool {
    block.iter().any(|line| line == "[[destination]]")
}

#[test]
fn the_workspace_that_the_documentation_shows_is_taken() {
    let blocks: Vec<_> = blocks("toml")
        .into_iter()
        .filter(|block| is_workspace(block))
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let folder = Folder::of_examples();
        folder.write("workspace.toml", block.join("\n"));
        let served = Served::segment(&folder, &[]);
        let functions = block.iter().filter(|line| line.contains("\"functions/"));
        for _ in functions {
            served.line_with("loaded");
        }
    }
}

#[test]
fn the_config_file_that_the_documentation_shows_is_taken() {
    let blocks: Vec<_> = blocks("toml")
        .into_iter()
        .filter(|block| !is_case(block) && !is_workspace(block))
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let folder = Folder::new(&[
            (
                "function.js",
                "async function onTrack(event, settings) { return Object.keys(settings) }",
            ),
            ("segfn.toml", &block.join("\n")),
        ]);
        let (code, stdout, stderr) = folder.segfn(&["run", "function.js"]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    }
}

#[test]
fn the_outcome_that_the_documentation_shows_is_one() {
    let blocks = blocks("json");
    assert!(!blocks.is_empty());
    for block in blocks {
        let text = block.join("\n");
        let outcome: Outcome = serde_json::from_str(&text).expect("an outcome");
        let shown: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(serde_json::to_value(outcome).expect("JSON"), shown);
    }
}

#[test]
fn every_link_between_the_pages_leads_somewhere() {
    for (path, text) in pages() {
        for link in text.split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap_or_default();
            let folder = path.parent().expect("a folder");
            assert!(
                target.starts_with("https://") || folder.join(target).exists(),
                "{}: {target}",
                path.display()
            );
        }
    }
}
