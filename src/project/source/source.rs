//! A function's code, read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::function::Kind;
use crate::project::case_paths::CasePaths;
use crate::project::source::error::SourceError;
use crate::project::source::files::{Files, Revision};
use crate::project::source::naming::{
    at_revision, cases_of_script, extension, home_of, own_name, split_name, with_name,
};
use crate::project::source::terraform::{self, Code, DeclaredSetting, Resource};

/// The file of settings beside a function.
const SETTINGS: &str = "settings.json";

/// A function's code, read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file, as it may be named on the command line: `function.js`, `functions.tf:NAME`,
    /// `git:REV:functions/a/function.js`.
    pub path: PathBuf,
    /// The files that it was read from: a script, a Terraform file, or both.
    pub files: Vec<PathBuf>,
    /// Its text, without a leading byte order mark.
    pub text: Arc<str>,
    /// The folder, when that was named instead of the file.
    pub folder: Option<PathBuf>,
    /// The folder of the file, where its `settings.json` may lie: of the working tree, also when
    /// the code is of a revision.
    pub home: PathBuf,
    /// What it is called among several functions of its folder: `other` for `other.js`, and a name in a
    /// Terraform file. `None` for the one that the folder stands for.
    pub own_name: Option<String>,
    /// Where its cases are: of the working tree, too.
    pub cases: CasePaths,
    /// What a Terraform file says beside the code.
    pub declared: Option<Declaration>,
}

/// What a Terraform file says of a function beside its code.
#[derive(Clone, Debug)]
pub struct Declaration {
    pub kind: Kind,
    pub settings: Vec<DeclaredSetting>,
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

    /// Its files of settings, which need not exist: what all functions of its folder share, and its own.
    pub fn settings(&self) -> impl Iterator<Item = PathBuf> {
        let own = self.own_name.as_ref();
        let own = own.map(|name| format!("{name}.{SETTINGS}"));
        let names = std::iter::once(SETTINGS.to_owned()).chain(own);
        names.map(|name| self.home.join(name))
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
    if let Some(file) = files.script_in(path) {
        return read_script(files, &file, folder);
    }
    let terraform = files.terraform_in(path);
    if terraform.is_empty() {
        return Err(SourceError::NoFunction(path.to_owned()));
    }
    read_terraform(files, &terraform, None, folder)
}

fn read_script(files: &Files, file: &Path, folder: Option<PathBuf>) -> Result<Source, SourceError> {
    Ok(Source {
        path: files.shown(file),
        files: vec![file.to_owned()],
        text: files.script(file)?.into(),
        folder,
        home: home_of(file),
        own_name: own_name(file),
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
        let text = files.text(file)?;
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
    let mut read = vec![(*file).clone()];
    let (path, text, line) = match &resource.code {
        Code::Text { text, line } => (with_name(file, &resource.name), text.clone(), *line),
        Code::File(path) => {
            let path = home_of(file).join(path);
            let text = files.script(&path)?;
            read.push(path.clone());
            (path, text, None)
        }
    };
    let path = files.shown(&path);
    if text.trim().is_empty() {
        return Err(SourceError::Empty(path));
    }
    Ok(Source {
        path,
        files: read,
        text: text.into(),
        folder,
        home: home_of(file),
        own_name: Some(resource.name.clone()),
        cases: CasePaths::in_terraform(file, &resource.name).plain(),
        declared: Some(Declaration {
            kind: resource.kind,
            settings: resource.settings.clone(),
            line,
        }),
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
