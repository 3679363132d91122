//! The command: its first line, its revisions, its events and its exit codes.

use insta::assert_snapshot;

use super::two::{diff, events, folder};
use crate::support::Folder;

#[test]
fn the_first_line_agrees_with_how_many_differ() {
    let old = "
        const s3 = new AWS.S3({ region: 'us-east-1' });
        async function onTrack(event) {
          await s3.putObject({ Bucket: 'bkt', Key: event.userId, Body: 'one' }).promise();
          return 'one';
        }";
    let folder = folder(old, &old.replace("'one'", "'two'"), 1);
    let head = |more: &[&str]| {
        let arguments = ["diff", "old.js", "new.js", "events.ndjson"];
        let (code, stdout, _) = folder.segfn(&[&arguments, more].concat());
        assert_eq!(code, 1);
        stdout.split("\n\n").nth(1).expect("a head").to_owned()
    };
    let mask = ["--mask", "value"];
    assert_eq!(head(&[]), "1 of 1 event differs");
    assert_eq!(
        head(&mask),
        "no difference in 1 event, but 1 stored object differs"
    );
    folder.write("events.ndjson", events(2));
    assert_eq!(head(&[]), "2 of 2 events differ");
    assert_eq!(
        head(&mask),
        "no difference in 2 events, but 2 stored objects differ"
    );
}

#[test]
fn a_revision_is_compared_with_what_is_there_now() {
    let folder = Folder::new(&[
        (
            "f/function.js",
            "async function onTrack() { return 'then'; }",
        ),
        ("f/events/events.ndjson", &events(2)),
        ("f/settings.json", r#"{"key": "very-secret", "number": 1}"#),
        ("f/segfn.toml", "secret = [\"key\"]"),
    ]);
    folder.commit_all();
    folder.write(
        "f/function.js",
        "async function onTrack(event, settings) { return 'now ' + settings.key; }",
    );
    // Of settings that both have, it is told once.
    assert_snapshot!(folder.transcript(&["diff", "git:HEAD", "f"]), @r#"
    $ segfn diff git:HEAD f
    base       git:HEAD:f/function.js
    candidate  f/function.js
    requests   answered with 200 and {}; --cassette FILE answers as recorded

    2 of 2 events differ

    value  2 events
      base      "then"
      candidate "now [secret key]"
      event     f/events/events.ndjson:1
    2> warning: the platform has no settings of this kind: number
    2> hint: settings are texts, booleans, lists of texts or maps of texts; write numbers as texts
    exit 1
    "#);
}

#[test]
fn some_of_the_events_may_be_chosen() {
    let old = "async function onTrack(event) { return event.properties.total; }";
    let folder = folder(old, &old.replace("total;", "total + 1;"), 600);
    let count = |more: &[&str]| diff(&folder, more).1["inputs"].clone();
    assert_eq!(count(&["--sample", "25"]), 25);
    assert_eq!(count(&["--since", "2026-01-31T12:09:50Z"]), 10);
    assert_eq!(
        diff(&folder, &["--sample", "25"]),
        diff(&folder, &["--sample", "25"])
    );
}

#[test]
fn what_goes_wrong_has_its_exit_code() {
    let folder = folder(
        "async function onTrack() {}",
        "async function onTrack( {",
        1,
    );
    let run = ["diff", "old.js", "new.js", "events.ndjson"];
    assert_snapshot!(folder.transcript(&run), @r"
    $ segfn diff old.js new.js events.ndjson
    base       old.js
    candidate  new.js
    requests   answered with 200 and {}; --cassette FILE answers as recorded

    2> error: new.js can't be loaded: SyntaxError: Unexpected end of input
    2> hint: to see where: segfn run new.js
    exit 3
    ");
    folder.write("new.js", "async function onTrack() {}");
    folder.write(
        "events.ndjson",
        "{\"type\":\"track\"}\n{bad\n{\"type\":\"track\"}\n",
    );
    let all = folder.transcripts(&[
        &run,
        &["diff", "old.js", "new.js", "none.ndjson"],
        &["diff", "git:HEAD", "git:HEAD~1"],
        &["diff", "old.js", "new.js", "--mask", "a..b"],
    ]);
    assert_snapshot!(all, @r#"
    $ segfn diff old.js new.js events.ndjson
    base       old.js
    candidate  new.js
    requests   answered with 200 and {}; --cassette FILE answers as recorded

    no difference in 2 events, 1 can't be read
    2> error: events.ndjson:2:2: not JSON: names must be in double quotes (")
    exit 4

    $ segfn diff old.js new.js none.ndjson
    base       old.js
    candidate  new.js
    requests   answered with 200 and {}; --cassette FILE answers as recorded

    no difference in 0 events, 1 can't be read
    nothing was compared
    2> error: can't read none.ndjson: No such file or directory (os error 2)
    2> hint: paths are relative to the folder where segfn runs
    exit 4

    $ segfn diff git:HEAD git:HEAD~1
    2> error: git:HEAD~1 has no path
    2> hint: write git:HEAD~1:PATH
    exit 3

    $ segfn diff old.js new.js --mask a..b
    2> error: mask: `a..b` names no field: a name is missing beside a dot; expected a path such as `body.items[*].id` or `**.timestamp`
    exit 2
    "#);
}
