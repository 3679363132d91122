//! The SDK's HTTP client: it hands every request to the worker's [`AwsTransport`].
//!
//! The SDK wants a client that can go to any thread, a transport belongs to its worker. So requests go
//! through a channel to a task of the worker's own.

use std::rc::Rc;
use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::BodyExt;
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};

use crate::host::aws_transport::{AwsTransport, HttpOptions, hung_up};
use crate::net::ResponseBody;
use crate::node_error::NodeError;

type Answer = Result<http::Response<ResponseBody>, NodeError>;

struct Job {
    request: http::Request<Bytes>,
    options: HttpOptions,
    reply: oneshot::Sender<Answer>,
}

/// A request's own part in its sending: how to send it, and where what happened is kept for the
/// package, which reads the raw answer by itself.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    pub options: HttpOptions,
    seen: Arc<Mutex<Option<Seen>>>,
}

impl Wire {
    pub fn new(options: HttpOptions) -> Wire {
        Wire {
            options,
            seen: Arc::default(),
        }
    }

    /// The exchange, once there was one.
    pub fn seen(&self) -> Option<Seen> {
        self.seen.lock().take()
    }
}

/// Of a request whose answer's body is to come as it does: who reads it goes on by another request where it breaks off.
#[derive(Clone, Copy, Debug)]
pub(super) struct AsItComes;

/// One exchange.
#[derive(Debug)]
pub(super) struct Seen {
    /// The headers that went out.
    pub sent: http::HeaderMap,
    pub answer: Answer,
}

/// The SDK's way to the transport.
#[derive(Clone, Debug)]
pub(super) struct TransportClient {
    jobs: mpsc::UnboundedSender<Job>,
}

impl TransportClient {
    /// Starts the task that serves the client; it ends with the last clone. To be called on the
    /// worker's thread, in its runtime.
    pub fn new(transport: Rc<dyn AwsTransport>) -> TransportClient {
        let (jobs, mut queue) = mpsc::unbounded_channel::<Job>();
        deno_core::unsync::spawn(async move {
            while let Some(job) = queue.recv().await {
                let transport = transport.clone();
                deno_core::unsync::spawn(async move {
                    let Job {
                        request,
                        options,
                        mut reply,
                    } = job;
                    tokio::select! {
                        answer = transport.call(request, options) => {
                            // Nobody may be waiting any more; then nobody misses the answer.
                            let _ = reply.send(answer);
                        }
                        () = reply.closed() => {}
                    }
                });
            }
        });
        TransportClient { jobs }
    }

    /// Sends `request`.
    pub async fn send(&self, request: http::Request<Bytes>, options: HttpOptions) -> Answer {
        let (reply, answer) = oneshot::channel();
        let job = Job {
            request,
            options,
            reply,
        };
        self.jobs.send(job).map_err(|_| hung_up())?;
        answer.await.map_err(|_| hung_up())?
    }

    async fn exchange(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let wire = request.extension::<Wire>().cloned();
        let as_it_comes = request.extension::<AsItComes>().is_some();
        let request = request
            .try_into_http1x()
            .map_err(|e| ConnectorError::user(e.into()))?;
        let (parts, body) = request.into_parts();
        let body = body
            .collect()
            .await
            .map_err(ConnectorError::user)?
            .to_bytes();
        let sent = parts.headers.clone();
        let request = http::Request::from_parts(parts, body);
        let response = match wire {
            Some(Wire { options, seen }) => {
                let answer = self.send(request, options).await;
                *seen.lock() = Some(Seen { sent, answer });
                // The answer is the package's to read, when it comes; the SDK's part is over.
                http::Response::new(SdkBody::empty())
            }
            None => {
                let answer = self.own(request, as_it_comes).await;
                answer.map_err(ConnectorError::io)?
            }
        };
        HttpResponse::try_from(response).map_err(|e| ConnectorError::other(e.into(), None))
    }

    /// The answer to a request that segfn, or the SDK, makes for itself, as those for credentials.
    async fn own(
        &self,
        request: http::Request<Bytes>,
        as_it_comes: bool,
    ) -> Result<http::Response<SdkBody>, BoxError> {
        let options = HttpOptions {
            own: true,
            ..HttpOptions::default()
        };
        let answer = self.send(request, options).await?;
        if as_it_comes {
            return Ok(answer.map(SdkBody::from_body_1_x));
        }
        let (parts, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(http::Response::from_parts(parts, SdkBody::from(body)))
    }
}

impl HttpConnector for TransportClient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().exchange(request))
    }
}

impl HttpClient for TransportClient {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
