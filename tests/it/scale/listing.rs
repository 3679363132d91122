//! `segfn inputs`, and what changes after it.

use insta::assert_snapshot;

use super::workspace::{event, folder};

const PART: [&str; 7] = [
    "diff",
    "old.js",
    "new.js",
    "--manifest",
    "manifest.json",
    "--part",
    "1/1",
];

#[test]
fn a_listing_has_names_sizes_and_what_tells_a_change() {
    let folder = folder(2, 2);
    folder.write("events/a.ndjson", event(1, 1));
    let (code, stdout, _) = folder.segfn(&["inputs", "s3://archive/logs/", "events"]);
    assert_eq!(code, 0);
    let manifest: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    let objects = manifest["objects"].as_array().expect("objects");
    let names: Vec<_> = objects
        .iter()
        .map(|object| object["name"].as_str())
        .collect();
    let archived = ["s3://archive/logs/00000.json", "s3://archive/logs/00001.gz"];
    assert_eq!(
        names,
        [
            Some(archived[0]),
            Some(archived[1]),
            Some("events/a.ndjson")
        ]
    );
    assert!(objects[0]["etag"].is_string() && objects[2]["etag"].is_null());
    assert_eq!(objects[2]["size"], event(1, 1).len());
}

#[test]
fn an_object_that_has_changed_is_named() {
    let folder = folder(2, 2);
    folder.write("events/a.ndjson", event(1, 1));
    let (_, manifest, _) = folder.segfn(&["inputs", "s3://archive/logs/", "events"]);
    folder.write("manifest.json", manifest);
    let run = || {
        let (code, _, stderr) = folder.segfn(&[&PART[..], &["--to", "results"]].concat());
        format!("{stderr}exit {code}\n")
    };
    assert_eq!(run(), "exit 0\n");
    let mut all = Vec::new();
    // What is new is not in the list, and is not read.
    folder.write(".segfn/s3/archive/logs/00009.gz", "x");
    assert_eq!(run(), "exit 0\n");
    folder.write("events/a.ndjson", event(1, 2));
    all.push(run());
    folder.write("events/a.ndjson", event(1, 1));
    // As long as before.
    folder.write(
        ".segfn/s3/archive/logs/00000.json",
        event(2, 10) + &event(4, 10),
    );
    all.push(run());
    std::fs::remove_file(folder.path().join(".segfn/s3/archive/logs/00000.json")).expect("removed");
    all.push(run());
    assert_snapshot!(all.join("\n"), @"");
}

#[test]
fn what_a_part_can_not_take_is_told() {
    let folder = folder(1, 2);
    folder.write("manifest.json", "{}");
    let told = |more: &[&str]| folder.transcript(&[&["diff", "old.js", "new.js"], more].concat());
    let all = [
        told(&["-", "--part", "1/2"]),
        told(&["sample:all", "--part", "1/2"]),
        told(&["--part", "1/2"]),
        told(&["--part", "auto"]),
        told(&["--part", "3/2"]),
        told(&["--manifest", "manifest.json"]),
        told(&["s3://archive/logs/", "--part", "1/2", "--sample", "3"]),
        told(&["s3://archive/logs/", "--part", "1/2", "--since", "7d"]),
        told(&["s3://archive/none/", "--part", "1/2"]),
        told(&[
            "s3://archive/logs/",
            "--part",
            "1/2",
            "--to",
            "results",
            "--json",
        ]),
        folder.transcript(&["inputs", "nothing"]),
    ];
    assert_snapshot!(all.join("\n"), @"");
}
