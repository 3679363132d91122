//! Functions are loaded again when a file of theirs changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::served_function::ServedFunction;
use crate::project::config::FILE;

/// Editors write in several steps: what comes within this time is one change.
const SETTLE: Duration = Duration::from_millis(30);

/// What a function may consist of, by the ends of files' names.
const ENDS: [&str; 4] = ["js", "json", "toml", "tf"];

/// Watches the folders of functions for as long as it is there.
pub struct FunctionWatch {
    _watcher: RecommendedWatcher,
}

impl FunctionWatch {
    /// Watches `functions`, each with the folders whose files it is made of.
    ///
    /// # Errors
    /// The system watches no files.
    pub fn start(
        functions: Vec<(Arc<ServedFunction>, Vec<PathBuf>)>,
    ) -> notify::Result<FunctionWatch> {
        let (sender, mut changes) = mpsc::unbounded_channel();
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                let Ok(event) = event else { return };
                // Reading a file is no change.
                if matches!(event.kind, EventKind::Access(_)) {
                    return;
                }
                for path in event.paths.iter().filter(|path| is_part(path)) {
                    // The receiver is gone when the process is about to end.
                    let _ = sender.send(path.clone());
                }
            })?;
        let functions: Vec<_> = functions
            .into_iter()
            .map(|(function, folders)| (function, folders.iter().map(|f| real(f)).collect()))
            .collect();
        // A segfn.toml counts for all functions below it.
        let folders: BTreeSet<&Path> = functions
            .iter()
            .flat_map(|(_, folders): &(_, Vec<PathBuf>)| folders)
            .flat_map(|folder| folder.ancestors())
            .collect();
        for folder in folders {
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
        tokio::spawn(async move {
            while let Some(path) = changes.recv().await {
                tokio::time::sleep(SETTLE).await;
                let mut changed = BTreeSet::from([path]);
                while let Ok(path) = changes.try_recv() {
                    changed.insert(path);
                }
                for (function, folders) in &functions {
                    let concerns = |path: &PathBuf| {
                        let folder = path.parent().unwrap_or(path);
                        let shared = path.ends_with(FILE);
                        folders
                            .iter()
                            .any(|known| known == folder || shared && known.starts_with(folder))
                    };
                    if changed.iter().any(concerns) {
                        function.reload();
                    }
                }
            }
        });
        Ok(FunctionWatch { _watcher: watcher })
    }
}

fn is_part(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    end.is_some_and(|end| ENDS.contains(&end))
}

fn real(folder: &Path) -> PathBuf {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}
