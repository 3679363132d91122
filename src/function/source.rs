//! The function's JavaScript file: finding and reading it.

use std::io;
use std::path::Path;
use std::path::PathBuf;

/// What a folder's function may be called, in the order of preference.
const NAMES: [&str; 2] = ["function.js", "handler.js"];

/// A function's file, read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The JavaScript file.
    pub path: PathBuf,
    /// Its text, without a leading byte order mark.
    pub text: String,
    /// The folder, when that was named instead of the file.
    pub folder: Option<PathBuf>,
}

impl Source {
    /// Reads the function at `path`: a JavaScript file, or a folder that holds `function.js` (or
    /// `handler.js`).
    pub fn read(path: &Path) -> Result<Source, SourceError> {
        let folder = path.is_dir().then(|| path.to_owned());
        let file = match &folder {
            Some(folder) => NAMES
                .iter()
                .map(|name| folder.join(name))
                .find(|file| file.is_file())
                .ok_or_else(|| SourceError::NoFunction(path.to_owned()))?,
            None => path.to_owned(),
        };
        let extension = file
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default()
            .to_ascii_lowercase();
        match extension.as_str() {
            "ts" | "tsx" | "mts" | "cts" => return Err(SourceError::TypeScript(file)),
            "json" | "ndjson" | "jsonl" | "gz" => return Err(SourceError::Data(file)),
            _ => {}
        }
        let bytes = std::fs::read(&file).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SourceError::NotFound(file.clone()),
            _ => SourceError::Read {
                path: file.clone(),
                source: error,
            },
        })?;
        let text = String::from_utf8(bytes)
            .ok()
            .filter(|text| !text.contains('\0'));
        let text = text.ok_or_else(|| SourceError::NotText(file.clone()))?;
        let text = text
            .strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or(text);
        if text.trim().is_empty() {
            return Err(SourceError::Empty(file));
        }
        Ok(Source {
            path: file,
            text,
            folder,
        })
    }

    /// A file next to the function, if it exists: `settings.json`, `segfn.toml`.
    pub fn beside(&self, name: &str) -> Option<PathBuf> {
        let path = self.path.with_file_name(name);
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

/// Why there is no function to load.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("{} does not exist", .0.display())]
    NotFound(PathBuf),
    #[error("the folder {} holds no function.js", .0.display())]
    NoFunction(PathBuf),
    #[error("{} is TypeScript, and functions are JavaScript", .0.display())]
    TypeScript(PathBuf),
    #[error("{} is data, not a function", .0.display())]
    Data(PathBuf),
    #[error("{} is not a text file in UTF-8", .0.display())]
    NotText(PathBuf),
    #[error("{} is empty", .0.display())]
    Empty(PathBuf),
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
}

impl SourceError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            SourceError::NotFound(_) => {
                Some("name a JavaScript file, or a folder that holds function.js".into())
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
            SourceError::NotText(_) | SourceError::Read { .. } => None,
        }
    }
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
        assert_eq!(source.text, "a");
        assert_eq!(source.events(), Some(folder.path().join("event.json")));
        let source = Source::read(&folder.path().join("handler.js")).expect("a function");
        assert_eq!(source.text, "b");
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
