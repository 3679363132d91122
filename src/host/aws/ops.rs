//! The ops of `AWS`.

use std::cell::RefCell;
use std::rc::Rc;

use bytes::Bytes;
use deno_core::{CancelFuture, CancelHandle, JsBuffer, OpState, op2};

use super::aws_host::AwsHost;
use super::config::AwsTarget;
use super::credentials::Ambient;
use super::messages::{AwsCall, AwsReply, ShownKey};
use super::models;
use crate::aws_local::is_aws;
use crate::host::aws_transport::hung_up;

/// Sends one request. `params` (JSON, see [`Params`](super::params::Params)) are for the typed clients, `body` is the
/// body as the package wrote it.
#[op2]
#[serde]
pub async fn op_aws_call(
    state: Rc<RefCell<OpState>>,
    #[serde] call: AwsCall,
    #[string] params: String,
    #[buffer] body: JsBuffer,
) -> AwsReply {
    let aws = state.borrow().borrow::<Rc<AwsHost>>().clone();
    let cancel = CancelHandle::new_rc();
    let id = call.id;
    aws.calls.borrow_mut().insert(id, cancel.clone());
    // Not a copy: as in Node, what is sent is what the function holds.
    let body = Bytes::from_owner(body);
    let reply = aws.call(&state, call, &params, body);
    let reply = reply.or_cancel(cancel).await;
    aws.calls.borrow_mut().remove(&id);
    reply.unwrap_or_else(|_| AwsReply::Failed(hung_up()))
}

/// Gives up the call that JavaScript numbered `id`, if it is still under way.
#[op2(fast)]
pub fn op_aws_abort(state: &mut OpState, id: u32) {
    if let Some(cancel) = state.borrow::<Rc<AwsHost>>().calls.borrow_mut().remove(&id) {
        cancel.cancel();
    }
}

/// The key of functions that pass no credentials, and whether it is only a sign for one.
#[op2]
#[serde]
pub fn op_aws_ambient(state: &mut OpState) -> Option<ShownKey> {
    let ambient = &state.borrow::<Rc<AwsHost>>().config.ambient;
    let opaque = matches!(ambient, Ambient::Machine);
    ambient.shown().map(|key| ShownKey { key, opaque })
}

/// The URL of the server that stands for AWS, or an empty string.
#[op2]
#[string]
pub fn op_aws_endpoint(state: &mut OpState) -> String {
    match &state.borrow::<Rc<AwsHost>>().config.target {
        AwsTarget::Url(url) => url.clone(),
        AwsTarget::Embedded | AwsTarget::Real => String::new(),
    }
}

/// Whether a host is AWS's, and not another server that a function chose.
#[op2(fast)]
pub fn op_aws_is_aws(#[string] host: &str) -> bool {
    is_aws(host)
}

/// The JSON text of one of the package's models; empty when there is none of that name.
#[op2]
#[string]
pub fn op_aws_model(#[string] name: &str) -> String {
    models::model(name).unwrap_or_default()
}
