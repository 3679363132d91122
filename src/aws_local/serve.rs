//! The embedded AWS on a socket.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use http_body::Frame;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use parking_lot::Mutex;
use s3s::{Body, S3Error, S3ErrorCode};
use tokio::net::TcpListener;

use super::cors;
use super::local_aws::{LocalAws, OverPort};
use crate::hints;
use crate::http_server::{self, Caller, Connections, Guard, GuardRefusal};

/// Up to this size (bytes), a body that nobody wants is taken all the same.
const LARGEST_UNWANTED: u64 = 256 * 1024 * 1024;

/// How long we wait for the end of such a body.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many connections may be open at once; others wait.
const CONNECTIONS: usize = 1000;

impl LocalAws {
    /// Serves the same as [`LocalAws::call`] over HTTP/1.1, to whom `guard` lets in, until `end` is
    /// there; then requests that are being answered have a second.
    ///
    /// # Errors
    /// What the listener fails with for good.
    pub async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        guard: Guard,
        end: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let guard = Arc::new(guard);
        let answer = move |request| {
            let (aws, guard) = (self.clone(), guard.clone());
            async move { aws.answer_received(&guard, request).await }
        };
        let connections = Connections {
            most: CONNECTIONS,
            tls: None,
        };
        http_server::serve(listener, connections, answer, end).await
    }

    /// Answers so that the client gets to read it.
    async fn answer_received(&self, guard: &Guard, request: Request<Incoming>) -> Response<Body> {
        let waits = request.headers().contains_key(header::EXPECT);
        let (parts, body) = request.into_parts();
        let body = Shared(Arc::new(Mutex::new(body)));
        let sent = Body::http_body(body.clone());
        let mut answer = self
            .answer_guarded(guard, Request::from_parts(parts, sent))
            .await;
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

    /// Answers whom the guard lets in, and tells browsers what they may do with the answer.
    async fn answer_guarded(&self, guard: &Guard, mut request: Request<Body>) -> Response<Body> {
        request.extensions_mut().insert(OverPort);
        let (parts, body) = request.into_parts();
        let (mut answer, page) = match guard.admit(&parts) {
            Err(refusal) => (self.refuse(as_s3(refusal)).await, None),
            Ok(caller) => {
                let answer = match cors::is_preflight(&parts) {
                    true => match cors::preflight(&parts) {
                        Ok(answer) => answer,
                        Err(refusal) => self.refuse(refusal).await,
                    },
                    false => self.answer(Request::from_parts(parts, body)).await,
                };
                let page = match caller {
                    Caller::Program => None,
                    Caller::Page(origin) => Some(origin),
                };
                (answer, page)
            }
        };
        let headers = answer.headers_mut();
        if let Some(origin) = page {
            cors::allow(headers, origin);
        }
        if guard.has_pages() {
            cors::vary(headers);
        }
        harden(headers);
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

/// What an object may do when a browser shows it: nothing, and it has an origin of its own.
const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Keeps a browser from taking an answer for anything but data.
fn harden(headers: &mut HeaderMap) {
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The refusal as S3 tells it, with what the user can do.
fn as_s3(refusal: GuardRefusal) -> S3Error {
    match &refusal {
        GuardRefusal::NoHost => {
            S3Error::with_message(S3ErrorCode::InvalidRequest, refusal.to_string())
        }
        GuardRefusal::UnknownHost(host) => {
            let text = format!("{refusal}: {}", hints::serve_host(host));
            S3Error::with_message(S3ErrorCode::AccessDenied, text)
        }
        GuardRefusal::Foreign(_) => {
            let hint = hints::SERVE_ORIGIN;
            let mut error = S3Error::with_message(
                S3ErrorCode::Custom("AccessForbidden".into()),
                format!("CORSResponse: This CORS request is not allowed: {refusal}. {hint}"),
            );
            error.set_status_code(http::StatusCode::FORBIDDEN);
            error
        }
    }
}
