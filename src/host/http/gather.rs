//! As much of a response's body as is there already: for most responses that is all.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use http_body::Body as _;

use super::wire;
use crate::net::ResponseBody;
use crate::node_error::NodeError;

/// How much of a response's body one op brings into V8 at most, give or take one read of the
/// socket, in bytes.
const AT_ONCE: usize = 64 * 1024;

/// What was read of a body.
#[derive(Default)]
pub(super) struct Gathered {
    pub bytes: Vec<u8>,
    pub trailers: Vec<String>,
    pub done: bool,
    pub error: Option<NodeError>,
}

/// Reads what is there. With a `head` at hand it waits for nothing; without, for the first bytes.
pub(super) async fn gather(body: &mut ResponseBody, head: bool) -> Gathered {
    let mut gathered = Gathered::default();
    // A piece that is in the socket's buffer needs a turn of the connection's driver to get here.
    let mut turns = 2;
    while gathered.bytes.len() < AT_ONCE {
        if body.is_end_stream() {
            gathered.done = true;
            break;
        }
        let wait = !head && gathered.bytes.is_empty();
        let next = poll_fn(|context| match Pin::new(&mut *body).poll_frame(context) {
            Poll::Pending if !wait => Poll::Ready(None),
            next => next.map(Some),
        });
        match next.await {
            None if turns == 0 => break,
            None => {
                turns -= 1;
                tokio::task::yield_now().await;
            }
            Some(None) => {
                gathered.done = true;
                break;
            }
            Some(Some(Err(error))) => {
                gathered.error = Some(error);
                break;
            }
            Some(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) if gathered.bytes.is_empty() => gathered.bytes = data.into(),
                Ok(data) => gathered.bytes.extend_from_slice(&data),
                Err(frame) => {
                    if let Some(trailers) = frame.trailers_ref() {
                        gathered.trailers = wire::flat(trailers);
                    }
                }
            },
        }
    }
    gathered
}
