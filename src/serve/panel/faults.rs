//! Faults that a person injects, to see what functions make of them.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::panel::Panel;
use super::problem::PanelProblem;
use crate::net::{Fault, FaultError, FaultKind, Faults};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultRequest {
    host: String,
    /// A status, `reset` or `delay`.
    kind: String,
    count: u32,
    /// Of a delay.
    delay_ms: Option<u32>,
}

impl Panel {
    /// Those of which some are left, in the order in which they count; `None` where there can be none.
    pub(super) fn pending_faults(&self) -> Option<Value> {
        let pending = self.faults.as_ref()?.pending().into_iter();
        let pending = pending.map(|one| {
            let Fault { host, kind, count } = one.fault;
            let mut fault = json!({
                "host": host, "kind": kind.to_string(), "left": one.left, "count": count,
            });
            if let FaultKind::Delay(time) = kind {
                fault["delayMs"] = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).into();
            }
            fault
        });
        Some(pending.collect())
    }

    pub(super) fn inject(&self, request: &FaultRequest) -> Result<Value, PanelProblem> {
        let kind = match request.kind.parse::<FaultKind>()? {
            FaultKind::Delay(_) => FaultKind::Delay(Duration::from_millis(
                request.delay_ms.unwrap_or_default().into(),
            )),
            kind => kind,
        };
        self.faults()?
            .inject(Fault::new(&request.host, kind, request.count)?)?;
        Ok(json!({ "faults": self.pending_faults() }))
    }

    pub(super) fn clear_faults(&self) -> Result<Value, PanelProblem> {
        self.faults()?.clear();
        Ok(json!({ "faults": [] }))
    }

    fn faults(&self) -> Result<&Faults, PanelProblem> {
        let none = || PanelProblem::missing("there are no faults on this system");
        self.faults.as_ref().ok_or_else(none)
    }
}

impl From<FaultError> for PanelProblem {
    fn from(error: FaultError) -> PanelProblem {
        let status = match error {
            FaultError::TooMany(_) => StatusCode::CONFLICT,
            _ => StatusCode::BAD_REQUEST,
        };
        PanelProblem {
            hint: error.hint().map(str::to_owned),
            ..PanelProblem::new(status, error.to_string())
        }
    }
}
