//! What an invocation asks of segfn, where it says that by itself.

use serde::Deserialize;

/// Commands that may be asked for. What they have in common is that they take parts, or add them up.
const COMMANDS: [&[&str]; 5] = [
    &["diff", "merge"],
    &["run", "merge"],
    &["cases", "add"],
    &["diff"],
    &["run"],
];

/// A command, of which a part may be meant: `{"arguments": ["diff", …], "index": 0, "total": 64}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LambdaTask {
    pub arguments: Vec<String>,
    /// The part, from 0, as engines count.
    pub index: Option<u32>,
    /// How many parts there are.
    pub total: Option<u32>,
}

/// An invocation asks for nothing that there is.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    #[error("the event is none that asks for a part: {0}")]
    Form(#[from] serde_json::Error),
    #[error(
        "`{0}` is no command that runs in Lambda: diff, run and cases add are, and the merges of diff and run"
    )]
    Command(String),
    #[error("index is {index}, but there are only {total} parts")]
    Index { index: u32, total: u32 },
    #[error("index and total go together: the part, from 0, and how many there are")]
    Half,
}

impl LambdaTask {
    /// # Errors
    /// It is no such event, or asks for what doesn't run here.
    pub fn from_json(json: &[u8]) -> Result<LambdaTask, TaskError> {
        let task: LambdaTask = serde_json::from_slice(json)?;
        let is_there = |command: &&[&str]| {
            let given = task.arguments.iter().map(String::as_str);
            given.take(command.len()).eq(command.iter().copied())
        };
        if !COMMANDS.iter().any(is_there) {
            return Err(TaskError::Command(task.arguments.join(" ")));
        }
        match (task.index, task.total) {
            (Some(index), Some(total)) if index >= total => Err(TaskError::Index { index, total }),
            (Some(_), Some(_)) | (None, None) => Ok(task),
            _ => Err(TaskError::Half),
        }
    }

    /// The part, from 1, and how many there are.
    pub fn part(&self) -> Option<(u32, u32)> {
        Some((self.index?.checked_add(1)?, self.total?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_asks_for_a_part_or_for_all() {
        let task = |json: &str| LambdaTask::from_json(json.as_bytes());
        let told = |json: &str| task(json).expect_err(json).to_string();
        let part = task(r#"{"arguments": ["diff", "a", "b"], "index": 0, "total": 64}"#);
        assert_eq!(part.expect("a part").part(), Some((1, 64)));
        let all = task(r#"{"arguments": ["diff", "merge", "s3://b/run/"]}"#);
        assert_eq!(all.expect("a merge").part(), None);
        for (json, error) in [
            (r#"{"arguments": ["serve"]}"#, "`serve` is no command"),
            (r#"{"arguments": ["cases", "vary"]}"#, "`cases vary` is no"),
            (r#"{"arguments": []}"#, "`` is no command"),
            (r#"{"arguments": ["diff"], "index": 0}"#, "go together"),
            (
                r#"{"arguments": ["diff"], "index": 2, "total": 2}"#,
                "only 2 parts",
            ),
            (r#"{"arguments": ["diff"], "part": 1}"#, "unknown field"),
            (r#"{"type": "track"}"#, "the event is none that asks"),
        ] {
            let text = told(json);
            assert!(text.contains(error), "{json}: {text}");
        }
    }
}
