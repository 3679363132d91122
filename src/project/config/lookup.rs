//! Which `segfn.toml` count for a function, and in which order.

use std::path::{Path, PathBuf};

use crate::project::config::config::{Config, FILE};
use crate::project::config::config_file::ConfigFile;
use crate::project::config::error::ConfigError;
use crate::project::config::parse::{Parsed, parse};
use crate::project::config::read::ConfigProblem;
use crate::project::config::repository::is_repository;
use crate::project::written_file::{FileError, text_of};

impl Config {
    /// What is said about the functions in `folder`: by the file in it, by those in the folders above up
    /// to the repository's, and by those that they include.
    pub fn for_folder(folder: &Path) -> Result<Config, ConfigError> {
        let folder = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        let beside = match folder == Path::new(".") {
            true => PathBuf::from(FILE),
            false => folder.join(FILE),
        };
        let mut config = read_if_there(&beside)?;
        // What can't be resolved has no folders above it that anything could be read from.
        let Ok(real) = folder.canonicalize() else {
            return Ok(config);
        };
        for folder in above(&real) {
            config = config.or(read_if_there(&short(&folder.join(FILE)))?.shared());
        }
        Ok(config)
    }
}

/// The folders above `folder` that may hold a file, the nearest first: up to the repository's.
fn above(folder: &Path) -> impl Iterator<Item = &Path> {
    let mut inside = !is_repository(folder);
    folder.ancestors().skip(1).take_while(move |folder| {
        let taken = inside;
        inside = inside && !is_repository(folder);
        taken
    })
}

/// The path as someone in the current folder would write it.
fn short(path: &Path) -> PathBuf {
    let current = std::env::current_dir().and_then(|current| current.canonicalize());
    match current.as_deref().map(|current| path.strip_prefix(current)) {
        Ok(Ok(below)) => below.to_owned(),
        _ => path.to_owned(),
    }
}

fn read_if_there(path: &Path) -> Result<Config, ConfigError> {
    match path.exists() {
        true => read(path),
        false => Ok(Config {
            files: vec![path.to_owned()],
            ..Config::default()
        }),
    }
}

/// Reads the file at `path`, and those that it includes.
fn read(path: &Path) -> Result<Config, ConfigError> {
    read_file(path, &mut Vec::new())
}

/// Reads a file that the files in `chain` have led to.
fn read_file(path: &Path, chain: &mut Vec<PathBuf>) -> Result<Config, ConfigError> {
    let text = text_of(path)?;
    let Parsed {
        mut config,
        includes,
    } = parse(&text, ConfigFile::whole(path, &text))
        .map_err(|problem| problem.in_file(path, &text))?;
    config.files.push(path.to_owned());
    chain.push(path.canonicalize().unwrap_or_else(|_| path.to_owned()));
    // Of several, a later one comes before an earlier one, as with anything that is written down
    // twice.
    for (included, span) in includes.into_iter().rev() {
        let wrong = |problem: String, hint: Option<&str>| {
            let problem = ConfigProblem {
                span: span.clone(),
                text: problem,
                hint: hint.map(str::to_owned),
            };
            problem.in_file(path, &text)
        };
        let real = included.canonicalize().map_err(|error| {
            wrong(
                format!("can't read {}: {error}", included.display()),
                Some("the path is relative to this file"),
            )
        })?;
        if chain.contains(&real) {
            return Err(wrong(
                format!("{} includes itself", included.display()),
                Some("two files can't take their defaults from each other"),
            ));
        }
        let defaults = read_file(&included, chain).map_err(|error| match error {
            ConfigError::File(FileError::Read { path, source }) => {
                wrong(format!("can't read {}: {source}", path.display()), None)
            }
            other => other,
        })?;
        config = config.or(defaults.shared());
    }
    chain.pop();
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        folder
    }

    #[test]
    fn nearer_files_come_first_and_lists_add_up() {
        let folder = folder(&[
            ("segfn.toml", "kind = \"source\""),
            ("repo/.git/HEAD", ""),
            (
                "repo/segfn.toml",
                "memory = 64\nsecret = [\"far\"]\nsettings = { a = \"far\", b = \"far\" }\ntest.mask = [\"x\"]",
            ),
            (
                "repo/shared.toml",
                "memory = 32\ntimeout = \"1s\"\nsettings.c = \"shared\"\ntest.cassette = \"t.har\"",
            ),
            (
                "repo/f/segfn.toml",
                "include = [\"../shared.toml\"]\nmemory = 128\nsecret = [\"near\"]\nsettings.a = \"near\"\ntest.mask = [\"y\"]",
            ),
            ("repo/f/function.js", ""),
        ]);
        let path = folder.path().join("repo/f");
        let config = Config::for_folder(&path).expect("a config");
        assert_eq!(config.kind, None, "beyond the repository");
        assert_eq!(config.memory, Some(128 << 20));
        assert_eq!(config.timeout.map(|time| time.as_secs()), Some(1));
        assert_eq!(
            (config.secret, config.shared_secret),
            (vec!["near".into()], vec!["far".into()])
        );
        let settings = crate::json::Json::Object(config.settings).to_string();
        assert_eq!(settings, r#"{"a":"near","b":"far","c":"shared"}"#);
        assert_eq!(config.test.mask, ["x", "y"]);
        let cassette = folder.path().join("repo/f/../t.har");
        assert_eq!(config.test.cassette, Some(vec![cassette]));
    }

    #[test]
    fn includes_that_can_t_be_followed_are_told_with_their_place() {
        let folder = folder(&[
            ("a.toml", "include = [\"b.toml\"]"),
            ("b.toml", "\ninclude = [\"x/../a.toml\"]"),
            ("x/y", ""),
            ("missing.toml", "include = [\n  \"none.toml\"]"),
            ("twice.toml", "include = [\"c.toml\", \"c.toml\"]"),
            ("c.toml", "memory = 32"),
        ]);
        let read = |name: &str| read(&folder.path().join(name));
        let problem = |name: &str| read(name).expect_err("a problem").to_string();
        assert!(
            problem("a.toml").contains("b.toml:2:12: "),
            "{}",
            problem("a.toml")
        );
        assert!(problem("a.toml").ends_with("a.toml includes itself"));
        assert!(problem("missing.toml").contains("missing.toml:2:3: can't read "));
        assert_eq!(read("twice.toml").expect("a config").memory, Some(32 << 20));
    }
}
