//! The results of all parts, added up.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use serde::de::DeserializeOwned;

use super::error::{PartProblem, ResultsError};
use super::head::ResultHead;
use super::part_result::{PartResult, Unpacked};
use super::place::ResultPlace;

/// Adds up the results in `places` by `merge`. One is in memory at a time, beside the sum.
///
/// # Errors
/// A part is missing, there twice, of another run, or torn; or a place can't be read.
pub fn gather<S: DeserializeOwned>(
    places: &[ResultPlace],
    command: &str,
    merge: impl Fn(&mut S, S),
) -> Result<PartResult<S>, ResultsError> {
    let mut gathered = Gathered {
        command,
        merge,
        runs: Vec::new(),
        parts: BTreeMap::new(),
        sum: None,
        problems: Vec::new(),
    };
    for place in places {
        let read = place.read_each(|name, bytes| {
            gathered.add(name, bytes);
            io::Result::Ok(())
        });
        read.map_err(|source| ResultsError::Place {
            place: place.name().to_owned(),
            source,
        })?;
    }
    let place = places
        .first()
        .map_or_else(PathBuf::new, |place| place.name().to_owned());
    gathered.finish(place)
}

struct Gathered<'c, S, M> {
    command: &'c str,
    merge: M,
    /// The heads of the runs that there are results of; the first is the one that is added up.
    runs: Vec<Run>,
    /// Where each part of that run is, by its number and, of live events, by its name.
    parts: BTreeMap<(u32, Option<String>), String>,
    sum: Option<S>,
    problems: Vec<PartProblem>,
}

/// Results that go together.
struct Run {
    head: ResultHead,
    names: Vec<String>,
}

impl<S: DeserializeOwned, M: Fn(&mut S, S)> Gathered<'_, S, M> {
    fn add(&mut self, name: &str, bytes: io::Result<&[u8]>) {
        let name = name.to_owned();
        let unpacked = match bytes {
            Ok(bytes) => Unpacked::new(bytes),
            Err(error) => {
                let why = error.to_string();
                return self.problems.push(PartProblem::Unreadable { name, why });
            }
        };
        let unpacked = match unpacked {
            Ok(unpacked) => unpacked,
            Err(error) => {
                let why = error.to_string();
                return self.problems.push(PartProblem::Torn { name, why });
            }
        };
        let head = &unpacked.head;
        let mut runs = self.runs.iter_mut().enumerate();
        let run = runs.find(|(_, run)| head.difference(&run.head).is_none());
        let is_first = match run {
            Some((number, run)) => {
                run.names.push(name.clone());
                number == 0
            }
            None => {
                self.runs.push(Run {
                    head: head.clone(),
                    names: vec![name.clone()],
                });
                self.runs.len() == 1
            }
        };
        if !is_first || head.command != self.command {
            return;
        }
        let part = head.part;
        let key = (part, head.live.clone());
        if let Some(one) = self.parts.insert(key, name.clone()) {
            return self.problems.push(PartProblem::Doubled {
                part,
                one,
                other: name,
            });
        }
        match unpacked.summary() {
            Ok(summary) => match &mut self.sum {
                Some(sum) => (self.merge)(sum, summary),
                None => self.sum = Some(summary),
            },
            Err(error) => {
                let why = error.to_string();
                self.problems.push(PartProblem::Torn { name, why });
            }
        }
    }

    fn finish(mut self, place: PathBuf) -> Result<PartResult<S>, ResultsError> {
        // The run with the most results is the one that is meant.
        let largest = self.runs.iter().max_by_key(|run| run.names.len());
        let Some(head) = largest.map(|run| run.head.clone()) else {
            return Err(match self.problems.is_empty() {
                true => ResultsError::None(place),
                false => ResultsError::Parts(self.problems),
            });
        };
        if head.command != self.command {
            let name = self.runs.iter().flat_map(|run| &run.names).next();
            self.problems.push(PartProblem::Foreign {
                name: name.cloned().unwrap_or_default(),
                why: format!("it is of `segfn {}`", head.command),
            });
            return Err(ResultsError::Parts(self.problems));
        }
        for run in &self.runs {
            if let Some(why) = run.head.difference(&head) {
                let foreign = run.names.iter().map(|name| PartProblem::Foreign {
                    name: name.clone(),
                    why: why.clone(),
                });
                self.problems.extend(foreign);
            }
        }
        if self.runs.len() == 1 {
            let is_there = |number: &u32| {
                let mut from = self.parts.range((*number, None)..);
                from.next().is_some_and(|((part, _), _)| part == number)
            };
            let missing = (1..=head.of).filter(|number| !is_there(number));
            let missing: Vec<u32> = missing.collect();
            if !missing.is_empty() {
                self.problems.push(PartProblem::Missing {
                    parts: missing,
                    of: head.of,
                });
            }
        }
        match self.sum {
            Some(summary) if self.problems.is_empty() => Ok(PartResult { head, summary }),
            _ => Err(ResultsError::Parts(self.problems)),
        }
    }
}
