//! Writes the variations of a case that behave in ways of their own.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use super::error::VaryError;
use super::variant::variants;
use crate::coverage::{ScriptCoverage, Span};
use crate::json::Json;
use crate::options::PLATFORM_TIMEOUT;
use crate::suite::bases::Bases;
use crate::suite::case::Case;
use crate::suite::case_definition::{CaseDefinition, name_of};
use crate::suite::case_report::{CaseReport, Verdict};
use crate::suite::case_result::CaseResult;
use crate::suite::new_lines::NewLines;
use crate::suite::prepare::CaseOptions;
use crate::suite::problem::Problem;
use crate::suite::run::{RunOptions, run};
use crate::suite::suite::{CaseRef, Suite};

/// What came of a case's variants.
#[derive(Debug)]
pub struct VariedCase {
    /// The file that they were added to.
    pub file: PathBuf,
    /// The names of those that were added, and the classes that they end as.
    pub added: Vec<(String, String)>,
    pub left_out: Vec<LeftOutVariant>,
}

/// A variant that was not added.
#[derive(Debug)]
pub enum LeftOutVariant {
    /// The function does the same in the other one.
    Alike { name: String, other: String },
    /// There is such a case already.
    Exists { name: String },
    /// What it does can't be expected of it: why.
    Unusable { name: String, problem: String },
}

/// How a case went: equal for those that behave alike.
#[derive(PartialEq)]
struct Behaviour {
    classes: Vec<String>,
    path: Vec<Span>,
}

impl Behaviour {
    fn of(report: &CaseReport) -> Behaviour {
        let coverage = report.coverage.iter();
        Behaviour {
            classes: report.classes.clone(),
            path: coverage.flat_map(ScriptCoverage::path).collect(),
        }
    }
}

/// Adds a case for each way in which a server can fail a request of `case`, one of `suites`. Of those in which
/// the function ends in one class, and takes one path through its code, there is one.
///
/// # Errors
/// The case doesn't pass or makes no requests, cases can't be run, or their file can't be written.
pub fn vary(
    suites: &Arc<Vec<Suite>>,
    case: &CaseRef,
    options: &RunOptions,
) -> Result<VariedCase, VaryError> {
    let options = RunOptions {
        how: CaseOptions {
            coverage: true,
            ..options.how
        },
        ..options.clone()
    };
    let suite = &suites[case.suite];
    let base = name_of(&case.location)?;
    let limit = Case::read(&case.location, &suite.siblings, &Bases::default())?
        .config
        .timeout
        .or(suite.project.config.timeout)
        .unwrap_or(PLATFORM_TIMEOUT);
    let mut results = results(suites, vec![case.clone()], &options)?;
    let got = match results.pop() {
        Some(result) if result.report.verdict == Verdict::Passed => result.report.got,
        _ => None,
    };
    let got = got.ok_or_else(|| VaryError::Fails(case.id.clone()))?;
    let exchanges: Vec<&Json> = got.exchanges().collect();
    let all = variants(&base, &exchanges, limit);
    if all.is_empty() {
        return Err(VaryError::NoRequests(case.id.clone()));
    }
    let mut known: Vec<(String, Behaviour)> = Vec::new();
    for result in self::results(
        suites,
        earlier_variants(suite, case.suite, &base)?,
        &options,
    )? {
        known.push((result.id, Behaviour::of(&result.report)));
    }
    let mut lines = NewLines::new(
        suite.project.cases.file(),
        suite.project.environment.clone(),
    );
    let mut varied = VariedCase {
        file: lines.path().to_owned(),
        added: Vec::new(),
        left_out: Vec::new(),
    };
    for variant in all {
        match suite.siblings.contains_key(&variant.name) {
            true => varied
                .left_out
                .push(LeftOutVariant::Exists { name: variant.name }),
            false => lines.push(variant.name, variant.line),
        }
    }
    lines.run::<VaryError>(&suite.location, &options, |result| {
        let name = result.id.rsplit('/').next().unwrap_or_default().to_owned();
        let is_problem = |problem: &&Problem| !matches!(problem, Problem::NoExpectation);
        if let Some(problem) = result.report.problems.iter().find(is_problem) {
            let problem = match problem {
                Problem::Miss(text) | Problem::Unused(text) | Problem::UnusedReply(text) => {
                    text.clone()
                }
                Problem::Broken { message, .. } => message.clone(),
                Problem::Different(_) | Problem::NoExpectation => String::new(),
            };
            varied
                .left_out
                .push(LeftOutVariant::Unusable { name, problem });
            return;
        }
        let behaviour = Behaviour::of(&result.report);
        match known.iter().find(|(_, other)| *other == behaviour) {
            Some((other, _)) => varied.left_out.push(LeftOutVariant::Alike {
                name,
                other: other.clone(),
            }),
            None => {
                varied
                    .added
                    .push((name.clone(), behaviour.classes.join(", ")));
                known.push((name, behaviour));
            }
        }
    })?;
    lines.retain(|name| varied.added.iter().any(|(added, _)| added == name));
    lines.finish::<VaryError>(&suite.location, &options)?;
    Ok(varied)
}

/// The cases of the suite that fail requests of `base` already.
fn earlier_variants(suite: &Suite, index: usize, base: &str) -> Result<Vec<CaseRef>, VaryError> {
    let mut variants = Vec::new();
    for (name, location) in &suite.siblings {
        let config = CaseDefinition::read(location)?.config;
        if config.from.as_deref() == Some(base) && !config.replies.is_empty() {
            variants.push(CaseRef {
                suite: index,
                id: name.clone(),
                location: location.clone(),
            });
        }
    }
    Ok(variants)
}

fn results(
    suites: &Arc<Vec<Suite>>,
    cases: Vec<CaseRef>,
    options: &RunOptions,
) -> Result<Vec<CaseResult>, VaryError> {
    let mut results = Vec::new();
    run(suites, &Arc::new(cases), options, |result| {
        results.push(result);
        ControlFlow::Continue(())
    })?;
    Ok(results)
}
