//! Commands that are killed while they write.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::Folder;
use crate::support::server::{response, server};

/// A file at most so large is read to see whether it is whole.
const EVENTS: usize = 4;

fn function(url: &str) -> String {
    format!(
        "async function onTrack(event) {{
           const answer = await fetch('{url}/' + event.event);
           return {{ answer: await answer.text(), fill: 'x'.repeat(20000) }};
         }}
         async function onIdentify(event) {{ return {{ id: event.userId, fill: 'y'.repeat(20000) }}; }}"
    )
}

/// A command that writes, and how its folder is before.
struct Command {
    name: &'static str,
    arguments: &'static [&'static str],
    /// Whether the folder has recorded cases, and whether these expect something else.
    recorded: bool,
    changed: bool,
}

const COMMANDS: [Command; 7] = [
    Command {
        name: "record",
        arguments: &["record", "f", "track.ndjson"],
        recorded: false,
        changed: false,
    },
    Command {
        name: "record --update",
        arguments: &["record", "f", "--update"],
        recorded: true,
        changed: false,
    },
    Command {
        name: "cases add",
        arguments: &["cases", "add", "f", "identify.ndjson"],
        recorded: false,
        changed: false,
    },
    Command {
        name: "cases add with traffic",
        arguments: &["cases", "add", "f", "track.ndjson"],
        recorded: false,
        changed: false,
    },
    Command {
        name: "accept",
        arguments: &["accept", "f"],
        recorded: true,
        changed: true,
    },
    Command {
        name: "test --accept",
        arguments: &["test", "f", "--accept"],
        recorded: true,
        changed: true,
    },
    Command {
        name: "test with reports",
        arguments: &[
            "test",
            "f",
            "--report",
            "junit=r.xml",
            "--report",
            "json=r.json",
            "--coverage",
            "json,lcov,html",
        ],
        recorded: true,
        changed: false,
    },
];

/// Numbers that are always the same.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % limit.max(1)
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

/// Everything that has its name is whole.
#[track_caller]
fn assert_whole(folder: &Folder, what: &str) {
    let mut found = Vec::new();
    files(folder.path(), &mut found);
    for path in &found {
        let name = path
            .strip_prefix(folder.path())
            .expect("below")
            .display()
            .to_string();
        if name.contains("/.segfn-") || name.starts_with(".segfn-") {
            continue;
        }
        let text = std::fs::read_to_string(path).expect("a text");
        if name.ends_with(".json") && !name.ends_with("r.json") || name.ends_with(".har") {
            let _: Value = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{what}: {name}: {error}"));
        }
        if name.ends_with(".ndjson") || name.ends_with("r.json") {
            for line in text.lines() {
                let line: Value = serde_json::from_str(line)
                    .unwrap_or_else(|error| panic!("{what}: {name}: {error}"));
                assert!(
                    !name.starts_with("f/") || line.get("expected").is_some(),
                    "{what}: {name}"
                );
            }
        }
        let end = match path.extension().and_then(|extension| extension.to_str()) {
            Some("xml") => "</testsuites>\n",
            Some("html") => "</html>\n",
            Some("info") => "end_of_record\n",
            _ => "",
        };
        assert!(
            text.ends_with(end) || end == "</html>\n" && text.contains("</table>"),
            "{what}: {name} ends early"
        );
        assert!(!text.is_empty(), "{what}: {name} is empty");
    }
    let cases = folder.path().join("f/cases");
    for case in std::fs::read_dir(cases).into_iter().flatten() {
        let case = case.expect("a case").path();
        let name = case
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if name.starts_with('.') {
            continue;
        }
        assert!(
            case.join("event.json").is_file(),
            "{what}: {name} has no event"
        );
        if !what.starts_with("cases add") {
            for file in ["case.toml", "traffic.har", "expected.json"] {
                assert!(case.join(file).is_file(), "{what}: {name} has no {file}");
            }
        }
    }
}

/// Nothing unfinished is left.
#[track_caller]
fn assert_clean(folder: &Folder, what: &str) {
    let mut found = Vec::new();
    files(folder.path(), &mut found);
    let left: Vec<_> = found
        .iter()
        .filter(|path| path.to_string_lossy().contains("/.segfn-"))
        .collect();
    assert!(left.is_empty(), "{what} leaves {left:?}");
}

fn prepared(source: &str, command: &Command, recorded: &Folder) -> Folder {
    let events = |kind: &str| -> String {
        (0..EVENTS)
            .map(|at| {
                format!(
                    "{{\"type\":\"{kind}\",\"event\":\"E{at}\",\"userId\":\"u{at}\",\"k{at}\":1}}\n"
                )
            })
            .collect()
    };
    let folder = Folder::new(&[
        ("f/function.js", source),
        ("track.ndjson", &events("track")),
        ("identify.ndjson", &events("identify")),
        ("r.xml", "<testsuites></testsuites>\n"),
    ]);
    if command.recorded {
        let from = recorded.path().join("f/cases");
        let copied = std::process::Command::new("cp")
            .arg("-r")
            .arg(from)
            .arg(folder.path().join("f"))
            .status();
        assert!(copied.expect("cp runs").success());
    }
    if command.changed {
        for case in std::fs::read_dir(folder.path().join("f/cases")).expect("cases") {
            let path = case.expect("a case").path().join("expected.json");
            let text = std::fs::read_to_string(&path).expect("an expectation");
            std::fs::write(&path, text.replace("xxx", "zzz")).expect("written");
        }
    }
    folder
}

fn kill_each(times: usize, seed: u64) {
    let url = server(|_| response("200 OK", "", "{}"));
    let source = function(&url);
    let none = Folder::new(&[]);
    let recorded = prepared(&source, &COMMANDS[0], &none);
    let (code, _, stderr) = recorded.segfn(COMMANDS[0].arguments);
    assert_eq!(code, 0, "{stderr}");
    assert_whole(&recorded, "record");
    let mut random = Random(seed);
    let (mut kills, mut killed) = (0, 0);
    for command in &COMMANDS {
        let whole = prepared(&source, command, &recorded);
        let start = Instant::now();
        let (code, _, stderr) = whole.segfn(command.arguments);
        let time = start.elapsed();
        assert_eq!(code, 0, "{}: {stderr}", command.name);
        assert_whole(&whole, command.name);
        assert_clean(&whole, command.name);
        for _ in 0..times {
            let folder = prepared(&source, command, &recorded);
            let mut child = folder
                .command(command.arguments)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("segfn runs");
            let after = random.below(u64::try_from(time.as_micros()).expect("a time"));
            std::thread::sleep(Duration::from_micros(after));
            kills += 1;
            killed += usize::from(child.try_wait().expect("a child").is_none());
            child.kill().expect("killed");
            child.wait().expect("ended");
            let what = format!("{} that is killed after {after} µs", command.name);
            assert_whole(&folder, &what);
            let (code, _, stderr) = folder.segfn(command.arguments);
            assert_eq!(code, 0, "{what}: {stderr}");
            assert_whole(&folder, &what);
            assert_clean(&folder, &what);
        }
    }
    assert!(killed * 2 > kills, "{killed} of {kills} were still running");
    eprintln!("{killed} of {kills} commands were killed while they ran");
}

#[test]
fn a_killed_command_left_half_of_what_it_wrote() {
    kill_each(2, 1);
}

/// `make attack` runs it.
#[test]
#[ignore = "takes minutes"]
fn hundreds_of_killed_commands_leave_nothing_that_is_not_whole() {
    kill_each(75, 2);
}
