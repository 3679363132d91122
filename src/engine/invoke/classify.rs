//! From a thrown value to what the platform makes of it (docs/platform.md section 6).

use crate::engine::isolate::thrown::{End, Thrown};
use crate::function::Kind;
use crate::outcome::{Class, Failure};
use crate::text::Place;

/// The class, and the failure with the platform's words, of an invocation of a `kind` function
/// whose file's base name is `file`.
pub fn classify(end: End, kind: Kind, file: &str, timeout_ms: u128) -> (Class, Failure) {
    let segfn = |name: &str, message: String, title: &str, code: &str| Failure {
        name: name.into(),
        message,
        title: title.into(),
        code: code.into(),
        stack: None,
        at: None,
    };
    match end {
        End::Thrown(thrown) | End::Uncaught(thrown) => classify_thrown(thrown, kind, file),
        End::OutOfTime => (
            Class::Retry,
            segfn(
                "Timeout",
                format!("the function did not finish within {timeout_ms} ms"),
                "Timeout",
                "gateway_timeout",
            ),
        ),
        End::NeverSettled => (
            Class::Retry,
            segfn(
                "Timeout",
                "the handler's promise never settles: nothing is pending that could settle it, \
                 and production waits until the time is up"
                    .into(),
                "Timeout",
                "gateway_timeout",
            ),
        ),
        End::OutOfMemory => (
            Class::Discard,
            segfn(
                "MemoryLimit",
                "the function used more memory than it is allowed".into(),
                "Internal",
                "internal",
            ),
        ),
        // Production's process would have ended, too.
        End::Crash(signal) => (
            Class::Discard,
            segfn(
                "Crash",
                format!("the process that ran the function was ended by {signal}"),
                "Internal",
                "internal",
            ),
        ),
    }
}

fn classify_thrown(thrown: Thrown, kind: Kind, file: &str) -> (Class, Failure) {
    let insert = matches!(kind, Kind::InsertDestination | Kind::InsertSource);
    let (class, title, code) = match thrown.class.as_str() {
        "RetryError" => (Class::Retry, "Retry", "retry"),
        "ValidationError" | "InvalidEventPayload" => {
            (Class::Discard, "Message Rejected", "message_rejected")
        }
        "EventNotSupported" => (
            Class::Discard,
            "Unsupported Event Type",
            "unsupported_event_type",
        ),
        "DropEvent" if insert => (Class::Filtered, "Filtered at insert function", "filtered"),
        _ => (Class::Discard, "Bad Request", "bad_request"),
    };
    let at = place_in_stack(&thrown.stack, file).or(thrown.place);
    let failure = Failure {
        name: thrown.name,
        message: thrown.message,
        title: title.into(),
        code: code.into(),
        stack: Some(own_frames(&thrown.stack)).filter(|stack| !stack.is_empty()),
        at,
    };
    (class, failure)
}

/// A stack without the frames of what calls the function: they mean nothing to its author.
fn own_frames(stack: &str) -> String {
    let internal = |line: &&str| line.contains("ext:core/") || line.contains("segfn:core:");
    let lines: Vec<_> = stack.lines().filter(|line| !internal(line)).collect();
    lines.join("\n")
}

/// The innermost frame of a stack that lies in the user's file.
fn place_in_stack(stack: &str, file: &str) -> Option<Place> {
    stack
        .lines()
        .filter(|line| line.trim_start().starts_with("at "))
        .find_map(|line| {
            let (_, after) = line.rsplit_once(file)?;
            let mut numbers = after.strip_prefix(':')?.trim_end_matches(')').split(':');
            let line = numbers.next()?.parse().ok()?;
            let column = numbers.next()?.parse().ok()?;
            Some(Place { line, column })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_the_innermost_frame_of_the_users_file() {
        let stack = "TypeError: x\n    at Request.send (segfn:aws-sdk:1:2)\n    \
                     at helper (function.js:12:7)\n    at onTrack (function.js:3:1)";
        assert_eq!(
            place_in_stack(stack, "function.js"),
            Some(Place {
                line: 12,
                column: 7
            })
        );
    }

    #[test]
    fn a_message_that_looks_like_a_place_is_not_one() {
        assert_eq!(
            place_in_stack("Error: see function.js:1:1", "function.js"),
            None
        );
    }

    #[test]
    fn drop_event_filters_only_in_insert_functions() {
        let thrown = || Thrown {
            class: "DropEvent".into(),
            ..Thrown::default()
        };
        let class = |kind| classify(End::Thrown(thrown()), kind, "f.js", 5000).0;
        assert_eq!(class(Kind::InsertDestination), Class::Filtered);
        assert_eq!(class(Kind::InsertSource), Class::Filtered);
        assert_eq!(class(Kind::Destination), Class::Discard);
        assert_eq!(class(Kind::Source), Class::Discard);
    }
}
