//! Bodies of requests.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use tokio::sync::mpsc;

use super::record::{BodyCopy, BodyTee};

/// What is sent.
#[derive(Debug)]
pub enum Body {
    Empty,
    /// The whole body, which can be sent again when a kept connection turns out to be dead.
    Full(Bytes),
    /// Pieces as they come, from the other end of [`Body::channel`].
    Stream(BodyStream),
}

/// The receiving end of a streamed body.
#[derive(Debug)]
pub struct BodyStream {
    pieces: mpsc::Receiver<Piece>,
    /// Keeps what goes by.
    tee: Option<BodyTee>,
}

#[derive(Debug)]
enum Piece {
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
        let (sender, pieces) = mpsc::channel(1);
        (
            BodySender(sender),
            Body::Stream(BodyStream { pieces, tee: None }),
        )
    }

    /// The same body, and what is sent of it: `tee` keeps that of a streamed one.
    pub(super) fn watched(self, tee: BodyTee) -> (Body, BodyCopy) {
        match self {
            Body::Empty => (Body::Empty, BodyCopy::Whole(Bytes::new())),
            Body::Full(bytes) => (Body::Full(bytes.clone()), BodyCopy::Whole(bytes)),
            Body::Stream(stream) => {
                let tee = stream.tee.unwrap_or(tee);
                let sent = BodyCopy::Streamed(tee.clone());
                let pieces = stream.pieces;
                let tee = Some(tee);
                (Body::Stream(BodyStream { pieces, tee }), sent)
            }
        }
    }

    /// The same body again, where that is possible.
    pub(super) fn again(&self) -> Option<Body> {
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
            Body::Stream(stream) => {
                let piece = ready!(stream.pieces.poll_recv(context));
                if let (Some(Piece::Data(bytes)), Some(tee)) = (&piece, &stream.tee) {
                    tee.add(bytes);
                }
                match piece {
                    Some(Piece::Data(bytes)) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
                    Some(Piece::End(trailers)) => {
                        *self = Body::Empty;
                        Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(trailers))))
                    }
                    None => Poll::Ready(Some(Err(BodyAborted))),
                }
            }
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
