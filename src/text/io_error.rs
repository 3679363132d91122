//! Errors of the machine, as they go from process to process: by their texts, for `#[serde(with)]`.

use std::io;

use serde::{Deserialize, Deserializer, Serializer};

pub fn serialize<S: Serializer>(error: &io::Error, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(error)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<io::Error, D::Error> {
    String::deserialize(deserializer).map(io::Error::other)
}
