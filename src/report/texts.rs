//! Texts that are to be escaped by a format: they must be without secrets before that.

use std::sync::Arc;

use super::words::visible;
use crate::json::Json;
use crate::secrets::Secrets;

/// Makes texts fit to be shown, for formats in which a secret could not be found afterwards, or could be a
/// word of the format itself.
#[derive(Clone)]
pub struct Texts(Arc<Secrets>);

impl Texts {
    pub fn new(secrets: Arc<Secrets>) -> Texts {
        Texts(secrets)
    }

    pub fn secrets(&self) -> &Secrets {
        &self.0
    }

    /// Without secrets and what can't be seen; newlines stay.
    pub fn text(&self, text: &str) -> String {
        visible(&self.0.redact_text(text)).into_owned()
    }

    /// The same for what is to stand in one line, such as a name.
    pub fn line(&self, text: &str) -> String {
        self.text(text).replace('\n', "\\n")
    }

    /// A value without secrets.
    pub fn json(&self, value: &Json) -> Json {
        let mut value = value.clone();
        self.0.redact_value(&mut value);
        value
    }
}
