//! Answers from cassettes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;

use super::miss::{Miss, Nearest};
use super::replayed::{AssumedRequest, Replayed};
use crate::cassette::{
    Answer, Distance, EntryName, IndexedCassette, Interaction, Redactor, Request, RequestKey,
};
use crate::node_error::{NodeError, Stage};

/// Answers requests from cassettes. A request is matched by method, URL, query and body, after
/// redaction and without what is masked; of equal requests the n-th gets the n-th answer. After the
/// last there is none, unless it repeats.
///
/// One that assumes goes on where no recorded request is equal: the nearest one to the same place, with
/// the same method, has the answer.
///
/// Clones share how far it has come. A new one costs the same however large the cassettes are.
#[derive(Clone, Debug)]
pub struct Replayer {
    /// What comes first in them is replayed first.
    pub(super) cassettes: Arc<[Arc<IndexedCassette>]>,
    pub(super) state: Arc<Mutex<State>>,
    pub(super) redactor: Redactor,
    pub(super) repeats: bool,
    pub(super) assumes: bool,
}

/// An interaction, by the index of its cassette and its own.
pub(super) type At = (usize, usize);

#[derive(Debug, Default)]
pub(super) struct State {
    /// For each key, the first cassette that may have an unused interaction of it, and how many of
    /// that cassette's lie behind.
    passed: HashMap<[u8; 32], At>,
    pub(super) used: HashSet<At>,
    pub(super) misses: Vec<Miss>,
    pub(super) assumed: Vec<AssumedRequest>,
}

/// How many misses are kept: a function in a loop must not fill the memory.
const KEPT: usize = 100;

/// The same for requests that were answered as others: as many as an outcome shows.
const KEPT_ASSUMED: usize = 4096;

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
            assumes: false,
        }
    }

    /// What takes secrets out of requests before they are compared.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// The last of equal requests' answers is given again and again.
    pub fn repeating(mut self) -> Replayer {
        self.repeats = true;
        self
    }

    /// Requests that no recorded one equals are answered as the nearest.
    pub fn assuming(mut self) -> Replayer {
        self.assumes = true;
        self
    }

    /// The same cassettes from their beginnings, with a progress of its own.
    pub fn fork(&self) -> Replayer {
        Replayer {
            state: Arc::default(),
            ..self.clone()
        }
    }

    /// Goes back to the beginnings of the cassettes, for all clones.
    pub(in crate::net) fn rewind(&self) {
        self.with(|state| *state = State::default());
    }

    /// The answer to `request`, which isn't redacted yet. That there is none is kept as a miss.
    pub(in crate::net) fn answer(&self, request: &Request) -> Option<Replayed> {
        let redacted = self.redacted(request);
        let asked = self.key(&redacted);
        let answer = self
            .next(&asked, |_| true)
            .or_else(|| self.assume(&asked, redacted));
        if answer.is_none() {
            self.missed(&asked, request);
        }
        answer
    }

    /// The answer to `request`, if it is recorded; that there is none is no miss.
    pub(in crate::net) fn known(&self, request: &Request) -> Option<Replayed> {
        self.next(&self.key(&self.redacted(request)), |_| true)
    }

    /// Why a connection for `request` failed before the request was complete, if one did.
    pub(in crate::net) fn failure_ahead(&self, request: &Request) -> Option<NodeError> {
        let asked = self.key(&self.redacted(request));
        let replayed = self.next(&asked, |answer| match answer {
            Answer::Failed(failure) => !matches!(failure.stage, Stage::Head | Stage::Body),
            _ => false,
        })?;
        match *replayed.answer {
            Answer::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    fn redacted(&self, request: &Request) -> Request {
        let mut request = request.clone();
        self.redactor.request(&mut request);
        request
    }

    fn key(&self, redacted: &Request) -> RequestKey {
        RequestKey::new(redacted, self.redactor.rules())
    }

    fn at(&self, at: At) -> &Interaction {
        &self.cassettes[at.0].interactions()[at.1]
    }

    fn next(&self, asked: &RequestKey, fits: impl Fn(&Answer) -> bool) -> Option<Replayed> {
        self.with(|state| {
            let at = self
                .equal(asked, state)
                .or_else(|| self.but_for_secrets(asked, state))?;
            let exchange = &self.at(at).exchange;
            if !fits(&exchange.answer) {
                return None;
            }
            state.used.insert(at);
            Some(Replayed {
                answer: Box::new(exchange.answer.clone()),
                ms: Some(exchange.ms),
                assumed: exchange
                    .assumed
                    .then(|| self.cassettes[at.0].entry_name(at.1)),
            })
        })
    }

    /// The answer that was recorded for the nearest request to the same place, if it may be given.
    fn assume(&self, asked: &RequestKey, request: Request) -> Option<Replayed> {
        if !self.assumes {
            return None;
        }
        self.with(|state| {
            let at = self.nearest_to_same_place(asked, state)?;
            let again = !state.used.insert(at);
            let name = self.cassettes[at.0].entry_name(at.1);
            if state.assumed.len() < KEPT_ASSUMED {
                state.assumed.push(AssumedRequest {
                    request,
                    at: name.clone(),
                    again,
                    of: self.cassettes[at.0].interactions().len(),
                });
            }
            Some(Replayed {
                answer: Box::new(self.at(at).exchange.answer.clone()),
                ms: Some(self.at(at).exchange.ms),
                assumed: Some(name),
            })
        })
    }

    /// An unused interaction comes first, and the nearest of these; of equally near ones the first that is
    /// unused, or else the last. Where answers repeat, the nearest comes first, whether it is used or not.
    fn nearest_to_same_place(&self, asked: &RequestKey, state: &State) -> Option<At> {
        let target = asked.target();
        let with_secrets = |one: &IndexedCassette| {
            let has_target = |at: &usize| {
                let key = &one.interactions()[*at].key;
                key.target() != target && asked.has_target_of(key)
            };
            let found = one.with_secrets().iter().copied();
            found.filter(has_target).collect::<Vec<_>>()
        };
        let all = self.cassettes.iter().enumerate();
        let candidates = all.flat_map(|(cassette, one)| {
            let same = one.with_target(&target).iter().copied();
            let same = same.chain(with_secrets(one));
            same.map(move |index| (cassette, index))
        });
        let mut nearest: Option<((bool, Distance, bool), At)> = None;
        for at in candidates.take(LOOKED_AT) {
            let used = state.used.contains(&at);
            let is_last = used && !self.repeats;
            let known = nearest.filter(|((known, ..), _)| *known == is_last);
            let known = known.map(|((_, distance, _), _)| distance);
            let rank = (is_last, asked.distance(&self.at(at).key, known), used);
            let is_nearer = nearest.is_none_or(|(best, _)| match used {
                true => rank <= best,
                false => rank < best,
            });
            if is_nearer {
                nearest = Some((rank, at));
            }
        }
        Some(nearest?.1)
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
            .filter(|at| asked.is_but_for_secrets(&self.at(*at).key));
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
            let likeness = asked.likeness(&self.at(at).key)?;
            Some((at, likeness, state.used.contains(&at)))
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

    /// The requests so far that were answered as recorded for others.
    pub fn assumed(&self) -> Vec<AssumedRequest> {
        self.with(|state| state.assumed.clone())
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
