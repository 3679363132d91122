//! What the invocations of a version cost, by handler.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::figures::Figures;
use super::handler_cost::HandlerCost;
use super::invocation_cost::InvocationCost;

/// The figures of a version, by handler.
pub type CostFigures = BTreeMap<String, Figures>;

/// What the invocations of a version cost. Those of several parts of the invocations add up to that of all.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cost {
    limit: Duration,
    is_alone: bool,
    handlers: BTreeMap<String, HandlerCost>,
}

impl Cost {
    /// Nothing so far. An invocation that takes longer than `limit` passes the limit. `is_alone` tells that
    /// it is compared with nothing that runs at the same time.
    pub fn new(limit: Duration, is_alone: bool) -> Cost {
        Cost {
            limit,
            is_alone,
            handlers: BTreeMap::new(),
        }
    }

    /// Counts an invocation.
    pub fn add(&mut self, cost: &InvocationCost) {
        let handler = match self.handlers.get_mut(&cost.handler) {
            Some(handler) => handler,
            None => {
                let new = HandlerCost::new(self.limit, self.is_alone);
                self.handlers.entry(cost.handler.clone()).or_insert(new)
            }
        };
        handler.add(cost);
    }

    /// Adds what other invocations cost.
    pub fn merge(&mut self, other: Cost) {
        for (name, handler) in other.handlers {
            match self.handlers.get_mut(&name) {
                Some(own) => own.merge(&handler),
                None => {
                    self.handlers.insert(name, handler);
                }
            }
        }
    }

    /// The figures of each handler. `most_retries` is how often the platform calls again at most.
    pub fn figures(&self, most_retries: u32) -> CostFigures {
        let handlers = self.handlers.iter();
        handlers
            .map(|(name, handler)| (name.clone(), handler.figures(most_retries)))
            .collect()
    }
}
