//! Cases of what the parts of an archive have in them.

use std::path::{Path, PathBuf};

use super::workspace::{folder, new};
use crate::support::Folder;

#[test]
fn the_parts_choose_the_events_of_which_cases_are_made() {
    let (of_parts, of_all) = (folder(6, 6), folder(6, 6));
    for folder in [&of_parts, &of_all] {
        folder.write("f/function.js", new());
    }
    let arguments = ["cases", "add", "f", "s3://archive/logs/"];
    let (code, _, stderr) = of_all.segfn(&arguments);
    assert_eq!(code, 0, "{stderr}");
    for part in ["1/3", "2/3", "3/3"] {
        let more = ["--part", part, "--to", "results"];
        let (code, _, stderr) = of_parts.segfn(&[&arguments[..], &more].concat());
        assert_eq!(code, 0, "{stderr}");
    }
    let (code, _, stderr) = of_parts.segfn(&["cases", "add", "f", "--parts", "results"]);
    assert_eq!(code, 0, "{stderr}");
    let cases = |folder: &Folder| {
        let home = folder.path().join("f");
        let named = |path: PathBuf| {
            let text = std::fs::read_to_string(&path).expect("a case");
            (path.strip_prefix(&home).expect("below").to_owned(), text)
        };
        walk(&home).into_iter().map(named).collect::<Vec<_>>()
    };
    let whole = cases(&of_all);
    assert!(whole.len() > 3, "{whole:?}");
    assert_eq!(cases(&of_parts), whole);
    // A part's result is none of another command.
    let (code, _, stderr) = of_parts.segfn(&["diff", "merge", "results"]);
    assert_eq!(code, 4);
    assert!(stderr.contains("it is of `segfn cases add`"), "{stderr}");
}

/// The files below a folder, in order.
fn walk(folder: &Path) -> Vec<PathBuf> {
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
