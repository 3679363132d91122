//! Cases: made of events, run, accepted, and versions compared.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::events::condition;
use super::panel::Panel;
use super::problem::PanelProblem;
use crate::history::EventQuery;
use crate::json::Json;
use crate::serve::programs::Task;
use crate::suite::Selection;
use crate::temporary::TemporaryFolder;

/// So many events of the history are compared at most.
const MOST: usize = 10_000;

#[derive(Deserialize)]
pub struct CaseRequest {
    id: u64,
    function: String,
    name: Option<String>,
}

#[derive(Deserialize)]
pub struct TestRequest {
    function: String,
    cases: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub struct AcceptRequest {
    function: String,
    case: String,
}

#[derive(Deserialize)]
pub struct CompareRequest {
    function: String,
    /// `git:REVISION` or a path.
    base: PathBuf,
    id: Option<u64>,
    input: Option<Box<RawValue>>,
    history: Option<HistoryPart>,
}

#[derive(Deserialize)]
struct HistoryPart {
    limit: usize,
    #[serde(rename = "where")]
    condition: Option<String>,
}

/// A case as the page knows it.
#[derive(PartialEq)]
struct ListedCase {
    name: String,
    /// As `segfn test --list` shows it.
    id: String,
    path: String,
}

impl Panel {
    pub(super) async fn cases(
        &self,
        query: &HashMap<String, String>,
    ) -> Result<Value, PanelProblem> {
        let name = query.get("function").map(String::as_str);
        let function = self.function(name.unwrap_or_default())?;
        let cases = cases_of(&function.path).await?;
        let cases: Vec<Value> = cases
            .iter()
            .map(|case| json!({ "name": case.name, "path": case.path }))
            .collect();
        Ok(json!({ "cases": cases }))
    }

    /// Runs the event through `segfn record`.
    pub(super) async fn make_case(&self, request: CaseRequest) -> Result<Value, PanelProblem> {
        let function = self.function(&request.function)?.clone();
        let kept = self.kept(request.id).await?;
        let events = Events::write(&[kept.raw])?;
        let before = cases_of(&function.path).await?;
        self.task(&Task::Record {
            function: function.path.clone(),
            events: events.path.clone(),
            name: request.name,
        })
        .await?;
        let after = cases_of(&function.path).await?;
        let made = after.into_iter().find(|case| !before.contains(case));
        match made {
            Some(case) => Ok(json!({ "case": case.name, "path": case.path })),
            None => Err(PanelProblem::new(
                StatusCode::CONFLICT,
                "there is a case with this event already",
            )),
        }
    }

    pub(super) async fn test(&self, request: TestRequest) -> Result<Json, PanelProblem> {
        let function = self.function(&request.function)?.clone();
        let cases = match request.cases {
            None => Vec::new(),
            Some(names) => {
                let known = cases_of(&function.path).await?;
                let ids = names.iter().map(|name| id_of(&known, name));
                ids.collect::<Result<_, _>>()?
            }
        };
        let function = function.path.clone();
        let lines = self.task(&Task::Test { function, cases }).await?;
        let totals = lines.iter().find_map(|line| line.get("totals")).cloned();
        let cases = lines.into_iter().filter(|line| line.get("case").is_some());
        Ok(Json::object([
            ("cases", Json::Array(cases.collect())),
            ("totals", totals.unwrap_or(Json::Null)),
        ]))
    }

    pub(super) async fn accept(&self, request: AcceptRequest) -> Result<Value, PanelProblem> {
        let function = self.function(&request.function)?.clone();
        let known = cases_of(&function.path).await?;
        let case = id_of(&known, &request.case)?;
        let function = function.path.clone();
        self.task(&Task::Accept { function, case }).await?;
        Ok(json!({ "accepted": true }))
    }

    pub(super) async fn compare(&self, request: CompareRequest) -> Result<Json, PanelProblem> {
        let function = self.function(&request.function)?.clone();
        let mut ids = Vec::new();
        let events = if let Some(id) = request.id {
            ids.push(id);
            Some(vec![self.kept(id).await?.raw])
        } else if let Some(input) = request.input {
            Some(vec![input.get().to_owned()])
        } else if let Some(part) = request.history {
            let query = EventQuery {
                limit: part.limit.clamp(1, MOST),
                function: Some(function.name.to_string()),
                condition: part.condition.as_deref().map(condition).transpose()?,
                ..EventQuery::default()
            };
            let (numbers, events) = self.newest(query).await?.into_iter().unzip();
            ids = numbers;
            Some(events)
        } else {
            None
        };
        let events = events.map(|events| Events::write(&events)).transpose()?;
        let lines = self
            .task(&Task::Compare {
                base: request.base,
                function: function.path.clone(),
                events: events.as_ref().map(|events| events.path.clone()),
            })
            .await?;
        let report = lines.into_iter().next();
        let mut report = report.ok_or_else(|| PanelProblem::bad("nothing could be compared"))?;
        if let Some(events) = &events {
            name_events(&mut report, &events.path.display().to_string(), &ids);
        }
        Ok(report)
    }
}

impl Panel {
    /// The numbers and the JSON of the newest events that a query asks for, the oldest first.
    async fn newest(&self, mut query: EventQuery) -> Result<Vec<(u64, String)>, PanelProblem> {
        let history = self.pipeline.history();
        let wanted = query.limit;
        let mut all = Vec::new();
        loop {
            query.limit = wanted - all.len();
            let page = history.events(query.clone()).await?;
            for row in &page.events {
                // It may be forgotten by now.
                let kept = history.event(row.id).await?;
                all.extend(kept.map(|kept| (row.id, kept.raw)));
            }
            query.before = page.next;
            if page.next.is_none() || page.events.len() >= query.limit {
                all.reverse();
                return Ok(all);
            }
        }
    }
}

/// A file of events, until it is dropped.
struct Events {
    _folder: TemporaryFolder,
    path: PathBuf,
}

impl Events {
    fn write(events: &[String]) -> Result<Events, PanelProblem> {
        let failed = |error: std::io::Error| {
            PanelProblem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
        };
        let folder = TemporaryFolder::new().map_err(failed)?;
        let path = folder.path().join("events.ndjson");
        std::fs::write(&path, events.join("\n") + "\n").map_err(failed)?;
        Ok(Events {
            _folder: folder,
            path,
        })
    }
}

/// Names events by their numbers where a report has their places in a file.
fn name_events(report: &mut Json, file: &str, ids: &[u64]) {
    match report {
        Json::String(text) => {
            let line = text.strip_prefix(file).and_then(|rest| match rest {
                "" => Some(1),
                rest => rest.strip_prefix(':')?.parse::<usize>().ok(),
            });
            let id = line.and_then(|line| ids.get(line.checked_sub(1)?));
            if let Some(id) = id {
                *text = format!("event {id}");
            }
        }
        Json::Array(items) => items
            .iter_mut()
            .for_each(|item| name_events(item, file, ids)),
        Json::Object(fields) => fields
            .values_mut()
            .for_each(|field| name_events(field, file, ids)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// The cases of a function, in order.
async fn cases_of(function: &Path) -> Result<Vec<ListedCase>, PanelProblem> {
    let selection = Selection {
        paths: vec![function.to_owned()],
        ..Selection::default()
    };
    let opened = tokio::task::spawn_blocking(move || {
        let opened = selection.open(&Arc::default());
        opened.map(|(_, cases)| {
            let cases = cases.into_iter().map(|case| ListedCase {
                name: case.id.rsplit('/').next().unwrap_or(&case.id).to_owned(),
                path: case.location.shown(),
                id: case.id,
            });
            cases.collect()
        })
    });
    let failed = |message: String| PanelProblem::new(StatusCode::INTERNAL_SERVER_ERROR, message);
    match opened.await {
        Ok(Ok(cases)) => Ok(cases),
        Ok(Err(error)) => Err(PanelProblem {
            hint: error.hint(),
            ..PanelProblem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
        }),
        Err(error) => Err(failed(error.to_string())),
    }
}

fn id_of(known: &[ListedCase], name: &str) -> Result<String, PanelProblem> {
    let found = known.iter().find(|case| case.name == name);
    let missing = || PanelProblem::missing(format!("there is no case named `{name}`"));
    found.map(|case| case.id.clone()).ok_or_else(missing)
}
