//! JSON values for property tests.

use proptest::prelude::*;

use super::{Json, JsonObject, Number};

/// A value as it is written here.
macro_rules! json {
    ($($tokens:tt)+) => {
        $crate::json::Json::of(&serde_json::json!($($tokens)+))
    };
}
pub(crate) use json;

/// Values of a few names and numbers, so that two of them often agree in part.
pub(crate) fn value() -> impl Strategy<Value = Json> {
    let numbers = [
        "0",
        "1",
        "-7",
        "18446744073709551615",
        "-0.0",
        "1.0",
        "0.5",
        "1e300",
        "-1e-9",
        "1e400",
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        proptest::sample::select(numbers.to_vec())
            .prop_map(|number| Json::Number(Number::from_written(number))),
        name().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            proptest::collection::vec((name(), inner), 0..4).prop_map(|fields| {
                let mut object = JsonObject::new();
                object.extend(fields);
                Json::Object(object)
            }),
        ]
    })
}

/// Names: mostly plain ones, of which there are few, and some that are odd in a path.
pub(crate) fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[abc]",
        1 => "[a.*$\\[\\]\"'\\\\ \n\u{1}é0-]{0,5}",
        1 => any::<String>(),
    ]
}
