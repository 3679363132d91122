//! What a case is compared with.

use std::sync::Arc;

use super::expected::Expected;
use crate::cassette::Rules;
use crate::net::Replayer;

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
    /// The name of the case's own cassette, all of which is to be asked for. A cassette that is
    /// shared has what other cases ask for, too.
    pub own_cassette: Option<String>,
    /// How often it is run again while it fails, where its configuration or the suite's says so.
    pub retries: Option<u32>,
}
