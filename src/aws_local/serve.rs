//! The embedded AWS on a socket.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body::Frame;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use s3s::Body;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::local_aws::LocalAws;

/// Up to this size (bytes), a body that nobody wants is taken all the same.
const LARGEST_UNWANTED: u64 = 256 * 1024 * 1024;

/// How long we wait for the end of such a body.
const PATIENCE: Duration = Duration::from_secs(10);

impl LocalAws {
    /// Serves the same as [`LocalAws::call`] over HTTP/1.1, until the future is dropped.
    ///
    /// # Errors
    /// What the listener fails with for good.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) -> io::Result<()> {
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                Some(_) = connections.join_next() => continue,
            };
            match accepted {
                Ok((stream, _)) => {
                    stream.set_nodelay(true).ok();
                    let aws = self.clone();
                    connections.spawn(async move {
                        let service = hyper::service::service_fn(move |request| {
                            let aws = aws.clone();
                            async move { Ok::<_, Infallible>(aws.answer_received(request).await) }
                        });
                        // A connection that breaks concerns its client alone.
                        hyper::server::conn::http1::Builder::new()
                            .serve_connection(TokioIo::new(stream), service)
                            .await
                            .ok();
                    });
                }
                Err(error) if is_passing(&error) => {
                    tokio::time::sleep(Duration::from_millis(50)).await
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Answers so that the client gets to read it.
    async fn answer_received(&self, request: Request<Incoming>) -> Response<Body> {
        let waits = request.headers().contains_key(header::EXPECT);
        let (parts, body) = request.into_parts();
        let body = Shared(Arc::new(Mutex::new(body)));
        let sent = Body::http_body(body.clone());
        let mut answer = self.answer(Request::from_parts(parts, sent)).await;
        if answer.status().is_success() || http_body::Body::is_end_stream(&body) {
            return answer;
        }
        let length = http_body::Body::size_hint(&body).lower();
        if !waits && length <= LARGEST_UNWANTED {
            // Most clients don't look for an answer before they have sent all, and a connection
            // that ends meanwhile takes the answer with it.
            tokio::time::timeout(PATIENCE, body.pass_by()).await.ok();
        }
        if !http_body::Body::is_end_stream(&body) {
            // hyper ends the connection then, and the client must know.
            let close = HeaderValue::from_static("close");
            answer.headers_mut().insert(header::CONNECTION, close);
        }
        answer
    }
}

/// A body that stays within reach while it is being received.
#[derive(Clone)]
struct Shared(Arc<Mutex<Incoming>>);

impl Shared {
    /// Receives the rest, and throws it away.
    async fn pass_by(&self) {
        let mut rest = self.clone();
        while let Some(Ok(_)) = rest.frame().await {}
    }
}

impl http_body::Body for Shared {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut body = self.0.lock();
        Pin::new(&mut *body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        let body = self.0.lock();
        body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        let body = self.0.lock();
        body.size_hint()
    }
}

/// Whether accepting may succeed again soon: a client that gave up, or no more file descriptors.
fn is_passing(error: &io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    ) || matches!(error.raw_os_error(), Some(ENFILE | EMFILE))
}
