//! The variables that settings can come from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::project::config::error::ConfigError;
use crate::project::written_file::{FileError, text_of};
use crate::text::Place;

/// The variables of the environment, and behind them those of a file that the configuration names.
#[derive(Debug, Default)]
pub struct Variables {
    /// Whether there is a file, and what it says.
    file: Option<(PathBuf, bool)>,
    own: BTreeMap<String, String>,
}

impl Variables {
    /// Reads the file, if one is named. It may be missing, as it is where the environment has everything.
    ///
    /// # Errors
    /// The file can't be read, or a line of it isn't `NAME=VALUE`.
    pub fn read(dotenv: Option<&Path>) -> Result<Variables, ConfigError> {
        let Some(path) = dotenv else {
            return Ok(Variables::default());
        };
        let mut variables = Variables {
            file: Some((path.to_owned(), path.exists())),
            own: BTreeMap::new(),
        };
        if !path.exists() {
            return Ok(variables);
        }
        let text = text_of(path)?;
        for variable in dotenvy::from_read_iter(text.as_bytes()) {
            let (name, value) = variable.map_err(|error| bad_line(path, &text, &error))?;
            variables.own.insert(name, value);
        }
        Ok(variables)
    }

    /// The value of `name`.
    ///
    /// # Errors
    /// It has none: what to be told of it.
    pub fn get(&self, name: &str) -> Result<String, String> {
        let given = std::env::var(name)
            .ok()
            .or_else(|| self.own.get(name).cloned());
        match given {
            Some(value) if !value.is_empty() => Ok(value),
            Some(_) => Err(format!("the variable {name}, which is empty")),
            None => {
                let file = self.file.as_ref().map_or(String::new(), |(path, exists)| {
                    let path = path.display();
                    match exists {
                        true => format!(", also not in {path}"),
                        false => format!(", and {path} doesn't exist"),
                    }
                });
                Err(format!("the variable {name}, which isn't set{file}"))
            }
        }
    }
}

/// Without what the line says, which may be a secret.
fn bad_line(path: &Path, text: &str, error: &dotenvy::Error) -> ConfigError {
    let line = match error {
        dotenvy::Error::LineParse(wrong, _) => {
            text.lines().position(|line| line.trim() == wrong.trim())
        }
        _ => None,
    };
    ConfigError::from(FileError::Bad {
        path: path.to_owned(),
        place: Place {
            line: line.map_or(1, |line| u32::try_from(line + 1).unwrap_or(u32::MAX)),
            column: 1,
        },
        problem: "expected NAME=VALUE".to_owned(),
        hint: Some("a value with spaces or signs stands in quotes: NAME=\"VALUE\"".to_owned()),
    })
}
