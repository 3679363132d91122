//! JSON values for property tests.

use proptest::prelude::*;
use serde_json::{Number, Value};

/// Values of a few names and numbers, so that two of them often agree in part.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let numbers = [
        Number::from(0),
        Number::from(1),
        Number::from(-7),
        Number::from(u64::MAX),
    ];
    let floats = [0.0, -0.0, 1.0, 0.5, 1e300, -1e-9].map(Number::from_f64);
    let numbers: Vec<Number> = numbers
        .into_iter()
        .chain(floats.into_iter().flatten())
        .collect();
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        proptest::sample::select(numbers).prop_map(Value::Number),
        name().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::vec((name(), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
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
