//! The four calls of the runtime's API.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;

use super::failure::LambdaFailure;
use crate::net::{Body, SendOptions, Trace, Transport};
use crate::node_error::NodeError;
use crate::options::NetPolicy;
use crate::outcome::Via;
use crate::secrets::Secrets;

const VERSION: &str = "2018-06-01";
const ID: &str = "lambda-runtime-aws-request-id";
const DEADLINE: &str = "lambda-runtime-deadline-ms";
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";

/// The API, at the address that Lambda gives its runtime.
pub struct RuntimeApi {
    net: Transport,
    address: String,
}

/// What a runtime is to do next.
#[derive(Clone, Debug)]
pub struct LambdaInvocation {
    /// The same when Lambda tries again what was invoked without anybody waiting.
    pub id: String,
    /// When Lambda ends it.
    pub deadline: SystemTime,
    /// What it was invoked with, as JSON.
    pub payload: Bytes,
}

/// The API doesn't do its part.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeApiError {
    #[error("{0} is no address of a runtime's API")]
    Address(String),
    #[error("can't ask the runtime's API of Lambda: {0}")]
    Unreachable(#[from] NodeError),
    #[error("the runtime's API of Lambda answers {call} with {status}: {text}")]
    Refused {
        call: String,
        status: u16,
        text: String,
    },
    #[error("the runtime's API of Lambda gave an invocation without {0}")]
    Incomplete(&'static str),
}

impl RuntimeApi {
    /// To be called, and used, in a runtime of one thread.
    ///
    /// # Errors
    /// It isn't a host with a port.
    pub fn at(address: &str) -> Result<RuntimeApi, RuntimeApiError> {
        let wrong = |_| RuntimeApiError::Address(address.to_owned());
        // It is named, as it may lie where clouds have the credentials of machines.
        let host = address.parse().map_err(wrong)?;
        Ok(RuntimeApi {
            net: Transport::new(
                Arc::new(NetPolicy::Only(vec![host])),
                Arc::<Secrets>::default(),
            ),
            address: address.to_owned(),
        })
    }

    /// Waits for the next invocation, however long there is none.
    ///
    /// # Errors
    /// The API doesn't give one.
    pub async fn next(&self) -> Result<LambdaInvocation, RuntimeApiError> {
        let (headers, payload) = self.call("invocation/next", None).await?;
        let header = |name| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.ok_or(RuntimeApiError::Incomplete(name))
        };
        let deadline = header(DEADLINE)?.parse().map(Duration::from_millis);
        Ok(LambdaInvocation {
            id: header(ID)?.to_owned(),
            deadline: deadline.map_or(Err(RuntimeApiError::Incomplete(DEADLINE)), |since| {
                Ok(SystemTime::UNIX_EPOCH + since)
            })?,
            payload,
        })
    }

    /// Tells what came of the invocation `id`, as JSON.
    ///
    /// # Errors
    /// The API doesn't take it.
    pub async fn answer(&self, id: &str, json: String) -> Result<(), RuntimeApiError> {
        let call = format!("invocation/{id}/response");
        self.call(&call, Some((json, None))).await.map(drop)
    }

    /// Tells that the invocation `id` failed.
    ///
    /// # Errors
    /// The API doesn't take it.
    pub async fn fail(&self, id: &str, failure: &LambdaFailure) -> Result<(), RuntimeApiError> {
        self.tell(&format!("invocation/{id}/error"), failure).await
    }

    /// Tells that the runtime can't take any invocation.
    ///
    /// # Errors
    /// The API doesn't take it.
    pub async fn fail_to_start(&self, failure: &LambdaFailure) -> Result<(), RuntimeApiError> {
        self.tell("init/error", failure).await
    }

    async fn tell(&self, call: &str, failure: &LambdaFailure) -> Result<(), RuntimeApiError> {
        // It is made of strings.
        let json = serde_json::to_string(failure).unwrap_or_default();
        let content = (json, Some(failure.error_type));
        self.call(call, Some(content)).await.map(drop)
    }

    /// Asks, or tells `content`: JSON and the type of an error.
    async fn call(
        &self,
        call: &str,
        content: Option<(String, Option<&'static str>)>,
    ) -> Result<(HeaderMap, Bytes), RuntimeApiError> {
        let mut request = Request::new(Body::Empty);
        let url = format!("http://{}/{VERSION}/runtime/{call}", self.address);
        let wrong = |_| RuntimeApiError::Address(self.address.clone());
        *request.uri_mut() = url.parse().map_err(wrong)?;
        let headers = request.headers_mut();
        // Between two invocations a process may lie still for hours, and a connection go stale.
        headers.insert(CONNECTION, http::HeaderValue::from_static("close"));
        if let Some((json, error_type)) = content {
            headers.insert(
                CONTENT_TYPE,
                http::HeaderValue::from_static("application/json"),
            );
            if let Some(name) = error_type {
                headers.insert(ERROR_TYPE, http::HeaderValue::from_static(name));
            }
            *request.method_mut() = Method::POST;
            *request.body_mut() = Body::Full(json.into());
        }
        let options = SendOptions::new(Via::Http);
        let answer = self.net.send(request, options, &Trace::default()).await?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        match head.status.is_success() {
            true => Ok((head.headers, body)),
            false => Err(RuntimeApiError::Refused {
                call: call.to_owned(),
                status: head.status.as_u16(),
                text: String::from_utf8_lossy(&body).trim().to_owned(),
            }),
        }
    }
}
