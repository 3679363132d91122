//! An answer that was written by hand.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::condition::ReplyCondition;
use super::failure::ReplyFailure;
use super::target::ReplyTarget;
use crate::cassette::{Answer, Response};

/// What answers some requests, however it was written down: in a case, in its line or for a whole suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    pub to: ReplyTarget,
    /// All of them have to hold.
    pub when: Vec<ReplyCondition>,
    /// How many such requests pass by before it answers one.
    pub skip: u32,
    /// One, or several of which each answers once, in their order.
    pub answers: Vec<ReplyAnswer>,
    /// How often it answers; each time without. Of several answers, it is their number.
    pub times: Option<u32>,
    /// Where it is written down.
    pub file: PathBuf,
    pub line: u32,
    /// Whether a run in which it isn't asked for has failed.
    pub is_required: bool,
}

/// What comes of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplyAnswer {
    pub content: ReplyContent,
    /// The time that it takes on the function's clock.
    pub after: Duration,
}

/// A response, or why there is none, or not all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ReplyContent {
    Response(Response),
    /// No response.
    Failure(ReplyFailure),
    /// A response whose body breaks off after what is there of it.
    Broken(Response, ReplyFailure),
}

impl Reply {
    /// Whether no request is left for `later`, which stands behind it.
    pub fn hides(&self, later: &Reply) -> bool {
        self.skip == 0
            && self.times.is_none()
            && self.to.covers(&later.to)
            && self.when.iter().all(|one| later.when.contains(one))
    }
}

impl ReplyAnswer {
    /// The answer to a request to `url`.
    pub(super) fn to(&self, url: &str) -> Answer {
        match &self.content {
            ReplyContent::Response(response) => Answer::Response(response.clone()),
            ReplyContent::Failure(failure) => Answer::Failed(failure.of(url)),
            ReplyContent::Broken(response, failure) => Answer::Response(Response {
                broken: Some(failure.of(url)),
                ..response.clone()
            }),
        }
    }

    /// Whether it is a failure that shows before the request is complete.
    pub(super) fn fails_ahead(&self) -> bool {
        matches!(&self.content, ReplyContent::Failure(failure) if failure.is_ahead())
    }
}
