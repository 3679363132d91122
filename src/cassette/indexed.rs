//! A cassette in which requests can be looked up.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::cassette::Cassette;
use super::recorded_exchange::RecordedExchange;
use super::redact::Redactor;
use super::request_key::RequestKey;

/// A cassette, redacted and indexed by its requests. To make one takes time in proportion to the
/// cassette's size. It holds no progress, so any number of replays can share it.
#[derive(Debug)]
pub struct IndexedCassette {
    name: Arc<str>,
    aws: Option<String>,
    interactions: Vec<Interaction>,
    by_digest: HashMap<[u8; 32], Vec<usize>>,
    by_target: HashMap<String, Vec<usize>>,
    with_secrets: Vec<usize>,
}

/// An [`IndexedCassette`] without its index, for another process to make one of.
#[derive(Serialize, Deserialize)]
pub struct CassetteHandover {
    name: String,
    cassette: Cassette,
}

/// An entry of a cassette, and what a request has to ask for to get its answer.
#[derive(Debug)]
pub struct Interaction {
    pub exchange: RecordedExchange,
    pub key: RequestKey,
}

impl IndexedCassette {
    /// Indexes a cassette, which messages call by `name`, as the redactor's rules compare requests.
    pub fn new(name: &str, cassette: Cassette, redactor: &Redactor) -> IndexedCassette {
        let mut by_digest: HashMap<[u8; 32], Vec<usize>> = HashMap::new();
        let mut by_target: HashMap<String, Vec<usize>> = HashMap::new();
        let mut with_secrets = Vec::new();
        let mut interactions = Vec::with_capacity(cassette.exchanges.len());
        for (index, exchange) in cassette.exchanges.into_iter().enumerate() {
            // A browser's file was not redacted, and rules may have been added since.
            let mut request = exchange.request.clone();
            redactor.request(&mut request);
            let key = RequestKey::new(&request, redactor.rules());
            by_digest.entry(*key.digest()).or_default().push(index);
            by_target.entry(key.target()).or_default().push(index);
            if key.has_secrets() {
                with_secrets.push(index);
            }
            interactions.push(Interaction { exchange, key });
        }
        IndexedCassette {
            name: name.into(),
            aws: cassette.aws,
            interactions,
            by_digest,
            by_target,
            with_secrets,
        }
    }

    /// The same for another process.
    pub fn handover(&self) -> CassetteHandover {
        CassetteHandover {
            name: self.name.to_string(),
            cassette: Cassette {
                exchanges: self
                    .interactions
                    .iter()
                    .map(|one| one.exchange.clone())
                    .collect(),
                aws: self.aws.clone(),
                ..Cassette::default()
            },
        }
    }

    /// The name that messages call it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server that stood for AWS when it was recorded, where it wasn't AWS itself: a URL.
    pub fn aws(&self) -> Option<&str> {
        self.aws.as_deref()
    }

    /// Its entries, in the order in which they are played.
    pub fn interactions(&self) -> &[Interaction] {
        &self.interactions
    }

    /// The indices of the interactions whose request has this [`RequestKey::digest`], in order.
    pub fn with_digest(&self, digest: &[u8; 32]) -> &[usize] {
        self.by_digest.get(digest).map_or(&[], Vec::as_slice)
    }

    /// The indices of the interactions whose request goes to this [`RequestKey::target`], in order.
    pub fn with_target(&self, target: &str) -> &[usize] {
        self.by_target.get(target).map_or(&[], Vec::as_slice)
    }

    /// The indices of the interactions in whose request a secret was taken out, in order.
    pub fn with_secrets(&self) -> &[usize] {
        &self.with_secrets
    }

    /// What messages say of the interaction at `index`.
    pub fn entry_name(&self, index: usize) -> EntryName {
        let request = &self.interactions[index].exchange.request;
        EntryName {
            cassette: self.name.to_string(),
            number: index + 1,
            method: request.method.clone(),
            url: request.url.clone(),
        }
    }
}

impl CassetteHandover {
    /// The cassette, indexed anew.
    pub fn index(self, redactor: &Redactor) -> IndexedCassette {
        IndexedCassette::new(&self.name, self.cassette, redactor)
    }
}

/// How messages name an entry of a cassette.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryName {
    pub cassette: String,
    /// Its place in the cassette, from 1.
    pub number: usize,
    pub method: String,
    pub url: String,
}

impl EntryName {
    /// The cassette and the place in it, without the request.
    pub fn place(&self) -> String {
        format!("{}, entry {}", self.cassette, self.number)
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.method, self.url, self.place())
    }
}
