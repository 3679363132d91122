//! Bodies of requests and responses.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use http_body::SizeHint;
use hyper::body::Incoming;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc;

use super::error::NetError;
use super::error::Stage;
use super::pool::Lease;
use super::trace::Entry;

/// What is sent.
#[derive(Debug)]
pub enum Body {
    Empty,
    /// The whole body, which can be sent again when a kept connection turns out to be dead.
    Full(Bytes),
    /// Pieces as they come, from the other end of [`Body::channel`].
    Stream(mpsc::Receiver<Piece>),
}

/// A piece of a streamed body.
#[derive(Debug)]
pub enum Piece {
    Data(Bytes),
    /// The body is whole. The trailers are sent where the request's `Trailer` header names them.
    End(Option<HeaderMap>),
}

/// The sender of a streamed body gave up, so the server must not take it as whole.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the request's body was aborted")]
pub struct BodyAborted;

/// Feeds a streamed body. Dropping it without [`BodySender::finish`] breaks the connection.
#[derive(Debug)]
pub struct BodySender(mpsc::Sender<Piece>);

impl BodySender {
    /// Waits until the connection has room, then hands the chunk over. False when nobody reads
    /// the body any more.
    pub async fn send(&self, chunk: Bytes) -> bool {
        self.0.send(Piece::Data(chunk)).await.is_ok()
    }

    /// Ends the body.
    pub async fn finish(self, trailers: Option<HeaderMap>) {
        // A reader that is gone needs no end.
        let _ = self.0.send(Piece::End(trailers)).await;
    }
}

impl Body {
    /// A streamed body and what feeds it.
    pub fn channel() -> (BodySender, Body) {
        // One chunk waits while one is being written: enough to keep the socket busy, and the
        // function's `write` still feels the socket's pace.
        let (sender, receiver) = mpsc::channel(1);
        (BodySender(sender), Body::Stream(receiver))
    }

    /// The same body again, where that is possible.
    pub(crate) fn again(&self) -> Option<Body> {
        match self {
            Body::Empty => Some(Body::Empty),
            Body::Full(bytes) => Some(Body::Full(bytes.clone())),
            Body::Stream(_) => None,
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        if bytes.is_empty() {
            Body::Empty
        } else {
            Body::Full(bytes)
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyAborted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyAborted>>> {
        match &mut *self {
            Body::Empty => Poll::Ready(None),
            Body::Full(bytes) => {
                let bytes = std::mem::take(bytes);
                *self = Body::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Body::Stream(receiver) => match ready!(receiver.poll_recv(context)) {
                Some(Piece::Data(bytes)) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
                Some(Piece::End(trailers)) => {
                    *self = Body::Empty;
                    Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(trailers))))
                }
                None => Poll::Ready(Some(Err(BodyAborted))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Body::Empty)
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Empty => SizeHint::with_exact(0),
            Body::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Body::Stream(_) => SizeHint::default(),
        }
    }
}

/// What is received. The exchange ends when it has been read or is dropped; dropped before its
/// end, it closes the connection.
#[derive(Debug)]
pub struct ResponseBody(State);

#[derive(Debug)]
enum State {
    Open(Open),
    /// Of an answer that was made inside the process.
    Whole(Bytes),
    Ended,
}

#[derive(Debug)]
pub(crate) struct Open {
    pub incoming: Incoming,
    pub lease: Lease,
    pub entry: Entry,
    #[expect(dead_code, reason = "its drop lets the next request begin")]
    pub permit: OwnedSemaphorePermit,
}

impl ResponseBody {
    pub(crate) fn new(open: Open) -> Self {
        let ended = http_body::Body::is_end_stream(&open.incoming);
        let mut body = ResponseBody(State::Open(open));
        if ended {
            body.end();
        }
        body
    }

    fn end(&mut self) {
        if let State::Open(open) = std::mem::replace(&mut self.0, State::Ended) {
            open.lease.give_back();
        }
    }
}

impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        ResponseBody(match bytes.is_empty() {
            true => State::Ended,
            false => State::Whole(bytes),
        })
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        let open = match &mut self.0 {
            State::Open(open) => open,
            State::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = State::Ended;
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            State::Ended => return Poll::Ready(None),
        };
        match ready!(Pin::new(&mut open.incoming).poll_frame(context)) {
            Some(Ok(frame)) => {
                if http_body::Body::is_end_stream(&open.incoming) {
                    self.end();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(error)) => {
                let error = NetError::hyper(Stage::Body, &error);
                open.entry.failed(&error.message);
                self.0 = State::Ended;
                Poll::Ready(Some(Err(error)))
            }
            None => {
                self.end();
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.0, State::Ended)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            State::Open(open) => http_body::Body::size_hint(&open.incoming),
            State::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            State::Ended => SizeHint::with_exact(0),
        }
    }
}
