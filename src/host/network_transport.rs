//! AWS requests that leave by the network: to AWS itself, or to a server that stands for it.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::LocalBoxFuture;

use super::aws_transport::{AwsTransport, HttpOptions, as_node_sends, idle_timeout, package_error};
use super::invocation_log::SharedInvocationLog;
use crate::net::{Body, ResponseBody, SendOptions, Trace, Transport};
use crate::node_error::{NodeError, Stage};
use crate::outcome::Via;

/// Sends by the transport.
pub(super) struct NetworkTransport {
    pub net: Transport,
    /// Where the exchanges are traced; segfn's own are traced nowhere.
    pub log: Option<SharedInvocationLog>,
}

impl AwsTransport for NetworkTransport {
    fn call(
        &self,
        mut request: http::Request<Bytes>,
        options: HttpOptions,
    ) -> LocalBoxFuture<'_, Result<http::Response<ResponseBody>, NodeError>> {
        let trace = match &self.log {
            Some(log) => log.borrow().trace.clone(),
            None => Trace::default(),
        };
        let HttpOptions {
            connect,
            idle: limit,
            proxy,
            tls,
            latin1,
            own,
        } = options;
        let options = SendOptions {
            via: Via::Aws,
            connect_timeout: connect,
            patience: limit,
            tls,
            proxy,
            own,
        };
        if latin1 {
            as_node_sends(&mut request);
        }
        let request = request.map(Body::from);
        Box::pin(async move {
            let sent = self.net.send(request, options, &trace);
            match idle(limit, sent).await? {
                Err(error) if error.stage == Stage::NoResponse => {
                    Err(idle_timeout(limit.unwrap_or_default()))
                }
                sent => sent.map_err(package_error),
            }
        })
    }
}

async fn idle<T>(limit: Option<Duration>, wait: impl Future<Output = T>) -> Result<T, NodeError> {
    match limit {
        None => Ok(wait.await),
        Some(time) => tokio::time::timeout(time, wait)
            .await
            .map_err(|_| idle_timeout(time)),
    }
}
