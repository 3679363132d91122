//! The second run of a recording with pseudonyms.
//!
//! The function runs live with the real event, so that the vendors answer what they would. Then it runs again, with
//! pseudonyms in the event and in the answers, and nothing is sent to anyone: what it asks for in that run is
//! written down. So a case passes whatever the function computes of a value.

use crate::cassette::IndexedCassette;
use crate::engine::Step;
use crate::net::{NetMode, RecordedAnswers, Recorder};
use crate::pseudonyms::PseudonymKey;
use crate::suite::pseudonymizer::Pseudonymizer;
use crate::suite::record::event::RecordEvent;
use crate::suite::record::record_job::{LiveRun, PendingCase, RecordedRun, Target};

/// The case as it is to run with pseudonyms, from what came of it live.
///
/// # Errors
/// The input could not be taken.
pub(super) fn pseudonymized(
    case: &PendingCase,
    recorded: RecordedRun,
    key: &PseudonymKey,
) -> Result<PendingCase, RecordEvent> {
    let (outcome, traffic, time) = match recorded {
        RecordedRun::BadInput { input, problem } => {
            return Err(RecordEvent::BadInput { input, problem });
        }
        RecordedRun::Case {
            outcome,
            traffic,
            time,
            ..
        } => (outcome, traffic, time),
    };
    let redactor = case.plan.options.host.redactor();
    let pseudonymizer = Pseudonymizer::new(key, &redactor);
    let mut plan = case.plan.clone();
    let mut target = case.target.clone();
    let inputs = plan.steps.iter_mut().filter_map(|step| match step {
        Step::Run(input) => Some(&mut input.json),
        Step::Wait(_) => None,
    });
    let exchanges = &traffic.cassette.exchanges;
    match &mut target {
        Target::New { json, .. } => {
            pseudonymizer.learn(json, exchanges);
            *json = pseudonymizer.input(json);
            inputs.for_each(|input| input.clone_from(json));
        }
        Target::Again { kept, .. } => {
            // They got pseudonyms when the case was recorded.
            inputs.for_each(|input| pseudonymizer.keep(input, &kept.exchanges));
            pseudonymizer.learn("", exchanges);
        }
    }
    let live = LiveRun {
        class: outcome.class,
        exchanges: traffic.cassette.exchanges.len(),
        warnings: traffic.warnings,
    };
    let mut cassette = traffic.cassette;
    for exchange in &mut cassette.exchanges {
        pseudonymizer.exchange(exchange);
    }
    let answers = RecordedAnswers::new(IndexedCassette::new("", cassette, &redactor), redactor);
    let recorder = match case.recorder.known() {
        Some(known) => Recorder::missing_from(known.fork()),
        None => Recorder::new(),
    };
    let recorder = recorder.answered_by(answers);
    let host = &mut plan.options.host;
    host.net_mode = NetMode::Record(recorder.clone());
    host.replies = host.replies.fork();
    Ok(PendingCase {
        plan,
        recorder,
        time,
        target,
        live: Some(live),
    })
}
