//! What stands for a secret where its form doesn't matter.

/// What [`placeholder`] begins with, also in a URL.
pub const MARKS: [&str; 2] = ["[secret ", "[secret%20"];

/// What stands for a secret of this name: `[secret NAME]`, with the name as it can stand in any output,
/// also inside a JSON string.
pub fn placeholder(name: &str) -> String {
    let safe = |char: char| match char.is_alphanumeric() || "-_.".contains(char) {
        true => char,
        false => '_',
    };
    format!("[secret {}]", name.chars().map(safe).collect::<String>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_placeholder_can_stand_inside_of_json(name in ".{0,40}") {
            let text = placeholder(&name);
            prop_assert_eq!(serde_json::Value::from(text.as_str()).to_string(), format!("\"{text}\""));
            prop_assert!(text.starts_with("[secret ") && text.ends_with(']'));
            prop_assert_eq!(text.matches([']', '[']).count(), 2);
        }
    }
}
