//! Which functions are served, and by which names.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cassette::Redactor;
use crate::function::Settings;
use crate::project::config::{Workspace, WorkspaceDestination, WorkspaceFilter};
use crate::project::source::{FunctionRef, Source, SourceError, functions_in};
use crate::project::{Overrides, Project};
use crate::secrets::Secrets;

/// A function that is to be served.
#[derive(Clone, Debug)]
pub struct FoundFunction {
    /// By which it is asked for: that of its folder or file, with folders before it where others have
    /// the same.
    pub name: String,
    /// As `segfn run` takes it.
    pub path: PathBuf,
    /// Settings that come before those of its files.
    pub settings: Settings,
    /// Where its files lie.
    pub folders: Vec<PathBuf>,
    /// What takes its secrets out of what is kept.
    pub redactor: Redactor,
}

/// Why it isn't known which functions to serve.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("{} is not one function: it has {count}", path.display())]
    NotOne { path: PathBuf, count: usize },
}

/// Functions by their indexes, as a workspace connects them.
#[derive(Clone, Debug, Default)]
pub struct WorkspacePlan {
    pub sources: Vec<PlannedSource>,
    pub destinations: Vec<PlannedDestination>,
}

/// See [`WorkspaceSource`](crate::project::config::WorkspaceSource).
#[derive(Clone, Debug)]
pub struct PlannedSource {
    pub name: String,
    pub key: Option<String>,
    pub function: Option<usize>,
    pub inserts: Vec<usize>,
    pub destinations: Vec<usize>,
}

/// See [`WorkspaceDestination`].
#[derive(Clone, Debug)]
pub struct PlannedDestination {
    pub name: String,
    pub function: usize,
    pub inserts: Vec<usize>,
    pub filters: Vec<WorkspaceFilter>,
}

/// The functions in `paths`, of which each is one or a folder of some. Secrets of their settings are
/// hidden by `secrets` from then on. One that can't be opened is served all the same: it may be mended.
///
/// # Errors
/// A path isn't there, or a folder can't be read.
pub fn find_functions(
    paths: &[PathBuf],
    overrides: &Overrides,
    secrets: &Arc<Secrets>,
) -> Result<Vec<FoundFunction>, FoundError> {
    let mut all = Gathered::default();
    for path in paths {
        for found in there(path)? {
            all.index_of(found, Settings::new(), None);
        }
    }
    Ok(all.opened(overrides, secrets))
}

/// The functions of a workspace, and how they are connected.
///
/// # Errors
/// A path isn't there, or isn't that of one function.
pub fn find_workspace(
    workspace: &Workspace,
    overrides: &Overrides,
    secrets: &Arc<Secrets>,
) -> Result<(Vec<FoundFunction>, WorkspacePlan), FoundError> {
    let mut all = Gathered::default();
    let mut plan = WorkspacePlan::default();
    for destination in &workspace.destinations {
        let WorkspaceDestination {
            name,
            function,
            inserts,
            settings,
            filters,
        } = destination;
        let function = all.index_of(one_in(function)?, settings.clone(), Some(name));
        plan.destinations.push(PlannedDestination {
            name: name.clone(),
            function,
            inserts: all.indexes_of(inserts)?,
            filters: filters.clone(),
        });
    }
    for source in &workspace.sources {
        let function = source.function.as_ref().map(|path| one_in(path));
        let function = function.transpose()?;
        plan.sources.push(PlannedSource {
            name: source.name.clone(),
            key: source.key.clone(),
            function: function.map(|found| all.index_of(found, Settings::new(), None)),
            inserts: all.indexes_of(&source.inserts)?,
            destinations: source.destinations.clone(),
        });
    }
    Ok((all.opened(overrides, secrets), plan))
}

fn one_in(path: &Path) -> Result<FunctionRef, FoundError> {
    let found = there(path)?;
    match <[FunctionRef; 1]>::try_from(found) {
        Ok([one]) => Ok(one),
        Err(found) => Err(FoundError::NotOne {
            path: path.to_owned(),
            count: found.len(),
        }),
    }
}

/// The functions in a path that leads somewhere.
fn there(path: &Path) -> Result<Vec<FunctionRef>, FoundError> {
    let found = functions_in(path)?;
    for function in &found {
        // What is wrong within a file may be mended.
        if let Err(error @ (SourceError::NotFound(_) | SourceError::NotThere { .. })) =
            Source::read(&function.path)
        {
            return Err(error.into());
        }
    }
    Ok(found)
}

/// Functions, each once with the same settings.
#[derive(Default)]
struct Gathered {
    refs: Vec<FunctionRef>,
    settings: Vec<Settings>,
    /// The names that a file gives them.
    named: Vec<Option<String>>,
}

impl Gathered {
    fn index_of(&mut self, found: FunctionRef, settings: Settings, name: Option<&str>) -> usize {
        let mut known = self.refs.iter().zip(&self.settings);
        let known = known.position(|(other, said)| *other == found && *said == settings);
        known.unwrap_or_else(|| {
            self.refs.push(found);
            self.settings.push(settings);
            self.named.push(name.map(str::to_owned));
            self.refs.len() - 1
        })
    }

    fn indexes_of(&mut self, paths: &[PathBuf]) -> Result<Vec<usize>, FoundError> {
        let indexes = paths
            .iter()
            .map(|path| Ok(self.index_of(one_in(path)?, Settings::new(), None)));
        indexes.collect()
    }

    fn opened(self, overrides: &Overrides, secrets: &Arc<Secrets>) -> Vec<FoundFunction> {
        let names = names_of(&self.refs);
        let said = self.settings.into_iter().zip(self.named).zip(names);
        self.refs
            .into_iter()
            .zip(said)
            .map(|(found, ((settings, named), name))| {
                let overrides = Overrides {
                    settings,
                    ..overrides.clone()
                };
                open(found.path, named.unwrap_or(name), &overrides, secrets)
            })
            .collect()
    }
}

fn open(
    path: PathBuf,
    name: String,
    overrides: &Overrides,
    secrets: &Arc<Secrets>,
) -> FoundFunction {
    let (folders, redactor) = match Project::open(&path, overrides, secrets) {
        Ok(project) => {
            let script = project.function.path.parent().map(Path::to_owned);
            let folders = script.into_iter().chain([project.home.clone()]);
            (folders.collect(), project.redactor())
        }
        Err(_) => {
            let folder = match path.is_dir() {
                true => path.clone(),
                false => path.parent().unwrap_or(Path::new("")).to_owned(),
            };
            let redactor = Redactor::new(Arc::default(), secrets.clone());
            (vec![folder], redactor)
        }
    };
    FoundFunction {
        name,
        path,
        settings: overrides.settings.clone(),
        folders,
        redactor,
    }
}

/// The shortest names that tell the functions apart.
fn names_of(refs: &[FunctionRef]) -> Vec<String> {
    let parts: Vec<Vec<String>> = refs.iter().map(|found| parts_of(&found.path)).collect();
    let name = |parts: &Vec<String>, length: usize| {
        let from = parts.len().saturating_sub(length);
        parts[from..].join("/")
    };
    let mut lengths = vec![1; parts.len()];
    loop {
        let mut count: HashMap<String, usize> = HashMap::new();
        for (parts, length) in parts.iter().zip(&lengths) {
            *count.entry(name(parts, *length)).or_default() += 1;
        }
        let mut longer = false;
        for (parts, length) in parts.iter().zip(&mut lengths) {
            if count[&name(parts, *length)] > 1 && *length < parts.len() {
                *length += 1;
                longer = true;
            }
        }
        if !longer {
            break;
        }
    }
    let names = parts.iter().zip(&lengths);
    names.map(|(parts, length)| name(parts, *length)).collect()
}

/// The folders and the name: that of the folder for `function.js` in it, else that of the file, or of the
/// resource in a Terraform file.
fn parts_of(path: &Path) -> Vec<String> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let text = real.to_string_lossy().into_owned();
    let (file, resource) = match text.rsplit_once(".tf:") {
        Some((file, resource)) => (file.to_owned(), Some(resource.to_owned())),
        None => (text, None),
    };
    let file = Path::new(&file);
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let is_default = ["function", "handler"].contains(&&*stem);
    let mut parts: Vec<String> = file
        .parent()
        .into_iter()
        .flat_map(Path::components)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .filter(|part| part != "/")
        .collect();
    match resource {
        Some(resource) => parts.push(resource),
        None if real.is_dir() => {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            parts.push(name.into_owned());
        }
        None if is_default && !parts.is_empty() => {}
        None => parts.push(stem.into_owned()),
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_short_as_they_can_be() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [
            "a/slack/function.js",
            "b/slack/function.js",
            "c/mail.js",
            "d/function.js",
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, "x").expect("a file");
        }
        let paths: Vec<PathBuf> = ["a", "b", "c/mail.js", "d/function.js"]
            .iter()
            .map(|name| folder.path().join(name))
            .collect();
        let found =
            find_functions(&paths, &Overrides::default(), &Arc::default()).expect("functions");
        let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(names, ["a/slack", "b/slack", "mail", "d"]);
    }
}
