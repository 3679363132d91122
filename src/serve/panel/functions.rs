//! The functions, and how it stands about them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::panel::Panel;
use super::problem::PanelProblem;
use crate::project::config::WorkspaceFilter;
use crate::serve::pipeline::Routes;
use crate::serve::served_function::{FunctionState, ServedFunction};

impl Panel {
    /// What the page begins with.
    pub(super) fn state(&self) -> Value {
        let mut state = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "functions": self.described(),
            "pipeline": self.connections(),
            "retrySpeed": self.pipeline.retry_speed().factor(),
        });
        if let Some(faults) = self.pending_faults() {
            state["faults"] = faults;
        }
        state
    }

    /// Which sources there are, and which destinations get their events.
    fn connections(&self) -> Value {
        let named = |name: &str, filters: &[WorkspaceFilter]| {
            let filters = filters.iter().map(|filter| filter.condition.text());
            json!({ "name": name, "filters": filters.collect::<Vec<_>>() })
        };
        match self.pipeline.routes() {
            Routes::All(_) => {
                let destinations = self.functions.iter();
                let destinations: Vec<&str> = destinations
                    .filter(|function| kind_of(function) == Some("destination"))
                    .map(|function| &*function.name)
                    .collect();
                let all: Vec<Value> = destinations.iter().map(|name| named(name, &[])).collect();
                json!({
                    "sources": [{
                        "name": "any write key", "key": "*", "connectedTo": destinations,
                    }],
                    "destinations": all,
                })
            }
            Routes::Workspace(sources) => {
                let mut all: Vec<Value> = Vec::new();
                let sources: Vec<Value> = sources
                    .iter()
                    .map(|source| {
                        for to in &source.route.destinations {
                            let one = named(&to.name, &to.filters);
                            if !all.contains(&one) {
                                all.push(one);
                            }
                        }
                        let to = source.route.destinations.iter();
                        let to: Vec<&str> = to.map(|to| &*to.name).collect();
                        json!({ "name": source.name, "key": source.key, "connectedTo": to })
                    })
                    .collect();
                json!({ "sources": sources, "destinations": all })
            }
        }
    }

    /// Each function: what it is, its settings without secrets, and why it can't be loaded.
    pub(super) fn described(&self) -> Vec<Value> {
        self.functions.iter().map(|f| describe(f)).collect()
    }

    pub(super) fn function(&self, name: &str) -> Result<&Arc<ServedFunction>, PanelProblem> {
        let found = self.functions.iter().find(|known| *known.name == *name);
        found.ok_or_else(|| PanelProblem::missing(format!("there is no function named `{name}`")))
    }
}

fn kind_of(function: &ServedFunction) -> Option<&'static str> {
    match &*function.states().borrow() {
        FunctionState::Running(running) => Some(running.ready.kind.name()),
        FunctionState::NotLoaded(_) | FunctionState::Starting => None,
    }
}

fn describe(function: &ServedFunction) -> Value {
    let mut all = json!({
        "name": *function.name,
        "path": function.path.display().to_string(),
        "kind": null,
        "handlers": [],
        "settings": {},
    });
    match &*function.states().borrow() {
        FunctionState::Running(running) => {
            let ready = &running.ready;
            all["kind"] = ready.kind.name().into();
            all["handlers"] = ready.handlers.clone().into();
            all["settings"] = serde_json::from_str(&ready.settings).unwrap_or_default();
            all["warnings"] = ready.warnings.clone().into();
        }
        FunctionState::NotLoaded(problem) => {
            all["error"] = json!({
                "message": problem.message,
                "hint": problem.hint,
                "file": problem.file,
                "line": problem.at.map(|at| at.line),
                "column": problem.at.map(|at| at.column),
                "excerpt": problem.excerpt,
            });
        }
        FunctionState::Starting => {}
    }
    all
}
