//! segfn's other commands, run for the panel in processes of their own.

use std::time::Duration;

use http::StatusCode;

use super::panel::Panel;
use super::problem::PanelProblem;
use crate::json::Json;
use crate::serve::programs::Task;

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(120);

impl Panel {
    /// The lines of JSON that a command prints, and what else it prints. A case that fails is no error.
    pub(super) async fn task(&self, task: &Task) -> Result<Vec<Json>, PanelProblem> {
        let mut command = tokio::process::Command::from(self.programs.task(task));
        command
            .stdin(std::process::Stdio::null())
            .kill_on_drop(true);
        let failed =
            |message: String| PanelProblem::new(StatusCode::INTERNAL_SERVER_ERROR, message);
        let output = tokio::time::timeout(PATIENCE, command.output()).await;
        let output = output
            .map_err(|_| failed(format!("it took longer than {} s", PATIENCE.as_secs())))?
            .map_err(|error| failed(error.to_string()))?;
        // 1 tells that a case fails, or versions differ.
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(told(&String::from_utf8_lossy(&output.stderr)));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text
            .lines()
            .filter_map(|line| Json::parse(line).ok())
            .collect())
    }
}

/// What a command says on standard error: `error: …` and `hint: …`.
fn told(text: &str) -> PanelProblem {
    let part = |label: &str| {
        let (_, rest) = text.split_once(label)?;
        let end = rest.find("\nhint: ").unwrap_or(rest.len());
        Some(rest[..end].trim().to_owned())
    };
    PanelProblem {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        message: part("error: ").unwrap_or_else(|| text.trim().to_owned()),
        hint: part("hint: "),
    }
}
