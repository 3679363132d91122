//! One input of a group, or one object, as an example of what differs.

use std::cmp::Ordering;

use serde::{Deserialize, Deserializer, Serialize};

use crate::function::InputPlace;
use crate::json::Json;

/// Bytes of a value's text that an example keeps.
const LONGEST: usize = 32 << 10;

/// The first input of a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Example {
    /// Where the input stands among all; of objects, all have the same.
    pub place: InputPlace,
    pub input: String,
    /// Absent where only the candidate has something there.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub base: Option<Json>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub candidate: Option<Json>,
    /// The input itself, where it was asked for.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub event: Option<Json>,
}

/// A value that is there, also `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

impl Example {
    /// The same with the beginnings of the texts of values that are too long.
    pub fn shortened(mut self) -> Example {
        let values = [&mut self.base, &mut self.candidate, &mut self.event];
        for value in values.into_iter().flatten() {
            let text = value.to_string();
            if text.len() > LONGEST {
                *value = format!("{}…", &text[..text.floor_char_boundary(LONGEST)]).into();
            }
        }
        self
    }

    /// Whether it is the example that is shown of the two, whichever was found first.
    pub fn comes_before(&self, other: &Example) -> bool {
        let order = self.place.cmp(&other.place);
        let order = order.then_with(|| by_bucket(&self.input).cmp(by_bucket(&other.input)));
        // Objects of one name, which several parts stored.
        let text = |value: &Option<Json>| value.as_ref().map(Json::to_string);
        let order = order.then_with(|| text(&self.base).cmp(&text(&other.base)));
        order.then_with(|| text(&self.candidate).cmp(&text(&other.candidate))) == Ordering::Less
    }
}

/// Objects stand in the order of their buckets, and then of their keys.
fn by_bucket(name: &str) -> impl Iterator<Item = &str> {
    name.splitn(4, '/')
}
