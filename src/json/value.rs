//! One type for every value of JSON that JavaScript reads.

use std::ops::{Index, IndexMut};

use super::Number;

/// A value of JSON: all that `JSON.parse` accepts, up to `MAX_DEPTH` levels.
///
/// Equal are values that are the same to JavaScript, but for the precision of its numbers: the order of
/// names doesn't count, nor how a number is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Json {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    /// In the form of [`super::string`], which has room for lone surrogates.
    String(String),
    Array(Vec<Json>),
    Object(JsonObject),
}

static NULL: Json = Json::Null;

impl Json {
    /// An object of these names.
    pub fn object<const N: usize>(fields: [(&str, Json); N]) -> Json {
        let fields = fields.into_iter();
        Json::Object(
            fields
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    pub fn get(&self, name: &str) -> Option<&Json> {
        self.as_object()?.get(name)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        match self {
            Json::Object(fields) => fields.get_mut(name),
            _ => None,
        }
    }

    /// What stands at a JSON pointer (RFC 6901) whose names need no escapes.
    pub fn pointer(&self, pointer: &str) -> Option<&Json> {
        let mut names = pointer.split('/').skip(1);
        names.try_fold(self, |value, name| match value {
            Json::Array(items) => items.get(name.parse::<usize>().ok()?),
            value => value.get(name),
        })
    }

    pub fn as_object(&self) -> Option<&JsonObject> {
        match self {
            Json::Object(fields) => Some(fields),
            _ => None,
        }
    }

    pub fn as_object_mut(&mut self) -> Option<&mut JsonObject> {
        match self {
            Json::Object(fields) => Some(fields),
            _ => None,
        }
    }

    pub fn as_array(&self) -> Option<&Vec<Json>> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Json::Number(number) => number.as_u64(),
            _ => None,
        }
    }

    pub fn is_string(&self) -> bool {
        matches!(self, Json::String(_))
    }

    pub fn is_object(&self) -> bool {
        matches!(self, Json::Object(_))
    }

    pub fn is_array(&self) -> bool {
        matches!(self, Json::Array(_))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }
}

/// Null where there is nothing.
impl Index<&str> for Json {
    type Output = Json;

    fn index(&self, name: &str) -> &Json {
        self.get(name).unwrap_or(&NULL)
    }
}

/// What is no object becomes one.
impl IndexMut<&str> for Json {
    fn index_mut(&mut self, name: &str) -> &mut Json {
        if !self.is_object() {
            *self = Json::Object(JsonObject::new());
        }
        match self {
            Json::Object(fields) => fields.get_or_insert_null(name),
            _ => unreachable!("it has just become an object"),
        }
    }
}

/// An object's names and values, in their order. A name may come twice, as it may in a text; then the
/// last one is its value, as in JavaScript.
///
/// Names are as [`Json::String`] has strings.
#[derive(Clone, Debug, Default)]
pub struct JsonObject(Vec<(String, Json)>);

impl JsonObject {
    pub fn new() -> JsonObject {
        JsonObject::default()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, name: &str) -> Option<&Json> {
        let mut fields = self.0.iter().rev();
        fields.find(|(key, _)| key == name).map(|(_, value)| value)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        let mut fields = self.0.iter_mut().rev();
        fields.find(|(key, _)| key == name).map(|(_, value)| value)
    }

    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets what `name` has; a new name comes last.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Json>) {
        let (name, value) = (name.into(), value.into());
        match self.get_mut(&name) {
            Some(old) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// What `name` has, set to null where it had nothing.
    pub fn get_or_insert_null(&mut self, name: &str) -> &mut Json {
        let at = self.0.iter().rposition(|(key, _)| key == name);
        let at = at.unwrap_or_else(|| {
            self.0.push((name.to_owned(), Json::Null));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    /// Takes the name out, however often it comes, and gives its value.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let mut removed = None;
        while let Some(at) = self.0.iter().rposition(|(key, _)| key == name) {
            let (_, value) = self.0.remove(at);
            removed.get_or_insert(value);
        }
        removed
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&String, &Json)> + Clone {
        self.0.iter().map(|(name, value)| (name, value))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&String, &mut Json)> {
        self.0.iter_mut().map(|(name, value)| (&*name, value))
    }

    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(name, _)| name)
    }

    pub fn values(&self) -> impl Iterator<Item = &Json> {
        self.0.iter().map(|(_, value)| value)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Json> {
        self.0.iter_mut().map(|(_, value)| value)
    }
}

/// Panics where there is no such name.
#[cfg(test)]
impl std::ops::Index<&str> for JsonObject {
    type Output = Json;

    fn index(&self, name: &str) -> &Json {
        self.get(name).expect("a field")
    }
}

impl IntoIterator for JsonObject {
    type Item = (String, Json);
    type IntoIter = std::vec::IntoIter<(String, Json)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Names that come twice stay so.
impl FromIterator<(String, Json)> for JsonObject {
    fn from_iter<I: IntoIterator<Item = (String, Json)>>(fields: I) -> JsonObject {
        JsonObject(fields.into_iter().collect())
    }
}

/// A name that there is gets the new value.
impl Extend<(String, Json)> for JsonObject {
    fn extend<I: IntoIterator<Item = (String, Json)>>(&mut self, fields: I) {
        for (name, value) in fields {
            self.insert(name, value);
        }
    }
}
