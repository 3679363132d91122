//! RecordedAnswers that were recorded, for requests that may differ from those that they were given to.

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;
use url::Url;

use crate::cassette::{
    Answer, IndexedCassette, Interaction, RecordedExchange, Redactor, Request, RequestKey,
};

/// The answers of a cassette, each of which is given once: to the request that is most like the one it was given
/// to, of the same method and server. Clones share which were given.
#[derive(Clone, Debug)]
pub struct RecordedAnswers {
    pub(super) cassette: Arc<IndexedCassette>,
    pub(super) redactor: Redactor,
    given: Arc<Mutex<HashSet<usize>>>,
}

impl RecordedAnswers {
    /// The answers of `cassette`, whose requests were redacted as `redactor` does.
    pub fn new(cassette: IndexedCassette, redactor: Redactor) -> RecordedAnswers {
        RecordedAnswers {
            cassette: Arc::new(cassette),
            redactor,
            given: Arc::default(),
        }
    }

    /// The exchange whose answer `request` gets, if one is left that `fits`.
    pub(in crate::net) fn take(
        &self,
        request: &Request,
        fits: impl Fn(&Answer) -> bool,
    ) -> Option<RecordedExchange> {
        let place = origin(request);
        let mut redacted = request.clone();
        self.redactor.request(&mut redacted);
        let asked = RequestKey::new(&redacted, self.redactor.rules());
        let mut given = self.given.lock();
        let all = self.cassette.interactions().iter().enumerate();
        let left = all.filter(|(index, one)| {
            !given.contains(index)
                && one.exchange.request.method == request.method
                && origin(&one.exchange.request) == place
                && fits(&one.exchange.answer)
        });
        let likeness = |one: &Interaction| {
            let is_equal = one.key.digest() == asked.digest();
            (is_equal, asked.likeness(&one.key))
        };
        // Of those that are as like, the first.
        let (index, one) = left
            .map(|(index, one)| (likeness(one), std::cmp::Reverse(index), one))
            .max_by_key(|(likeness, index, _)| (*likeness, *index))
            .map(|(_, index, one)| (index.0, one))?;
        given.insert(index);
        Some(one.exchange.clone())
    }
}

/// Scheme, host and port.
fn origin(request: &Request) -> Option<String> {
    let url = Url::parse(&request.url).ok()?;
    Some(url.origin().ascii_serialization())
}
