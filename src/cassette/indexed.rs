//! A cassette in which requests can be looked up.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::Asked;
use super::Cassette;
use super::Entry;
use super::Redactor;

/// A cassette, redacted and indexed by its requests. To make one takes time in proportion to the
/// cassette's size. It holds no progress, so any number of replays can share it.
#[derive(Debug)]
pub struct IndexedCassette {
    name: Arc<str>,
    aws: Option<String>,
    interactions: Vec<Interaction>,
    by_key: HashMap<[u8; 32], Vec<usize>>,
    with_secrets: Vec<usize>,
}

/// An entry of a cassette, and what a request has to ask for to get its answer.
#[derive(Debug)]
pub struct Interaction {
    pub entry: Entry,
    pub asked: Asked,
}

impl IndexedCassette {
    /// Indexes a cassette, which messages call by `name`, as the redactor's rules compare requests.
    pub fn new(name: &str, cassette: Cassette, redactor: &Redactor) -> IndexedCassette {
        let mut by_key: HashMap<[u8; 32], Vec<usize>> = HashMap::new();
        let mut with_secrets = Vec::new();
        let mut interactions = Vec::with_capacity(cassette.entries.len());
        for (index, entry) in cassette.entries.into_iter().enumerate() {
            // A browser's file was not redacted, and rules may have been added since.
            let mut request = entry.request.clone();
            redactor.request(&mut request);
            let asked = Asked::new(&request, redactor.rules());
            by_key.entry(*asked.key()).or_default().push(index);
            if asked.has_secrets() {
                with_secrets.push(index);
            }
            interactions.push(Interaction { entry, asked });
        }
        IndexedCassette {
            name: name.into(),
            aws: cassette.aws,
            interactions,
            by_key,
            with_secrets,
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

    /// The indices of the interactions whose request has this [`Asked::key`], in order.
    pub fn with_key(&self, key: &[u8; 32]) -> &[usize] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }

    /// The indices of the interactions in whose request a secret was taken out, in order.
    pub fn with_secrets(&self) -> &[usize] {
        &self.with_secrets
    }

    /// What messages say of the interaction at `index`.
    pub fn entry_name(&self, index: usize) -> EntryName {
        let request = &self.interactions[index].entry.request;
        EntryName {
            cassette: self.name.to_string(),
            number: index + 1,
            method: request.method.clone(),
            url: request.url.clone(),
        }
    }
}

/// How messages name an entry of a cassette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryName {
    pub cassette: String,
    /// Its place in the cassette, from 1.
    pub number: usize,
    pub method: String,
    pub url: String,
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EntryName {
            cassette,
            number,
            method,
            url,
        } = self;
        write!(f, "{method} {url} ({cassette}, entry {number})")
    }
}
