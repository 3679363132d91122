//! JSON values.

use serde_json::Value;

use super::Redactor;
use super::text::fake_credential;
use crate::json::{FieldPath, PathPart};
use crate::secrets::{names, placeholder};

impl Redactor {
    /// Redacts a body in JSON; tells whether anything changed.
    pub fn json(&self, value: &mut Value) -> bool {
        self.value(value, &FieldPath::default())
    }

    /// Redacts what is known to be secret and what the project's patterns match, whatever the names
    /// and places are: an input, which the function has to get as it is.
    pub fn known(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text).into_owned(),
            Value::Number(number) => {
                if let Some(new) = self.bytes(number.to_string().as_bytes()) {
                    *value = Value::String(String::from_utf8_lossy(&new).into_owned());
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.known(item)),
            Value::Object(fields) => {
                for (key, mut field) in std::mem::take(fields) {
                    self.known(&mut field);
                    fields.insert(self.text(&key).into_owned(), field);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn value(&self, value: &mut Value, place: &FieldPath) -> bool {
        if let Some(path) = self.rules.json.iter().find(|path| path.matches(place)) {
            let named = path.0.iter().rev().find_map(|part| match part {
                PathPart::Key(name) => Some(name.as_str()),
                _ => None,
            });
            let new = Value::String(placeholder(named.unwrap_or("value")));
            let changed = *value != new;
            *value = new;
            return changed;
        }
        match value {
            Value::String(text) => {
                let new = self.string(text);
                super::replace(text, new)
            }
            Value::Number(number) => match self.bytes(number.to_string().as_bytes()) {
                Some(new) => {
                    *value = Value::String(String::from_utf8_lossy(&new).into_owned());
                    true
                }
                None => false,
            },
            Value::Array(items) => {
                let mut changed = false;
                for (index, item) in items.iter_mut().enumerate() {
                    changed |= self.value(item, &self.below(|| place.index(index)));
                }
                changed
            }
            Value::Object(fields) => {
                let mut changed = false;
                for (mut key, mut field) in std::mem::take(fields) {
                    changed |= self.member(&key, &mut field, place);
                    let new = self.text(&key).into_owned();
                    changed |= super::replace(&mut key, new);
                    fields.insert(key, field);
                }
                changed
            }
            Value::Null | Value::Bool(_) => false,
        }
    }

    fn member(&self, name: &str, field: &mut Value, place: &FieldPath) -> bool {
        let secret = match field {
            Value::String(text) => !text.is_empty(),
            Value::Number(_) => true,
            _ => false,
        };
        let embedded_aws = match fake_credential(name) {
            Some(fake) => Some(fake.to_owned()),
            None => names::secret_field(name).then(|| placeholder(name)),
        };
        match embedded_aws {
            Some(text) if secret => {
                let new = Value::String(text);
                let changed = *field != new;
                *field = new;
                changed
            }
            _ => self.value(field, &self.below(|| place.key(name))),
        }
    }

    /// A place is of no use where no rule names one.
    fn below(&self, place: impl FnOnce() -> FieldPath) -> FieldPath {
        match self.rules.json.is_empty() {
            true => FieldPath::default(),
            false => place(),
        }
    }
}
