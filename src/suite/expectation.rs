//! What a case is compared with.

use std::sync::Arc;

use super::expected::Expected;
use crate::cassette::Rules;
use crate::net::{Replayer, Replies};

/// What a case is compared with once it has been run.
pub struct Expectation {
    /// What it should do; `None` while nothing is expected of it.
    pub document: Option<Expected>,
    /// Which fields aren't compared.
    pub rules: Arc<Rules>,
    /// Whether logs are compared.
    pub logs: bool,
    /// What answered its requests.
    pub replayer: Replayer,
    /// What answered before the cassettes.
    pub replies: Replies,
    /// The case's own cassette. One that is shared has what other cases ask for, too.
    pub own_cassette: Option<OwnCassette>,
    /// How often it is run again while it fails, where its configuration or the suite's says so.
    pub retries: Option<u32>,
}

/// The cassette of the case's folder, or of the case that it is a variation of.
pub struct OwnCassette {
    /// As the replay has it.
    pub name: String,
    pub is_inherited: bool,
    /// Whether all of it is to be asked for. What a case's own replies stand before, or lead away from, is not.
    pub must_be_used: bool,
}
