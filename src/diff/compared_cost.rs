//! What two versions cost.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cost::{Cost, CostFigures, CostRise, InvocationCost, rises};
use crate::engine::most_retries;
use crate::function::Kind;

/// What the versions cost, each by handler.
#[derive(Clone, Debug, Default)]
pub struct ComparedCost {
    pub base: CostFigures,
    pub candidate: CostFigures,
    /// What rose by more than is allowed.
    pub rises: Vec<CostRise>,
}

/// The costs of the three runs, so far. They are measured side by side, so that what else the machine does
/// meets all of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeasuredCosts {
    base: Cost,
    again: Cost,
    candidate: Cost,
}

impl MeasuredCosts {
    /// An invocation that takes longer than `limit` passes the limit.
    pub fn new(limit: Duration) -> MeasuredCosts {
        MeasuredCosts {
            base: Cost::new(limit, false),
            again: Cost::new(limit, false),
            candidate: Cost::new(limit, false),
        }
    }

    /// Counts what an input cost in each run.
    pub fn add(
        &mut self,
        base: &InvocationCost,
        again: &InvocationCost,
        candidate: &InvocationCost,
    ) {
        self.base.add(base);
        self.again.add(again);
        self.candidate.add(candidate);
    }

    /// Adds what other inputs cost.
    pub fn merge(&mut self, other: MeasuredCosts) {
        self.base.merge(other.base);
        self.again.merge(other.again);
        self.candidate.merge(other.candidate);
    }

    /// What is told of them. A time of the base that its second run measured otherwise is not.
    pub fn compared(&self, base: Kind, candidate: Kind, allowed_rise: Option<f64>) -> ComparedCost {
        let again = self.again.figures(most_retries(base));
        let confirmed = self.base.figures(most_retries(base)).into_iter();
        let base: CostFigures = confirmed
            .map(|(handler, figures)| {
                let figures = match again.get(&handler) {
                    Some(again) => figures.confirmed_by(again),
                    None => figures,
                };
                (handler, figures)
            })
            .collect();
        let candidate = self.candidate.figures(most_retries(candidate));
        ComparedCost {
            rises: allowed_rise.map_or(Vec::new(), |allowed| rises(&base, &candidate, allowed)),
            base,
            candidate,
        }
    }
}
