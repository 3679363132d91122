//! What someone is told who gives segfn something wrong, and how it ends then.

use crate::support::Folder;

const TRACK: &str = r#"{"type":"track","event":"E","properties":{"total":42}}"#;

#[test]
fn wrong_usage_ends_with_2_and_says_what_to_do() {
    let folder = Folder::new(&[
        ("f.js", "function onTrack() {}"),
        ("bad.json", "{"),
        ("segfn.toml/x", ""),
    ]);
    for (arguments, says) in [
        (&["run"][..], "FUNCTION"),
        (&["run", "f.js", "--jsno"], "--json"),
        (&["run", "f.js", "--kind", "sink"], "insert-destination"),
        (&["run", "f.js", "--handler", "ontrack"], "onTrack"),
        (
            &["run", "f.js", "--timeout", "soon"],
            "`soon` is not a time",
        ),
        (&["run", "f.js", "--memory", "1"], "megabytes"),
        (&["run", "f.js", "--jobs", "0"], "from 1 to 256"),
        (&["run", "f.js", "--jobs", "two"], "from 1 to 256"),
        (&["run", "f.js", "--timeout", "-5s"], "`-5s` is not a time"),
        (&["f.js"], "to run it: segfn run f.js"),
        (&["aws", "--port", "http"], "from 0 to 65535"),
        (&["aws", "--dir", "f.js"], "f.js is not a folder"),
        (&["run", "f.js", "--aws", "reel"], "`real`"),
        (&["run", "f.js", "--role", "x"], "arn:aws:iam"),
        (
            &["run", "f.js", "--allow-net", "https://x"],
            "is not a host",
        ),
        (
            &["run", "f.js", "--allow-net", "x", "--deny-net"],
            "cannot be used with",
        ),
        (&["run", "f.js", "-s", "x"], "NAME=VALUE"),
        // A folder in the place of the config file.
        (&["run", "f.js"], "can't read segfn.toml"),
    ] {
        let (code, stdout, stderr) = folder.segfn(arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(
            stderr.starts_with("error: ") && stderr.contains(says),
            "{arguments:?}: {stderr}"
        );
    }
}

#[test]
fn wrong_settings_end_with_2() {
    let folder = Folder::new(&[
        ("f.js", "function onTrack() {}"),
        ("bad.json", "{\n'a': 1}"),
        ("segfn.toml", "kind = \"source\"\ntimout = 3\n"),
    ]);
    let (code, _, stderr) = folder.segfn(&["run", "f.js"]);
    assert_eq!(
        (code, stderr.as_str()),
        (
            2,
            "error: segfn.toml:2:1: unknown key `timout`\nhint: did you mean `timeout`?\n"
        )
    );
    folder.write("segfn.toml", b"");
    let (code, _, stderr) = folder.segfn(&["run", "f.js", "--settings", "bad.json"]);
    assert_eq!(code, 2);
    assert!(
        stderr.starts_with(
            "error: bad.json:2:1: texts must be in double quotes (\")\nhint: settings are one JSON object"
        ),
        "{stderr}"
    );
    let (code, _, stderr) = folder.segfn(&["run", "f.js", "--settings", "none.json"]);
    assert_eq!(code, 2);
    assert!(
        stderr.starts_with("error: can't read none.json: "),
        "{stderr}"
    );
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
    for (function, says) in [
        ("none.js", "error: none.js does not exist\nhint: "),
        (
            "a.ts",
            "error: a.ts is TypeScript, but functions are JavaScript\nhint: compile it first",
        ),
        (
            "folder",
            "error: the folder folder has no function.js\nhint: ",
        ),
        ("empty.js", "error: empty.js is empty\nhint: "),
        ("image.js", "error: image.js is not a text file in UTF-8\n"),
        (
            "event.json",
            "error: event.json is data, not a function\nhint: ",
        ),
    ] {
        let (code, stdout, stderr) = folder.segfn(&["run", function]);
        assert_eq!((code, stdout.as_str()), (3, ""), "{function}");
        assert!(stderr.starts_with(says), "{function}: {stderr}");
    }
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
    for json in [&[][..], &["--json"]] {
        let (code, stdout, stderr) = folder.segfn(&[&["run", "f.js", "e.json"], json].concat());
        assert_eq!((code, stdout.as_str()), (3, ""), "{stderr}");
        assert!(
            stderr.contains("ReferenceError") && stderr.contains(" --> f.js:2:11"),
            "{stderr}"
        );
        let (code, _, stderr) = folder.segfn(&[&["run", "syntax.js", "e.json"], json].concat());
        assert_eq!(code, 3, "{stderr}");
        assert!(
            stderr.contains("SyntaxError") && stderr.contains("retrun 1;"),
            "{stderr}"
        );
    }
    folder.write("none.js", b"const x = 1;");
    let (code, _, stderr) = folder.segfn(&["run", "none.js", "e.json"]);
    assert_eq!(code, 3);
    assert!(stderr.contains("defines no handler"), "{stderr}");
}

#[test]
fn what_is_never_closed_was_blamed_on_text_that_is_not_the_users() {
    let folder = Folder::new(&[]);
    for (source, place) in [
        ("async function onTrack() {\n  return { a: 1,\n", "2:17"),
        ("async function onTrack() {}\nlet a = [1, 2\n\n", "2:14"),
        ("async function onTrack() {\r\n  'é'\r\n", "2:6"),
        ("function onTrack() {}\n`abc\n", "2:5"),
    ] {
        folder.write("f.js", source);
        let (code, _, stderr) = folder.segfn(&["run", "f.js"]);
        assert_eq!(code, 3);
        assert!(
            stderr.starts_with(&format!(
                "error: f.js can't be loaded: SyntaxError: Unexpected end of input\n --> f.js:{place}\n"
            )) && stderr.contains("\nhint: "),
            "{stderr}"
        );
        assert!(!stderr.contains("segfn_exports"), "{stderr}");
    }
}

#[test]
fn a_misspelt_handler_was_not_noticed() {
    let folder = Folder::new(&[("none.js", "async function ontrack(event) {}")]);
    let (code, _, stderr) = folder.segfn(&["run", "none.js"]);
    assert_eq!(
        (code, stderr.as_str()),
        (
            3,
            "error: none.js: the function defines no handler\n\
             hint: it has `ontrack`, but the handler's name is onTrack\n"
        )
    );
    folder.write("f.js", "function onTrack() {}\nfunction onIdentity() {}");
    let warning = |arguments: &[&str]| folder.segfn(&[&["run", "f.js"], arguments].concat()).2;
    assert_eq!(
        warning(&[]),
        "warning: the function has `onIdentity`, but the handler's name is onIdentify\n"
    );
    folder.write("f.js", "function onTrack() {}");
    assert_eq!(warning(&[]), "");
    assert_eq!(
        warning(&["--handler", "onPage"]),
        "warning: the function has no onPage (its handlers: onTrack)\n"
    );
    assert_eq!(
        warning(&["--kind", "source"]),
        "warning: the function has no handler of the kind source\n"
    );
    folder.write(
        "f.js",
        "function onRequest() { return 'https://fn.segmentapis.com/x' }",
    );
    assert!(
        warning(&[]).starts_with("warning: the function contains https://fn.segmentapis.com: ")
    );
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
    let path = folder
        .path()
        .canonicalize()
        .expect("the folder")
        .join(".segfn");
    assert!(
        warnings.contains(&format!(
            "the embedded AWS failed; check that files can be read and written in {}",
            path.display()
        )),
        "{warnings}"
    );
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
    let (code, stdout, stderr) = folder.segfn(&["run", "f.js", "none.json", "e.ndjson", "--json"]);
    assert_eq!(code, 4);
    assert_eq!(stdout.lines().count(), 2);
    assert!(stderr.contains("error: can't read none.json: "), "{stderr}");
    assert!(
        stderr.contains("error: e.ndjson:2:7: not JSON: "),
        "{stderr}"
    );
}
