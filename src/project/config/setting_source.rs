//! Settings whose values are somewhere else: in a variable of the environment, or in a file.

use std::path::{Path, PathBuf};

use crate::project::config::config_file::ConfigFile;
use crate::project::config::error::MissingSetting;
use crate::project::config::item::{Item, ItemValue};
use crate::project::config::read::{ConfigProblem, expected, string};
use crate::project::config::repository::repository_of;
use crate::project::config::variables::Variables;
use crate::text::{Place, decode};

/// Where the value of a setting is: `{ env = "NAME" }` or `{ file = "~/NAME" }`. It is always secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingSource {
    from: SourcePlace,
    /// The file that says so, and where in it.
    path: PathBuf,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum SourcePlace {
    Variable(String),
    File {
        /// As it was written.
        written: String,
        path: PathBuf,
    },
}

impl SettingSource {
    /// What a value says, if it is a table of `env` or `file` alone.
    pub(super) fn of(
        value: &Item,
        file: ConfigFile,
    ) -> Result<Option<SettingSource>, ConfigProblem> {
        let ItemValue::Table(fields) = &value.value else {
            return Ok(None);
        };
        let [(key, inner)] = &fields[..] else {
            return Ok(None);
        };
        let from = match key.name.as_str() {
            "env" => match string(inner)? {
                name if is_variable(name) => SourcePlace::Variable(name.to_owned()),
                _ => return expected(inner, "the name of a variable, such as \"QA_API_KEY\""),
            },
            "file" => match string(inner)? {
                "" => return expected(inner, "the path of a file, such as \"~/keys/qa\""),
                written => SourcePlace::File {
                    written: written.to_owned(),
                    path: path_of(written, file.folder()),
                },
            },
            _ => return Ok(None),
        };
        Ok(Some(SettingSource {
            from,
            path: file.path.to_owned(),
            place: file.place_of(&value.span),
        }))
    }

    /// The value, which the setting `name` is to have.
    ///
    /// # Errors
    /// It isn't there, or isn't a text.
    pub fn value(&self, name: &str, variables: &Variables) -> Result<String, MissingSetting> {
        let value = match &self.from {
            SourcePlace::Variable(variable) => variables.get(variable),
            SourcePlace::File { written, path } => self
                .content(path)
                .map_err(|problem| format!("the file {written}, which {problem}")),
        };
        value.map_err(|problem| MissingSetting {
            name: name.to_owned(),
            path: self.path.clone(),
            place: self.place,
            problem,
        })
    }

    /// What a file says, without the end of its last line.
    ///
    /// # Errors
    /// What is wrong, to be read behind the file's name.
    fn content(&self, path: &Path) -> Result<String, String> {
        let bytes = std::fs::read(path).map_err(|error| format!("can't be read: {error}"))?;
        let folder = self.path.parent().filter(|folder| *folder != Path::new(""));
        let own = repository_of(folder.unwrap_or(Path::new(".")));
        if own.is_some() && own == repository_of(path) {
            return Err(
                "is inside the repository, where secrets get committed: move it out".to_owned(),
            );
        }
        let text = decode(bytes).map_err(|_| "is no text in UTF-8".to_owned())?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        match text {
            "" => Err("is empty".to_owned()),
            text => Ok(text.to_owned()),
        }
    }
}

/// The path that someone wrote, where `~/` is the user's own folder and others are relative to `folder`.
pub(super) fn path_of(written: &str, folder: &Path) -> PathBuf {
    match (written.strip_prefix("~/"), std::env::home_dir()) {
        (Some(below), Some(home)) => home.join(below),
        _ => folder.join(written),
    }
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && !name.contains(['=', '\0'])
}
