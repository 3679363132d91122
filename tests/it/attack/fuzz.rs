//! Damaged files of every format that segfn reads: each ends as a clear message with its exit code, and
//! never as a panic or a crash.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Folder;

/// How many damaged files `make test` tries, and how many `make attack`.
const FEW: u64 = 40;
const MANY: u64 = 4000;

/// Files that are good, and what reads them.
const BASES: [(&str, &[&str]); 10] = [
    ("fn/event.json", &["run", "fn"]),
    (
        "fn/events.ndjson",
        &["run", "fn", "fn/events.ndjson", "--json"],
    ),
    ("fn/settings.json", &["run", "fn"]),
    ("fn/segfn.toml", &["test", "fn"]),
    ("fn/cases/one/case.toml", &["test", "fn"]),
    ("fn/cases/one/expected.json", &["test", "fn"]),
    ("fn/cases/one/traffic.har", &["test", "fn"]),
    (
        "fn/cases.ndjson",
        &["cases", "add", "fn", "fn/events.ndjson"],
    ),
    ("infra/main.tf", &["run", "infra/main.tf", "fn/event.json"]),
    ("fn/function.js", &["run", "fn"]),
];

/// What breaks parsers.
const TOKENS: [&str; 24] = [
    "\"",
    "\\",
    "\\u",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\n",
    "\r\n",
    "\0",
    "\u{feff}",
    "null",
    "-",
    "1e999",
    "9999999999999999999",
    "\u{1b}[31m",
    "<<EOT\n",
    "${",
    "'''",
    "=",
    "\u{202e}",
    "\\ud800",
];

/// Random enough, and the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

fn damage(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len() + 1);
        let end = (at + dice.roll(40)).min(bytes.len());
        match dice.roll(6) {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.truncate(at),
            2 => {
                let piece = bytes[at..end].repeat(1 + dice.roll(300));
                bytes.splice(at..at, piece);
            }
            3 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            4 => {
                let piece = bytes[at..end].to_vec();
                let to = dice.roll(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            _ => {
                let token = TOKENS[dice.roll(TOKENS.len())];
                bytes.splice(at..end.min(at + 1), token.bytes());
            }
        }
    }
    bytes
}

fn base() -> Folder {
    const EVENT: &str = r#"{"type":"track","event":"E","messageId":"m","receivedAt":"2025-02-03T04:05:06Z","properties":{"a":[1,2.5,null,"ü"]}}"#;
    Folder::new(&[
        (
            "fn/function.js",
            "async function onTrack(event, settings) {\n  const r = await fetch('https://api.example.com/x', { method: 'POST', body: JSON.stringify(event) });\n  console.log(r.status);\n  return settings.key;\n}\n",
        ),
        ("fn/event.json", EVENT),
        (
            "fn/events.ndjson",
            &format!("{EVENT}\n{EVENT}\n\n{EVENT}\n"),
        ),
        (
            "fn/settings.json",
            r#"{"key":"value","list":["a"],"flag":true}"#,
        ),
        (
            "fn/segfn.toml",
            "kind = \"destination\"\ntimeout = \"2s\"\n[net]\nallow = []\n[redact]\nfields = [\"password\"]\n[test]\nseed = 1\nmask = [\"logs[*].text\"]\n",
        ),
        ("fn/cases/one/event.json", EVENT),
        (
            "fn/cases/one/case.toml",
            "# a case\ntime = \"2025-02-03T04:05:06Z\"\nlogs = true\n[settings]\nkey = \"other\"\n",
        ),
        (
            "fn/cases/one/expected.json",
            r#"{"v":1,"handler":"onTrack","class":"success","value":"other","logs":[{"level":"log","text":"200"}]}"#,
        ),
        (
            "fn/cases/one/traffic.har",
            r#"{"log":{"version":"1.2","creator":{"name":"t","version":"1"},"entries":[{"startedDateTime":"2024-01-01T00:00:00Z","time":1,"cache":{},"timings":{"send":0,"wait":1,"receive":0},"request":{"method":"POST","url":"https://api.example.com/x","httpVersion":"HTTP/1.1","cookies":[],"headers":[{"name":"a","value":"b"}],"queryString":[],"headersSize":-1,"bodySize":2,"postData":{"mimeType":"application/json","text":"{}"}},"response":{"status":200,"statusText":"OK","httpVersion":"HTTP/1.1","cookies":[],"headers":[{"name":"x-a","value":"1"}],"content":{"size":2,"mimeType":"application/json","encoding":"base64","text":"e30="},"redirectURL":"","headersSize":-1,"bodySize":-1}}]}}"#,
        ),
        (
            "fn/cases.ndjson",
            &format!("{{\"name\":\"two\",\"event\":{EVENT},\"stub\":true}}\n"),
        ),
        (
            "infra/main.tf",
            "resource \"segment_function\" \"f\" {\n  code          = <<-EOT\n    async function onTrack(event) { return `${\"$\"}{event.type}`; }\n  EOT\n  display_name  = \"F\"\n  resource_type = \"DESTINATION\"\n  settings = [{ name = \"key\", label = \"Key\", type = \"STRING\", required = true, sensitive = false, description = \"\" }]\n}\n",
        ),
    ])
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let (from, to) = {
            let entry = entry.expect("a file");
            (entry.path(), to.join(entry.file_name()))
        };
        match from.is_dir() {
            true => copy(&from, &to),
            false => drop(fs::copy(&from, &to).expect("a copy")),
        }
    }
}

/// Damages one file of a fresh copy so many times.
fn fuzz(seed: u64, count: u64) {
    let good = base();
    for number in 0..count {
        let mut dice = Dice((seed + number).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let (name, arguments) = BASES[(number % BASES.len() as u64) as usize];
        let folder = Folder::new(&[]);
        copy(good.path(), folder.path());
        let path: PathBuf = folder.path().join(name);
        let damaged = damage(fs::read(&path).expect("a file"), &mut dice);
        fs::write(&path, &damaged).expect("a file");
        let (code, stdout, stderr) = folder.segfn(arguments);
        let is_bad = !(0..=4).contains(&code)
            || stderr.contains("bug in segfn")
            || stderr.contains("panicked")
            || (code == 2 && stderr.is_empty());
        assert!(
            !is_bad,
            "{name}, seed {}: {code}\n{stdout}\n{stderr}\n{}",
            seed + number,
            String::from_utf8_lossy(&damaged)
        );
    }
}

#[test]
fn damaged_files_are_told_of() {
    fuzz(1, FEW);
}

#[test]
#[ignore = "it takes minutes: `make attack`"]
fn many_damaged_files_are_told_of() {
    fuzz(1_000_000, MANY);
}
