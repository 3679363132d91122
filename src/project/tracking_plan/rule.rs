//! One rule of a tracking plan.

use crate::json::Json;

/// Which events a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleKind {
    /// All events.
    Common,
    Track,
    Identify,
    Group,
    Page,
    Screen,
}

impl RuleKind {
    pub const ALL: [RuleKind; 6] = [
        RuleKind::Common,
        RuleKind::Track,
        RuleKind::Identify,
        RuleKind::Group,
        RuleKind::Page,
        RuleKind::Screen,
    ];

    /// As the plan writes it.
    pub fn name(self) -> &'static str {
        match self {
            RuleKind::Common => "COMMON",
            RuleKind::Track => "TRACK",
            RuleKind::Identify => "IDENTIFY",
            RuleKind::Group => "GROUP",
            RuleKind::Page => "PAGE",
            RuleKind::Screen => "SCREEN",
        }
    }

    /// The type of its events; `None` for all.
    pub fn event_type(self) -> Option<&'static str> {
        match self {
            RuleKind::Common => None,
            RuleKind::Track => Some("track"),
            RuleKind::Identify => Some("identify"),
            RuleKind::Group => Some("group"),
            RuleKind::Page => Some("page"),
            RuleKind::Screen => Some("screen"),
        }
    }
}

/// A rule: the schema of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRule {
    pub kind: RuleKind,
    /// The event's name; absent where the kind says it all.
    pub key: Option<String>,
    /// A JSON Schema of the whole event.
    pub schema: Json,
}
