//! `segfn licenses`: all that is in the binary, and a text for each.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::support::Folder;

fn listed() -> Vec<Value> {
    let (code, stdout, stderr) = Folder::new(&[]).segfn(&["licenses", "--json"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    serde_json::from_str(&stdout).expect("JSON")
}

fn names(from: &str) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    listed()
        .iter()
        .filter(|each| each["from"] == from)
        .map(|each| format!("{} {}", text(&each["name"]), text(&each["version"])))
        .collect()
}

#[test]
fn every_crate_that_is_linked_is_listed() {
    let cargo = std::env::var("CARGO").unwrap_or("cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--locked", "--offline", "--prefix", "none"])
        .args(["--edges", "normal,no-proc-macro", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{output:?}");
    let linked: BTreeSet<String> = String::from_utf8(output.stdout)
        .expect("UTF-8")
        .lines()
        .filter_map(|line| line.split_once(" v"))
        .map(|(name, rest)| format!("{name} {}", rest.split(' ').next().unwrap_or_default()))
        .filter(|name| !name.starts_with("segfn "))
        .collect();
    assert!(linked.len() > 100, "{linked:?}");
    let missing: Vec<_> = linked.difference(&names("crate")).cloned().collect();
    assert!(
        missing.is_empty(),
        "repair with `node js/build.mjs`: {missing:?}"
    );
}

#[test]
fn every_package_that_is_a_global_is_listed() {
    let npm = names("npm");
    for global in segfn::globals::table() {
        for (name, version) in &global.packages {
            let package = format!("{name} {}", version.as_str().expect("a version"));
            assert!(npm.contains(&package), "{package}");
        }
    }
    let native: Vec<String> = names("native").into_iter().collect();
    let native = native.join(" ");
    for part in [
        "V8 of v8 ",
        "ICU of v8 ",
        "OpenSSL 3.",
        "Rust's standard library 1.",
    ] {
        assert!(native.contains(part), "{native}");
    }
}

#[test]
fn no_text_is_missing() {
    let licenses = segfn::licenses::Licenses::read().expect("licences");
    for each in &licenses.components {
        let length: usize = each
            .texts
            .iter()
            .map(|&index| licenses.texts[index].len())
            .sum();
        assert!(!each.license.is_empty() && length > 80, "{each:?}");
        // A text that only names others doesn't count for a licence that wants its own handed on.
        let whole = ["MIT", "Apache-2.0", "BSD-3-Clause", "ISC"].contains(&each.license.as_str());
        assert!(!whole || length > 400, "{each:?}");
    }
}

#[test]
fn a_part_can_be_asked_for() {
    let folder = Folder::new(&[]);
    let (code, stdout, stderr) = folder.segfn(&["licenses", "LODASH"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.starts_with("lodash 4.17.19 (MIT)\n"), "{stdout}");
    assert!(stdout.contains("Permission is hereby granted"), "{stdout}");
    assert!(!stdout.contains("moment"), "{stdout}");
    let (code, _, stderr) = folder.segfn(&["licenses", "nothing-like-it"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("segfn licenses --json"), "{stderr}");
}

#[test]
fn texts_come_once() {
    let (_, stdout, _) = Folder::new(&[]).segfn(&["licenses"]);
    // Many crates have the very same file.
    let apache = stdout.matches("END OF TERMS AND CONDITIONS").count();
    assert!((1..60).contains(&apache), "{apache}");
    assert!(stdout.contains("V8 of v8 "), "the parts of V8 are there");
}
