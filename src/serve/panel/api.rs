//! Who may ask the panel's API, and what answers.

use std::collections::HashMap;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderName, Method, Request, StatusCode};
use hyper::body::Incoming;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::files::page_file;
use super::panel::Panel;
use super::problem::PanelProblem;
use super::stream::stream_changes;
use crate::options::SEED;
use crate::project::samples;
use crate::serve::front::{HttpAnswer, json_answer, read_body};

/// The header of the page's own requests. A page of another site can't send it without asking first, and
/// is refused then.
const OWN_HEADER: HeaderName = HeaderName::from_static("segfn-panel");

/// The largest request, in bytes: a batch for a function.
const LARGEST: usize = 1 << 20;

impl Panel {
    /// Answers all that is no business of the Tracking API.
    pub async fn answer(self: &Arc<Self>, request: Request<Incoming>) -> HttpAnswer {
        let (parts, body) = request.into_parts();
        if let Err(refusal) = self.guard.admit(&parts) {
            return PanelProblem::new(StatusCode::FORBIDDEN, refusal.to_string()).answer();
        }
        let path = parts.uri.path();
        let Some(asked) = path.strip_prefix("/api/") else {
            let found = (parts.method == Method::GET)
                .then(|| page_file(path))
                .flatten();
            return found.unwrap_or_else(|| nothing_at(path).answer());
        };
        if !parts.headers.contains_key(OWN_HEADER) {
            let message = format!("this is for the panel: requests have the header `{OWN_HEADER}`");
            return PanelProblem::new(StatusCode::FORBIDDEN, message).answer();
        }
        if (&parts.method, asked) == (&Method::GET, "stream") {
            let again = parts.headers.contains_key("last-event-id");
            return stream_changes(self.clone(), again).await;
        }
        match self.asked(&parts, asked, body).await {
            Ok(json) => json_answer(StatusCode::OK, json),
            Err(problem) => problem.answer(),
        }
    }

    async fn asked(
        &self,
        parts: &Parts,
        asked: &str,
        body: Incoming,
    ) -> Result<String, PanelProblem> {
        let query = parts.uri.query().unwrap_or_default();
        let query: HashMap<String, String> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let asked: Vec<&str> = asked.split('/').collect();
        if parts.method == Method::GET {
            return match asked.as_slice() {
                ["state"] => text(&self.state()),
                ["events"] => text(&self.events(&query).await?),
                ["events", id] => {
                    let id = id.parse().map_err(|_| nothing_at(parts.uri.path()))?;
                    Ok(self.event(id).await?.to_string())
                }
                ["stats"] => text(&self.stats(&query).await?),
                ["cases"] => text(&self.cases(&query).await?),
                ["samples"] => text(&sample_list()),
                ["samples", name] => sample(name),
                _ => Err(nothing_at(parts.uri.path())),
            };
        }
        let body = read_body(&parts.headers, body, LARGEST).await;
        let body = body.map_err(|error| PanelProblem::bad(error.to_string()))?;
        match (&parts.method, asked.as_slice()) {
            (&Method::POST, ["run"]) => Ok(self.run(parsed(&body)?).await?.to_string()),
            (&Method::POST, ["retry"]) => text(&self.retry(&parsed(&body)?)?),
            (&Method::POST, ["replay"]) => text(&self.replay(&parsed(&body)?).await?),
            (&Method::POST, ["cases"]) => text(&self.make_case(parsed(&body)?).await?),
            (&Method::POST, ["test"]) => Ok(self.test(parsed(&body)?).await?.to_string()),
            (&Method::POST, ["accept"]) => text(&self.accept(parsed(&body)?).await?),
            (&Method::POST, ["faults"]) => text(&self.inject(&parsed(&body)?)?),
            (&Method::DELETE, ["faults"]) => text(&self.clear_faults()?),
            (&Method::POST, ["compare"]) => Ok(self.compare(parsed(&body)?).await?.to_string()),
            _ => Err(nothing_at(parts.uri.path())),
        }
    }
}

fn text(value: &impl Serialize) -> Result<String, PanelProblem> {
    serde_json::to_string(value).map_err(|error| PanelProblem::bad(error.to_string()))
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, PanelProblem> {
    serde_json::from_slice(body).map_err(|error| PanelProblem::bad(error.to_string()))
}

fn nothing_at(path: &str) -> PanelProblem {
    PanelProblem::missing(format!("there is nothing at {path}"))
}

fn sample_list() -> Value {
    let samples = samples::groups().iter().flat_map(|group| &group.samples);
    let samples: Vec<Value> = samples
        .map(|sample| {
            let title = match sample.about() {
                "" => &sample.name,
                about => about,
            };
            json!({ "name": sample.name, "title": title, "type": sample.kind() })
        })
        .collect();
    json!({ "samples": samples })
}

fn sample(name: &str) -> Result<String, PanelProblem> {
    let found = samples::find(name).map_err(|error| PanelProblem {
        hint: Some(error.hint()),
        ..PanelProblem::missing(error.to_string())
    })?;
    match found.as_slice() {
        [one] => Ok(one.json(SEED).to_string()),
        _ => Err(PanelProblem::missing(format!(
            "{name} is a group of samples"
        ))),
    }
}
