//! Answers from cassettes.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::cassette::Answer;
use crate::cassette::Asked;
use crate::cassette::Cassette;
use crate::cassette::Difference;
use crate::cassette::Entry;
use crate::cassette::Redactor;
use crate::cassette::Request;
use crate::cassette::Stage;

/// Answers requests from cassettes. A request is matched by method, URL, query and body, after
/// redaction and without what is masked; of equal requests the n-th gets the n-th answer. After the
/// last there is none, unless the player repeats.
///
/// Clones share how far it has come.
#[derive(Clone, Debug)]
pub struct Player {
    tracks: Arc<Tracks>,
    state: Arc<Mutex<State>>,
    redactor: Redactor,
    repeats: bool,
}

#[derive(Debug)]
struct Tracks {
    tracks: Vec<Track>,
    by_key: HashMap<[u8; 32], Vec<usize>>,
}

#[derive(Debug)]
struct Track {
    cassette: Arc<str>,
    /// In its cassette, from 1.
    number: usize,
    entry: Entry,
    asked: Asked,
}

#[derive(Debug, Default)]
struct State {
    /// How many of a key's tracks lie behind.
    passed: HashMap<[u8; 32], usize>,
    used: Vec<bool>,
    misses: Vec<Miss>,
}

/// What a player has for a request.
pub(crate) enum Found {
    Answer(Box<Answer>),
    /// Nothing; it is kept as a miss.
    Nothing,
}

/// How many misses are kept: a function in a loop must not fill the memory.
const KEPT: usize = 100;

/// How many tracks are looked at for the nearest one.
const LOOKED_AT: usize = 5000;

impl Player {
    /// Plays cassettes, each with the name that messages call it by. What comes first in them is
    /// played first.
    pub fn new(cassettes: Vec<(String, Cassette)>, redactor: Redactor) -> Player {
        let mut tracks = Vec::new();
        let mut by_key: HashMap<[u8; 32], Vec<usize>> = HashMap::new();
        for (name, cassette) in cassettes {
            let name: Arc<str> = name.into();
            for (index, entry) in cassette.entries.into_iter().enumerate() {
                // A browser's file was not redacted, and rules may have been added since.
                let mut request = entry.request.clone();
                redactor.request(&mut request);
                let asked = Asked::new(&request, redactor.rules());
                by_key.entry(*asked.key()).or_default().push(tracks.len());
                tracks.push(Track {
                    cassette: name.clone(),
                    number: index + 1,
                    entry,
                    asked,
                });
            }
        }
        let used = vec![false; tracks.len()];
        Player {
            tracks: Arc::new(Tracks { tracks, by_key }),
            state: Arc::new(Mutex::new(State {
                used,
                ..State::default()
            })),
            redactor,
            repeats: false,
        }
    }

    /// The last of equal requests' answers is given again and again.
    pub fn repeating(mut self) -> Player {
        self.repeats = true;
        self
    }

    /// The same cassettes from their beginnings, with a progress of its own. It costs little.
    pub fn fork(&self) -> Player {
        let state = State {
            used: vec![false; self.tracks.tracks.len()],
            ..State::default()
        };
        Player {
            state: Arc::new(Mutex::new(state)),
            ..self.clone()
        }
    }

    /// The answer to `request`, which isn't redacted yet.
    pub(crate) fn answer(&self, request: &Request) -> Found {
        let asked = self.asked(request);
        match self.next(&asked, |_| true) {
            Some(answer) => Found::Answer(answer),
            None => {
                self.missed(&asked, request);
                Found::Nothing
            }
        }
    }

    /// The answer to `request`, if there is one; that there is none is no miss.
    pub(crate) fn known(&self, request: &Request) -> Option<Box<Answer>> {
        self.next(&self.asked(request), |_| true)
    }

    /// Why a connection for `request` failed before the request was complete, if one did.
    pub(crate) fn failure_ahead(&self, request: &Request) -> Option<Box<Answer>> {
        self.next(&self.asked(request), |answer| match answer {
            Answer::Failed(failure) => !matches!(failure.stage, Stage::Head | Stage::Body),
            _ => false,
        })
    }

    fn asked(&self, request: &Request) -> Asked {
        let mut request = request.clone();
        self.redactor.request(&mut request);
        Asked::new(&request, self.redactor.rules())
    }

    fn next(&self, asked: &Asked, fits: impl Fn(&Answer) -> bool) -> Option<Box<Answer>> {
        self.with(|state| {
            let index = self
                .equal(asked, state)
                .or_else(|| self.but_for_secrets(asked, state))?;
            let answer = &self.tracks.tracks[index].entry.answer;
            if !fits(answer) {
                return None;
            }
            state.used[index] = true;
            Some(Box::new(answer.clone()))
        })
    }

    /// The next track of an equal request.
    fn equal(&self, asked: &Asked, state: &mut State) -> Option<usize> {
        let tracks = self.tracks.by_key.get(asked.key())?;
        let passed = state.passed.entry(*asked.key()).or_default();
        while tracks.get(*passed).is_some_and(|index| state.used[*index]) {
            *passed += 1;
        }
        match tracks.get(*passed) {
            None if self.repeats => tracks.last().copied(),
            index => index.copied(),
        }
    }

    /// The next track of a request that is equal but for what is secret in it.
    fn but_for_secrets(&self, asked: &Asked, state: &State) -> Option<usize> {
        let tracks = self.tracks.tracks.iter().enumerate().take(LOOKED_AT);
        let mut fitting = tracks
            .filter(|(_, track)| asked.is_but_for_secrets(&track.asked))
            .map(|(index, _)| index);
        match self.repeats {
            false => fitting.find(|index| !state.used[*index]),
            true => {
                let all: Vec<usize> = fitting.collect();
                let unused = all.iter().find(|index| !state.used[**index]);
                unused.or(all.last()).copied()
            }
        }
    }

    fn missed(&self, asked: &Asked, request: &Request) {
        let nearest = self.nearest(asked);
        let url = self.redactor.url(&request.url);
        self.with(|state| {
            if state.misses.len() < KEPT {
                state.misses.push(Miss {
                    method: request.method.clone(),
                    url,
                    nearest,
                });
            }
        });
    }

    fn nearest(&self, asked: &Asked) -> Option<Nearest> {
        let used = self.with(|state| state.used.clone());
        let tracks = self.tracks.tracks.iter().zip(used).take(LOOKED_AT);
        // Of equally near ones the first that was not played.
        let (track, used, _) = tracks
            .filter_map(|(track, used)| Some((track, used, asked.likeness(&track.asked)?)))
            .min_by_key(|(_, used, likeness)| (-likeness, *used))?;
        Some(Nearest {
            at: track.summary(),
            used,
            differences: asked.differences(&track.asked),
        })
    }

    /// What came of the cassettes so far.
    pub fn report(&self) -> TapeReport {
        let (misses, used) = self.with(|state| (state.misses.clone(), state.used.clone()));
        let unused = self.tracks.tracks.iter().zip(used);
        TapeReport {
            misses,
            unused: unused
                .filter(|(_, used)| !used)
                .map(|(track, _)| track.summary())
                .collect(),
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Track {
    fn summary(&self) -> Summary {
        Summary {
            cassette: self.cassette.to_string(),
            entry: self.number,
            method: self.entry.request.method.clone(),
            url: self.entry.request.url.clone(),
        }
    }
}

/// What came of playing cassettes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TapeReport {
    /// Requests that no exchange fits.
    pub misses: Vec<Miss>,
    /// Exchanges that nothing asked for.
    pub unused: Vec<Summary>,
}

impl TapeReport {
    /// Whether the requests were those of the cassettes.
    pub fn is_clean(&self) -> bool {
        self.misses.is_empty() && self.unused.is_empty()
    }
}

/// A request that no exchange fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Miss {
    pub method: String,
    /// Redacted.
    pub url: String,
    /// The exchange whose request is most like it.
    pub nearest: Option<Nearest>,
}

/// The exchange that is most like what was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    pub at: Summary,
    /// Whether it has been played already.
    pub used: bool,
    /// Empty when the same request was made more often than it is recorded.
    pub differences: Vec<Difference>,
}

/// Names an exchange of a cassette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub cassette: String,
    /// Its number, from 1.
    pub entry: usize,
    pub method: String,
    pub url: String,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary {
            cassette,
            entry,
            method,
            url,
        } = self;
        write!(f, "{method} {url} ({cassette}, entry {entry})")
    }
}

/// Several lines, without a newline at the end.
impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} is not recorded", self.method, self.url)?;
        let Some(nearest) = &self.nearest else {
            return f.write_str("\n  nothing like it is recorded");
        };
        if nearest.differences.is_empty() {
            return write!(
                f,
                "\n  it is asked for more often than it is recorded: {}",
                nearest.at
            );
        }
        let used = if nearest.used { ", already used" } else { "" };
        write!(f, "\n  nearest: {}{used}", nearest.at)?;
        for difference in &nearest.differences {
            write!(f, "\n    {difference}")?;
        }
        Ok(())
    }
}
