//! What the invocations of a case did, for a person who looks into it.

use serde::{Deserialize, Serialize};

use crate::cassette::Redactor;
use crate::outcome::{Class, Exchange, Log, Outcome};

/// Requests, and logs, of one invocation that are kept.
const MOST: usize = 200;

/// What one invocation of a case did, without secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InvocationTrace {
    /// Where its input is from.
    pub input: String,
    pub handler: Option<String>,
    pub class: Class,
    /// In the order of their beginnings; the first ones.
    pub requests: Vec<TracedRequest>,
    /// The first ones.
    pub logs: Vec<Log>,
    /// How many more requests and logs there were.
    pub left_out: usize,
}

/// A request, and when it was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TracedRequest {
    pub method: String,
    pub url: String,
    pub status: Option<u16>,
    pub error: Option<String>,
    /// Whether the answer was recorded for another request.
    pub is_assumed: bool,
    /// From the beginning of the invocation, in milliseconds: as if each answer of a cassette had taken
    /// as long as when it was recorded.
    pub start: f64,
    pub ms: f64,
}

impl InvocationTrace {
    pub fn new(outcome: &Outcome, redactor: &Redactor) -> InvocationTrace {
        let (exchanges, logs) = (&outcome.exchanges, &outcome.logs);
        let requests = exchanges.iter().take(MOST);
        InvocationTrace {
            input: outcome.input.clone(),
            handler: outcome.handler.clone(),
            class: outcome.class,
            requests: requests
                .map(|exchange| TracedRequest::new(exchange, redactor))
                .collect(),
            logs: logs
                .iter()
                .take(MOST)
                .map(|log| Log {
                    text: redactor.said(&log.text),
                    ..log.clone()
                })
                .collect(),
            left_out: exchanges.len().saturating_sub(MOST) + logs.len().saturating_sub(MOST),
        }
    }
}

impl TracedRequest {
    fn new(exchange: &Exchange, redactor: &Redactor) -> TracedRequest {
        TracedRequest {
            method: exchange.method.clone(),
            url: redactor.url(&exchange.url),
            status: exchange.status,
            error: exchange.error.as_deref().map(|error| redactor.said(error)),
            is_assumed: exchange.assumed.is_some(),
            start: exchange.start,
            ms: exchange.ms,
        }
    }
}
