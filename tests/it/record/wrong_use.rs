//! What the command refuses.

use insta::assert_snapshot;

use super::recorded::EVENT;
use crate::support::Folder;

#[test]
fn wrong_use_is_told() {
    let folder = Folder::new(&[
        ("f/function.js", "async function onTrack() {}"),
        ("event.json", EVENT),
        (
            "two.ndjson",
            &format!("{EVENT}\n{}\n", EVENT.replace("Order", "Cart")),
        ),
        ("bad.ndjson", &format!("{EVENT}\n{{broken\n")),
        ("broken.js", "async function onTrack( {"),
    ]);
    let all = folder.transcripts(&[
        &["record", "f", "--update"],
        &["record", "f", "two.ndjson", "--name", "x"],
        &["record", "none.js", "event.json"],
        &["record", "git:HEAD:f", "event.json"],
        &["record", "broken.js", "event.json"],
        &["record", "f", "none.json"],
        &["record", "f", "event.json", "--update", "--update-missing"],
        &["record", "f", "bad.ndjson"],
        // Only the one that is a case.
        &["record", "f", "two.ndjson", "--update"],
        &["record", "f", "event.json", "--name", "My Case"],
    ]);
    assert_snapshot!(all, @r#"
    $ segfn record f --update
    2> error: the function has no cases yet
    2> hint: to record new cases, leave out --update
    exit 2

    $ segfn record f two.ndjson --name x
    2> error: --name is for a single event, but there are 2
    exit 2

    $ segfn record none.js event.json
    2> error: none.js does not exist
    2> hint: name a JavaScript file, or a folder with a function.js
    exit 3

    $ segfn record git:HEAD:f event.json
    2> error: a revision can't be recorded
    exit 2

    $ segfn record broken.js event.json
    2> error: broken.js can't be loaded: SyntaxError: Unexpected end of input
    2>  --> broken.js:1:26
    2>   |
    2> 1 | async function onTrack( {
    2>   |                          ^
    2> hint: a `{`, `(`, `[` or ` is opened and never closed
    exit 3

    $ segfn record f none.json
    0 cases recorded
    2> error: can't read none.json: No such file or directory (os error 2)
    2> hint: paths are relative to the folder where segfn runs
    exit 4

    $ segfn record f event.json --update --update-missing
    2> error: the argument '--update' cannot be used with '--update-missing'
    2>
    2> Usage: segfn record --update <FUNCTION> <EVENTS>...
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn record f bad.ndjson
    f/cases/track-order-completed: onTrack success, 0 exchanges
    1 case recorded
    2> error: bad.ndjson:2: not JSON: names must be in double quotes (")
    exit 4

    $ segfn record f two.ndjson --update
    f/cases/track-order-completed: onTrack success, 0 exchanges
    1 case recorded again
    exit 0

    $ segfn record f event.json --name "My Case"
    f/cases/track-order-completed already exists
    0 cases recorded, 1 case exists already (--update records it again)
    exit 0
    "#);
}

#[test]
fn ci_never_records() {
    let folder = Folder::new(&[
        ("f/function.js", "async function onTrack() {}"),
        ("event.json", EVENT),
    ]);
    let told = folder.transcript_in(&[("CI", "true")], &["record", "f", "event.json"]);
    assert_snapshot!(told, @r"
    $ segfn record f event.json
    2> error: segfn record would write expectations, but nothing is written in CI (the variable CI is set)
    2> hint: run it on your own machine and commit what it writes
    exit 2
    ");
    assert!(!folder.path().join("f/cases").exists());
}
