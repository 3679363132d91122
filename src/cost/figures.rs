//! The figures that are told of a handler.

use serde::Serialize;

use super::agree::agree;

/// What invocations of one handler cost; what could not be measured well enough is absent. All but the counts
/// are for one invocation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    pub invocations: u64,
    /// The processor's time, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<f64>,
    /// In milliseconds.
    pub waiting_ms: f64,
    /// What half, 95 % and 99 % of the invocations don't exceed in milliseconds, waiting included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
    /// Invocations that pass the time limit.
    pub over_limit: u64,
    pub requests: f64,
    /// How often the platform calls again, if a retry fails as often as a first call.
    pub retries: f64,
    /// Bytes.
    pub sent: f64,
    pub received: f64,
    /// Messages that the Tracking API would refuse for their size.
    pub large_messages: u64,
}

impl Figures {
    /// The milliseconds that an event takes in the end, retries included.
    pub fn billed_ms(&self) -> f64 {
        self.billed(self.cpu_ms)
    }

    /// The same, with the processor's time only where `other` has one, too: like is compared with like.
    pub fn billed_ms_beside(&self, other: &Figures) -> f64 {
        self.billed(self.cpu_ms.filter(|_| other.cpu_ms.is_some()))
    }

    fn billed(&self, cpu_ms: Option<f64>) -> f64 {
        (cpu_ms.unwrap_or(0.0) + self.waiting_ms) * (1.0 + self.retries)
    }

    /// The figures without what another run of the same function over the same events measured otherwise.
    pub fn confirmed_by(mut self, again: &Figures) -> Figures {
        let times = [
            (&mut self.cpu_ms, again.cpu_ms),
            (&mut self.p50_ms, again.p50_ms),
            (&mut self.p95_ms, again.p95_ms),
            (&mut self.p99_ms, again.p99_ms),
        ];
        for (time, other) in times {
            *time = time.filter(|time| other.is_some_and(|other| agree(*time, other)));
        }
        self
    }
}
