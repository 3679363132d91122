//! Where a function's code comes from: a JavaScript file, a folder that holds one, a Terraform
//! file; and any of them at a revision of a git repository.

mod error;
mod files;
mod find;
mod terraform;

use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

pub use crate::project::source::error::SourceError;
pub use crate::project::source::find::FunctionRef;
pub use crate::project::source::find::functions_in;
pub use crate::project::source::terraform::Declared;

use crate::function::Kind;
use crate::project::case_paths::CasePaths;
use crate::project::source::files::Files;
use crate::project::source::files::Revision;
use crate::project::source::terraform::Code;
use crate::project::source::terraform::Resource;

/// What a folder's function may be called, in the order of preference.
const NAMES: [&str; 2] = ["function.js", "handler.js"];

/// A function's code, read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file, as it may be named on the command line: `function.js`, `functions.tf:NAME`,
    /// `git:REV:functions/a/function.js`.
    pub path: PathBuf,
    /// Its text, without a leading byte order mark.
    pub text: Arc<str>,
    /// The folder, when that was named instead of the file.
    pub folder: Option<PathBuf>,
    /// The folder of the file, where its `settings.json` may lie: of the working tree, also when
    /// the code is of a revision.
    pub home: PathBuf,
    /// Where its cases are: of the working tree, too.
    pub cases: CasePaths,
    /// What a Terraform file says beside the code.
    pub declared: Option<Declaration>,
}

/// What a Terraform file says of a function beside its code.
#[derive(Clone, Debug)]
pub struct Declaration {
    pub kind: Kind,
    pub settings: Vec<Declared>,
    /// The line of the Terraform file that is the code's first, where the code is a heredoc.
    pub line: Option<u32>,
}

impl Source {
    /// Reads the function that `path` names: a JavaScript file; a folder that holds `function.js`
    /// (or `handler.js`); a Terraform file, with `:NAME` when it holds several functions, or a
    /// folder with one; or `git:REVISION:PATH` for any of them.
    pub fn read(path: &Path) -> Result<Source, SourceError> {
        Source::read_as(path, None)
    }

    /// The same, where `git:REVISION` stands for the path `other` at that revision.
    pub fn read_as(path: &Path, other: Option<&Path>) -> Result<Source, SourceError> {
        let Some((revision, path)) = at_revision(path) else {
            return read_in(&Files::Disk, path);
        };
        let other = other.map(|other| at_revision(other).map_or(Some(other), |(_, path)| path));
        let Some(path) = path.or(other.flatten()) else {
            return Err(SourceError::NoPath(revision.to_owned()));
        };
        let (file, _) = split_name(path);
        let revision = Revision::new(revision, &file)?;
        read_in(&Files::Git(revision), path)
    }

    /// A file next to the function, if it exists: `settings.json`.
    pub fn beside(&self, name: &str) -> Option<PathBuf> {
        let path = self.home.join(name);
        path.exists().then_some(path)
    }

    /// The events that come with the function: those of its folder, when that was named.
    pub fn events(&self) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        [
            "events",
            "events.json",
            "events.ndjson",
            "event.json",
            "request.json",
        ]
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.exists())
    }
}

/// The revision and the path of `git:REVISION` or `git:REVISION:PATH`.
fn at_revision(path: &Path) -> Option<(&str, Option<&Path>)> {
    let rest = path.to_str()?.strip_prefix("git:")?;
    Some(match rest.split_once(':') {
        Some((revision, path)) => (revision, Some(Path::new(path))),
        None => (rest, None),
    })
}

/// Whether `path` names a function at a revision, where nothing can be written.
pub fn is_revision(path: &Path) -> bool {
    at_revision(path).is_some()
}

/// The Terraform file and the function's name in `FILE.tf:NAME` (or `FILE.tf#NAME`).
fn split_name(path: &Path) -> (PathBuf, Option<String>) {
    let text = path.to_string_lossy();
    let at = [".tf:", ".tf#"].iter().find_map(|mark| text.rfind(mark));
    match at {
        Some(at) => (
            PathBuf::from(&text[..at + 3]),
            Some(text[at + 4..].to_owned()),
        ),
        None => (path.to_owned(), None),
    }
}

fn read_in(files: &Files, path: &Path) -> Result<Source, SourceError> {
    let (file, name) = split_name(path);
    if name.is_some() {
        return read_terraform(files, &[file], name, None);
    }
    if !files.is_dir(path) {
        return match extension(path).as_str() {
            "tf" => read_terraform(files, &[file], None, None),
            "ts" | "tsx" | "mts" | "cts" => Err(SourceError::TypeScript(file)),
            "json" | "ndjson" | "jsonl" | "gz" => Err(SourceError::Data(file)),
            _ => read_script(files, path, None),
        };
    }
    let folder = Some(path.to_owned());
    if let Some(file) = script_in(files, path) {
        return read_script(files, &file, folder);
    }
    let terraform = terraform_in(files, path);
    if terraform.is_empty() {
        return Err(SourceError::NoFunction(path.to_owned()));
    }
    read_terraform(files, &terraform, None, folder)
}

/// The script that a folder stands for.
fn script_in(files: &Files, folder: &Path) -> Option<PathBuf> {
    let mut candidates = NAMES.iter().map(|name| folder.join(name));
    candidates.find(|file| files.is_file(file))
}

/// The Terraform files of a folder.
fn terraform_in(files: &Files, folder: &Path) -> Vec<PathBuf> {
    let names = files.names(folder).unwrap_or_default();
    let paths = names.iter().map(|name| folder.join(name));
    paths.filter(|path| extension(path) == "tf").collect()
}

fn read_script(files: &Files, file: &Path, folder: Option<PathBuf>) -> Result<Source, SourceError> {
    Ok(Source {
        path: files.shown(file),
        text: script(files, file)?.into(),
        folder,
        home: home_of(file),
        cases: cases_of_script(file).plain(),
        declared: None,
    })
}

/// The one function in `terraform`, or the one called `name`.
fn read_terraform(
    files: &Files,
    terraform: &[PathBuf],
    name: Option<String>,
    folder: Option<PathBuf>,
) -> Result<Source, SourceError> {
    let mut found = Vec::new();
    for file in terraform {
        let text = text(files, file)?;
        let resources = terraform::parse(&files.shown(file), &text)?;
        found.extend(resources.into_iter().map(|resource| (file, resource)));
    }
    let whole = || match &folder {
        Some(folder) => folder.clone(),
        None => files.shown(&terraform[0]),
    };
    let named = |(file, resource): &(&PathBuf, Resource)| {
        let path = files.shown(&with_name(file, &resource.name));
        path.display().to_string()
    };
    if found.is_empty() {
        return Err(match folder {
            Some(folder) => SourceError::NoFunction(folder),
            None => SourceError::NoResource(whole()),
        });
    }
    let wanted = match &name {
        None if found.len() > 1 => {
            return Err(SourceError::Several {
                path: whole(),
                names: found.iter().map(named).collect(),
            });
        }
        None => found.first(),
        // By the name that people see, too: Git Sync makes the others from numbers.
        Some(name) => found
            .iter()
            .find(|(_, resource)| resource.name == *name)
            .or(found
                .iter()
                .find(|(_, resource)| resource.display_name.as_ref() == Some(name))),
    };
    let Some((file, resource)) = wanted else {
        return Err(SourceError::NotThere {
            path: whole(),
            name: name.unwrap_or_default(),
            names: found.iter().map(named).collect(),
        });
    };
    let (path, text, line) = match &resource.code {
        Code::Text { text, line } => (with_name(file, &resource.name), text.clone(), *line),
        Code::File(path) => {
            let path = home_of(file).join(path);
            let text = script(files, &path)?;
            (path, text, None)
        }
    };
    let path = files.shown(&path);
    if text.trim().is_empty() {
        return Err(SourceError::Empty(path));
    }
    Ok(Source {
        path,
        text: text.into(),
        folder,
        home: home_of(file),
        cases: CasePaths::in_terraform(file, &resource.name).plain(),
        declared: Some(Declaration {
            kind: resource.kind,
            settings: resource.settings.clone(),
            line,
        }),
    })
}

/// The script that a folder stands for has its cases in the folder's own.
fn cases_of_script(file: &Path) -> CasePaths {
    match NAMES.iter().any(|name| file.ends_with(name)) {
        true => CasePaths::in_folder(&home_of(file)),
        false => CasePaths::beside_script(file),
    }
}

fn with_name(file: &Path, name: &str) -> PathBuf {
    PathBuf::from(format!("{}:{name}", file.display()))
}

fn home_of(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).to_owned()
}

fn extension(path: &Path) -> String {
    let extension = path.extension().and_then(|e| e.to_str());
    extension.unwrap_or_default().to_ascii_lowercase()
}

/// The text of a script, without a byte order mark.
fn script(files: &Files, file: &Path) -> Result<String, SourceError> {
    let text = text(files, file)?;
    if text.trim().is_empty() {
        return Err(SourceError::Empty(files.shown(file)));
    }
    Ok(text)
}

fn text(files: &Files, file: &Path) -> Result<String, SourceError> {
    let bytes = files.read(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => SourceError::NotFound(files.shown(file)),
        _ => SourceError::Read {
            path: files.shown(file),
            source: error,
        },
    })?;
    let text = String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'));
    let text = text.ok_or_else(|| SourceError::NotText(files.shown(file)))?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(text) => text.to_owned(),
        None => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).expect("a file");
        }
        folder
    }

    #[test]
    fn a_folder_stands_for_its_function() {
        let folder = folder(&[
            ("handler.js", b"b"),
            ("function.js", b"\xef\xbb\xbfa"),
            ("event.json", b"{}"),
        ]);
        let source = Source::read(folder.path()).expect("a function");
        assert_eq!(source.path, folder.path().join("function.js"));
        assert_eq!(&*source.text, "a");
        assert_eq!(source.events(), Some(folder.path().join("event.json")));
        let source = Source::read(&folder.path().join("handler.js")).expect("a function");
        assert_eq!(&*source.text, "b");
        assert_eq!(source.events(), None);
    }

    #[test]
    fn what_is_no_function_is_told_apart() {
        let folder = folder(&[
            ("a.ts", b"x"),
            ("a.json", b"{}"),
            ("nul.js", b"a\0b"),
            ("latin1.js", b"\xe9"),
            ("e.js", b"\n"),
        ]);
        let read = |name: &str| Source::read(&folder.path().join(name)).map(drop);
        assert!(matches!(read("none.js"), Err(SourceError::NotFound(_))));
        assert!(matches!(read(""), Err(SourceError::NoFunction(_))));
        assert!(matches!(read("a.ts"), Err(SourceError::TypeScript(_))));
        assert!(matches!(read("a.json"), Err(SourceError::Data(_))));
        assert!(matches!(read("nul.js"), Err(SourceError::NotText(_))));
        assert!(matches!(read("latin1.js"), Err(SourceError::NotText(_))));
        assert!(matches!(read("e.js"), Err(SourceError::Empty(_))));
    }
}
