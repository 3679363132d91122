//! Where the cases of a function are. No other file spells these paths.

use std::path::{Path, PathBuf};

/// The folder of cases beside a function that is the only one of its folder.
const FOLDER: &str = "cases";

/// What such a folder's name ends in when it belongs to one script of several: `other.cases`.
const EXTENSION: &str = "cases";

/// What the extensions of scripts with cases of their own may be.
const SCRIPTS: [&str; 3] = ["js", "mjs", "cjs"];

/// How many folders above a case its function may be.
pub const LEVELS: usize = 3;

/// Where the cases of one function are: in a folder, and in a file beside that folder, of which each
/// line is a case. Neither need be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePaths {
    folder: PathBuf,
}

impl CasePaths {
    /// Of the function that `folder` stands for.
    pub fn in_folder(folder: &Path) -> CasePaths {
        CasePaths {
            folder: folder.join(FOLDER),
        }
    }

    /// Of the script at `file`, which is not the one that its folder stands for.
    pub fn beside_script(file: &Path) -> CasePaths {
        CasePaths {
            folder: file.with_extension(EXTENSION),
        }
    }

    /// Of the function `name` in a Terraform file. The functions of such a file share a folder: each has
    /// its cases in one with its name.
    pub fn in_terraform(file: &Path, name: &str) -> CasePaths {
        CasePaths {
            folder: file.with_file_name(FOLDER).join(name),
        }
    }

    /// The folder, of which each folder is a case, and each `.ndjson` file holds some.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The function's folder, or its Terraform file's.
    pub fn home(&self) -> PathBuf {
        let parent = self.folder.parent().unwrap_or(Path::new(""));
        let home = match parent.ends_with(FOLDER) {
            true => parent.parent().unwrap_or(Path::new("")),
            false => parent,
        };
        match home.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => home.to_owned(),
        }
    }

    /// The file beside the folder: `cases.ndjson`, `other.cases.ndjson`.
    pub fn file(&self) -> PathBuf {
        let mut name = self.folder.file_name().unwrap_or_default().to_owned();
        name.push(".ndjson");
        self.folder.with_file_name(name)
    }

    /// Whether the folder or the file is there.
    pub fn exist(&self) -> bool {
        self.folder.is_dir() || self.file().is_file()
    }

    /// Whether `path` is the folder, the file, or in the folder.
    pub fn hold(&self, path: &Path) -> bool {
        let path = absolute(path);
        path.starts_with(absolute(&self.folder)) || path == absolute(&self.file())
    }

    /// What stands before a case's name in its id: the folder's path without what all of them have.
    /// Empty for the function of the working folder.
    pub fn id(&self) -> String {
        let parts: Vec<String> = self
            .folder
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .filter(|part| part != "." && part != FOLDER)
            .map(|part| match part.strip_suffix(".cases") {
                Some(script) => script.to_owned(),
                None => part,
            })
            .collect();
        parts.join("/").replacen("//", "/", 1)
    }

    /// The same with paths that do not begin with `./`, which says nothing.
    pub fn plain(&self) -> CasePaths {
        CasePaths {
            folder: plain(&self.folder),
        }
    }
}

/// The scripts whose cases `path` may be, or be in, by the names of the folders and files on the way:
/// `other.js` for `other.cases/one` and for `other.cases.ndjson`.
pub fn scripts_of(path: &Path) -> Vec<PathBuf> {
    let mut scripts = Vec::new();
    for path in path.ancestors().take(LEVELS) {
        let folder = match path.extension() {
            Some(extension) if extension == "ndjson" => path.with_extension(""),
            _ => path.to_owned(),
        };
        if folder.extension().is_some_and(|found| found == EXTENSION) {
            let candidates = SCRIPTS.map(|extension| folder.with_extension(extension));
            scripts.extend(candidates.into_iter().filter(|script| script.is_file()));
        }
    }
    scripts
}

/// Whether a folder is one of cases, or in one, by the names of those above it.
pub fn is_below_cases(path: &Path) -> bool {
    absolute(path).iter().rev().take(LEVELS).any(|name| {
        let extension = Path::new(name).extension();
        name == FOLDER || extension.is_some_and(|extension| extension == EXTENSION)
    })
}

/// The path without a `./` in front.
pub fn plain(path: &Path) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(short) if !short.as_os_str().is_empty() => short.to_owned(),
        _ => path.to_owned(),
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_keep_a_function_has_its_folder_its_file_and_its_id() {
        let told = |cases: &CasePaths| {
            let file = cases.file();
            (
                cases.folder().display().to_string(),
                file.display().to_string(),
                cases.id(),
            )
        };
        let owned = |folder: &str, file: &str, id: &str| {
            (folder.to_owned(), file.to_owned(), id.to_owned())
        };
        assert_eq!(
            told(&CasePaths::in_folder(Path::new("f/a"))),
            owned("f/a/cases", "f/a/cases.ndjson", "f/a")
        );
        assert_eq!(
            told(&CasePaths::beside_script(Path::new("f/other.js"))),
            owned("f/other.cases", "f/other.cases.ndjson", "f/other")
        );
        assert_eq!(
            told(&CasePaths::in_terraform(Path::new("f/all.tf"), "a.b")),
            owned("f/cases/a.b", "f/cases/a.b.ndjson", "f/a.b")
        );
        assert_eq!(CasePaths::in_folder(Path::new("")).id(), "");
        assert_eq!(CasePaths::in_folder(Path::new(".")).id(), "");
        assert_eq!(CasePaths::in_folder(Path::new("/f")).id(), "/f");
    }

    #[test]
    fn a_script_is_found_from_its_cases() {
        let folder = tempfile::tempdir().expect("a folder");
        let script = folder.path().join("other.js");
        std::fs::write(&script, "").expect("a file");
        let cases = CasePaths::beside_script(&script);
        for path in [
            cases.folder().to_owned(),
            cases.folder().join("one"),
            cases.file(),
            cases.folder().join("more.ndjson"),
        ] {
            assert_eq!(
                scripts_of(&path),
                std::slice::from_ref(&script),
                "{}",
                path.display()
            );
            assert!(cases.hold(&path));
        }
        assert_eq!(
            scripts_of(&folder.path().join("cases/one")),
            [] as [PathBuf; 0]
        );
        assert!(!cases.hold(&folder.path().join("other.cases.json")));
    }
}
