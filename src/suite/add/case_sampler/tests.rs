use crate::json::arbitrary::json;

use super::*;

fn shape_of(value: Json) -> String {
    let mut text = String::new();
    shape(&value, &mut text);
    text
}

#[test]
fn events_of_one_shape_differ_in_values_only() {
    let one = shape_of(json!({"type": "track", "event": "A", "p": {"n": 1, "l": ["x", "y"]}}));
    let other = shape_of(json!({"event": "A", "type": "track", "p": {"l": ["z"], "n": 2.5}}));
    assert_eq!(one, other);
    for unlike in [
        json!({"type": "track", "event": "B", "p": {"n": 1, "l": ["x"]}}),
        json!({"type": "track", "event": "A", "p": {"n": "1", "l": ["x"]}}),
        json!({"type": "track", "event": "A", "p": {"n": 1, "l": ["x", 1]}}),
        json!({"type": "track", "event": "A", "p": {"n": 1, "l": []}}),
        json!({"type": "track", "event": "A", "p": {"n": 1}}),
    ] {
        assert_ne!(one, shape_of(unlike));
    }
}
