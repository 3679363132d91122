//! Tracking plans, as Segment's Public API has them: rules with a JSON Schema for each event.

mod plan_reader;
mod rule;

pub use self::plan_reader::read_rules;
pub use self::rule::{PlanRule, RuleKind};
