//! What the panel asks about events.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::SystemTime;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::panel::Panel;
use super::problem::PanelProblem;
use crate::fql::{Expression, FqlError};
use crate::history::{EventPage, EventQuery, KeptEvent};
use crate::json::Json;
use crate::serve::pipeline::Arrivals;
use crate::serve::tracking::{ArrivedEvents, Sender};

/// The longest page of events.
const MOST: usize = 1000;

/// The most minutes that are told of.
const MOST_MINUTES: u32 = 24 * 60;

#[derive(Deserialize)]
pub struct RetryRequest {
    id: u64,
    function: String,
}

#[derive(Deserialize)]
pub struct ReplayRequest {
    id: u64,
}

impl Panel {
    pub(super) async fn events(
        &self,
        query: &HashMap<String, String>,
    ) -> Result<EventPage, PanelProblem> {
        let given = |name: &str| query.get(name).filter(|text| !text.is_empty()).cloned();
        let number = |name: &str| match given(name) {
            None => Ok(None),
            Some(text) => text
                .parse::<u64>()
                .map(Some)
                .map_err(|_| PanelProblem::bad(format!("`{name}` is no number"))),
        };
        let limit = number("limit")?.and_then(|limit| usize::try_from(limit).ok());
        let query = EventQuery {
            before: number("before")?,
            limit: limit.unwrap_or(200).min(MOST),
            text: given("text"),
            function: given("function"),
            class: given("class"),
            condition: given("where").as_deref().map(condition).transpose()?,
        };
        // What came of the newest may still be on its way to the disk.
        self.pipeline.history().flush().await?;
        Ok(self.pipeline.history().events(query).await?)
    }

    pub(super) async fn kept(&self, id: u64) -> Result<KeptEvent, PanelProblem> {
        // What came of it may still be on its way to the disk.
        self.pipeline.history().flush().await?;
        let found = self.pipeline.history().event(id).await?;
        found.ok_or_else(|| PanelProblem::missing(format!("there is no event {id} (any more)")))
    }

    pub(super) async fn event(&self, id: u64) -> Result<Json, PanelProblem> {
        let kept = self.kept(id).await?;
        let mut all = Json::of(&kept.row);
        all["raw"] = Json::parse(&kept.raw).unwrap_or(Json::Null);
        if let Some(Json::Array(steps)) = all.get_mut("steps") {
            for (step, outcome) in steps.iter_mut().zip(kept.outcomes) {
                if let Some(outcome) = outcome {
                    step["outcome"] = outcome;
                }
            }
        }
        Ok(all)
    }

    pub(super) fn retry(&self, request: &RetryRequest) -> Result<Value, PanelProblem> {
        match self.pipeline.retry_now(request.id, &request.function) {
            true => Ok(json!({ "id": request.id })),
            false => Err(PanelProblem::new(
                StatusCode::CONFLICT,
                "the event doesn't wait for another attempt of this function",
            )),
        }
    }

    /// Sends an event through the pipeline again, as another event.
    pub(super) async fn replay(&self, request: &ReplayRequest) -> Result<Value, PanelProblem> {
        let kept = self.kept(request.id).await?;
        let sender = Sender {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            received: SystemTime::now(),
        };
        let id = if kept.row.kind == "request" {
            let json = Json::parse(&kept.raw).unwrap_or(Json::Null);
            let function = self.function(&kept.row.source)?.clone();
            self.pipeline.accept_request(function, json, sender).await?
        } else {
            let events = ArrivedEvents::parse(&kept.raw);
            let events = events.ok_or_else(|| PanelProblem::bad("the event is no object"))?;
            let arrivals = Arrivals {
                source: kept.row.source,
                events,
                sender,
                again: true,
            };
            let ids = self.pipeline.accept(arrivals).await?;
            ids.first().copied().unwrap_or_default()
        };
        Ok(json!({ "id": id }))
    }

    pub(super) async fn stats(
        &self,
        query: &HashMap<String, String>,
    ) -> Result<Value, PanelProblem> {
        let minutes = query.get("minutes").and_then(|text| text.parse().ok());
        let minutes = minutes.unwrap_or(60).clamp(1, MOST_MINUTES);
        let stats = self.pipeline.history().stats(minutes).await?;
        Ok(json!({ "minutes": stats }))
    }
}

/// What `where` of a request asks for.
pub(super) fn condition(text: &str) -> Result<Expression, PanelProblem> {
    text.parse().map_err(|error: FqlError| PanelProblem {
        hint: error.hint(),
        ..PanelProblem::bad(error.to_string())
    })
}
