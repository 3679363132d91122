//! The flag about personal data, and the key for it.

use segfn::project::Project;
use segfn::pseudonyms::{KeyError, OpenedKey, PseudonymKey};

use super::error::{CliError, Exit};
use super::output::Output;

/// Whether pseudonyms stand for personal data in what is written.
#[derive(clap::Args)]
pub struct PseudonymArgs {
    /// Put pseudonyms in the place of personal data: e-mail addresses, telephone numbers, names,
    /// addresses, IP addresses, ids of users
    ///
    /// They have the form of what they stand for, and are chosen by a key that is kept outside of the
    /// repository. `pseudonymize = true` below [redact] in segfn.toml does the same always, and
    /// --pseudonymize=false overrides that.
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pseudonymize: Option<bool>,
}

impl PseudonymArgs {
    /// The key, if pseudonyms are wanted. That one was made is told.
    pub fn key(
        &self,
        project: &Project,
        output: &Output,
    ) -> Result<Option<PseudonymKey>, CliError> {
        let wanted = self.pseudonymize.or(project.config.redact.pseudonymize);
        if wanted != Some(true) {
            return Ok(None);
        }
        let OpenedKey { key, made } = PseudonymKey::open()?;
        if let Some(path) = made {
            output.warning(
                &format!("a key for pseudonyms was made: {}", path.display()),
                Some("who records the same cases elsewhere needs a copy of it; who has it can find out whom they are about"),
            );
        }
        Ok(Some(key))
    }
}

impl From<KeyError> for CliError {
    fn from(error: KeyError) -> CliError {
        let hint = error.hint();
        CliError::from_error(Exit::Usage, error).with_hint(hint)
    }
}
