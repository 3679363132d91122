//! Bodies of requests and responses.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

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
use super::tape::Take;
use super::tape::Tap;
use super::tape::Watched;
use super::trace::Entry;

/// What is sent.
#[derive(Debug)]
pub enum Body {
    Empty,
    /// The whole body, which can be sent again when a kept connection turns out to be dead.
    Full(Bytes),
    /// Pieces as they come, from the other end of [`Body::channel`].
    Stream(mpsc::Receiver<Piece>),
    /// The same, and what goes by is kept.
    #[doc(hidden)]
    Watched(mpsc::Receiver<Piece>, Watch),
}

/// A look at a streamed body.
#[derive(Clone, Debug)]
pub struct Watch(Tap);

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

    /// The same body, and how to look at it while it is sent.
    pub(crate) fn watched(self, tap: impl FnOnce() -> Tap) -> (Body, Watched) {
        match self {
            Body::Empty => (Body::Empty, Watched::Whole(Bytes::new())),
            Body::Full(bytes) => (Body::Full(bytes.clone()), Watched::Whole(bytes)),
            Body::Stream(receiver) => {
                let tap = tap();
                let watched = Watched::Streamed(tap.clone());
                (Body::Watched(receiver, Watch(tap)), watched)
            }
            Body::Watched(receiver, Watch(tap)) => {
                let watched = Watched::Streamed(tap.clone());
                (Body::Watched(receiver, Watch(tap)), watched)
            }
        }
    }

    /// The same body again, where that is possible.
    pub(crate) fn again(&self) -> Option<Body> {
        match self {
            Body::Empty => Some(Body::Empty),
            Body::Full(bytes) => Some(Body::Full(bytes.clone())),
            Body::Stream(_) | Body::Watched(..) => None,
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
            Body::Stream(receiver) | Body::Watched(receiver, _) => {
                let piece = ready!(receiver.poll_recv(context));
                if let (Some(Piece::Data(bytes)), Body::Watched(_, Watch(tap))) = (&piece, &*self) {
                    tap.add(bytes);
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
            Body::Stream(_) | Body::Watched(..) => SizeHint::default(),
        }
    }
}

/// What is received. The exchange ends when it has been read or is dropped; dropped before its
/// end, it closes the connection.
#[derive(Debug)]
pub struct ResponseBody {
    /// What is there already, and comes before all else.
    ahead: VecDeque<Frame<Bytes>>,
    state: State,
}

#[derive(Debug)]
enum State {
    Open(Open),
    /// It breaks off here.
    Broken(NetError),
    Ended,
}

#[derive(Debug)]
pub(crate) struct Open {
    pub incoming: Incoming,
    pub lease: Lease,
    pub entry: Entry,
    /// Where it is written down.
    pub take: Option<Take>,
    #[expect(dead_code, reason = "its drop lets the next request begin")]
    pub permit: OwnedSemaphorePermit,
}

impl ResponseBody {
    pub(crate) fn new(open: Open) -> Self {
        let ended = http_body::Body::is_end_stream(&open.incoming);
        let mut body = ResponseBody {
            ahead: VecDeque::new(),
            state: State::Open(open),
        };
        if ended {
            body.end();
        }
        body
    }

    /// A body that was kept: its bytes, and then its trailers or the reason why it broke off.
    pub(crate) fn kept(
        bytes: Bytes,
        trailers: Option<HeaderMap>,
        broken: Option<NetError>,
    ) -> Self {
        let data = (!bytes.is_empty()).then(|| Frame::data(bytes));
        let ahead = data.into_iter().chain(trailers.map(Frame::trailers));
        ResponseBody {
            ahead: ahead.collect(),
            state: broken.map_or(State::Ended, State::Broken),
        }
    }

    /// Reads it to its end, as far as that comes within `time`.
    pub(crate) async fn read_ahead(&mut self, time: Duration) {
        let reading = async {
            while let State::Open(_) = self.state {
                match poll_fn(|context| self.poll_open(context)).await {
                    Some(Ok(frame)) => self.ahead.push_back(frame),
                    Some(Err(error)) => self.state = State::Broken(error),
                    None => {}
                }
            }
        };
        // What has not come by then is read as it comes.
        let _ = tokio::time::timeout(time, reading).await;
    }

    fn end(&mut self) {
        if let State::Open(open) = std::mem::replace(&mut self.state, State::Ended) {
            open.lease.give_back();
        }
    }

    /// The next of what comes over the connection.
    fn poll_open(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        let State::Open(open) = &mut self.state else {
            return Poll::Ready(None);
        };
        match ready!(http_body::Body::poll_frame(
            Pin::new(&mut open.incoming),
            context
        )) {
            Some(Ok(frame)) => {
                if let Some(take) = &open.take {
                    if let Some(data) = frame.data_ref() {
                        take.data(data);
                    }
                    if let Some(trailers) = frame.trailers_ref() {
                        take.trailers(trailers);
                    }
                }
                if http_body::Body::is_end_stream(&open.incoming) {
                    self.end();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(error)) => {
                let error = NetError::hyper(Stage::Body, &error);
                open.entry.failed(&error.message);
                if let Some(take) = &open.take {
                    take.failed(&error);
                }
                self.state = State::Ended;
                Poll::Ready(Some(Err(error)))
            }
            None => {
                self.end();
                Poll::Ready(None)
            }
        }
    }
}

impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        ResponseBody::kept(bytes, None, None)
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        if let Some(frame) = self.ahead.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        match &self.state {
            State::Open(_) => self.poll_open(context),
            State::Broken(_) => match std::mem::replace(&mut self.state, State::Ended) {
                State::Broken(error) => Poll::Ready(Some(Err(error))),
                _ => Poll::Ready(None),
            },
            State::Ended => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ahead.is_empty() && matches!(self.state, State::Ended)
    }

    fn size_hint(&self) -> SizeHint {
        let ahead: usize = self
            .ahead
            .iter()
            .filter_map(Frame::data_ref)
            .map(Bytes::len)
            .sum();
        match &self.state {
            State::Open(open) if ahead == 0 => http_body::Body::size_hint(&open.incoming),
            State::Ended => SizeHint::with_exact(ahead as u64),
            State::Open(_) | State::Broken(_) => SizeHint::default(),
        }
    }
}
