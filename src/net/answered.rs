//! What comes of requests that nobody on the network answers.

use bytes::Bytes;
use http::{HeaderValue, Response, Uri, header};

use super::destination::{port_of, shown};
use super::fault::FaultKind;
use super::peer::Peer;
use super::replay::Replayed;
use super::reply::{Replied, Waiting};
use super::response_body::ResponseBody;
use super::send_options::SendOptions;
use super::trace::TraceEntry;
use super::{error, from_cassette};
use crate::cassette::Answer;
use crate::node_error::{NodeError, Stage};
use crate::outcome::Via;

/// A response, or why there is none.
pub type Answered = Result<Response<ResponseBody>, NodeError>;

/// What a reply says of a request, when it says so.
pub(super) async fn reply(
    replied: Replied,
    options: &SendOptions,
    entry: TraceEntry,
    port: u16,
) -> Answered {
    let Replied { answer, after } = replied;
    let (wait, answer) = match options.patience {
        Some(patience) if patience <= after => (patience, Answer::NoResponse),
        _ => (after, answer),
    };
    if !wait.is_zero() {
        Waiting::for_time(wait).await;
    }
    let answer = Replayed {
        answer: Box::new(answer),
        ms: None,
        assumed: None,
    };
    replayed(answer, options, entry, port).await
}

impl FaultKind {
    /// What comes of a request to `uri` in the place of what its host would say. Of a delay, nothing does.
    pub async fn instead(self, uri: &Uri, via: Via, entry: TraceEntry) -> Answered {
        let answer = Replayed {
            answer: Box::new(self.answer(&shown(uri)).unwrap_or(Answer::NoResponse)),
            ms: None,
            assumed: None,
        };
        replayed(answer, &SendOptions::new(via), entry, port_of(uri)).await
    }
}

/// A reply's failure to connect, when it shows.
pub(super) async fn failed_late(replied: Replied) -> Result<Peer, NodeError> {
    if !replied.after.is_zero() {
        Waiting::for_time(replied.after).await;
    }
    match replied.answer {
        Answer::Failed(failure) => Err(failure),
        _ => Err(NodeError::hang_up(Stage::Connect)),
    }
}

/// What a cassette, or a reply, says of a request.
pub(super) async fn replayed(
    replayed: Replayed,
    options: &SendOptions,
    entry: TraceEntry,
    port: u16,
) -> Answered {
    if let Some(ms) = replayed.ms {
        entry.took(ms);
    }
    if let Some(other) = replayed.assumed {
        entry.assumed(other.place());
    }
    match *replayed.answer {
        Answer::Response(kept) => {
            entry.responded(kept.status);
            let response = from_cassette::response(&kept, port);
            entry.keep_head(response.headers());
            response
                .body()
                .pieces()
                .for_each(|piece| entry.keep_piece(piece));
            if let Some(broken) = &kept.broken {
                entry.failed(&broken.message);
            }
            Ok(response)
        }
        Answer::Failed(failure) => Err(entry.fail(failure)),
        // The package of AWS has a limit of its own, in real time.
        Answer::NoResponse if options.via == Via::Aws => Err(entry.fail(error::no_response())),
        Answer::NoResponse => {
            let _waiting = Waiting::for_ever();
            std::future::pending().await
        }
    }
}

/// A success that says nothing, from a connection to `port` that isn't there.
pub(super) fn stubbed(via: Via, port: u16) -> Response<ResponseBody> {
    let body = match via {
        Via::Aws | Via::Embedded => Bytes::new(),
        Via::Http => Bytes::from_static(b"{}"),
    };
    let length = HeaderValue::from(body.len());
    let mut response = Response::new(ResponseBody::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length);
    if via == Via::Http {
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
    }
    response.extensions_mut().insert(Peer::nobody(port));
    response
}
