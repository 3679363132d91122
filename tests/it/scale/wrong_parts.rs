//! Results that don't make a whole.

use std::fs;

use insta::assert_snapshot;

use super::workspace::{folder, results};
use crate::support::Folder;

/// Three parts in `results`.
fn parts(folder: &Folder, to: &str, of: u32, more: &[&str]) {
    for number in 1..=of {
        let part = format!("{number}/{of}");
        let arguments = ["diff", "old.js", "new.js", "s3://archive/logs/"];
        let (code, _, stderr) =
            folder.segfn(&[&arguments, &["--part", &part, "--to", to][..], more].concat());
        assert_eq!(code, 0, "{stderr}");
    }
}

/// What is said of the results, in short.
fn told(folder: &Folder, results: &[&str]) -> String {
    let (code, stdout, stderr) = folder.segfn(&[&["diff", "merge"], results].concat());
    assert_eq!(stdout, "");
    format!("{stderr}exit {code}\n")
}

#[test]
fn parts_that_make_no_whole_are_named() {
    let folder = folder(4, 2);
    parts(&folder, "results", 3, &[]);
    let all = results(&folder.path().join("results"));
    let path = |number: usize| all[number - 1].0.clone();
    let mut told_of = Vec::new();
    fs::remove_file(path(2)).expect("removed");
    told_of.push(told(&folder, &["results"]));
    // Of each part the first half.
    fs::write(path(2), &all[1].1[..all[1].1.len() / 2]).expect("written");
    told_of.push(told(&folder, &["results"]));
    // One bit.
    let mut flipped = all[1].1.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    fs::write(path(2), flipped).expect("written");
    let damaged = told(&folder, &["results"]);
    assert!(
        damaged.contains("part-00002-of-00003.json.gz is no whole result: "),
        "{damaged}"
    );
    assert!(damaged.ends_with("exit 4\n"));
    fs::write(path(2), &all[1].1).expect("written");
    folder.write("again/part-00002-of-00003.json.gz", &all[1].1);
    told_of.push(told(&folder, &["results", "again"]));
    folder.write("results/part-x.json.gz", "no gzip");
    told_of.push(told(&folder, &["results"]));
    fs::remove_file(folder.path().join("results/part-x.json.gz")).expect("removed");
    parts(&folder, "results", 2, &[]);
    told_of.push(told(&folder, &["results"]));
    told_of.push(told(&folder, &["nowhere"]));
    folder.write("empty/manifest.json", "{}");
    told_of.push(told(&folder, &["empty"]));
    assert_snapshot!(told_of.join("\n"), @r#"
    error: the parts don't make a whole:
      part 2 of 3 is missing
    hint: run those parts again, with the same versions, flags and --manifest; results of different runs belong into different folders
    exit 4

    error: the parts don't make a whole:
      results/part-00002-of-00003.json.gz is no whole result: incomplete deflate stream
      part 2 of 3 is missing
    hint: run those parts again, with the same versions, flags and --manifest; results of different runs belong into different folders
    exit 4

    error: the parts don't make a whole:
      part 2 is there twice: results/part-00002-of-00003.json.gz and again/part-00002-of-00003.json.gz
    hint: run those parts again, with the same versions, flags and --manifest; results of different runs belong into different folders
    exit 4

    error: the parts don't make a whole:
      results/part-x.json.gz is no whole result: unexpected end of file
    hint: run those parts again, with the same versions, flags and --manifest; results of different runs belong into different folders
    exit 4

    error: the parts don't make a whole:
      results/part-00001-of-00002.json.gz is of another run: it is one of 2 parts, and not of 3
      results/part-00002-of-00002.json.gz is of another run: it is one of 2 parts, and not of 3
    hint: run those parts again, with the same versions, flags and --manifest; results of different runs belong into different folders
    exit 4

    error: can't read the results in nowhere: No such file or directory (os error 2)
    hint: a place is a folder, or s3://BUCKET/PREFIX/ with --aws real
    exit 4

    error: there is no result of a part in empty
    hint: `segfn diff … --part 1/4 --to FOLDER` writes one
    exit 4
    "#);
}

#[test]
fn a_part_of_another_run_is_named_with_what_is_other() {
    let folder = folder(4, 2);
    parts(&folder, "results", 3, &[]);
    let of_another = |change: &dyn Fn(), more: &[&str]| {
        change();
        parts(&folder, "other", 3, more);
        let name = "part-00002-of-00003.json.gz";
        let kept = fs::read(folder.path().join("results").join(name)).expect("a result");
        fs::copy(
            folder.path().join("other").join(name),
            folder.path().join("results").join(name),
        )
        .expect("copied");
        let told = told(&folder, &["results"]);
        fs::write(folder.path().join("results").join(name), kept).expect("written");
        let why = told.lines().nth(1).expect("a problem").trim().to_owned();
        let digest = regex::Regex::new("[0-9a-f]{16}").expect("a pattern");
        digest.replace_all(&why, "DIGEST").into_owned()
    };
    let new = super::workspace::new();
    let changed = || drop(folder.write("new.js", new.replace("?v=2", "?v=3")));
    let back = || drop(folder.write("new.js", &new));
    let more = || {
        drop(folder.write(
            ".segfn/s3/archive/logs/00009.json",
            r#"{"type":"track","properties":{}}"#,
        ))
    };
    let all = [
        of_another(&changed, &[]),
        of_another(&back, &["--cold"]),
        of_another(&back, &["--mask", "value"]),
        of_another(&more, &[]),
    ];
    assert_snapshot!(all.join("\n"), @r#"
    results/part-00002-of-00003.json.gz is of another run: its candidate is DIGEST, and not DIGEST
    results/part-00002-of-00003.json.gz is of another run: its cold is true, and not false
    results/part-00002-of-00003.json.gz is of another run: its options is DIGEST, and not DIGEST
    results/part-00002-of-00003.json.gz is of another run: its inputs were 5 objects, and not 4
    "#);
}
