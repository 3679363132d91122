//! Values of other types as JSON.

use super::{Json, JsonObject, Number, string};

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::String(string::from_text(text).into_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::from(text.as_str())
    }
}

impl From<bool> for Json {
    fn from(boolean: bool) -> Json {
        Json::Bool(boolean)
    }
}

impl<T> From<T> for Json
where
    Number: From<T>,
{
    fn from(number: T) -> Json {
        Json::Number(number.into())
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Json {
        Json::Array(items)
    }
}

impl From<JsonObject> for Json {
    fn from(fields: JsonObject) -> Json {
        Json::Object(fields)
    }
}

impl FromIterator<Json> for Json {
    fn from_iter<I: IntoIterator<Item = Json>>(items: I) -> Json {
        Json::Array(items.into_iter().collect())
    }
}
