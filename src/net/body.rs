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
pub struct ResponseBody {
    /// `None` once the body has ended.
    open: Option<Open>,
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
        let mut body = ResponseBody { open: Some(open) };
        if body.is_end_stream_now() {
            body.end();
        }
        body
    }

    fn is_end_stream_now(&self) -> bool {
        self.open
            .as_ref()
            .is_none_or(|open| http_body::Body::is_end_stream(&open.incoming))
    }

    fn end(&mut self) {
        if let Some(open) = self.open.take() {
            open.lease.give_back();
        }
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        let Some(open) = &mut self.open else {
            return Poll::Ready(None);
        };
        match ready!(Pin::new(&mut open.incoming).poll_frame(context)) {
            Some(Ok(frame)) => {
                if self.is_end_stream_now() {
                    self.end();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(error)) => {
                let error = NetError::hyper(Stage::Body, &error);
                open.entry.failed(&error.message);
                self.open = None;
                Poll::Ready(Some(Err(error)))
            }
            None => {
                self.end();
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.open.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.open {
            Some(open) => http_body::Body::size_hint(&open.incoming),
            None => SizeHint::with_exact(0),
        }
    }
}
