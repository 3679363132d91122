//! Which of several recorded requests to one place is nearest to one that is asked.

use super::{COMPARED, RequestKey};
use crate::cassette::request_difference::is_only_secret;
use crate::json::{Json, count_differences};

/// The most differences of two requests' parts that are counted.
const COUNTED: usize = 1000;

/// What is as far as bodies of two kinds are.
const FAR: usize = COUNTED + 1;

/// How far a recorded request is from one that is asked: in how many places of the query, the compared
/// headers and the body they differ. A smaller one is nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Distance {
    query: usize,
    headers: usize,
    body: usize,
}

impl Distance {
    fn with_body(self, body: usize) -> Distance {
        Distance { body, ..self }
    }
}

impl RequestKey {
    /// How far a recorded request to the same place is from this one. What differs by a secret alone doesn't
    /// count. One that is farther than `nearest` is not measured further.
    pub fn distance(&self, recorded: &RequestKey, nearest: Option<Distance>) -> Distance {
        let count = |asked: &Json, kept: &Json, nearest: Option<usize>| {
            let limit = nearest.map_or(COUNTED, |nearest| nearest.saturating_add(1));
            count_differences(asked, kept, limit, |asked, kept| {
                !is_only_secret(asked, kept)
            })
        };
        let header = |name: &&&str| self.headers.get(*name) != recorded.headers.get(*name);
        let mut distance = Distance {
            query: count(&self.query, &recorded.query, nearest.map(|one| one.query)),
            headers: COMPARED.iter().filter(header).count(),
            body: FAR,
        };
        let is_farther = nearest.is_some_and(|nearest| distance > nearest.with_body(FAR));
        if self.kind == recorded.kind && !is_farther {
            // Of one that is nearer in what comes first, any body is nearer.
            let nearest = nearest.filter(|nearest| nearest.with_body(FAR) == distance);
            let nearest = nearest.map(|nearest| nearest.body);
            distance.body = count(&self.body, &recorded.body, nearest);
        }
        distance
    }
}
