//! Answers that a case got although they were recorded for other requests.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::expectation::OwnCassette;
use crate::cassette::Request;
use crate::json::FieldPath;
use crate::net::Replayer;
use crate::outcome::Outcome;

/// An answer that was recorded for another request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AssumedAnswer {
    /// In the case's outcome: `exchanges[1]`, `outcomes[0].exchanges[1]`.
    pub exchange: FieldPath,
    pub method: String,
    pub url: String,
    /// Where the answer stands: `cases/vip/traffic.har, entry 2`.
    pub from: String,
}

impl AssumedAnswer {
    /// Those of `outcomes`.
    pub fn all(outcomes: &[Outcome]) -> Vec<AssumedAnswer> {
        let root = FieldPath::default();
        let mut all = Vec::new();
        for (index, outcome) in outcomes.iter().enumerate() {
            // As an expectation has them.
            let place = match outcomes.len() {
                1 => root.clone(),
                _ => root.key("outcomes").index(index),
            };
            for (number, exchange) in outcome.exchanges.iter().enumerate() {
                all.extend(exchange.assumed.as_ref().map(|from| AssumedAnswer {
                    exchange: place.key("exchanges").index(number),
                    method: exchange.method.clone(),
                    url: exchange.url.clone(),
                    from: from.clone(),
                }));
            }
        }
        all
    }
}

/// A request that has an answer in a cassette which was recorded for another one. To accept it is to
/// write it there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AcceptableRequest {
    pub cassette: PathBuf,
    /// The entry with the answer, from 0.
    pub entry: usize,
    /// How many entries there were when the case ran.
    pub entries: usize,
    /// Whether it takes the place of that entry's request, or gets an entry of its own.
    pub replaces: bool,
    /// Redacted.
    pub request: Request,
}

impl AcceptableRequest {
    /// Those that `replayer` answered. In the case's `own` cassette a request takes the place of the one that
    /// isn't made any more; other cases may still make those in the cassettes of the configuration. What
    /// belongs to the case that this one is a variation of stays as it is.
    pub fn all(replayer: &Replayer, own: Option<&OwnCassette>) -> Vec<AcceptableRequest> {
        let redactor = replayer.redactor();
        let mut all = Vec::new();
        for assumed in replayer.assumed() {
            let own = own.filter(|own| own.name == assumed.at.cassette);
            if own.is_some_and(|own| own.is_inherited) {
                continue;
            }
            let mut request = assumed.request;
            // A secret may have become known since.
            redactor.request(&mut request);
            // A cassette has to be read again.
            if !Url::parse(&request.url).is_ok_and(|url| url.has_host()) {
                continue;
            }
            all.push(AcceptableRequest {
                cassette: assumed.at.cassette.into(),
                entry: assumed.at.number - 1,
                entries: assumed.of,
                replaces: own.is_some() && !assumed.again,
                request,
            });
        }
        all
    }
}
