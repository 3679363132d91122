//! What the isolates of one worker share of AWS.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use deno_core::{CancelHandle, OpState};

use super::client::Clients;
use super::config::AwsConfig;
use super::connector::TransportClient;
use super::credentials::Machine;
use crate::host::invocation_log::SharedInvocationLog;

pub struct AwsHost {
    pub config: AwsConfig,
    pub http: TransportClient,
    pub clients: Clients,
    pub machine: Machine,
    /// Calls under way, by the number that JavaScript gave them.
    pub calls: RefCell<HashMap<u32, Rc<CancelHandle>>>,
    pub log: SharedInvocationLog,
}

/// Makes AWS reachable for the isolate of `state`. To be called on the worker's thread, inside its
/// tokio runtime, after the worker's [`SharedInvocationLog`] is in the state: warnings go there.
pub fn install(state: &mut OpState, config: AwsConfig) {
    let http = TransportClient::new(config.transport.clone());
    let log = state.borrow::<SharedInvocationLog>().clone();
    state.put(Rc::new(AwsHost {
        clients: Clients::new(&http),
        http,
        config,
        machine: Machine::default(),
        calls: RefCell::default(),
        log,
    }));
}
