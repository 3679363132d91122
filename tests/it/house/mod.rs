//! The order of the house (ARCHITECTURE.md): who may use whom.

mod files;
mod graph;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use regex::Regex;

use files::{SourceFile, read_all};
use graph::{Graph, Uses, leads};

/// The rooms from the top floor down: a file uses only what is on its own floor or below.
const ROOMS: [&[&str]; 18] = [
    &["main", "cli"],
    &["report"],
    &["serve", "lambda"],
    &["diff"],
    &["suite"],
    &["results"],
    &["project"],
    &["engine"],
    &["host"],
    &["net"],
    &["cassette"],
    &["coverage", "cost", "history"],
    &["aws_local"],
    &["http_server"],
    // The ground floor: plain values, and what the system is asked for.
    &["globals", "licenses", "types"],
    &["pseudonyms"],
    &[
        "fql",
        "function",
        "outcome",
        "options",
        "secrets",
        "node_error",
    ],
    &[
        "json",
        "text",
        "hints",
        "libcrypto",
        "random",
        "files",
        "temporary",
        "user_files",
        "fork",
        "frames",
    ],
];

/// The floors of the engine, from the top down.
const ENGINE: [&str; 3] = ["run", "invoke", "isolate"];

/// Two files that are one thing: what a multipart body holds is content.
const ONE_THING: [(&str, &str); 1] = [("cassette/content.rs", "cassette/multipart.rs")];

/// Types whose names say something only together with their modules.
const NAMED_BY_MODULE: [&str; 1] = ["Args"];

fn house() -> (Vec<SourceFile>, Uses) {
    let files = read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let uses = Graph::new(&files).uses();
    (files, uses)
}

/// Fails with the uses that `is_wrong` finds: which file uses which, and by what names.
fn refuse(rule: &str, files: &[SourceFile], uses: &Uses, is_wrong: impl Fn(usize, usize) -> bool) {
    let mut wrong = Vec::new();
    for (from, others) in uses.iter().enumerate() {
        for (to, names) in others {
            if is_wrong(from, *to) {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let (from, to) = (&files[from].name, &files[*to].name);
                wrong.push(format!("src/{from} uses src/{to}: {}", names.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{rule}:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_used_by_what_it_uses() {
    let (files, uses) = house();
    let rule = "a way leads back from the second file to the first: what both need belongs into a file below both";
    refuse(rule, &files, &uses, |from, to| {
        let pair = (files[from].name.as_str(), files[to].name.as_str());
        let is_one_thing = ONE_THING.contains(&pair) || ONE_THING.contains(&(pair.1, pair.0));
        !is_one_thing && leads(&uses, to, from)
    });
}

#[test]
fn no_room_uses_one_above_it() {
    let (files, uses) = house();
    let floor = |file: &SourceFile| {
        let found = ROOMS.iter().position(|rooms| rooms.contains(&file.room()));
        found.unwrap_or_else(|| panic!("src/{} is in none of the rooms", file.name))
    };
    let in_engine = |file: &SourceFile| {
        let part = file.module.get(1)?;
        ENGINE.iter().position(|floor| floor == part)
    };
    refuse("a room uses one above it", &files, &uses, |from, to| {
        let (from, to) = (&files[from], &files[to]);
        if to.name == "lib.rs" {
            return false;
        }
        match (from.room(), to.room()) {
            ("lib", _) => false,
            ("engine", "engine") => in_engine(to)
                .zip(in_engine(from))
                .is_some_and(|(to, from)| to < from),
            _ => floor(to) < floor(from),
        }
    });
}

#[test]
fn no_two_public_types_have_one_name() {
    let (files, _) = house();
    let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in &files {
        for name in &file.public_types {
            known.entry(name).or_default().push(&file.name);
        }
    }
    known.retain(|name, files| files.len() > 1 && !NAMED_BY_MODULE.contains(name));
    assert!(known.is_empty(), "{known:#?}");
}

/// Flags of the command line stand in texts of src/hints.rs and of the upper rooms only.
#[test]
fn no_room_below_the_reports_names_a_flag() {
    let long = Regex::new(r"--[a-z][a-z-]+").expect("a pattern");
    let help = |args: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_segfn"))
            .args(args)
            .output();
        String::from_utf8(run.expect("segfn runs").stdout).expect("text")
    };
    let command = Regex::new(r"(?m)^  ([a-z]+)  ").expect("a pattern");
    let mut flags = BTreeSet::new();
    for command in command.captures_iter(&help(&["--help"])) {
        let text = help(&[&command[1], "--help"]);
        flags.extend(long.find_iter(&text).map(|flag| flag.as_str().to_owned()));
    }
    assert!(
        flags.contains("--memory") && flags.contains("--aws"),
        "{flags:?}"
    );
    let mut wrong = Vec::new();
    for file in read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let upper = ["main", "cli", "report", "hints"].contains(&file.room());
        if !upper {
            let strings = file.strings.iter();
            let named =
                strings.filter(|text| long.find_iter(text).any(|f| flags.contains(f.as_str())));
            wrong.extend(named.map(|text| format!("src/{}: {text}", file.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_use_is_seen_wherever_it_stands() {
    let texts = [
        (
            "a/mod.rs",
            "mod b;\npub use self::b::{B, helper as help};\n",
        ),
        (
            "a/b.rs",
            "use crate::c::{self, inner::{C, D as Other}};\n// use crate::d::D;\npub struct B(C);\n\
             pub fn helper() { c::run(\"crate::d::D\", 'x'); }\n\
             #[cfg(test)]\nmod tests { use crate::d::D; }\n",
        ),
        (
            "c.rs",
            "pub mod inner { use super::run; pub struct C; pub struct D; }\npub fn run() {}\n",
        ),
        (
            "d.rs",
            "pub struct D;\nfn f<'a>(x: &'a str) { crate::a::help(); super::c::run() }\n",
        ),
    ];
    let files: Vec<SourceFile> = texts
        .iter()
        .map(|(name, text)| SourceFile::parse(name, text).0)
        .collect();
    let uses = Graph::new(&files).uses();
    let mut seen = Vec::new();
    for (from, others) in uses.iter().enumerate() {
        for (to, names) in others {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            seen.push((&*files[from].name, &*files[*to].name, names.join(" ")));
        }
    }
    let expected = [
        ("a/b.rs", "c.rs", "C D run".to_owned()),
        ("d.rs", "a/b.rs", "help".to_owned()),
        ("d.rs", "c.rs", "run".to_owned()),
    ];
    assert_eq!(seen, expected);
    assert!(leads(&uses, 3, 2) && !leads(&uses, 2, 3));
}
