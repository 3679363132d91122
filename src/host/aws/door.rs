//! Where AWS requests leave: the embedded AWS, or the network.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;

use crate::net::NetError;
use crate::net::ResponseBody;
use crate::net::Stage;
use crate::net::TlsOptions;

/// Carries one signed request to whatever stands for AWS in this run. One attempt each: retries
/// are the package's.
pub trait AwsDoor {
    /// The answer to `request`, whatever its status. The request's URI is absolute and already
    /// signed for, so that it must not be changed; the future may be dropped at any time and then
    /// takes the request with it.
    fn call(
        &self,
        request: http::Request<Bytes>,
        options: HttpOptions,
    ) -> LocalBoxFuture<'_, Result<http::Response<ResponseBody>, DoorError>>;
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

/// Why there is no answer, with the fields and texts of Node's errors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct DoorError {
    /// Such as `ECONNREFUSED`; `TimeoutError` for the package's own timeouts.
    pub code: String,
    /// Such as `connect ECONNREFUSED 127.0.0.1:1`.
    pub message: String,
    /// It was never tried, and trying again is of no use: segfn's own policy, say.
    #[serde(skip)]
    pub refused: bool,
    /// Negative, as Node has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errno: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syscall: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
}

impl DoorError {
    /// No connection within [`HttpOptions::connect`].
    pub fn connect_timeout() -> DoorError {
        DoorError {
            code: "TimeoutError".into(),
            message: "Socket timed out without establishing a connection".into(),
            ..DoorError::default()
        }
    }

    /// Nothing arrived for `idle`, which is [`HttpOptions::idle`].
    pub fn idle_timeout(idle: Duration) -> DoorError {
        DoorError {
            code: "TimeoutError".into(),
            message: format!("Connection timed out after {}ms", idle.as_millis()),
            ..DoorError::default()
        }
    }

    /// The request was given up before an answer came: by the function, or with its invocation.
    pub fn hung_up() -> DoorError {
        DoorError {
            code: "ECONNRESET".into(),
            message: "socket hang up".into(),
            ..DoorError::default()
        }
    }
}

impl From<NetError> for DoorError {
    fn from(error: NetError) -> DoorError {
        if error.stage == Stage::ConnectTimeout {
            return DoorError::connect_timeout();
        }
        DoorError {
            message: error.shown().to_string(),
            code: error.code.to_string(),
            refused: error.stage == Stage::Refused,
            errno: error.errno,
            syscall: error.syscall.map(str::to_string),
            address: error.address.map(String::from),
            port: error.port,
            hostname: error.hostname.map(String::from),
        }
    }
}
