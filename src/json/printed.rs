//! JSON that V8 has printed, as a value that nobody looks into.

use serde::de::value::{Error, MapDeserializer};
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::value::RawValue;

/// `text` as it is, which must be JSON: [`RawValue::from_string`] would read all of it once more.
pub fn printed(text: String) -> Option<Box<RawValue>> {
    Box::deserialize(Printed(text)).ok()
}

struct Printed(String);

impl<'de> Deserializer<'de> for Printed {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.0)
    }

    /// So serde_json asks for a raw value, and takes a map with one field of that name for its text.
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(MapDeserializer::new(std::iter::once((name, self.0))))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_printed_is_a_raw_value_as_it_is() {
        let text = r#"{"a": [1, "é"]}"#;
        let value = printed(text.to_owned()).expect("a value");
        assert_eq!(value.get(), text);
        assert_eq!(serde_json::to_string(&value).expect("JSON"), text);
    }
}
