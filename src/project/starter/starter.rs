//! What `segfn init` writes. The files are in `files/`, a folder for each kind.

use std::io;
use std::path::{Path, PathBuf};

use crate::files;
use crate::function::Kind;
use crate::project::config::repository_of;
use crate::project::source::script_in;

/// The files of one kind: their paths in the function's folder, and their texts.
type Files = &'static [(&'static str, &'static str)];

/// `files!(FOLDER: PATH, …)`.
macro_rules! files {
    ($folder:literal: $($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("files/", $folder, "/", $path)))),+]
    };
}

const DESTINATION: Files = files!("destination":
    "function.js",
    "settings.json",
    "cases/order-completed/event.json",
    "cases/order-completed/case.toml",
    "cases/order-completed/expected.json",
    "cases/server-is-busy/case.toml",
    "cases/server-is-busy/expected.json",
);

const SOURCE: Files = files!("source":
    "function.js",
    "cases/payment-succeeded/request.json",
    "cases/payment-succeeded/expected.json",
    "cases/no-type/request.json",
    "cases/no-type/expected.json",
);

const INSERT: Files = files!("insert":
    "function.js",
    "settings.json",
    "cases/signed-up/event.json",
    "cases/signed-up/expected.json",
    "cases/of-a-test/case.toml",
    "cases/of-a-test/change.json",
    "cases/of-a-test/expected.json",
);

const WORKFLOW: &str = include_str!("files/workflow.yml");
/// Where GitHub looks for it, in a repository.
const WORKFLOW_PATH: &str = ".github/workflows/segfn.yml";

/// A function of a kind, to be written into a folder.
pub struct Starter {
    kind: Kind,
    folder: PathBuf,
}

/// Why it isn't written.
#[derive(Debug, thiserror::Error)]
pub enum StarterError {
    #[error("{} is not a folder", .0.display())]
    NoFolder(PathBuf),
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    #[error("can't write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

impl StarterError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            StarterError::NoFolder(_) | StarterError::Exists(_) => {
                Some("nothing was written; name another folder, which need not exist yet")
            }
            StarterError::Write { .. } => None,
        }
    }
}

impl Starter {
    /// `folder` need not exist yet.
    pub fn new(kind: Kind, folder: &Path) -> Starter {
        Starter {
            kind,
            folder: folder.to_owned(),
        }
    }

    /// Writes all files and gives their paths. A workflow that the repository has already stays as it is, and isn't
    /// among them.
    ///
    /// # Errors
    /// Any other file exists already, and nothing was written; or one can't be written.
    pub fn write(&self) -> Result<Vec<PathBuf>, StarterError> {
        if self.folder.exists() && !self.folder.is_dir() {
            return Err(StarterError::NoFolder(self.folder.clone()));
        }
        // Also one by the other name.
        if let Some(script) = script_in(&self.folder) {
            return Err(StarterError::Exists(script));
        }
        let (files, more) = match self.kind {
            Kind::Destination => (
                DESTINATION,
                "# Settings whose values never appear in an output or in a file.\nsecret = [\"apiKey\"]\n",
            ),
            Kind::Source => (SOURCE, ""),
            Kind::InsertDestination | Kind::InsertSource => (INSERT, ""),
        };
        let config = format!("kind = \"{}\"\n{more}", self.kind.name());
        let mut texts: Vec<(PathBuf, String)> = files
            .iter()
            .map(|(path, text)| (self.folder.join(path), (*text).to_owned()))
            .collect();
        texts.push((self.folder.join("segfn.toml"), config));
        if let Some((path, _)) = texts.iter().find(|(path, _)| path.exists()) {
            return Err(StarterError::Exists(path.clone()));
        }
        let workflow = self.workflow();
        if !workflow.exists() {
            let text = WORKFLOW.replace("VERSION", env!("CARGO_PKG_VERSION"));
            texts.push((workflow, text));
        }
        for (path, text) in &texts {
            files::replace(path, text.as_bytes()).map_err(|source| StarterError::Write {
                path: path.clone(),
                source,
            })?;
        }
        Ok(texts.into_iter().map(|(path, _)| path).collect())
    }

    /// At the root of the repository, if there is one.
    fn workflow(&self) -> PathBuf {
        // The folder may not exist yet.
        let there = std::path::absolute(&self.folder).unwrap_or_else(|_| self.folder.clone());
        let there = there.ancestors().find(|folder| folder.is_dir());
        match there.and_then(repository_of) {
            Some(root) => root.join(WORKFLOW_PATH),
            None => self.folder.join(WORKFLOW_PATH),
        }
    }
}
