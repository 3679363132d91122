//! What is kept of an exchange while it is under way, to be shown when it is over.

use bytes::Bytes;
use http::{HeaderMap, header};

use super::record::{BodyCopy, to_cassette};
use crate::cassette::{self, Payload, Redactor};
use crate::outcome::{Exchange, Sent, SentBody, Via};

/// The largest body that is shown beside the response's, in bytes.
const LARGEST: usize = 64 << 10;

/// So much of bodies is shown of one invocation, in bytes.
pub(super) const ROOM: usize = 1 << 20;

/// What outcomes show of exchanges beyond their first lines: their requests, without secrets.
#[derive(Clone, Debug)]
pub struct Keep {
    pub redactor: Redactor,
    /// Their responses, too. Then only bodies that aren't large are shown.
    pub responses: bool,
}

/// What is kept of an exchange.
#[derive(Debug)]
pub(super) struct KeptExchange {
    pub via: Via,
    pub headers: HeaderMap,
    pub body: BodyCopy,
    pub keep: Keep,
    pub response: Option<KeptResponse>,
}

/// What came back so far.
#[derive(Debug, Default)]
pub(super) struct KeptResponse {
    headers: HeaderMap,
    /// Empty once there is more than is shown.
    bytes: Vec<u8>,
    /// In bytes.
    length: usize,
}

impl KeptResponse {
    pub fn new(headers: HeaderMap) -> KeptResponse {
        KeptResponse {
            headers,
            ..KeptResponse::default()
        }
    }

    /// A piece of the body came. There is `room` for as much.
    pub fn add(&mut self, piece: &[u8], room: &mut usize) {
        self.length += piece.len();
        if self.length <= LARGEST && piece.len() <= *room {
            *room -= piece.len();
            self.bytes.extend_from_slice(piece);
        } else {
            self.bytes = Vec::new();
        }
    }
}

impl KeptExchange {
    /// Puts what is shown into the exchange. There is `room` for so much of requests' bodies.
    pub fn show_in(self, exchange: &mut Exchange, room: &mut usize) {
        let KeptExchange {
            via,
            headers,
            body,
            keep: Keep {
                redactor,
                responses,
            },
            response,
        } = self;
        exchange.url = redactor.url(&exchange.url);
        let bytes = body.bytes();
        let shown = match responses {
            true => bounded(bytes, room),
            false => Ok(bytes),
        };
        exchange.request = Some(shown_of(via, &headers, shown, &redactor));
        exchange.response = response.map(|response| {
            let bytes = match response.bytes.len() == response.length {
                true => Ok(Bytes::from(response.bytes)),
                false => Err(response.length),
            };
            shown_of(via, &response.headers, bytes, &redactor)
        });
    }

    /// The text of the response's body, if it is one and all of it is here.
    pub fn answered(&self) -> Option<String> {
        let response = self.response.as_ref()?;
        let encoding = response.headers.get(header::CONTENT_ENCODING);
        let encoding = encoding.and_then(|value| value.to_str().ok());
        let body = Payload::decode(Bytes::copy_from_slice(&response.bytes), encoding);
        String::from_utf8(body.bytes.into()).ok()
    }
}

/// The bytes, or how many there are too many of.
fn bounded(bytes: Bytes, room: &mut usize) -> Result<Bytes, usize> {
    if bytes.len() > LARGEST.min(*room) {
        return Err(bytes.len());
    }
    *room -= bytes.len();
    Ok(bytes)
}

fn shown_of(
    via: Via,
    headers: &HeaderMap,
    body: Result<Bytes, usize>,
    redactor: &Redactor,
) -> Sent {
    let headers = to_cassette::headers(headers);
    match body {
        Ok(bytes) => cassette::sent(via, &headers, bytes, redactor),
        Err(length) => Sent {
            body: Some(SentBody::Text(format!("[{length} bytes]"))),
            ..cassette::sent(via, &headers, Bytes::new(), redactor)
        },
    }
}
