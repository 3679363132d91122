//! Records cases of a function that is open.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::{JobPool, Plan};
use crate::function::Input;
use crate::net::NetMode;
use crate::options::AwsMode;
use crate::project::Project;
use crate::project::inputs::{EventSelection, Inputs, select};
use crate::project::samples::for_handlers;
use crate::pseudonyms::PseudonymKey;
use crate::suite::find::CaseLocation;
use crate::suite::pseudonymizer::Pseudonymizer;
use crate::suite::record::case_file::CaseOverrides;
use crate::suite::record::error::RecordError;
use crate::suite::record::event::RecordEvent;
use crate::suite::record::known_cases::KnownCases;
use crate::suite::record::name::slug;
use crate::suite::record::recording::{Recording, Update};
use crate::suite::record::verify::Recorded;
use crate::suite::suite::{CaseRef, Suite};

/// What is to be recorded.
#[derive(Clone, Debug)]
pub struct RecordRequest {
    /// Files of events, folders of such files, or `-` for standard input. Without any, those beside
    /// the function or the samples; with `update`, all cases.
    pub events: Vec<PathBuf>,
    /// The longest line of these files, in bytes.
    pub longest: usize,
    /// Which of the events are taken.
    pub selection: EventSelection,
    /// What is recorded of cases that are there, in place of new cases.
    pub update: Option<Update>,
    /// The name of the only case that is meant.
    pub only: Option<String>,
    /// What the one new case is to be called.
    pub name: Option<String>,
    /// What new cases are to say of themselves. Its settings come on top of those that cases have.
    pub said: CaseOverrides,
    /// How many events run at the same time.
    pub jobs: usize,
    /// By which pseudonyms are chosen for personal data, where they are wanted.
    pub key: Option<PseudonymKey>,
}

/// Runs the function live, and records what came of each input as a case. `sink` gets each case as soon
/// as it is recorded; [`Recorded::verify`] puts them into their places.
///
/// # Errors
/// The request doesn't fit what there is, the function can't be run, or a file can't be read or written.
pub fn record(
    project: Project,
    request: RecordRequest,
    mut sink: impl FnMut(RecordEvent),
) -> Result<Recorded, RecordError> {
    let suite = match project.cases.folder().is_dir() {
        true => Some(Suite::with_cases(project.clone())?),
        false => None,
    };
    let (all, redactor) = (request.events.is_empty(), project.redactor());
    let inputs = match request.update.is_some() && all {
        true => Vec::new(),
        false => inputs(&project, &request, &mut sink)?,
    };
    if let Some(name) = &request.name {
        if inputs.len() != 1 {
            return Err(RecordError::NameForSeveral(inputs.len()));
        }
        let folder = project.cases.folder().join(slug(name));
        if folder.exists() {
            return Err(RecordError::Exists(folder));
        }
    }
    let known = match &suite {
        Some((suite, cases)) => KnownCases::new(suite, cases)?,
        None => KnownCases::default(),
    };
    let (mut new, mut old) = (Vec::new(), Vec::new());
    for input in inputs {
        let pseudonymized = request.key.as_ref().map(|key| Input {
            json: Pseudonymizer::only_input(key, &redactor, &input.json),
            ..input.clone()
        });
        let found = known.find(&input, &redactor);
        let found = found.or_else(|| known.find(&pseudonymized?, &redactor));
        match found {
            Some(folder) => old.push(folder.to_owned()),
            None => new.push(input),
        }
    }
    let mut recording = Recording::new(
        &project,
        request.said,
        request.name,
        request.jobs,
        request.key,
    )?;
    let mut written = Vec::new();
    let mut sink = |event| {
        if let RecordEvent::Case(case) = &event {
            written.push(case.clone());
        }
        sink(event);
    };
    let Some(update) = request.update else {
        recording.record(new, &mut sink)?;
        old.into_iter()
            .for_each(|folder| sink(RecordEvent::Exists(folder)));
        return Ok(Recorded {
            written,
            environment: project.environment,
            staging: recording.into_staging(),
        });
    };
    let Some((suite, mut cases)) = suite else {
        return Err(RecordError::NoCases);
    };
    cases.retain(|case: &CaseRef| match &case.location {
        CaseLocation::Folder(folder) => {
            let only = request.only.as_deref();
            let named = |name| folder.file_name().is_some_and(|own| own == name);
            only.is_none_or(named) && (all || old.contains(folder))
        }
        CaseLocation::Line { .. } => false,
    });
    if cases.is_empty() {
        return Err(RecordError::NoneIsCase);
    }
    recording.again(&suite, &cases, update, sink)?;
    Ok(Recorded {
        written,
        environment: project.environment,
        staging: recording.into_staging(),
    })
}

/// The inputs in the files of `request`, or else those beside the function, or else the samples for the
/// handlers that it has.
fn inputs(
    project: &Project,
    request: &RecordRequest,
    sink: &mut impl FnMut(RecordEvent),
) -> Result<Vec<Input>, RecordError> {
    let selection = request.selection.clone();
    let inputs = match (&request.events[..], &project.events) {
        ([], Some(beside)) => Inputs::new(std::slice::from_ref(beside)),
        ([], None) => {
            let samples = std::iter::once(built_in(project)?);
            return Ok(select(samples, selection).flatten().collect());
        }
        (events, _) => Inputs::new(events),
    };
    let inputs = inputs.up_to(request.longest);
    let problems = inputs.problems();
    let inputs = select(inputs, selection).flatten().collect();
    for problem in problems.take() {
        sink(RecordEvent::Unreadable(problem));
    }
    Ok(inputs)
}

fn built_in(project: &Project) -> Result<Vec<Input>, RecordError> {
    let plan = Plan {
        function: Arc::new(project.function.clone()),
        options: project.options(NetMode::Live),
        steps: Vec::new(),
        attempts: 1,
        warm: false,
        objects: Vec::new(),
    };
    let is_real = plan.options.host.aws == AwsMode::Real;
    let secrets = plan.options.host.secrets.clone();
    let mut pool = JobPool::new(1, is_real, &secrets, move |()| plan.clone())?;
    let mut found = Ok(Vec::new());
    pool.run(std::iter::once(()), |played| {
        found = played.map(|played| for_handlers(&played.loaded.handlers));
        ControlFlow::Continue(())
    })?;
    Ok(found?)
}
