//! Adds cases to a function's.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::engine::{Frozen, Options};
use crate::function::Input;
use crate::net::NetMode;
use crate::options::SEED;
use crate::project::Project;
use crate::pseudonyms::PseudonymKey;
use crate::suite::add::added_cases::AddedCases;
use crate::suite::add::case_sampler::{CaseSampler, Likeness, Sampled};
use crate::suite::add::error::AddError;
use crate::suite::add::new_cases::NewCases;
use crate::suite::pseudonymizer::Pseudonymizer;
use crate::suite::suite::Suite;
use crate::text::time;

/// What cases are made from.
#[derive(Clone, Debug)]
pub struct AddRequest {
    /// At most so many cases are added.
    pub limit: Option<usize>,
    /// How many events run at the same time.
    pub jobs: usize,
    /// By which pseudonyms are chosen for personal data, where they are wanted.
    pub key: Option<PseudonymKey>,
}

/// What is told while it runs.
#[derive(Debug)]
pub enum AddEvent {
    /// Another event has been run.
    Tried,
    /// An event that can't become a case.
    BadInput { input: String, problem: String },
}

/// Adds a case for each kind of event that the function has no case of yet. Nothing is sent to anyone.
/// They are there once [`AddedCases::finish`] was called.
///
/// # Errors
/// The function or its cases can't be used, or a case can't be written.
pub fn add(
    project: Project,
    inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
    request: &AddRequest,
    mut sink: impl FnMut(AddEvent),
) -> Result<AddedCases, AddError> {
    let options = Options {
        frozen: Some(Frozen {
            time: time::default(),
            seed: project.config.test.seed.unwrap_or(SEED),
        }),
        ..project.options(NetMode::Stub(Default::default()))
    };
    let function = Arc::new(project.function.clone());
    let mut sampler = CaseSampler::new(function, options, request.jobs, Likeness::Shape)?;
    let (paths, redactor) = (project.cases.clone(), project.redactor());
    let (key, own) = (request.key.clone(), redactor.clone());
    // The function runs with what the case will have, so that what it does is what is expected.
    let inputs = inputs.map(move |mut portion| {
        if let Some(key) = &key {
            for input in &mut portion {
                input.json = Pseudonymizer::only_input(key, &own, &input.json);
            }
        }
        portion
    });
    let (suite, _) = Suite::with_cases(project)?;
    sampler.know(&suite)?;
    let mut new = NewCases::new(paths, suite.names().collect(), redactor);
    let (mut cases, mut duplicates, mut failed) = (Vec::new(), 0, None);
    let most = request.limit.unwrap_or(usize::MAX);
    sampler.sample(inputs, |sampled| {
        sink(AddEvent::Tried);
        match sampled {
            Sampled::Duplicate => duplicates += 1,
            Sampled::BadInput { input, problem } => sink(AddEvent::BadInput { input, problem }),
            Sampled::New(sampled) if cases.len() < most => match new.add(&sampled) {
                Ok(case) => cases.push(case),
                Err(AddError::Input { input, problem }) => {
                    sink(AddEvent::BadInput { input, problem });
                }
                Err(error) => failed = Some(error),
            },
            Sampled::New(_) => {}
        }
        match failed.is_some() || cases.len() >= most {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    })?;
    failed.map_or(Ok(()), Err)?;
    Ok(AddedCases::new(cases, duplicates, new))
}
