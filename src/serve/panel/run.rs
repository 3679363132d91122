//! Running a function for the panel, beside the pipeline.

use http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::panel::Panel;
use super::problem::PanelProblem;
use crate::function::{BATCH_HANDLER, Input};
use crate::json::Json;
use crate::serve::programs::FunctionSaid;
use crate::serve::runner::{Runner, RunnerMessage};

#[derive(Deserialize)]
pub struct RunRequest {
    function: String,
    handler: Option<String>,
    /// An event, an array of events or a request.
    input: Box<RawValue>,
    /// Settings that come before those of the function's files.
    settings: Option<Json>,
}

impl Panel {
    /// Runs a function once, in a process of its own: its cache is empty, and what it does wrong concerns
    /// no other event.
    pub(super) async fn run(&self, request: RunRequest) -> Result<Json, PanelProblem> {
        let function = self.function(&request.function)?;
        let json = request.input.get();
        let is_batch = json.trim_start().starts_with('[');
        let said = FunctionSaid {
            faults: self.faults.as_ref().map(|faults| faults.path().to_owned()),
            settings: request
                .settings
                .filter(Json::is_object)
                .unwrap_or_else(|| Json::object([])),
            handler: request
                .handler
                .or_else(|| is_batch.then(|| BATCH_HANDLER.to_owned())),
            text: true,
        };
        let failed =
            |message: String| PanelProblem::new(StatusCode::INTERNAL_SERVER_ERROR, message);
        let command = self.programs.runner(&function.path);
        let started = Runner::start(command, &said);
        let (runner, told, _) = started.map_err(|error| failed(error.to_string()))?;
        match told.await {
            Ok(RunnerMessage::Ready(_)) => {}
            Ok(RunnerMessage::NotLoaded(problem)) => {
                return Err(PanelProblem {
                    status: StatusCode::UNPROCESSABLE_ENTITY,
                    message: format!("the function can't be loaded: {}", problem.message),
                    hint: problem.hint,
                });
            }
            Ok(RunnerMessage::Called(_)) | Err(_) => {
                return Err(failed(
                    "segfn failed: the process of the function ended".into(),
                ));
            }
        }
        let called = runner.call(&Input::new("panel", json)).await;
        let called = called.map_err(|error| failed(error.to_string()))?;
        let outcome = str::from_utf8(&called.outcome).ok();
        let Some(outcome) = outcome.and_then(|text| Json::parse(text).ok()) else {
            let problem = called.error.unwrap_or_default();
            return Err(PanelProblem::bad(problem));
        };
        let text = String::from_utf8_lossy(&called.shown.text).into_owned();
        Ok(Json::object([
            ("outcome", outcome),
            ("text", Json::from(text)),
        ]))
    }
}
