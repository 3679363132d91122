//! What someone is told who gives segfn something wrong, and how it ends then.

use insta::assert_snapshot;

use crate::support::Folder;
use crate::support::transcript::steady;

const TRACK: &str = r#"{"type":"track","event":"E","properties":{"total":42}}"#;

#[test]
fn wrong_usage_ends_with_2_and_says_what_to_do() {
    let folder = Folder::new(&[
        ("f.js", "function onTrack() {}"),
        ("bad.json", "{"),
        ("segfn.toml/x", ""),
    ]);
    let all = folder.transcripts(&[
        &["run"],
        &["run", "f.js", "--jsno"],
        &["run", "f.js", "--kind", "sink"],
        &["run", "f.js", "--handler", "ontrack"],
        &["run", "f.js", "--timeout", "soon"],
        &["run", "f.js", "--timeout", "-5s"],
        &["run", "f.js", "--memory", "1"],
        &["run", "f.js", "--jobs", "0"],
        &["run", "f.js", "--jobs", "two"],
        &["f.js"],
        &["aws", "--port", "http"],
        &["aws", "--dir", "f.js"],
        &["aws", "--key", "test"],
        &["aws", "--cors", "*"],
        &["run", "f.js", "--aws", "reel"],
        &["run", "f.js", "--role", "x"],
        &["run", "f.js", "--allow-net", "https://x"],
        &["run", "f.js", "--allow-net", "x", "--deny-net"],
        &["run", "f.js", "-s", "x"],
        // A folder in the place of the config file.
        &["run", "f.js"],
    ]);
    assert_snapshot!(all, @r"
    $ segfn run
    2> error: there is no function in this folder
    2> hint: name one: segfn run FUNCTION; `segfn init` writes one to begin with
    exit 2

    $ segfn run f.js --jsno
    2> error: unexpected argument '--jsno' found
    2>
    2>   tip: a similar argument exists: '--json'
    2>
    2> Usage: segfn run --json <FUNCTION> [EVENTS]...
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js --kind sink
    2> error: invalid value 'sink' for '--kind <KIND>'
    2>   [possible values: source, destination, insert-destination, insert-source]
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js --handler ontrack
    2> error: invalid value 'ontrack' for '--handler <NAME>'
    2>   [possible values: onRequest, onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch]
    2>
    2>   tip: a similar value exists: 'onTrack'
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js --timeout soon
    2> error: invalid value 'soon' for '--timeout <TIME>': `soon` is not a time: expected a time such as `5s`, `500ms` or `2`
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js --timeout -5s
    2> error: invalid value '-5s' for '--timeout <TIME>': `-5s` is not a time: expected a time such as `5s`, `500ms` or `2`
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js --memory 1
    2> error: invalid value '1' for '--memory <MB>': expected a number of megabytes from 16 to 65536
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js --jobs 0
    2> error: invalid value '0' for '--jobs <N>': expected a number from 1 to 256
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js --jobs two
    2> error: invalid value 'two' for '--jobs <N>': expected a number from 1 to 256
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn f.js
    2> error: unrecognized subcommand 'f.js'
    2>
    2>   tip: to run it: segfn run f.js
    2>
    2> Usage: segfn [OPTIONS] [COMMAND]
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn aws --port http
    2> error: invalid value 'http' for '--port <PORT>': expected a number from 0 to 65535
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn aws --dir f.js
    2> error: f.js is not a folder
    2> hint: --dir is the folder for the objects; it is made if it doesn't exist
    exit 2

    $ segfn aws --key test
    2> error: invalid value 'test' for '--key <ID:SECRET>': expected ID:SECRET
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn aws --cors *
    2> error: invalid value '*' for '--cors <ORIGIN>': `*` is not an origin: expected one such as `http://localhost:3000`, without a path
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js --aws reel
    2> error: invalid value 'reel' for '--aws <AWS>': expected `embedded`, `real` or the http(s) URL of an AWS server
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js --role x
    2> error: invalid value 'x' for '--role <ARN[=EXTERNAL_ID]>': `x` is not the ARN of a role: expected `arn:aws:iam::123456789012:role/NAME`
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js --allow-net https://x
    2> error: invalid value 'https://x' for '--allow-net <HOST>': `https://x` is not a host: expected a host such as `api.example.com`, `*.example.com` or `localhost:8080`
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js --allow-net x --deny-net
    2> error: the argument '--allow-net <HOST>' cannot be used with '--deny-net'
    2>
    2> Usage: segfn run --allow-net <HOST> <FUNCTION> [EVENTS]...
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js -s x
    2> error: invalid value 'x' for '-s <NAME=VALUE>': expected NAME=VALUE
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn run f.js
    2> error: can't read segfn.toml: Is a directory (os error 21)
    exit 2
    ");
}

#[test]
fn wrong_settings_end_with_2() {
    let folder = Folder::new(&[
        ("f.js", "function onTrack() {}"),
        ("bad.json", "{\n'a': 1}"),
        ("segfn.toml", "kind = \"source\"\ntimout = 3\n"),
    ]);
    assert_snapshot!(folder.transcript(&["run", "f.js"]), @r"
    $ segfn run f.js
    2> error: segfn.toml:2:1: unknown key `timout`
    2> hint: did you mean `timeout`?
    exit 2
    ");
    folder.write("segfn.toml", b"");
    let settings = |file: &str| folder.transcript(&["run", "f.js", "--settings", file]);
    assert_snapshot!(settings("bad.json"), @r#"
    $ segfn run f.js --settings bad.json
    2> error: bad.json:2:1: texts must be in double quotes (")
    2> hint: settings are one JSON object, such as {"apiKey": "abc"}
    exit 2
    "#);
    assert_snapshot!(settings("none.json"), @r"
    $ segfn run f.js --settings none.json
    2> error: can't read none.json: No such file or directory (os error 2)
    exit 2
    ");
}

#[test]
fn a_settings_file_in_another_encoding_was_not_placed() {
    let folder = Folder::new(&[("f.js", "function onTrack() {}")]);
    for name in ["settings.json", "segfn.toml"] {
        folder.write(name, b"\n\xe9");
        let (code, _, stderr) = folder.segfn(&["run", "f.js"]);
        let expected = format!("error: {name}:2:1: not UTF-8\nhint: save the file as UTF-8\n");
        assert_eq!((code, stderr), (2, expected));
        std::fs::remove_file(folder.path().join(name)).expect("the file");
    }
}

#[test]
fn what_is_no_function_ends_with_3() {
    let folder = Folder::new(&[
        ("a.ts", "let x: number"),
        ("empty.js", ""),
        ("folder/x.js", ""),
        ("event.json", "{}"),
    ]);
    folder.write("image.js", b"\x89PNG\r\n\x1a\n\0\0");
    let all = folder.transcripts(&[
        &["run", "none.js"],
        &["run", "a.ts"],
        &["run", "folder"],
        &["run", "empty.js"],
        &["run", "image.js"],
        &["run", "event.json"],
    ]);
    assert_snapshot!(all, @r"
    $ segfn run none.js
    2> error: none.js does not exist
    2> hint: name a JavaScript file, or a folder with a function.js
    exit 3

    $ segfn run a.ts
    2> error: a.ts is TypeScript, but functions are JavaScript
    2> hint: compile it first, for instance: npx esbuild a.ts --outfile=a.js
    exit 3

    $ segfn run folder
    2> error: the folder folder has no function.js
    2> hint: call the file function.js, or name it: folder/FILE.js
    exit 3

    $ segfn run empty.js
    2> error: empty.js is empty
    2> hint: write a handler into it, such as: async function onTrack(event, settings) {}
    exit 3

    $ segfn run image.js
    2> error: image.js is not a text file in UTF-8
    exit 3

    $ segfn run event.json
    2> error: event.json is data, not a function
    2> hint: the function comes first, then the events: segfn run FUNCTION EVENTS
    exit 3
    ");
}

#[test]
fn a_function_that_fails_to_load_ends_with_3_and_shows_where() {
    let folder = Folder::new(&[
        (
            "f.js",
            "async function onTrack(event) {}\nconst a = nope.x;\n",
        ),
        ("syntax.js", "function onTrack() {\n  retrun 1;\n}\n"),
        ("e.json", TRACK),
    ]);
    folder.write("none.js", b"const x = 1;");
    let all = folder.transcripts(&[
        &["run", "f.js", "e.json"],
        &["run", "f.js", "e.json", "--json"],
        &["run", "syntax.js", "e.json"],
        &["run", "syntax.js", "e.json", "--json"],
        &["run", "none.js", "e.json"],
    ]);
    assert_snapshot!(all, @r"
    $ segfn run f.js e.json
    2> error: f.js can't be loaded: ReferenceError: nope is not defined
    2>  --> f.js:2:11
    2>   |
    2> 1 | async function onTrack(event) {}
    2> 2 | const a = nope.x;
    2>   |           ^^^^
    exit 3

    $ segfn run f.js e.json --json
    2> error: f.js can't be loaded: ReferenceError: nope is not defined
    2>  --> f.js:2:11
    2>   |
    2> 1 | async function onTrack(event) {}
    2> 2 | const a = nope.x;
    2>   |           ^^^^
    exit 3

    $ segfn run syntax.js e.json
    2> error: syntax.js can't be loaded: SyntaxError: Unexpected number
    2>  --> syntax.js:2:10
    2>   |
    2> 1 | function onTrack() {
    2> 2 |   retrun 1;
    2>   |          ^
    2> 3 | }
    2>   |
    exit 3

    $ segfn run syntax.js e.json --json
    2> error: syntax.js can't be loaded: SyntaxError: Unexpected number
    2>  --> syntax.js:2:10
    2>   |
    2> 1 | function onTrack() {
    2> 2 |   retrun 1;
    2>   |          ^
    2> 3 | }
    2>   |
    exit 3

    $ segfn run none.js e.json
    2> error: none.js: the function defines no handler
    2> hint: write `async function onTrack(event, settings) { … }`, or onIdentify, onPage, onScreen, onGroup, onAlias, onDelete or onBatch; in a source function `async function onRequest(request, settings) { … }`
    exit 3
    ");
}

#[test]
fn what_is_never_closed_was_blamed_on_text_that_is_not_the_users() {
    let folder = Folder::new(&[]);
    let mut all = String::new();
    for source in [
        "async function onTrack() {\n  return { a: 1,\n",
        "async function onTrack() {}\nlet a = [1, 2\n\n",
        "async function onTrack() {\r\n  'é'\r\n",
        "function onTrack() {}\n`abc\n",
    ] {
        folder.write("f.js", source);
        all += &folder.transcript(&["run", "f.js"]);
    }
    assert_snapshot!(all, @r"
    $ segfn run f.js
    2> error: f.js can't be loaded: SyntaxError: Unexpected end of input
    2>  --> f.js:2:17
    2>   |
    2> 1 | async function onTrack() {
    2> 2 |   return { a: 1,
    2>   |                 ^
    2> hint: a `{`, `(`, `[` or ` is opened and never closed
    exit 3
    $ segfn run f.js
    2> error: f.js can't be loaded: SyntaxError: Unexpected end of input
    2>  --> f.js:2:14
    2>   |
    2> 1 | async function onTrack() {}
    2> 2 | let a = [1, 2
    2>   |              ^
    2> hint: a `{`, `(`, `[` or ` is opened and never closed
    exit 3
    $ segfn run f.js
    2> error: f.js can't be loaded: SyntaxError: Unexpected end of input
    2>  --> f.js:2:6
    2>   |
    2> 1 | async function onTrack() {
    2> 2 |   'é'
    2>   |      ^
    2> hint: a `{`, `(`, `[` or ` is opened and never closed
    exit 3
    $ segfn run f.js
    2> error: f.js can't be loaded: SyntaxError: Unexpected end of input
    2>  --> f.js:2:5
    2>   |
    2> 1 | function onTrack() {}
    2> 2 | `abc
    2>   |     ^
    2> hint: a `{`, `(`, `[` or ` is opened and never closed
    exit 3
    ");
}

#[test]
fn a_misspelt_handler_was_not_noticed() {
    let folder = Folder::new(&[("none.js", "async function ontrack(event) {}")]);
    assert_snapshot!(folder.transcript(&["run", "none.js"]), @r"
    $ segfn run none.js
    2> error: none.js: the function defines no handler
    2> hint: it has `ontrack`, but the handler's name is onTrack
    exit 3
    ");
    let warning = |arguments: &[&str]| folder.segfn(&[&["run", "f.js"], arguments].concat()).2;
    folder.write("f.js", "function onTrack() {}\nfunction onIdentity() {}");
    assert_snapshot!(warning(&[]), @"warning: the function has `onIdentity`, but the handler's name is onIdentify");
    folder.write("f.js", "function onTrack() {}");
    assert_eq!(warning(&[]), "");
    assert_snapshot!(warning(&["--handler", "onPage"]), @"warning: the function has no onPage (its handlers: onTrack)");
    folder.write(
        "f.js",
        "function onRequest() { return 'https://fn.segmentapis.com/x' }",
    );
    assert_snapshot!(warning(&[]), @"warning: the function contains https://fn.segmentapis.com: the platform refuses to save a source function that could send to a source function");
}

#[test]
fn a_function_without_a_handler_of_the_kind_that_was_told_ran_nothing_and_succeeded() {
    let folder = Folder::new(&[
        (
            "group.js",
            "async function onGroup(event) { return event; }",
        ),
        ("request.js", "async function onRequest(request) {}"),
    ]);
    assert_snapshot!(folder.transcript(&["run", "group.js", "--kind", "source"]), @r"
    $ segfn run group.js --kind source
    2> error: group.js: the function has no handler of the kind source
    2> hint: it defines onGroup, but a source function defines onRequest
    exit 3
    ");
    assert_snapshot!(folder.transcript(&["run", "request.js", "--kind", "destination"]), @r"
    $ segfn run request.js --kind destination
    2> error: request.js: the function has no handler of the kind destination
    2> hint: it defines onRequest, as source functions do
    exit 3
    ");
}

#[test]
fn a_full_disk_ends_with_5() {
    let folder = Folder::new(&[("f.js", "function onTrack() {}")]);
    for flags in [&[][..], &["--json"]] {
        let full = std::fs::File::create("/dev/full").expect("the full device");
        let output = folder
            .command(&[&["run", "f.js"], flags].concat())
            .stdout(full)
            .output()
            .expect("segfn runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(5), "{stderr}");
        assert!(
            stderr.starts_with("error: can't write the output: "),
            "{stderr}"
        );
    }
}

#[test]
fn a_folder_that_cannot_be_written_looked_like_a_fault_of_aws() {
    let put = "async function onTrack() {
        const s3 = new AWS.S3({ maxRetries: 0 });
        await s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'b' }).promise();
    }";
    // A file in the place of the folder: what permissions forbid, root may.
    let folder = Folder::new(&[("f.js", put), (".segfn", "")]);
    let (code, outcomes) = folder.outcomes(&["f.js"]);
    assert_eq!(code, 1);
    assert_eq!(outcomes[0]["error"]["name"], "InternalError");
    let warnings = outcomes[0]["warnings"].to_string();
    assert_snapshot!(steady(&warnings, folder.path()), @r#"["AWS.S3 was created without credentials: the platform would sign with its own Lambda role, which can't reach your resources; pass it what assumeRole returned","the embedded AWS failed; check that files can be read and written in FOLDER/.segfn"]"#);
}

#[test]
fn an_unreadable_input_ends_with_4_and_the_others_still_run() {
    let folder = Folder::new(&[
        ("f.js", "function onTrack(event) { return event.n }"),
        (
            "e.ndjson",
            "{\"type\":\"track\",\"n\":1}\n{\"type\"\n{\"type\":\"track\",\"n\":3}\n",
        ),
    ]);
    let run = ["run", "f.js", "none.json", "e.ndjson", "--json"];
    assert_snapshot!(folder.transcript(&run), @r#"
    $ segfn run f.js none.json e.ndjson --json
    {"v":1,"input":"e.ndjson:1","kind":"destination","handler":"onTrack","class":"success","value":1,"ms":0}
    {"v":1,"input":"e.ndjson:3","kind":"destination","handler":"onTrack","class":"success","value":3,"ms":0}
    2> error: can't read none.json: No such file or directory (os error 2)
    2> hint: paths are relative to the folder where segfn runs
    2> error: e.ndjson:2:7: not JSON: it ends in the middle of a value
    exit 4
    "#);
}
