//! What the invocations of one handler cost.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::agree::{agree, all_agree};
use super::figures::Figures;
use super::invocation_cost::InvocationCost;
use super::spread::Spread;

/// Invocations whose times are taken together: one by one, most are shorter than what disturbs them.
const BLOCK: u64 = 64;
/// Blocks go to the parts of a measurement in turn.
const PARTS: usize = 4;
/// So many blocks must be in each part.
const LEAST_BLOCKS: u64 = 8;
/// The part of the blocks that disturbances leave alone, even where the machine is busy.
const UNDISTURBED: f64 = 0.25;

/// On a machine that does little else, the processor is taken away less often than this in a second of its
/// time. Where it is taken away more often, times differ from run to run, however well the parts of one run
/// agree.
const CALM: f64 = 25.0;

/// What the invocations of one handler cost. It takes the same memory however many they are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HandlerCost {
    /// What a longer invocation passes.
    limit: Duration,
    /// Whether nothing that runs at the same time is compared with it.
    is_alone: bool,
    invocations: u64,
    over_limit: u64,
    retries: u64,
    requests: u64,
    sent: u64,
    received: u64,
    large_messages: u64,
    /// In microseconds.
    waiting: u64,
    waits: Spread,
    /// In nanoseconds.
    cpu: u64,
    interruptions: u64,
    parts: [Part; PARTS],
}

/// A part of the blocks: what all parts say alike is so, and not an accident of the measurement.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Part {
    /// The times of invocations, in microseconds.
    times: Spread,
    /// The processor's time in nanoseconds, as the mean of a block.
    cpu: Spread,
    /// Of the block under way: how many invocations, and their nanoseconds. It ends with the run.
    #[serde(skip)]
    block: (u64, u64),
}

impl Part {
    fn new() -> Part {
        Part {
            times: Spread::coarse(),
            cpu: Spread::fine(),
            block: (0, 0),
        }
    }
}

impl HandlerCost {
    /// `is_alone` tells that nothing that runs at the same time is compared with it: then the machine has to
    /// be calm, and else it meets all alike.
    pub fn new(limit: Duration, is_alone: bool) -> HandlerCost {
        HandlerCost {
            limit,
            is_alone,
            invocations: 0,
            over_limit: 0,
            retries: 0,
            requests: 0,
            sent: 0,
            received: 0,
            large_messages: 0,
            waiting: 0,
            waits: Spread::coarse(),
            cpu: 0,
            interruptions: 0,
            parts: std::array::from_fn(|_| Part::new()),
        }
    }

    /// Counts an invocation.
    pub fn add(&mut self, cost: &InvocationCost) {
        let number = (self.invocations / BLOCK % PARTS as u64) as usize;
        let part = &mut self.parts[number];
        let time = cost.waiting.saturating_add(cost.cpu.unwrap_or(0) / 1000);
        part.times.add(time);
        if let Some(cpu) = cost.cpu {
            let (count, sum) = &mut part.block;
            (*count, *sum) = (*count + 1, sum.saturating_add(cpu));
            if *count == BLOCK {
                part.cpu.add(*sum / BLOCK);
                part.block = (0, 0);
            }
        }
        let limit = u64::try_from(self.limit.as_micros()).unwrap_or(u64::MAX);
        self.invocations += 1;
        self.over_limit += u64::from(cost.is_timeout || time > limit);
        self.retries += u64::from(cost.is_retry);
        self.requests += cost.requests;
        self.sent += cost.sent;
        self.received += cost.received;
        self.large_messages += cost.large_messages;
        self.waiting = self.waiting.saturating_add(cost.waiting);
        self.waits.add(cost.waiting);
        self.cpu = self.cpu.saturating_add(cost.cpu.unwrap_or(0));
        self.interruptions += cost.interruptions;
    }

    /// Adds what other invocations cost.
    pub fn merge(&mut self, other: &HandlerCost) {
        self.invocations += other.invocations;
        self.over_limit += other.over_limit;
        self.retries += other.retries;
        self.requests += other.requests;
        self.sent += other.sent;
        self.received += other.received;
        self.large_messages += other.large_messages;
        self.waiting = self.waiting.saturating_add(other.waiting);
        self.waits = self.waits.joined(&other.waits);
        self.cpu = self.cpu.saturating_add(other.cpu);
        self.interruptions += other.interruptions;
        for (own, other) in self.parts.iter_mut().zip(&other.parts) {
            own.times = own.times.joined(&other.times);
            own.cpu = own.cpu.joined(&other.cpu);
        }
    }

    /// The figures that are told. `most_retries` is how often the platform calls again at most.
    pub fn figures(&self, most_retries: u32) -> Figures {
        let count = self.invocations.max(1) as f64;
        let each = |sum: u64| sum as f64 / count;
        let times = joined(self.parts.iter().map(|part| &part.times));
        let percentile = |part: f64| {
            let (all, waits) = (times.quantile(part), self.waits.quantile(part));
            let of_parts = self.parts.each_ref().map(|one| one.times.quantile(part));
            let is_measured = self.can_be_measured() && all_agree(&of_parts);
            // Where no time was measured, none is told.
            (all > 0.0 && (is_measured || agree(all, waits))).then_some(all / 1000.0)
        };
        // A retry fails as often as a first call does, as far as anybody knows.
        let rate = each(self.retries);
        let retries = (1..=most_retries).map(|n| rate.powi(n.cast_signed())).sum();
        Figures {
            invocations: self.invocations,
            cpu_ms: self.cpu(),
            waiting_ms: self.waiting as f64 / 1000.0 / count,
            p50_ms: percentile(0.5),
            p95_ms: percentile(0.95),
            p99_ms: percentile(0.99),
            over_limit: self.over_limit,
            requests: each(self.requests),
            retries,
            sent: each(self.sent),
            received: each(self.received),
            large_messages: self.large_messages,
        }
    }

    /// The processor's milliseconds for an invocation: a mean of blocks that nothing disturbs, such as the
    /// compiling of code at the beginning, or what else the machine does. `None` where the parts of the
    /// measurement don't agree.
    fn cpu(&self) -> Option<f64> {
        let of_parts = self
            .parts
            .each_ref()
            .map(|part| part.cpu.quantile(UNDISTURBED));
        let is_known = self.can_be_measured() && all_agree(&of_parts);
        let all = joined(self.parts.iter().map(|part| &part.cpu));
        is_known.then(|| all.quantile(UNDISTURBED) / 1e6)
    }

    /// Whether there were enough invocations to measure their times, and the machine was calm enough.
    fn can_be_measured(&self) -> bool {
        let mut parts = self.parts.iter();
        let is_calm = self.interruptions as f64 <= 2.0 + CALM * self.cpu as f64 / 1e9;
        parts.all(|part| part.cpu.count() >= LEAST_BLOCKS) && (is_calm || !self.is_alone)
    }
}

fn joined<'s>(parts: impl Iterator<Item = &'s Spread>) -> Spread {
    let all = parts.cloned().reduce(|all, part| all.joined(&part));
    all.unwrap_or_else(Spread::coarse)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures of so many invocations; `cpu` gives the nanoseconds of each.
    fn figures(count: u64, cpu: impl Fn(u64) -> Option<u64>, waiting: u64) -> Figures {
        disturbed_figures(count, cpu, waiting, 0, true)
    }

    /// The same, where the processor is taken away so often in each invocation.
    fn disturbed_figures(
        count: u64,
        cpu: impl Fn(u64) -> Option<u64>,
        waiting: u64,
        interruptions: u64,
        is_alone: bool,
    ) -> Figures {
        let mut cost = HandlerCost::new(Duration::from_secs(5), is_alone);
        for number in 0..count {
            cost.add(&InvocationCost {
                handler: "onTrack".into(),
                cpu: cpu(number),
                interruptions,
                waiting,
                requests: 2,
                is_retry: number % 4 == 0,
                sent: 100,
                received: 50,
                large_messages: 0,
                is_timeout: false,
            });
        }
        cost.figures(2)
    }

    #[test]
    fn what_disturbs_some_of_the_invocations_does_not_show() {
        let disturbed = |number: u64| match number {
            // Code is compiled at the beginning, and the machine has other things to do at times.
            0..300 => Some(9_000_000),
            _ if number % 1000 < 40 => Some(5_000_000),
            _ => Some(1_000_000 + number % 7 * 1000),
        };
        let shown = figures(10_000, disturbed, 0).cpu_ms.expect("a time");
        assert!((shown - 1.003).abs() < 0.01, "{shown}");
    }

    #[test]
    fn what_can_not_be_measured_well_enough_is_not_told() {
        let few = figures(2000, |_| Some(1_000_000), 0);
        assert_eq!((few.cpu_ms, few.p50_ms), (None, None));
        let odd = |number: u64| {
            Some(if number / BLOCK % 4 == 1 {
                1_100_000
            } else {
                1_000_000
            })
        };
        assert_eq!(figures(10_000, odd, 0).cpu_ms, None);
        assert_eq!(figures(10_000, |_| None, 0).cpu_ms, None);
    }

    #[test]
    fn on_a_busy_machine_only_what_runs_side_by_side_is_measured() {
        let cpu = |interruptions, is_alone| {
            disturbed_figures(10_000, |_| Some(1_000_000), 0, interruptions, is_alone).cpu_ms
        };
        assert_eq!(cpu(1, true), None);
        assert!(cpu(0, true).is_some() && cpu(1, false).is_some());
    }

    #[test]
    fn percentiles_are_told_where_most_of_the_time_is_waiting() {
        let waiting = figures(3, |_| Some(1_000_000), 100_000);
        let shown = waiting.p99_ms.expect("a time");
        assert!((shown - 101.0).abs() < 1.0, "{shown}");
        assert_eq!(waiting.waiting_ms, 100.0);
    }

    #[test]
    fn a_retry_fails_as_often_as_a_first_call() {
        let retried = figures(1000, |_| None, 10_000);
        assert_eq!(retried.retries, 0.25 + 0.0625);
        assert_eq!(retried.billed_ms(), 10.0 * 1.3125);
        assert_eq!(
            (retried.requests, retried.sent, retried.received),
            (2.0, 100.0, 50.0)
        );
    }

    #[test]
    fn an_invocation_that_waits_for_longer_passes_the_limit() {
        assert_eq!(figures(2, |_| None, 5_000_001).over_limit, 2);
        assert_eq!(figures(2, |_| None, 5_000_000).over_limit, 0);
    }
}
