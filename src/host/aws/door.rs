//! Where AWS requests leave: the embedded AWS, or the network.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;

/// Carries one signed request to whatever stands for AWS in this run. One attempt each: retries
/// are the package's.
pub trait AwsDoor {
    /// The answer to `request`, whatever its status, with its whole body. The request's URI is
    /// absolute and already signed for, so that it must not be changed; the future may be dropped
    /// at any time and then takes the request with it.
    fn call(
        &self,
        request: http::Request<Bytes>,
        timeouts: Timeouts,
    ) -> LocalBoxFuture<'_, Result<http::Response<Bytes>, DoorError>>;
}

/// How long a function lets a request take (`httpOptions` of its client).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// Until there is a connection.
    pub connect: Option<Duration>,
    /// Without anything arriving on the connection.
    pub idle: Option<Duration>,
}

/// Why there is no answer, with the fields and texts of Node's errors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct DoorError {
    /// Such as `ECONNREFUSED`; `TimeoutError` for the package's own timeouts.
    pub code: String,
    /// Such as `connect ECONNREFUSED 127.0.0.1:1`.
    pub message: String,
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
    /// No connection within [`Timeouts::connect`].
    pub fn connect_timeout() -> DoorError {
        DoorError {
            code: "TimeoutError".into(),
            message: "Socket timed out without establishing a connection".into(),
            ..DoorError::default()
        }
    }

    /// Nothing arrived for `idle`, which is [`Timeouts::idle`].
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
