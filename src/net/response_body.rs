//! Bodies of responses.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::OwnedSemaphorePermit;

use super::error;
use super::pool::Lease;
use super::record::ExchangeRecorder;
use super::trace::TraceEntry;
use crate::node_error::{NodeError, Stage};

/// What is received. The exchange ends when it has been read or is dropped; dropped before its
/// end, it closes the connection.
#[derive(Debug)]
pub struct ResponseBody {
    /// What is there already, and comes before all else.
    ahead: VecDeque<Frame<Bytes>>,
    state: State,
    /// Bytes that came over no connection.
    kept: u64,
}

#[derive(Debug)]
enum State {
    Open(Box<Open>),
    /// It breaks off here.
    Broken(NodeError),
    Ended,
}

#[derive(Debug)]
pub(super) struct Open {
    pub incoming: Incoming,
    pub lease: Lease,
    pub entry: TraceEntry,
    /// Where it is written down.
    pub recorder: Option<ExchangeRecorder>,
    #[expect(dead_code, reason = "its drop lets the next request begin")]
    pub permit: OwnedSemaphorePermit,
}

impl ResponseBody {
    pub(super) fn new(open: Open) -> Self {
        let ended = http_body::Body::is_end_stream(&open.incoming);
        let mut body = ResponseBody {
            ahead: VecDeque::new(),
            state: State::Open(Box::new(open)),
            kept: 0,
        };
        if ended {
            body.end();
        }
        body
    }

    /// A body that was kept: its bytes, and then its trailers or the reason why it broke off.
    pub(super) fn of_kept(
        bytes: Bytes,
        trailers: Option<HeaderMap>,
        broken: Option<NodeError>,
    ) -> Self {
        let kept = bytes.len() as u64;
        let data = (!bytes.is_empty()).then(|| Frame::data(bytes));
        let ahead = data.into_iter().chain(trailers.map(Frame::trailers));
        ResponseBody {
            ahead: ahead.collect(),
            state: broken.map_or(State::Ended, State::Broken),
            kept,
        }
    }

    /// What is there of it already.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &Bytes> {
        self.ahead.iter().filter_map(Frame::data_ref)
    }

    /// How many of its bytes came over no connection.
    pub(super) fn kept(&self) -> u64 {
        self.kept
    }

    /// Reads it to its end, as far as that comes within `time`.
    pub(super) async fn read_ahead(&mut self, time: Duration) {
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
    ) -> Poll<Option<Result<Frame<Bytes>, NodeError>>> {
        let State::Open(open) = &mut self.state else {
            return Poll::Ready(None);
        };
        match ready!(http_body::Body::poll_frame(
            Pin::new(&mut open.incoming),
            context
        )) {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    open.entry.trace().received(data.len() as u64);
                    open.entry.keep_piece(data);
                }
                if let Some(recorder) = &open.recorder {
                    if let Some(data) = frame.data_ref() {
                        recorder.data(data);
                    }
                    if let Some(trailers) = frame.trailers_ref() {
                        recorder.trailers(trailers);
                    }
                }
                if http_body::Body::is_end_stream(&open.incoming) {
                    self.end();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(error)) => {
                let error = error::hyper(Stage::Body, &error);
                open.entry.failed(&error.message);
                if let Some(recorder) = &open.recorder {
                    recorder.failed(&error);
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
        ResponseBody::of_kept(bytes, None, None)
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = NodeError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NodeError>>> {
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
