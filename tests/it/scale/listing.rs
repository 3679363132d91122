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
    assert_snapshot!(all.join("\n"), @r#"
    error: can't read events/a.ndjson: it has changed since it was listed
    hint: `segfn inputs` lists them again, and all parts run anew with that list: --manifest FILE
    exit 4

    error: can't read s3://archive/logs/00000.json: it has changed since it was listed
    hint: `segfn inputs` lists them again, and all parts run anew with that list: --manifest FILE
    exit 4

    error: can't read s3://archive/logs/00000.json: it was there when it was listed, and is gone
    hint: `segfn inputs` lists them again, and all parts run anew with that list: --manifest FILE
    exit 4
    "#);
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
    assert_snapshot!(all.join("\n"), @r#"
    $ segfn diff old.js new.js - --part 1/2
    2> error: - can't be listed, so that it can't be taken in parts
    2> hint: parts are taken of files, folders and archives in S3, which are the same every time
    exit 4

    $ segfn diff old.js new.js sample:all --part 1/2
    2> error: sample:all can't be listed, so that it can't be taken in parts
    2> hint: parts are taken of files, folders and archives in S3, which are the same every time
    exit 4

    $ segfn diff old.js new.js --part 1/2
    2> error: there are no events to take a part of
    2> hint: name files, folders or an archive; samples can't be taken in parts
    exit 2

    $ segfn diff old.js new.js --part 3/2
    2> error: invalid value '3/2' for '--part <I/N>': parts count from 1 to the number of parts
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn diff old.js new.js --manifest manifest.json
    2> error: manifest.json: not a list of inputs: missing field `form` at line 1 column 2
    2> hint: `segfn inputs EVENTS > manifest.json` writes such a list
    exit 2

    $ segfn diff old.js new.js s3://archive/logs/ --part 1/2 --sample 3
    2> error: --sample chooses among all events, and a part has only some of them
    2> hint: --since and --where choose events, too
    exit 2

    $ segfn diff old.js new.js s3://archive/logs/ --part 1/2 --since 7d
    2> error: parts that begin later would take other events since then
    2> hint: name the time: --since 2026-01-31
    exit 2

    $ segfn diff old.js new.js s3://archive/none/ --part 1/2
    2> error: can't read s3://archive/none/: no key in the bucket begins with `none/`
    2> hint: paths are relative to the folder where segfn runs
    exit 4

    $ segfn diff old.js new.js s3://archive/logs/ --part 1/2 --to results --json
    2> error: the argument '--to <FOLDER>' cannot be used with '--json'
    2>
    2> Usage: segfn diff --part <I/N> --to <FOLDER> <BASE> <CANDIDATE> <EVENTS>...
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn inputs nothing
    2> error: can't read nothing: No such file or directory (os error 2)
    2> hint: paths are relative to the folder where segfn runs
    exit 4
    "#);
}
