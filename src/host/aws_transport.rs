//! Where AWS requests leave: the embedded AWS, or the network.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::LocalBoxFuture;

use crate::net::{ResponseBody, TlsOptions};
use crate::node_error::{NodeError, Stage};

/// Carries one signed request to whatever stands for AWS in this run. One attempt each: retries
/// are the package's.
pub trait AwsTransport {
    /// The answer to `request`, whatever its status. The request's URI is absolute and already
    /// signed for, so that it must not be changed; the future may be dropped at any time and then
    /// takes the request with it.
    fn call(
        &self,
        request: http::Request<Bytes>,
        options: HttpOptions,
    ) -> LocalBoxFuture<'_, Result<http::Response<ResponseBody>, NodeError>>;

    /// Told of a long-lived key with which the function signs a request for AWS itself, before that is sent.
    fn meet_key(&self, _id: &str, _secret: &str) {}
}

/// How a function lets its client send (`httpOptions` there).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpOptions {
    /// Until there is a connection.
    pub connect: Option<Duration>,
    /// Without anything arriving on the connection, until the answer begins.
    pub idle: Option<Duration>,
    pub proxy: Option<http::Uri>,
    pub tls: Arc<TlsOptions>,
    /// Whether Node would send the headers in Latin-1: those that go out with a text are in UTF-8.
    pub latin1: bool,
    /// segfn asks for itself, and not for the function.
    pub own: bool,
}

/// Puts the headers into the bytes that Node sends: each character up to U+00FF is one. The package has signed them
/// in UTF-8, which AWS then refuses.
pub(super) fn as_node_sends(request: &mut http::Request<Bytes>) {
    for value in request.headers_mut().values_mut() {
        if value.as_bytes().is_ascii() {
            continue;
        }
        let text = std::str::from_utf8(value.as_bytes()).ok();
        let bytes = text.and_then(crate::text::latin1::bytes);
        if let Some(Ok(sent)) = bytes.map(|bytes| http::HeaderValue::from_bytes(&bytes)) {
            *value = sent;
        }
    }
}

/// Why there is no answer, in the words of Node and of the package. Where several addresses were
/// tried, aws-sdk's client has never heard of it, and the last one's text stands for all.
pub(super) fn package_error(error: NodeError) -> NodeError {
    if error.stage == Stage::ConnectTimeout {
        return connect_timeout();
    }
    NodeError {
        message: error.shown().into(),
        errors: Box::default(),
        ..error
    }
}

/// No connection within [`HttpOptions::connect`].
fn connect_timeout() -> NodeError {
    let message = "Socket timed out without establishing a connection";
    NodeError::new(Stage::ConnectTimeout, "TimeoutError", message)
}

/// Nothing arrived for `idle`, which is [`HttpOptions::idle`].
pub fn idle_timeout(idle: Duration) -> NodeError {
    let message = format!("Connection timed out after {}ms", idle.as_millis());
    NodeError::new(Stage::Head, "TimeoutError", message)
}

/// The request was given up before an answer came: by the function, or with its invocation.
pub(super) fn hung_up() -> NodeError {
    NodeError::hang_up(Stage::Head)
}
