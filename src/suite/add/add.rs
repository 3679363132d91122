//! Adds cases to a function's.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::cassette::Redactor;
use crate::engine::{Frozen, Options};
use crate::function::Input;
use crate::net::NetMode;
use crate::options::SEED;
use crate::project::Project;
use crate::pseudonyms::PseudonymKey;
use crate::suite::add::added_cases::AddedCases;
use crate::suite::add::case_sampler::{CaseSampler, Likeness, Sampled, SampledCase};
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

/// A function that is about to try events. It is to be made before there is any thread, so that the function runs in
/// processes of its own.
pub struct EventTrial {
    sampler: CaseSampler,
    new: NewCases,
    most: usize,
    key: Option<PseudonymKey>,
    redactor: Redactor,
}

impl EventTrial {
    /// Gets the function ready. Nothing is sent to anyone.
    ///
    /// # Errors
    /// The function or its cases can't be used.
    pub fn new(project: Project, request: AddRequest) -> Result<EventTrial, AddError> {
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
        let (suite, _) = Suite::with_cases(project)?;
        sampler.know(&suite)?;
        Ok(EventTrial {
            sampler,
            new: NewCases::new(paths, suite.names().collect(), redactor.clone()),
            most: request.limit.unwrap_or(usize::MAX),
            key: request.key,
            redactor,
        })
    }

    /// Adds a case for each kind of event that the function has no case of yet. They are there once
    /// [`AddedCases::finish`] was called.
    ///
    /// # Errors
    /// The function can't be run, or a case can't be written.
    pub fn add(
        self,
        inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
        mut sink: impl FnMut(AddEvent),
    ) -> Result<AddedCases, AddError> {
        let EventTrial {
            sampler,
            mut new,
            most,
            key,
            redactor,
        } = self;
        let (mut cases, mut failed) = (Vec::new(), None);
        let inputs = pseudonymized(inputs, key, redactor);
        let duplicates = run(sampler, inputs, &mut sink, |sampled, sink| {
            if cases.len() < most {
                match new.add(&sampled) {
                    Ok(case) => cases.push(case),
                    Err(AddError::Input { input, problem }) => {
                        sink(AddEvent::BadInput { input, problem });
                    }
                    Err(error) => failed = Some(error),
                }
            }
            match failed.is_some() || cases.len() >= most {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })?;
        failed.map_or(Ok(()), Err)?;
        Ok(AddedCases::new(cases, duplicates, new))
    }

    /// An event of each kind that the function has no case of yet, whatever the limit: those that others choose
    /// are still to be looked at.
    ///
    /// # Errors
    /// The function can't be run.
    pub fn choose(
        self,
        inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
        mut sink: impl FnMut(AddEvent),
    ) -> Result<Vec<Input>, AddError> {
        let mut chosen = Vec::new();
        let inputs = pseudonymized(inputs, self.key, self.redactor);
        run(self.sampler, inputs, &mut sink, |sampled, _| {
            chosen.push(sampled.input);
            ControlFlow::Continue(())
        })?;
        Ok(chosen)
    }
}

/// The inputs as the cases will have them: the function runs with that, so that what it does is what is expected.
fn pseudonymized(
    inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
    key: Option<PseudonymKey>,
    redactor: Redactor,
) -> impl Iterator<Item = Vec<Input>> + Send + 'static {
    inputs.map(move |mut portion| {
        if let Some(key) = &key {
            for input in &mut portion {
                input.json = Pseudonymizer::only_input(key, &redactor, &input.json);
            }
        }
        portion
    })
}

/// Tries events, and takes those of new kinds. Tells how many others there were.
fn run<S: FnMut(AddEvent)>(
    mut sampler: CaseSampler,
    inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
    sink: &mut S,
    mut take: impl FnMut(SampledCase, &mut S) -> ControlFlow<()>,
) -> Result<usize, AddError> {
    let mut duplicates = 0;
    sampler.sample(inputs, |sampled| {
        sink(AddEvent::Tried);
        match sampled {
            Sampled::Duplicate => duplicates += 1,
            Sampled::BadInput { input, problem } => sink(AddEvent::BadInput { input, problem }),
            Sampled::New(sampled) => return take(sampled, sink),
        }
        ControlFlow::Continue(())
    })?;
    Ok(duplicates)
}
