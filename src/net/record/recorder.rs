//! Writes down what goes over the network.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use http::HeaderMap;
use hyper::ext::ReasonPhrase;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::body_tee::{BodyCopy, BodyTee, SizeBudget};
use super::recorded_answers::RecordedAnswers;
use super::to_cassette;
use crate::cassette::{
    Answer, Cassette, MAX_SIZE, Payload, RecordedExchange, Redactor, Response, header,
};
use crate::net::replay::Replayer;
use crate::node_error::NodeError;
use crate::outcome::Via;
use crate::text::latin1;

/// Keeps exchanges in memory, as they are: redaction comes with [`Recorder::finish`], when every
/// secret is known. Clones share what is kept.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    exchanges: Arc<Mutex<Vec<ExchangeUnderWay>>>,
    budget: SizeBudget,
    known: Option<Arc<Replayer>>,
    answers: Option<Arc<RecordedAnswers>>,
    /// What another process recorded for this one.
    taken_over: Arc<Mutex<Option<RecordedTraffic>>>,
}

/// What was recorded, redacted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RecordedTraffic {
    pub cassette: Cassette,
    /// What is not in it: each a sentence.
    pub warnings: Vec<String>,
}

/// One exchange under way.
#[derive(Debug)]
struct ExchangeUnderWay {
    via: Via,
    started: SystemTime,
    since: Instant,
    ms: f64,
    method: String,
    url: String,
    headers: HeaderMap,
    body: BodyCopy,
    came: Came,
    /// There was no room for all of it.
    cut: bool,
}

#[derive(Debug)]
enum Came {
    Nothing,
    Failure(NodeError),
    Response {
        head: Box<Response>,
        body: BodyTee,
    },
    /// What had been recorded before.
    Again(Box<RecordedExchange>),
}

impl Recorder {
    pub fn new() -> Recorder {
        Recorder::default()
    }

    /// Records only what `known` has no answer to.
    pub fn missing_from(known: Replayer) -> Recorder {
        Recorder {
            known: Some(Arc::new(known)),
            ..Recorder::default()
        }
    }

    /// Records what is asked, and how `answers` answer it. Nothing is sent to anyone.
    pub fn answered_by(self, answers: RecordedAnswers) -> Recorder {
        Recorder {
            answers: Some(Arc::new(answers)),
            ..self
        }
    }

    /// What answers in the network's place.
    pub fn answers(&self) -> Option<&RecordedAnswers> {
        self.answers.as_deref()
    }

    /// What need not be recorded.
    pub fn known(&self) -> Option<&Replayer> {
        self.known.as_deref()
    }

    /// Takes what another process has recorded, and finished, for its own.
    pub fn take_over(&self, recorded: RecordedTraffic) {
        *self.taken_over.lock() = Some(recorded);
    }

    /// Whether anything was recorded.
    pub fn is_empty(&self) -> bool {
        self.with(|exchanges| exchanges.is_empty())
    }

    /// A place for a streamed body to be kept in.
    pub(in crate::net) fn tee(&self) -> BodyTee {
        BodyTee::new(self.budget.clone())
    }

    /// An exchange begins.
    pub(in crate::net) fn begin(
        &self,
        via: Via,
        method: &str,
        url: String,
        headers: &HeaderMap,
        body: BodyCopy,
    ) -> ExchangeRecorder {
        let cut = match &body {
            BodyCopy::Whole(bytes) => !self.budget.take(bytes.len()),
            BodyCopy::Streamed(_) => false,
        };
        let index = self.with(|exchanges| {
            exchanges.push(ExchangeUnderWay {
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
            exchanges.len() - 1
        });
        ExchangeRecorder {
            recorder: self.clone(),
            index,
        }
    }

    /// The exchanges so far, in the order of their beginnings.
    pub fn finish(&self, redactor: &Redactor) -> RecordedTraffic {
        if let Some(recorded) = self.taken_over.lock().take() {
            return recorded;
        }
        let mut recorded = RecordedTraffic {
            cassette: Cassette {
                redaction: redactor.rules().redaction(),
                ..Cassette::default()
            },
            ..RecordedTraffic::default()
        };
        let exchanges = self.with(std::mem::take);
        for exchange in exchanges {
            if exchange.cut || exchange.body.is_cut() {
                let text = format!(
                    "{} {} was not recorded: a cassette may hold at most {} MiB",
                    exchange.method,
                    redactor.url(&exchange.url),
                    MAX_SIZE >> 20
                );
                recorded.warnings.push(text);
                continue;
            }
            recorded.cassette.exchanges.push(exchange.finished());
        }
        // What a response brought may stand anywhere in the requests that follow, and the replay will have
        // what stands for it there.
        for exchange in &recorded.cassette.exchanges {
            if let Answer::Response(response) = &exchange.answer
                && let Ok(body) = std::str::from_utf8(&response.body.bytes)
            {
                redactor.learn(body);
            }
        }
        for exchange in &mut recorded.cassette.exchanges {
            redactor.exchange(exchange);
        }
        recorded
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<ExchangeUnderWay>) -> T) -> T {
        act(&mut self.exchanges.lock())
    }
}

impl ExchangeUnderWay {
    fn finished(self) -> RecordedExchange {
        let request =
            to_cassette::request(&self.method, self.url, &self.headers, self.body.bytes());
        if let Came::Again(before) = self.came {
            return RecordedExchange { request, ..*before };
        }
        RecordedExchange {
            via: self.via,
            started: self.started,
            ms: self.ms,
            request,
            answer: match self.came {
                Came::Nothing | Came::Again(_) => Answer::NoResponse,
                Came::Failure(failure) => Answer::Failed(failure),
                Came::Response { mut head, body } => {
                    let encoding = header(&head.headers, "content-encoding");
                    head.body = Payload::decode(body.bytes(), encoding);
                    Answer::Response(*head)
                }
            },
            assumed: false,
        }
    }
}

/// The recording of one exchange. What has not come when it is dropped never came.
#[derive(Debug)]
pub(in crate::net) struct ExchangeRecorder {
    recorder: Recorder,
    index: usize,
}

impl ExchangeRecorder {
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
            headers: to_cassette::headers(&parts.headers),
            ..Response::default()
        };
        let body = self.recorder.tee();
        self.change(|exchange| {
            exchange.came = Came::Response {
                head: Box::new(head),
                body,
            };
        });
    }

    /// What was recorded of another request came again.
    pub fn came_again(&self, before: RecordedExchange) {
        self.change(|exchange| exchange.came = Came::Again(Box::new(before)));
    }

    /// A piece of the response's body came.
    pub fn data(&self, piece: &[u8]) {
        self.change(|exchange| {
            if let Came::Response { body, .. } = &exchange.came {
                exchange.cut |= !body.add(piece);
            }
        });
    }

    pub fn trailers(&self, trailers: &HeaderMap) {
        let trailers = to_cassette::headers(trailers);
        self.change(|exchange| {
            if let Came::Response { head, .. } = &mut exchange.came {
                head.trailers = trailers;
            }
        });
    }

    /// There was no response, or its body broke off.
    pub fn failed(&self, error: &NodeError) {
        let failure = error.clone();
        self.change(|exchange| match &mut exchange.came {
            Came::Response { head, .. } => head.broken = Some(failure),
            came => *came = Came::Failure(failure),
        });
    }

    fn change(&self, act: impl FnOnce(&mut ExchangeUnderWay)) {
        self.recorder.with(|exchanges| {
            // It may have been finished meanwhile.
            if let Some(exchange) = exchanges.get_mut(self.index) {
                act(exchange);
            }
        });
    }
}

impl Drop for ExchangeRecorder {
    fn drop(&mut self) {
        self.change(|exchange| exchange.ms = exchange.since.elapsed().as_secs_f64() * 1000.0);
    }
}
