//! Reading inputs from files, through the library.

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use segfn::project::inputs::Inputs;
use tempfile::TempDir;

use crate::support::Folder;

/// The inputs of one file with the given content as `NAME=JSON`, then the problems; `F` stands
/// for the file.
fn read(content: &[u8]) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    std::fs::write(&path, content).expect("a file");
    read_paths(std::slice::from_ref(&path), &path)
}

fn read_paths(paths: &[PathBuf], stem: &Path) -> (Vec<String>, Vec<String>) {
    let stem = stem.display().to_string();
    let mut inputs = Inputs::new(paths);
    let found = inputs
        .by_ref()
        .flatten()
        .map(|input| format!("{}={}", input.name, input.json).replace(&stem, "F"))
        .collect();
    let problems = inputs.problems().take();
    (
        found,
        problems
            .iter()
            .map(|problem| problem.to_string().replace(&stem, "F"))
            .collect(),
    )
}

fn good(content: &str) -> Vec<String> {
    let (inputs, problems) = read(content.as_bytes());
    assert_eq!(problems, [""; 0], "{content:?}");
    inputs
}

fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("gzip");
    encoder.finish().expect("gzip")
}

#[test]
fn one_value_is_named_by_its_file() {
    assert_eq!(good("{\"a\":1}"), ["F={\"a\":1}"]);
    assert_eq!(good("\n  {\"a\":1}  \n\n"), ["F=  {\"a\":1}"]);
    assert_eq!(good("{\n  \"a\": 1\n}\n"), ["F={\n  \"a\": 1\n}"]);
    assert_eq!(good("[\n{\"a\":1}\n]\n"), ["F=[\n{\"a\":1}\n]"]);
    assert_eq!(
        good("[{\"a\":1},\n{\"b\":2}]"),
        ["F=[{\"a\":1},\n{\"b\":2}]"]
    );
}

#[test]
fn one_value_a_line_is_ndjson() {
    assert_eq!(good("{\"a\":1}\n[2]\n"), ["F:1={\"a\":1}", "F:2=[2]"]);
    assert_eq!(
        good("\n{\"a\":1}\n\n\n{\"b\":2}"),
        ["F:2={\"a\":1}", "F:5={\"b\":2}"]
    );
    assert_eq!(
        good("\u{feff}{\"a\":1}\r\n{\"b\":2}\r\n"),
        ["F:1={\"a\":1}", "F:2={\"b\":2}"]
    );
}

#[test]
fn values_over_several_lines_may_follow_each_other() {
    assert_eq!(
        good("{\n\"a\":1\n}\n\n{\n\"b\":2\n} {\"c\":3}\n"),
        ["F:1={\n\"a\":1\n}", "F:5={\n\"b\":2\n}", "F:7={\"c\":3}"]
    );
}

#[test]
fn a_value_may_have_what_only_javascript_takes() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    for json in [
        deep.as_str(),
        "\"\\ud800\"",
        "1e999",
        "123456789012345678901234567890",
    ] {
        assert_eq!(good(json), [format!("F={json}")]);
    }
}

#[test]
fn gzip_is_known_by_its_content() {
    let mut two = gzipped(b"{\"a\":1}\n");
    two.extend(gzipped(b"{\"b\":2}\n"));
    assert_eq!(
        read(&two),
        (
            vec!["F:1={\"a\":1}".to_owned(), "F:2={\"b\":2}".to_owned()],
            vec![]
        )
    );
}

#[test]
fn a_file_that_powershell_wrote_was_no_text() {
    let text = "\u{feff}{\"a\":\"ä😀\"}\r\n{\"b\":2}\r\n";
    let units: Vec<u16> = text.encode_utf16().collect();
    let le: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let be: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let expected = ["F:1={\"a\":\"ä😀\"}", "F:2={\"b\":2}"];
    for bytes in [&le, &be, &gzipped(&le), &text.as_bytes().to_vec()] {
        let (inputs, problems) = read(bytes);
        assert_eq!(inputs, expected, "{problems:?}");
    }
}

#[test]
fn damaged_gzip_keeps_what_came_before() {
    let lines: String = (0..20_000)
        .map(|i| format!("{{\"n\":{},\"x\":\"{:x}\"}}\n", i, i * 7919))
        .collect();
    let whole = gzipped(lines.as_bytes());
    let (inputs, problems) = read(&whole[..whole.len() / 2]);
    assert!(
        inputs.len() > 100 && inputs.len() < 20_000,
        "{}",
        inputs.len()
    );
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].starts_with(&format!("can't read F after line {}: ", inputs.len())),
        "{}",
        problems[0]
    );
}

/// Lines are handed on as they are, and parsed once, by V8: tests/it/run_cli.rs shows what becomes of
/// a line that is no JSON.
#[test]
fn a_line_that_is_not_text_costs_only_itself() {
    let (inputs, problems) = read(b"{\"a\":1}\n{\"b\":\n\xff\n{\"d\":4}\n");
    assert_eq!(inputs, ["F:1={\"a\":1}", "F:2={\"b\":", "F:4={\"d\":4}"]);
    assert_eq!(problems, ["F:3: not UTF-8"]);
    // Also after a first line that is broken, and when it is the second.
    let (inputs, problems) = read("{\"é\":,}\n\n{\"b\":2}\n{\"c\":3}\n".as_bytes());
    assert_eq!(inputs, ["F:1={\"é\":,}", "F:3={\"b\":2}", "F:4={\"c\":3}"]);
    assert_eq!(problems, Vec::<String>::new());
    let (inputs, problems) = read(b"{\"a\":1}\n\xff\n{\"c\":3}\n");
    assert_eq!(inputs, ["F:1={\"a\":1}", "F:3={\"c\":3}"]);
    assert_eq!(problems, ["F:2: not UTF-8"]);
}

#[test]
fn a_broken_file_is_told_with_its_place() {
    for (content, problem) in [
        (
            "{\n  \"a\": 1\n",
            "F:3:1: not JSON: it ends in the middle of a value",
        ),
        ("\n\n{\n  \"é\": 1,\n}\n", "F:5:1: not JSON: trailing comma"),
        (
            "{\n  'a': 1\n}",
            "F:2:3: not JSON: texts must be in double quotes (\")",
        ),
        ("hello", "F:1:1: not JSON: expected value"),
        ("", "F has no event in it"),
        ("\n \n", "F has no event in it"),
    ] {
        assert_eq!(
            read(content.as_bytes()),
            (vec![], vec![problem.to_owned()]),
            "{content:?}"
        );
    }
    assert_eq!(
        read(b"{\n\"a\":\n\"\xe9\"}"),
        (vec![], vec!["F:3: not UTF-8".to_owned()])
    );
    assert_eq!(read(b"\xff\xff{\0}\0").1, ["F:1: not UTF-8"]);
}

#[test]
fn what_follows_a_value_is_read_up_to_the_break() {
    let (inputs, problems) = read(b"{\n\"a\":1\n}\n]\n");
    assert_eq!(inputs, ["F:1={\n\"a\":1\n}"]);
    assert_eq!(problems, ["F:4:1: not JSON: expected value"]);
}

#[test]
fn a_folder_gives_its_files_by_name() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, content: &[u8]| {
        std::fs::write(folder.path().join(name), content).expect("a file")
    };
    write("b.json", b"2");
    write("a.ndjson", b"0\n1");
    write("c.gz", &gzipped(b"3"));
    write("readme.md", b"# Events");
    write(".hidden.json", b"9");
    std::fs::create_dir(folder.path().join("d.json")).expect("a folder");
    let (inputs, problems) = read_paths(&[folder.path().to_owned()], folder.path());
    assert_eq!(
        inputs,
        ["F/a.ndjson:1=0", "F/a.ndjson:2=1", "F/b.json=2", "F/c.gz=3"]
    );
    assert_eq!(problems, [""; 0]);
}

#[test]
fn a_missing_file_does_not_stop_the_others() {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("b.json"), "2").expect("a file");
    std::fs::create_dir(folder.path().join("empty")).expect("a folder");
    let paths = ["a.json", "empty", "b.json"].map(|name| folder.path().join(name));
    let (inputs, problems) = read_paths(&paths, folder.path());
    assert_eq!(inputs, ["F/b.json=2"]);
    assert_eq!(problems.len(), 2);
    assert_eq!(problems[0], "the folder F/empty has no events in it");
    assert!(
        problems[1].starts_with("can't read F/a.json: "),
        "{}",
        problems[1]
    );
}

#[test]
fn progress_counts_the_bytes_of_the_files() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("a.ndjson");
    std::fs::write(&path, "{}\n".repeat(1000)).expect("a file");
    let mut inputs = Inputs::new(&[path.clone(), path]);
    let progress = inputs.progress();
    assert_eq!((progress.total, progress.read()), (Some(6000), 0));
    assert_eq!(inputs.by_ref().flatten().count(), 2000);
    assert_eq!(progress.read(), 6000);
}

#[test]
fn a_line_without_end_took_all_memory() {
    let event = r#"{"type":"track","event":"E"}"#;
    let long = format!(
        "{{\"type\":\"track\",\"event\":\"{}\"}}",
        "x".repeat(2 << 20)
    );
    let folder = Folder::new(&[(
        "f.js",
        "async function onTrack(e) { return e.event.length; }",
    )]);
    folder.write("lines.ndjson", format!("{event}\n{long}\n{event}\n"));
    folder.write("value.json", format!("{{\n{}", long.replace(',', ",\n")));
    let run =
        |max: &str, file: &str| folder.segfn(&["run", "f.js", file, "--json", "--max-line", max]);
    let (code, stdout, stderr) = run("1", "lines.ndjson");
    assert_eq!((code, stdout.lines().count()), (4, 2), "{stderr}");
    assert!(
        stderr.starts_with("error: lines.ndjson:2: longer than 1 MB\n"),
        "{stderr}"
    );
    let (code, stdout, stderr) = run("1", "value.json");
    assert_eq!((code, stdout.as_str()), (4, ""));
    assert!(
        stderr.contains("value.json:1: longer than 1 MB"),
        "{stderr}"
    );
    let (code, stdout, _) = run("3", "lines.ndjson");
    assert_eq!((code, stdout.lines().count()), (0, 3));
}
