//! How to send a request.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;

use super::tls::TlsOptions;
use crate::outcome::Via;

/// What a request's head and body don't say of its sending.
#[derive(Clone, Debug)]
pub struct SendOptions {
    pub via: Via,
    /// The time that name, connection and TLS may take together; no limit when absent.
    pub connect_timeout: Option<Duration>,
    /// Who asks waits so long for the response's head, or ends the wait by dropping it.
    pub patience: Option<Duration>,
    /// Of no meaning to plain HTTP.
    pub tls: Arc<TlsOptions>,
    /// A server (`http` or `https`) that is given the whole URL and sends the request on. It sees
    /// all of an `https` request too: aws-sdk has no tunnels.
    pub proxy: Option<Uri>,
    /// It is segfn's own affair, as asking for the machine's credentials is: neither recorded nor
    /// replayed.
    pub own: bool,
}

impl SendOptions {
    /// No limit, and the machine's trusted certificates.
    pub fn new(via: Via) -> Self {
        SendOptions {
            via,
            connect_timeout: None,
            patience: None,
            tls: Arc::default(),
            proxy: None,
            own: false,
        }
    }
}
