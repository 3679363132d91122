//! Writes down what goes over the network.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Instant;
use std::time::SystemTime;

use http::HeaderMap;
use hyper::ext::ReasonPhrase;

use super::Player;
use super::convert;
use super::watch::Room;
use super::watch::Tap;
use super::watch::Watched;
use crate::cassette::{
    Answer, Cassette, Failure, Headers, MAX_SIZE, Payload, RecordedExchange, Redactor, Response,
    header,
};
use crate::net::NetError;
use crate::outcome::Via;
use crate::text::latin1;

/// Keeps exchanges in memory, as they are: redaction comes with [`Recorder::finish`], when every
/// secret is known. Clones share what is kept.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    takes: Arc<Mutex<Vec<Taken>>>,
    room: Room,
    known: Option<Player>,
}

/// What was recorded, redacted.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    pub cassette: Cassette,
    /// What is not in it: each a sentence.
    pub warnings: Vec<String>,
}

/// One exchange under way.
#[derive(Debug)]
struct Taken {
    via: Via,
    started: SystemTime,
    since: Instant,
    ms: f64,
    method: String,
    url: String,
    headers: HeaderMap,
    body: Watched,
    came: Came,
    /// There was no room for all of it.
    cut: bool,
}

#[derive(Debug)]
enum Came {
    Nothing,
    Failure(Failure),
    Response { head: Box<Response>, body: Tap },
}

impl Recorder {
    pub fn new() -> Recorder {
        Recorder::default()
    }

    /// Records only what `known` has no answer to.
    pub fn missing_from(known: Player) -> Recorder {
        Recorder {
            known: Some(known),
            ..Recorder::default()
        }
    }

    /// What need not be recorded.
    pub fn known(&self) -> Option<&Player> {
        self.known.as_ref()
    }

    /// Whether anything was recorded.
    pub fn is_empty(&self) -> bool {
        self.with(|takes| takes.is_empty())
    }

    /// A place for a streamed body to be kept in.
    pub(crate) fn tap(&self) -> Tap {
        Tap::new(self.room.clone())
    }

    /// An exchange begins.
    pub(crate) fn begin(
        &self,
        via: Via,
        method: &str,
        url: String,
        headers: &HeaderMap,
        body: Watched,
    ) -> Take {
        let cut = match &body {
            Watched::Whole(bytes) => !self.room.take(bytes.len()),
            Watched::Streamed(_) => false,
        };
        let index = self.with(|takes| {
            takes.push(Taken {
                via,
                started: SystemTime::now(),
                since: Instant::now(),
                ms: 0.0,
                method: method.to_owned(),
                url,
                headers: headers.clone(),
                body,
                came: Came::Nothing,
                cut,
            });
            takes.len() - 1
        });
        Take {
            recorder: self.clone(),
            index,
        }
    }

    /// The exchanges so far, in the order of their beginnings.
    pub fn finish(&self, redactor: &Redactor) -> Recorded {
        let mut recorded = Recorded {
            cassette: Cassette {
                redaction: redactor.rules().redaction(),
                ..Cassette::default()
            },
            ..Recorded::default()
        };
        let takes = self.with(std::mem::take);
        for taken in takes {
            if taken.cut || taken.body.is_cut() {
                let text = format!(
                    "{} {} is not recorded: a cassette may have {} MiB at most",
                    taken.method,
                    redactor.url(&taken.url),
                    MAX_SIZE >> 20
                );
                recorded.warnings.push(text);
                continue;
            }
            let mut exchange = taken.exchange();
            redactor.exchange(&mut exchange);
            recorded.cassette.exchanges.push(exchange);
        }
        recorded
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<Taken>) -> T) -> T {
        act(&mut self.takes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Taken {
    fn exchange(self) -> RecordedExchange {
        let request = convert::request(&self.method, self.url, &self.headers, self.body.bytes());
        RecordedExchange {
            via: self.via,
            started: self.started,
            ms: self.ms,
            request,
            answer: match self.came {
                Came::Nothing => Answer::NoResponse,
                Came::Failure(failure) => Answer::Failed(failure),
                Came::Response { mut head, body } => {
                    let encoding = header(&head.headers, "content-encoding");
                    head.body = Payload::decode(body.bytes(), encoding);
                    Answer::Response(*head)
                }
            },
        }
    }
}

/// The recording of one exchange. What has not come when it is dropped never came.
#[derive(Debug)]
pub(crate) struct Take {
    recorder: Recorder,
    index: usize,
}

impl Take {
    /// The response's head came.
    pub fn responded(&self, parts: &http::response::Parts) {
        let reason = match parts.extensions.get::<ReasonPhrase>() {
            Some(reason) => latin1::text(reason.as_bytes()),
            None => parts
                .status
                .canonical_reason()
                .unwrap_or_default()
                .to_owned(),
        };
        let head = Response {
            status: parts.status.as_u16(),
            reason,
            headers: convert::headers(&parts.headers),
            ..Response::default()
        };
        let body = self.recorder.tap();
        self.change(|taken| {
            taken.came = Came::Response {
                head: Box::new(head),
                body,
            };
        });
    }

    /// A piece of the response's body came.
    pub fn data(&self, piece: &[u8]) {
        self.change(|taken| {
            if let Came::Response { body, .. } = &taken.came {
                taken.cut |= !body.add(piece);
            }
        });
    }

    pub fn trailers(&self, trailers: &HeaderMap) {
        let trailers: Headers = convert::headers(trailers);
        self.change(|taken| {
            if let Came::Response { head, .. } = &mut taken.came {
                head.trailers = trailers;
            }
        });
    }

    /// There was no response, or its body broke off.
    pub fn failed(&self, error: &NetError) {
        let failure = Failure::from(error);
        self.change(|taken| match &mut taken.came {
            Came::Response { head, .. } => head.broken = Some(failure),
            came => *came = Came::Failure(failure),
        });
    }

    fn change(&self, act: impl FnOnce(&mut Taken)) {
        self.recorder.with(|takes| {
            // It may have been finished meanwhile.
            if let Some(taken) = takes.get_mut(self.index) {
                act(taken);
            }
        });
    }
}

impl Drop for Take {
    fn drop(&mut self) {
        self.change(|taken| taken.ms = taken.since.elapsed().as_secs_f64() * 1000.0);
    }
}
