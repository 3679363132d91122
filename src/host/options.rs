//! What functions may reach.

use std::path::PathBuf;
use std::sync::Arc;

use crate::cassette::{Redactor, Rules};
use crate::net::{FaultTable, NetMode, Replies};
use crate::options::{AwsEndpoint, AwsMode, NetPolicy, Region, Role, UserKey};
use crate::secrets::Secrets;

/// The key, and its secret, for servers such as moto and LocalStack, which take any.
pub const TEST_KEY: &str = "test";

/// Id and secret of the key that a function without credentials signs with at a server.
pub fn key_for(server: &AwsEndpoint) -> (&str, &str) {
    match &server.key {
        Some((id, secret)) => (id, secret),
        None => (TEST_KEY, TEST_KEY),
    }
}

/// What functions may reach, as the user chose it.
#[derive(Clone, Debug)]
pub struct HostOptions {
    pub net: NetPolicy,
    pub aws: AwsMode,
    /// The roles of the embedded AWS; with none, every role can be assumed.
    pub roles: Vec<Role>,
    /// The keys of users that the embedded AWS knows from the start.
    pub keys: Vec<UserKey>,
    /// Whether it takes other keys of users when they are first used.
    pub takes_keys: bool,
    /// Where the embedded AWS keeps what is stored: `.segfn`.
    pub folder: PathBuf,
    pub secrets: Arc<Secrets>,
    /// What stands between functions and the network.
    pub net_mode: NetMode,
    /// What answers before that is asked.
    pub replies: Replies,
    /// What goes wrong with requests before anything answers them.
    pub faults: FaultTable,
    /// Whether outcomes show the headers and bodies of requests.
    pub keep_requests: bool,
    /// Whether they also show those of responses.
    pub keep_responses: bool,
    /// What of these is secret beyond what always is.
    pub rules: Arc<Rules>,
    /// The time zone and the locale.
    pub region: Region,
}

impl Default for HostOptions {
    fn default() -> HostOptions {
        HostOptions {
            net: NetPolicy::default(),
            aws: AwsMode::default(),
            roles: Vec::new(),
            keys: Vec::new(),
            takes_keys: true,
            folder: PathBuf::new(),
            secrets: Arc::default(),
            net_mode: NetMode::default(),
            replies: Replies::default(),
            faults: FaultTable::default(),
            keep_requests: false,
            keep_responses: false,
            rules: Arc::default(),
            region: Region::default(),
        }
    }
}

impl HostOptions {
    /// Redacts by all that is known here.
    pub fn redactor(&self) -> Redactor {
        Redactor::new(self.rules.clone(), self.secrets.clone())
    }
}
