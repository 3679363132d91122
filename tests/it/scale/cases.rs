//! Cases of what the parts of an archive have in them.

use super::workspace::folder;

#[test]
fn the_parts_choose_the_events_of_which_cases_are_made() {
    let of_parts = folder(6, 6);
    let of_all = folder(6, 6);
    let arguments = ["cases", "add", "new.js", "s3://archive/logs/"];
    let (code, _, stderr) = of_all.segfn(&arguments);
    assert_eq!(code, 0, "{stderr}");
    for part in ["1/3", "2/3", "3/3"] {
        let more = ["--part", part, "--to", "results"];
        let (code, _, stderr) = of_parts.segfn(&[&arguments[..], &more].concat());
        assert_eq!(code, 0, "{stderr}");
    }
    let (code, _, stderr) = of_parts.segfn(&["cases", "add", "new.js", "--parts", "results"]);
    assert_eq!(code, 0, "{stderr}");
    let cases = |folder: &crate::support::Folder| {
        let mut all = Vec::new();
        for entry in walk(&folder.path().join("cases")) {
            let text = std::fs::read_to_string(&entry).expect("a case");
            all.push((
                entry.strip_prefix(folder.path()).expect("below").to_owned(),
                text,
            ));
        }
        let lines = std::fs::read_to_string(folder.path().join("cases.ndjson"));
        (all, lines.unwrap_or_default())
    };
    let (whole, parts) = (cases(&of_all), cases(&of_parts));
    assert!(whole.0.len() + whole.1.lines().count() > 2, "{whole:?}");
    assert_eq!(parts, whole);
    // A part's result is none of another command.
    let (code, _, stderr) = of_parts.segfn(&["diff", "merge", "results"]);
    assert_eq!(code, 4);
    assert!(stderr.contains("it is of `segfn cases add`"), "{stderr}");
}

/// The files below a folder, in order.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(walk(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}
