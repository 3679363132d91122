//! What costs more in one version than in the other.

use super::cost::CostFigures;

/// A figure that rose by more than is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct CostRise {
    pub handler: String,
    /// What rose: `time`, `requests` …
    pub figure: &'static str,
    pub base: f64,
    pub candidate: f64,
}

/// What rose from the base to the candidate by more than `allowed`, a part of what it was: 0.1 for 10 %. A
/// handler that only one of them calls is not compared.
pub fn rises(base: &CostFigures, candidate: &CostFigures, allowed: f64) -> Vec<CostRise> {
    let mut rises = Vec::new();
    for (handler, candidate) in candidate {
        let Some(base) = base.get(handler) else {
            continue;
        };
        let compared = [
            (
                "time",
                base.billed_ms_beside(candidate),
                candidate.billed_ms_beside(base),
            ),
            ("requests", base.requests, candidate.requests),
            ("retries", base.retries, candidate.retries),
            ("bytes sent", base.sent, candidate.sent),
            ("bytes received", base.received, candidate.received),
            (
                "invocations over the time limit",
                base.over_limit as f64,
                candidate.over_limit as f64,
            ),
            (
                "messages over 32 KB",
                base.large_messages as f64,
                candidate.large_messages as f64,
            ),
        ];
        let rose = compared
            .into_iter()
            .filter(|(_, base, candidate)| *candidate > base * (1.0 + allowed) + 1e-9);
        rises.extend(rose.map(|(figure, base, candidate)| CostRise {
            handler: handler.clone(),
            figure,
            base,
            candidate,
        }));
    }
    rises
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{Cost, InvocationCost};

    fn figures(waiting: u64, requests: u64, cpu: Option<u64>) -> CostFigures {
        let mut cost = Cost::new(std::time::Duration::from_secs(5), true);
        for _ in 0..3000 {
            cost.add(&InvocationCost {
                handler: "onTrack".into(),
                cpu,
                interruptions: 0,
                waiting,
                requests,
                is_retry: false,
                sent: 0,
                received: 0,
                large_messages: 0,
                is_timeout: false,
            });
        }
        cost.figures(8)
    }

    fn rose(base: &CostFigures, candidate: &CostFigures, allowed: f64) -> Vec<&'static str> {
        let rises = rises(base, candidate, allowed).into_iter();
        rises.map(|rise| rise.figure).collect()
    }

    #[test]
    fn what_rises_by_more_than_is_allowed_is_found() {
        let base = figures(100_000, 2, None);
        assert_eq!(rose(&base, &figures(110_000, 2, None), 0.1), [""; 0]);
        assert_eq!(rose(&base, &figures(111_000, 2, None), 0.1), ["time"]);
        assert_eq!(rose(&base, &figures(90_000, 3, None), 0.1), ["requests"]);
        assert_eq!(
            rose(&figures(0, 0, None), &figures(0, 1, None), 9.0),
            ["requests"]
        );
        assert_eq!(rose(&CostFigures::new(), &base, 0.0), [""; 0]);
    }

    #[test]
    fn a_time_that_only_one_version_has_is_no_rise() {
        let cpu = Some(50_000_000);
        let base = figures(100_000, 2, None);
        assert_eq!(rose(&base, &figures(100_000, 2, cpu), 0.1), [""; 0]);
        assert_eq!(
            rose(
                &figures(100_000, 2, Some(1_000_000)),
                &figures(100_000, 2, cpu),
                0.1
            ),
            ["time"]
        );
    }
}
