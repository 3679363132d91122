//! Which functions an event goes to.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::batcher::BatchCall;
use crate::function::Kind;
use crate::json::Json;
use crate::project::config::WorkspaceFilter;
use crate::serve::found::WorkspacePlan;
use crate::serve::served_function::{FunctionState, ServedFunction};

/// The way of the events of a source.
#[derive(Clone)]
pub struct EventRoute {
    /// The source's insert functions, in their order.
    pub inserts: Vec<Arc<ServedFunction>>,
    pub destinations: Vec<Arc<Destination>>,
}

/// A destination function, and what stands before it.
pub struct Destination {
    /// By which the `integrations` of an event name it.
    pub name: Arc<str>,
    pub function: Arc<ServedFunction>,
    /// Its insert functions, in their order.
    pub inserts: Vec<Arc<ServedFunction>>,
    /// What is dropped or taken out before that.
    pub filters: Vec<WorkspaceFilter>,
    /// Where events for `onBatch` go.
    pub(super) batches: mpsc::Sender<BatchCall>,
}

impl Destination {
    /// Why the event doesn't go here by its `integrations`, if it doesn't. A function's name there is
    /// `NAME (WORKSPACE)`, in that case; the workspace may be any.
    pub fn turned_off(&self, event: &str) -> Option<String> {
        // Most events say nothing about it.
        if memchr::memmem::find(event.as_bytes(), b"\"integrations\":{}").is_some() {
            return None;
        }
        let event = Json::parse(event).ok()?;
        let integrations = event.get("integrations")?.as_object()?;
        let mut named = integrations.iter().filter(|(name, _)| self.is(name));
        match named.next() {
            Some((name, Json::Bool(false))) => Some(format!("`integrations` turns off {name}")),
            Some(_) => None,
            None if integrations.get("All") == Some(&Json::Bool(false)) => {
                Some("`integrations` turns off all that it doesn't name".to_owned())
            }
            None => None,
        }
    }

    fn is(&self, name: &str) -> bool {
        let rest = name.strip_prefix(&*self.name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" (") && rest.ends_with(')'))
    }
}

/// All ways.
pub enum Routes {
    /// Each destination function gets every event.
    All(Vec<Arc<Destination>>),
    /// As a workspace connects them.
    Workspace(Vec<SourceRoute>),
}

/// The way of the events of a source in a workspace.
pub struct SourceRoute {
    pub name: String,
    pub key: Option<String>,
    /// The name of its source function.
    pub function: Option<String>,
    pub route: EventRoute,
}

impl Routes {
    /// Those of a workspace, whose destinations `destination` makes.
    pub fn of(
        plan: &WorkspacePlan,
        functions: &[Arc<ServedFunction>],
        destination: impl Fn(
            &str,
            &Arc<ServedFunction>,
            Vec<Arc<ServedFunction>>,
            Vec<WorkspaceFilter>,
        ) -> Arc<Destination>,
    ) -> Routes {
        let all = |indexes: &[usize]| -> Vec<Arc<ServedFunction>> {
            indexes
                .iter()
                .map(|index| functions[*index].clone())
                .collect()
        };
        let destinations: Vec<Arc<Destination>> = plan
            .destinations
            .iter()
            .map(|planned| {
                let function = &functions[planned.function];
                let (inserts, filters) = (all(&planned.inserts), planned.filters.clone());
                destination(&planned.name, function, inserts, filters)
            })
            .collect();
        let sources = plan.sources.iter().map(|source| SourceRoute {
            name: source.name.clone(),
            key: source.key.clone(),
            function: source
                .function
                .map(|index| functions[index].name.to_string()),
            route: EventRoute {
                inserts: all(&source.inserts),
                destinations: source
                    .destinations
                    .iter()
                    .map(|index| destinations[*index].clone())
                    .collect(),
            },
        });
        Routes::Workspace(sources.collect())
    }

    /// The source whose events come with a write key, or from a source function of this name; or which has
    /// the name itself, where an event is sent again.
    fn source(&self, from: &str) -> Option<&SourceRoute> {
        let Routes::Workspace(sources) = self else {
            return None;
        };
        let is = |name: &Option<String>| name.as_deref() == Some(from);
        sources
            .iter()
            .find(|source| is(&source.key) || is(&source.function) || source.name == from)
    }

    /// Whether each destination function gets every event.
    pub fn are_all(&self) -> bool {
        matches!(self, Routes::All(_))
    }

    /// Whether a source has this write key.
    pub fn has_key(&self, key: &str) -> bool {
        match self {
            Routes::All(_) => false,
            Routes::Workspace(sources) => sources
                .iter()
                .any(|source| source.key.as_deref() == Some(key)),
        }
    }

    /// What a source is called whose events come with a write key, or from a source function.
    pub fn name_of<'n>(&'n self, from: &'n str) -> &'n str {
        self.source(from).map_or(from, |source| &source.name)
    }

    /// The way of events that came with a write key, or from a source function.
    ///
    /// # Errors
    /// There is none: why.
    pub async fn route(&self, from: &str) -> Result<EventRoute, String> {
        match self {
            Routes::All(all) => Ok(EventRoute {
                inserts: Vec::new(),
                destinations: destinations_in(all).await,
            }),
            Routes::Workspace(_) => match self.source(from) {
                Some(source) => Ok(source.route.clone()),
                None => Err(format!(
                    "no source of the workspace has the write key {from}"
                )),
            },
        }
    }
}

async fn destinations_in(all: &[Arc<Destination>]) -> Vec<Arc<Destination>> {
    let mut destinations = Vec::new();
    for destination in all {
        // One that can't be loaded counts, so that it is seen what it misses.
        let is_destination = match destination.function.state().await {
            FunctionState::Running(running) => running.ready.kind == Kind::Destination,
            FunctionState::NotLoaded(_) => true,
            FunctionState::Starting => false,
        };
        if is_destination {
            destinations.push(destination.clone());
        }
    }
    destinations
}
