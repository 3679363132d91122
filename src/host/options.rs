//! What functions may reach.

use std::path::PathBuf;
use std::sync::Arc;

use crate::cassette::{Redactor, Rules};
use crate::net::NetMode;
use crate::options::{AwsMode, NetPolicy, Role};
use crate::secrets::Secrets;

/// The key, and its secret, that test servers know: moto and LocalStack take any, `segfn aws` this.
pub const TEST_KEY: &str = "test";

/// What functions may reach, as the user chose it.
#[derive(Clone, Debug, Default)]
pub struct HostOptions {
    pub net: NetPolicy,
    pub aws: AwsMode,
    /// The roles of the embedded AWS; with none, every role can be assumed.
    pub roles: Vec<Role>,
    /// Where the embedded AWS keeps what is stored: `.segfn`.
    pub folder: PathBuf,
    pub secrets: Arc<Secrets>,
    /// What stands between functions and the network.
    pub net_mode: NetMode,
    /// Whether outcomes show the headers and bodies of requests.
    pub keep_requests: bool,
    /// What of these is secret beyond what always is.
    pub rules: Arc<Rules>,
}

impl HostOptions {
    /// Redacts by all that is known here.
    pub fn redactor(&self) -> Redactor {
        Redactor::new(self.rules.clone(), self.secrets.clone())
    }
}
