//! Events from archives in S3, as Segment's S3 destination writes them.

mod broken;
mod flaky_s3;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;

use crate::support::Folder;

const TELL: &str = "async function onTrack(event) { return event.userId; }";

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("gzip");
    encoder.finish().expect("gzip")
}

fn event(user: &str, time: &str) -> String {
    format!(
        "{{\"type\":\"track\",\"event\":\"x\",\"userId\":\"{user}\",\"receivedAt\":\"{time}\"}}\n"
    )
}

/// Two days of a source, of which one has two objects, and another source.
fn folder() -> Folder {
    let folder = Folder::new(&[("function.js", TELL)]);
    let days = [
        ("one/1432684800000/a.gz", event("a", "2015-05-27T10:00:00Z")),
        (
            "one/1432771200000/b.gz",
            event("b", "2015-05-28T10:00:00Z") + &event("c", "2015-05-28T13:00:00Z"),
        ),
        ("one/1432771200000/d.gz", event("d", "2015-05-28T14:00:00Z")),
        ("two/1432771200000/e.gz", event("e", "2015-05-28T15:00:00Z")),
    ];
    for (key, text) in days {
        folder.write(
            &format!(".segfn/s3/archive/segment-logs/{key}"),
            gzipped(&text),
        );
    }
    folder
}

fn users(folder: &Folder, more: &[&str]) -> Vec<String> {
    let (code, outcomes) = folder.outcomes(&[&["function.js"], more].concat());
    assert_eq!(code, 0, "{outcomes:?}");
    let value = |outcome: &serde_json::Value| outcome["value"].as_str().expect("a text").to_owned();
    outcomes.iter().map(value).collect()
}

#[test]
fn all_objects_whose_keys_begin_so_are_read_in_their_order() {
    let folder = folder();
    assert_eq!(
        users(&folder, &["s3://archive/segment-logs/one/"]),
        ["a", "b", "c", "d"]
    );
    assert_eq!(
        users(
            &folder,
            &[
                "s3://archive/segment-logs/two",
                "s3://archive/segment-logs/one/14327712"
            ]
        ),
        ["e", "b", "c", "d"]
    );
    let (_, outcomes) = folder.outcomes(&[
        "function.js",
        "s3://archive/segment-logs/one/1432771200000/b",
    ]);
    assert_eq!(
        outcomes[1]["input"],
        "s3://archive/segment-logs/one/1432771200000/b.gz:2"
    );
}

#[test]
fn days_that_are_over_are_not_even_read() {
    let folder = folder();
    // It would be an error to read it.
    folder.write(
        ".segfn/s3/archive/segment-logs/one/1432684800000/a.gz",
        b"\x1f\x8bbroken",
    );
    let since = [
        "s3://archive/segment-logs/one/",
        "--since",
        "2015-05-28T12:00:00Z",
    ];
    assert_eq!(users(&folder, &since), ["c", "d"]);
}

#[test]
fn an_object_of_many_pieces_is_read_whole() {
    let folder = folder();
    // More than is fetched at once, and not compressible.
    let mut state = 1_u64;
    let mut noise = || {
        let words = (0..40).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            format!("{state:016x}")
        });
        words.collect::<String>()
    };
    let events: String = (0..15_000)
        .map(|n| {
            format!(
                "{{\"type\":\"track\",\"event\":\"{}\",\"userId\":\"u{n}\"}}\n",
                noise()
            )
        })
        .collect();
    let bytes = gzipped(&events);
    assert!(bytes.len() > 5 << 20, "{}", bytes.len());
    folder.write(".segfn/s3/archive/large.gz", bytes);
    let sample = users(&folder, &["s3://archive/large", "--sample", "3"]);
    assert_eq!(sample.len(), 3);
    let (code, stdout, _) = folder.segfn(&["run", "function.js", "s3://archive/large"]);
    assert_eq!(code, 0);
    assert!(
        stdout.contains("\n15000 inputs: 15000 success "),
        "{}",
        &stdout[stdout.len() - 200..]
    );
}

#[test]
fn an_archive_that_is_not_there_is_told() {
    let folder = folder();
    folder.write(
        ".segfn/s3/archive/cut.gz",
        &gzipped(&event("a", "x").repeat(1000))[..60],
    );
    // Whether the function is loaded meanwhile, and spoken of, is open.
    let failure = |url: &str| folder.segfn(&["run", "function.js", url]);
    let all = ["s3://archive/none/", "s3://nowhere/x", "s3://archive/cut"]
        .map(failure)
        .map(|(code, _, stderr)| format!("{stderr}exit {code}\n"));
    assert_snapshot!(all.join("\n"), @r"
    error: can't read s3://archive/none/: no key in the bucket begins with `none/`
    hint: paths are relative to the folder where segfn runs
    exit 4

    error: can't read s3://nowhere/x: NoSuchBucket: The specified bucket does not exist
    exit 4

    error: can't read s3://archive/cut.gz after line 0: incomplete deflate stream
    hint: the gzip data is cut short or damaged; `gzip -t FILE` tests it
    exit 4
    ");
}

#[test]
fn versions_are_compared_over_an_archive() {
    let folder = folder();
    folder.write("new.js", TELL.replace("return event", "return 'x' + event"));
    let diff = [
        "diff",
        "function.js",
        "new.js",
        "s3://archive/segment-logs/",
    ];
    assert_snapshot!(folder.transcript(&diff), @r#"
    $ segfn diff function.js new.js s3://archive/segment-logs/
    base       function.js
    candidate  new.js
    requests   answered with 200 and {}; --cassette FILE answers as recorded

    5 of 5 events differ

    value  5 events
      base      "a"
      candidate "xa"
      event     s3://archive/segment-logs/one/1432684800000/a.gz
    exit 1
    "#);
}
