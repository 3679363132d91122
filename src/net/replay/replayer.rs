//! Answers from cassettes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;

use super::miss::{Miss, Nearest};
use crate::cassette::{Answer, EntryName, IndexedCassette, Redactor, Request, RequestKey};
use crate::node_error::{NodeError, Stage};

/// Answers requests from cassettes. A request is matched by method, URL, query and body, after
/// redaction and without what is masked; of equal requests the n-th gets the n-th answer. After the
/// last there is none, unless it repeats.
///
/// Clones share how far it has come. A new one costs the same however large the cassettes are.
#[derive(Clone, Debug)]
pub struct Replayer {
    /// What comes first in them is replayed first.
    cassettes: Arc<[Arc<IndexedCassette>]>,
    state: Arc<Mutex<State>>,
    redactor: Redactor,
    repeats: bool,
}

/// An interaction, by the index of its cassette and its own.
type At = (usize, usize);

#[derive(Debug, Default)]
struct State {
    /// For each key, the first cassette that may have an unused interaction of it, and how many of
    /// that cassette's lie behind.
    passed: HashMap<[u8; 32], At>,
    used: HashSet<At>,
    misses: Vec<Miss>,
}

/// How many misses are kept: a function in a loop must not fill the memory.
const KEPT: usize = 100;

/// How many interactions are looked at for the nearest one.
const LOOKED_AT: usize = 5000;

impl Replayer {
    /// Replays cassettes, which are redacted as requests will be.
    pub fn new(cassettes: Vec<Arc<IndexedCassette>>, redactor: Redactor) -> Replayer {
        Replayer {
            cassettes: cassettes.into(),
            state: Arc::default(),
            redactor,
            repeats: false,
        }
    }

    /// The last of equal requests' answers is given again and again.
    pub fn repeating(mut self) -> Replayer {
        self.repeats = true;
        self
    }

    /// The same cassettes from their beginnings, with a progress of its own.
    pub fn fork(&self) -> Replayer {
        Replayer {
            state: Arc::default(),
            ..self.clone()
        }
    }

    /// The answer to `request`, which isn't redacted yet. That there is none is kept as a miss.
    pub(in crate::net) fn answer(&self, request: &Request) -> Option<Box<Answer>> {
        let asked = self.asked(request);
        let answer = self.next(&asked, |_| true);
        if answer.is_none() {
            self.missed(&asked, request);
        }
        answer
    }

    /// The answer to `request`, if there is one; that there is none is no miss.
    pub(in crate::net) fn known(&self, request: &Request) -> Option<Box<Answer>> {
        self.next(&self.asked(request), |_| true)
    }

    /// Why a connection for `request` failed before the request was complete, if one did.
    pub(in crate::net) fn failure_ahead(&self, request: &Request) -> Option<NodeError> {
        let answer = self.next(&self.asked(request), |answer| match answer {
            Answer::Failed(failure) => !matches!(failure.stage, Stage::Head | Stage::Body),
            _ => false,
        })?;
        match *answer {
            Answer::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    fn asked(&self, request: &Request) -> RequestKey {
        let mut request = request.clone();
        self.redactor.request(&mut request);
        RequestKey::new(&request, self.redactor.rules())
    }

    fn next(&self, asked: &RequestKey, fits: impl Fn(&Answer) -> bool) -> Option<Box<Answer>> {
        self.with(|state| {
            let at = self
                .equal(asked, state)
                .or_else(|| self.but_for_secrets(asked, state))?;
            let answer = &self.cassettes[at.0].interactions()[at.1].exchange.answer;
            if !fits(answer) {
                return None;
            }
            state.used.insert(at);
            Some(Box::new(answer.clone()))
        })
    }

    /// The next interaction of an equal request.
    fn equal(&self, asked: &RequestKey, state: &mut State) -> Option<At> {
        let key = asked.digest();
        let (cassette, passed) = state.passed.entry(*key).or_default();
        while let Some(indices) = self
            .cassettes
            .get(*cassette)
            .map(|one| one.with_digest(key))
        {
            match indices.get(*passed) {
                None => (*cassette, *passed) = (*cassette + 1, 0),
                Some(index) if state.used.contains(&(*cassette, *index)) => *passed += 1,
                Some(index) => return Some((*cassette, *index)),
            }
        }
        let last = |(cassette, one): (usize, &Arc<IndexedCassette>)| {
            Some((cassette, *one.with_digest(key).last()?))
        };
        self.repeats
            .then(|| self.cassettes.iter().enumerate().rev().find_map(last))?
    }

    /// The next interaction of a request that is equal but for what is secret in it.
    fn but_for_secrets(&self, asked: &RequestKey, state: &State) -> Option<At> {
        let all = self.cassettes.iter().enumerate();
        let mut fitting = all
            .flat_map(|(cassette, one)| one.with_secrets().iter().map(move |at| (cassette, *at)))
            .take(LOOKED_AT)
            .filter(|at| asked.is_but_for_secrets(&self.cassettes[at.0].interactions()[at.1].key));
        match self.repeats {
            false => fitting.find(|at| !state.used.contains(at)),
            true => {
                let all: Vec<At> = fitting.collect();
                let unused = all.iter().find(|at| !state.used.contains(at));
                unused.or(all.last()).copied()
            }
        }
    }

    fn missed(&self, asked: &RequestKey, request: &Request) {
        let url = self.redactor.url(&request.url);
        self.with(|state| {
            if state.misses.len() < KEPT {
                let nearest = self.nearest(asked, state);
                state.misses.push(Miss {
                    method: request.method.clone(),
                    url,
                    nearest,
                });
            }
        });
    }

    fn nearest(&self, asked: &RequestKey, state: &State) -> Option<Nearest> {
        let likeness = |at: At| {
            let recorded = &self.cassettes[at.0].interactions()[at.1].key;
            Some((at, asked.likeness(recorded)?, state.used.contains(&at)))
        };
        // Of equally near ones the first that was not replayed.
        let ((cassette, index), _, used) = self
            .all()
            .take(LOOKED_AT)
            .filter_map(likeness)
            .min_by_key(|(_, likeness, used)| (-likeness, *used))?;
        let cassette = &self.cassettes[cassette];
        Some(Nearest {
            at: cassette.entry_name(index),
            used,
            differences: asked.differences(&cassette.interactions()[index].key),
        })
    }

    fn all(&self) -> impl Iterator<Item = At> {
        let cassettes = self.cassettes.iter().enumerate();
        cassettes.flat_map(|(cassette, one)| {
            (0..one.interactions().len()).map(move |index| (cassette, index))
        })
    }

    /// The requests so far that no exchange fits.
    pub fn misses(&self) -> Vec<Miss> {
        self.with(|state| state.misses.clone())
    }

    /// The exchanges of the cassettes of this name that nothing has asked for so far.
    pub fn unused(&self, cassette: &str) -> Vec<EntryName> {
        self.with(|state| {
            let mut unused = Vec::new();
            for (number, one) in self.cassettes.iter().enumerate() {
                if one.name() == cassette {
                    let indices = 0..one.interactions().len();
                    let left = indices.filter(|index| !state.used.contains(&(number, *index)));
                    unused.extend(left.map(|index| one.entry_name(index)));
                }
            }
            unused
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock())
    }
}
