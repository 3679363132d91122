//! An invocation that failed.

use serde::Serialize;

/// An invocation, or the start of the runtime, that failed. Whoever invokes tells failures from each other by their type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LambdaFailure {
    pub error_type: &'static str,
    pub error_message: String,
    /// There is none, but it has to be there.
    stack_trace: [(); 0],
}

/// So much is told of a message, in bytes: its end says what went wrong.
const MOST: usize = 8 << 10;

impl LambdaFailure {
    pub fn new(error_type: &'static str, message: &str) -> LambdaFailure {
        let message = message.trim();
        let start = message.len().saturating_sub(MOST);
        LambdaFailure {
            error_type,
            error_message: message[message.ceil_char_boundary(start)..].to_owned(),
            stack_trace: [],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_message_the_end_is_told() {
        let failure = LambdaFailure::new("Segfn.Again", &format!("{}end\n", "é".repeat(MOST)));
        assert!(failure.error_message.len() <= MOST);
        assert!(failure.error_message.ends_with("éend"));
    }
}
