//! The two doors there are: the embedded AWS, and the network.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::door::AwsDoor;
use super::door::DoorError;
use super::door::Timeouts;
use crate::aws_local::LocalAws;
use crate::net::Body;
use crate::net::Net;
use crate::net::NetError;
use crate::net::SendOptions;
use crate::net::Stage;
use crate::net::Trace;
use crate::outcome::Via;

impl AwsDoor for Arc<LocalAws> {
    fn call<'a>(
        &'a self,
        request: http::Request<Bytes>,
        _timeouts: Timeouts,
        trace: &'a Trace,
    ) -> LocalBoxFuture<'a, Result<http::Response<Bytes>, DoorError>> {
        let entry = trace.begin(
            Via::Embedded,
            request.method().as_str(),
            request.uri().to_string(),
        );
        async move {
            let response = LocalAws::call(self, request).await;
            entry.responded(response.status().as_u16());
            Ok(response)
        }
        .boxed_local()
    }
}

impl AwsDoor for Net {
    fn call<'a>(
        &'a self,
        request: http::Request<Bytes>,
        timeouts: Timeouts,
        trace: &'a Trace,
    ) -> LocalBoxFuture<'a, Result<http::Response<Bytes>, DoorError>> {
        let request = request.map(|body| match body.is_empty() {
            true => Body::Empty,
            false => Body::Full(body),
        });
        let options = SendOptions {
            connect_timeout: timeouts.connect,
            ..SendOptions::new(Via::Aws)
        };
        async move {
            let response = within(timeouts.idle, self.send(request, options, trace)).await?;
            let (head, mut rest) = response.into_parts();
            let mut body = Vec::new();
            while let Some(frame) =
                within(timeouts.idle, async { rest.frame().await.transpose() }).await?
            {
                if let Ok(data) = frame.into_data() {
                    body.extend_from_slice(&data);
                }
            }
            Ok(http::Response::from_parts(head, body.into()))
        }
        .boxed_local()
    }
}

/// What `step` comes to, unless nothing happens for as long as `idle`.
async fn within<T>(
    idle: Option<Duration>,
    step: impl Future<Output = Result<T, NetError>>,
) -> Result<T, DoorError> {
    let Some(idle) = idle else {
        return Ok(step.await?);
    };
    match timeout(idle, step).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(DoorError::idle_timeout(idle)),
    }
}

impl From<NetError> for DoorError {
    fn from(error: NetError) -> DoorError {
        if error.stage == Stage::ConnectTimeout {
            return DoorError::connect_timeout();
        }
        DoorError {
            code: error.code.to_owned(),
            refused: error.stage == Stage::Refused,
            errno: error.errno,
            syscall: error.syscall.map(str::to_owned),
            address: error.address.map(String::from),
            port: error.port,
            hostname: error.hostname.map(String::from),
            message: error.message,
        }
    }
}
