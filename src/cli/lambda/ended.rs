//! What the end of a segfn says to whoever invoked it.

use std::io;
use std::process::ExitStatus;

use segfn::lambda::LambdaFailure;
use serde_json::{Map, Value};

use super::child::ChildEnd;
use crate::cli::error::Exit;

/// The types of failures, by which a state machine tells what to try again (docs/lambda.md).
pub const USAGE: &str = "Segfn.Usage";
const NOT_LOADED: &str = "Segfn.NotLoaded";
const INPUTS: &str = "Segfn.Inputs";
const OUT_OF_TIME: &str = "Segfn.OutOfTime";
const AGAIN: &str = "Segfn.Again";

/// What was asked for.
#[derive(Clone, Copy)]
pub enum LambdaOrder {
    /// A part, from 1, and how many there are; or all of something.
    Part(Option<(u32, u32)>),
    /// A comparison over an event.
    Event,
}

/// What an invocation is answered, or how it failed.
pub fn answer_of(ended: io::Result<ChildEnd>, asked: LambdaOrder) -> Result<Value, LambdaFailure> {
    let ended = ended
        .map_err(|error| LambdaFailure::new(AGAIN, &format!("segfn can't be started: {error}")))?;
    let meaning = match ended.status.code() {
        _ if ended.is_late => {
            let text = format!(
                "it was not done when the function's time was nearly over: take more parts, or more time\n{}",
                ended.complaints
            );
            return Err(LambdaFailure::new(OUT_OF_TIME, &text));
        }
        Some(code) if code == Exit::Success as i32 => "all went well",
        Some(code) if code == Exit::Failed as i32 => {
            "something differs, costs too much more, or failed"
        }
        code => {
            let error_type = failure_type(code);
            return Err(LambdaFailure::new(error_type, &told(&ended)));
        }
    };
    let mut answer = Map::new();
    answer.insert("exitCode".into(), ended.status.code().into());
    answer.insert("meaning".into(), meaning.into());
    if let LambdaOrder::Part(Some((part, of))) = asked {
        answer.insert("part".into(), part.into());
        answer.insert("of".into(), of.into());
    }
    match result_in(&ended.written) {
        Some(place) => answer.insert("result".into(), place.into()),
        None => answer.insert("output".into(), ended.written.into()),
    };
    Ok(answer.into())
}

/// Where the result is, of which it tells last.
fn result_in(written: &str) -> Option<&str> {
    let (_, place) = written.lines().last()?.split_once(" is in ")?;
    Some(place)
}

/// The type of a failure with this exit code; none is that of a process that was killed.
fn failure_type(code: Option<i32>) -> &'static str {
    match code {
        Some(code) if code == Exit::Usage as i32 => USAGE,
        Some(code) if code == Exit::Load as i32 => NOT_LOADED,
        Some(code) if code == Exit::Input as i32 => INPUTS,
        _ => AGAIN,
    }
}

fn told(ended: &ChildEnd) -> String {
    match ended.complaints.trim() {
        "" => format!("segfn ended with {}", shown(ended.status)),
        complaints => complaints.to_owned(),
    }
}

fn shown(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("code {code}"),
        None => status.to_string(),
    }
}
