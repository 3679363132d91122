//! Where a function's files are read from: the disk, or a revision of a git repository, by the
//! user's own `git`.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::process::Output;

use crate::project::source::error::SourceError;
use crate::project::source::git::{commit_of, first_line, git};
use crate::project::source::naming::{NAMES, extension};
use crate::text::decode;

/// A place to read files from.
pub(super) enum Files {
    Disk,
    Git(Revision),
}

impl Files {
    pub fn is_dir(&self, path: &Path) -> bool {
        match self {
            Files::Disk => path.is_dir(),
            Files::Git(revision) => revision.kind_of(path) == Some("tree"),
        }
    }

    pub fn is_file(&self, path: &Path) -> bool {
        match self {
            Files::Disk => path.is_file(),
            Files::Git(revision) => revision.kind_of(path) == Some("blob"),
        }
    }

    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self {
            Files::Disk => std::fs::read(path),
            Files::Git(revision) => revision.read(path),
        }
    }

    /// The names in a folder, in order.
    pub fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = match self {
            Files::Disk => std::fs::read_dir(folder)?
                .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
                .collect::<io::Result<Vec<_>>>()?,
            Files::Git(revision) => revision.names(folder)?,
        };
        names.sort();
        Ok(names)
    }

    /// The script that a folder stands for.
    pub fn script_in(&self, folder: &Path) -> Option<PathBuf> {
        let mut candidates = NAMES.iter().map(|name| folder.join(name));
        candidates.find(|file| self.is_file(file))
    }

    /// The Terraform files of a folder.
    pub fn terraform_in(&self, folder: &Path) -> Vec<PathBuf> {
        let names = self.names(folder).unwrap_or_default();
        let paths = names.iter().map(|name| folder.join(name));
        paths.filter(|path| extension(path) == "tf").collect()
    }

    /// The text of a script, without a byte order mark.
    pub fn script(&self, file: &Path) -> Result<String, SourceError> {
        let text = self.text(file)?;
        if text.trim().is_empty() {
            return Err(SourceError::Empty(self.shown(file)));
        }
        Ok(text)
    }

    /// The text of a file, without a byte order mark.
    pub fn text(&self, file: &Path) -> Result<String, SourceError> {
        let bytes = self.read(file).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SourceError::NotFound(self.shown(file)),
            _ => SourceError::Read {
                path: self.shown(file),
                source: error,
            },
        })?;
        let text = decode(bytes).ok().filter(|text| !text.contains('\0'));
        text.ok_or_else(|| SourceError::NotText(self.shown(file)))
    }

    /// `path` as it may be named where FUNCTION stands.
    pub fn shown(&self, path: &Path) -> PathBuf {
        match self {
            Files::Disk => path.to_owned(),
            Files::Git(revision) => {
                // A slash of its own keeps the revision out of the file's base name.
                let dot = if path.components().count() == 1 {
                    "./"
                } else {
                    ""
                };
                PathBuf::from(format!("git:{}:{dot}{}", revision.name, path.display()))
            }
        }
    }
}

/// A commit.
pub(super) struct Revision {
    /// As the user named it.
    name: String,
    commit: String,
}

impl Revision {
    /// The commit `name` of the repository that `path` lies in, or would lie in.
    pub fn new(name: &str, path: &Path) -> Result<Revision, SourceError> {
        let (folder, _) = existing(path);
        Ok(Revision {
            name: name.to_owned(),
            commit: commit_of(name, &folder)?,
        })
    }

    fn object(&self, below: &Path) -> String {
        let mut text = format!("{}:./", self.commit);
        for (index, part) in below.components().enumerate() {
            if index > 0 {
                text.push('/');
            }
            text.push_str(&part.as_os_str().to_string_lossy());
        }
        text
    }

    fn kind_of(&self, path: &Path) -> Option<&'static str> {
        let (folder, below) = existing(path);
        let output = git(&folder, &["cat-file", "-t", &self.object(&below)]).ok()?;
        match first_line(&output.stdout).as_str() {
            "tree" => Some("tree"),
            "blob" => Some("blob"),
            _ => None,
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let (folder, below) = existing(path);
        let output = git(&folder, &["cat-file", "blob", &self.object(&below)])?;
        content_of(output)
    }

    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        let (folder, below) = existing(path);
        let object = self.object(&below);
        // Without --full-tree, git looks for the folder that it starts in once more inside this one.
        let output = git(
            &folder,
            &["ls-tree", "--full-tree", "-z", "--name-only", &object],
        )?;
        let bytes = content_of(output)?;
        Ok(bytes
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty())
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect())
    }
}

fn content_of(output: Output) -> io::Result<Vec<u8>> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(io::Error::new(
        io::ErrorKind::NotFound,
        first_line(&output.stderr),
    ))
}

/// Splits `path` into a folder that is there now, which `git` can start in, and the rest.
fn existing(path: &Path) -> (PathBuf, PathBuf) {
    let mut folder = path.to_owned();
    let mut below = Vec::new();
    while !folder.is_dir() {
        match folder.components().next_back() {
            Some(Component::Normal(name)) => below.push(name.to_owned()),
            _ => break,
        }
        folder.pop();
    }
    if folder == Path::new("") {
        folder = PathBuf::from(".");
    }
    (folder, below.iter().rev().collect())
}
