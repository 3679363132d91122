//! Why there is no function to load.

use std::io;
use std::path::PathBuf;

use crate::text::Place;

/// Why there is no function to load.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("{} does not exist", .0.display())]
    NotFound(PathBuf),
    #[error("the folder {} has no function.js", .0.display())]
    NoFunction(PathBuf),
    #[error("{} is TypeScript, but functions are JavaScript", .0.display())]
    TypeScript(PathBuf),
    #[error("{} is data, not a function", .0.display())]
    Data(PathBuf),
    #[error("{} is not a text file in UTF-8", .0.display())]
    NotText(PathBuf),
    #[error("{} is empty", .0.display())]
    Empty(PathBuf),
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{}:{}: {problem}", path.display(), place.line, place.column)]
    Terraform {
        path: PathBuf,
        place: Place,
        problem: String,
        hint: Option<String>,
    },
    /// More functions than one, of which none was named.
    #[error("{} has {} functions", path.display(), names.len())]
    Several { path: PathBuf, names: Vec<String> },
    #[error("{} has no function {name}", path.display())]
    NotThere {
        path: PathBuf,
        name: String,
        names: Vec<String>,
    },
    #[error("{} has no segment_function", .0.display())]
    NoResource(PathBuf),
    #[error("can't run git: {0}")]
    Git(io::Error),
    #[error("{} isn't in a git repository: {problem}", folder.display())]
    NoRepository { folder: PathBuf, problem: String },
    #[error("git doesn't know the revision {name}")]
    NoRevision { name: String },
    /// `git:REV` where nothing says which file is meant.
    #[error("git:{0} has no path")]
    NoPath(String),
}

impl SourceError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            SourceError::NotFound(path) if path.to_string_lossy().starts_with("git:") => {
                Some("git:REVISION:PATH is the file of that revision; a path is relative to the folder where segfn runs".into())
            }
            SourceError::NotFound(_) => {
                Some("name a JavaScript file, or a folder with a function.js".into())
            }
            SourceError::NoFunction(folder) => Some(format!(
                "call the file function.js, or name it: {}",
                folder.join("FILE.js").display()
            )),
            SourceError::TypeScript(path) => Some(format!(
                "compile it first, for instance: npx esbuild {} --outfile={}",
                path.display(),
                path.with_extension("js").display()
            )),
            SourceError::Data(_) => {
                Some("the function comes first, then the events: segfn run FUNCTION EVENTS".into())
            }
            SourceError::Empty(_) => Some(
                "write a handler into it, such as: async function onTrack(event, settings) {}"
                    .into(),
            ),
            SourceError::Terraform { hint, .. } => hint.clone(),
            SourceError::Several { names, .. } => {
                Some(format!("name one of them: {}", names.join(", ")))
            }
            SourceError::NotThere { names, .. } => {
                Some(format!("its functions are: {}", names.join(", ")))
            }
            SourceError::NoResource(_) => Some(
                "functions are the resources of this type, with `code` and `resource_type`".into(),
            ),
            SourceError::Git(error) if error.kind() == io::ErrorKind::NotFound => {
                Some("install git, or name the file of the other version itself".into())
            }
            SourceError::NoRevision { .. } => {
                Some("name a commit, a branch or a tag, such as HEAD~1 or main".into())
            }
            SourceError::NoPath(revision) => Some(format!("write git:{revision}:PATH")),
            SourceError::NotText(_)
            | SourceError::Read { .. }
            | SourceError::Git(_)
            | SourceError::NoRepository { .. } => None,
        }
    }
}
