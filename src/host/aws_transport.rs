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
    /// segfn asks for itself, and not for the function.
    pub own: bool,
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
