//! The Rust half of `AWS`: the package's JavaScript builds and reads, this sends.
//!
//! Operations of S3 and STS go through the Rust SDK's typed clients ([`table`]), everything else is
//! signed and sent as the package built it ([`sign`]). Each op call is exactly one attempt.

mod archive;
mod call;
mod client;
mod connector;
mod credentials;
mod models;
mod params;
mod sign;
mod table;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use deno_core::{CancelFuture, CancelHandle, JsBuffer, OpState, ResourceId, op2};
use serde::{Deserialize, Serialize};

use crate::aws_local::is_aws;
use crate::host::SharedInvocationLog;
use crate::host::aws_transport::{AwsTransport, hung_up};
use crate::host::http::{ResponsePart, WireTls};
use crate::node_error::NodeError;
use crate::secrets::Secrets;

pub use archive::{ArchiveObject, ArchiveUrl, S3Archive};
use client::Clients;
use connector::TransportClient;
use credentials::Machine;
pub use credentials::{Ambient, Key};

deno_core::extension!(
    segfn_aws,
    ops = [
        op_aws_call,
        op_aws_abort,
        op_aws_ambient,
        op_aws_endpoint,
        op_aws_is_aws,
        op_aws_model
    ]
);

/// How a worker's functions reach AWS.
pub struct AwsConfig {
    pub transport: Rc<dyn AwsTransport>,
    pub target: AwsTarget,
    pub ambient: Ambient,
    pub secrets: Arc<Secrets>,
}

/// What stands for AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AwsTarget {
    /// S3 and STS inside the process take what would go to a host of AWS; other services are
    /// refused by name.
    Embedded,
    /// A server such as moto or LocalStack takes what would go to a host of AWS: an absolute URL
    /// without a slash at its end.
    Url(String),
    /// AWS itself.
    Real,
}

struct Aws {
    config: AwsConfig,
    http: TransportClient,
    clients: Clients,
    machine: Machine,
    /// Calls under way, by the number that JavaScript gave them.
    calls: RefCell<HashMap<u32, Rc<CancelHandle>>>,
    /// Secret keys that [`Secrets`] has been told of.
    told: RefCell<HashSet<String>>,
    record: SharedInvocationLog,
}

/// Makes AWS reachable for the isolate of `state`. To be called on the worker's thread, inside its
/// tokio runtime, after the worker's [`SharedInvocationLog`] is in the state: warnings go there.
pub fn install(state: &mut OpState, config: AwsConfig) {
    let http = TransportClient::new(config.transport.clone());
    let record = state.borrow::<SharedInvocationLog>().clone();
    state.put(Rc::new(Aws {
        clients: Clients::new(&http),
        http,
        config,
        machine: Machine::default(),
        calls: RefCell::default(),
        told: RefCell::default(),
        record,
    }));
}

/// A request as the package built it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    /// To abort it by.
    id: u32,
    /// The package's service identifier, such as `s3` or `dynamodb`.
    service: String,
    /// Such as `putObject`.
    operation: String,
    method: String,
    url: String,
    region: Option<String>,
    headers: Vec<(String, String)>,
    /// Without, the request goes out as it is.
    signing: Option<Signing>,
    /// Milliseconds since the epoch, by the function's clock.
    time: f64,
    /// Milliseconds; 0 for none.
    timeout: f64,
    connect_timeout: f64,
    proxy: Option<String>,
    tls: Option<WireTls>,
    /// A listener has changed the body, so that it is no more what the parameters say.
    rewritten: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Signing {
    /// The service's name in the scope of its signatures.
    name: String,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

/// What came of a [`Call`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Reply {
    /// An answer, whatever its status.
    #[serde(rename_all = "camelCase")]
    Http {
        status: u16,
        status_text: String,
        /// Lower-case names, as often as they came.
        headers: Vec<(String, String)>,
        /// What is there of the body, and what `op_http_read` knows the rest by.
        part: ResponsePart,
        rest: Option<ResourceId>,
        /// The headers that signing made, for the package's record of the request.
        signed: Vec<(&'static str, String)>,
    },
    /// No answer; the package may try again.
    Failed(NodeError),
    /// segfn does not send this; trying again is of no use.
    Refused { code: String, message: String },
}

/// Sends one request. `params` (JSON, see [`params::Params`]) are for the typed clients, `body` is the
/// body as the package wrote it.
#[op2]
#[serde]
async fn op_aws_call(
    state: Rc<RefCell<OpState>>,
    #[serde] call: Call,
    #[string] params: String,
    #[buffer] body: JsBuffer,
) -> Reply {
    let aws = state.borrow().borrow::<Rc<Aws>>().clone();
    let cancel = CancelHandle::new_rc();
    let id = call.id;
    aws.calls.borrow_mut().insert(id, cancel.clone());
    let body = Bytes::from(body.to_vec());
    let reply = aws.call(&state, call, &params, body);
    let reply = reply.or_cancel(cancel).await;
    aws.calls.borrow_mut().remove(&id);
    reply.unwrap_or_else(|_| Reply::Failed(hung_up()))
}

/// Gives up the call that JavaScript numbered `id`, if it is still under way.
#[op2(fast)]
fn op_aws_abort(state: &mut OpState, id: u32) {
    if let Some(cancel) = state.borrow::<Rc<Aws>>().calls.borrow_mut().remove(&id) {
        cancel.cancel();
    }
}

/// The key of functions that pass no credentials, and whether it is only a sign for one.
#[op2]
#[serde]
fn op_aws_ambient(state: &mut OpState) -> Option<ShownKey> {
    let ambient = &state.borrow::<Rc<Aws>>().config.ambient;
    let opaque = matches!(ambient, Ambient::Machine);
    ambient.shown().map(|key| ShownKey { key, opaque })
}

#[derive(Serialize)]
struct ShownKey {
    #[serde(flatten)]
    key: Key,
    opaque: bool,
}

/// The URL of the server that stands for AWS, or an empty string.
#[op2]
#[string]
fn op_aws_endpoint(state: &mut OpState) -> String {
    match &state.borrow::<Rc<Aws>>().config.target {
        AwsTarget::Url(url) => url.clone(),
        AwsTarget::Embedded | AwsTarget::Real => String::new(),
    }
}

/// Whether a host is AWS's, and not another server that a function chose.
#[op2(fast)]
fn op_aws_is_aws(#[string] host: &str) -> bool {
    is_aws(host)
}

/// The JSON text of one of the package's models; empty when there is none of that name.
#[op2]
#[string]
fn op_aws_model(#[string] name: &str) -> String {
    models::model(name).unwrap_or_default()
}
