//! Sessions of TLS that the next connection to the same server takes up, as Node's agent does.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use openssl::error::ErrorStack;
use openssl::ex_data::Index;
use openssl::ssl::{Ssl, SslContextBuilder, SslRef, SslSession, SslSessionCacheMode, SslVersion};
use parking_lot::Mutex;

/// Node's `maxCachedSessions`.
const KEPT: usize = 100;

/// A host and a port.
type Server = (Box<str>, u16);

/// Where a connection says which server's it is; without, no session is kept.
static SERVER: LazyLock<Option<Index<Ssl, Server>>> = LazyLock::new(|| Ssl::new_ex_index().ok());

/// The sessions of one context's connections. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Sessions(Arc<Mutex<HashMap<Server, SslSession>>>);

impl Sessions {
    /// Keeps what servers offer to the connections of the context under construction.
    pub fn collect_from(&self, builder: &mut SslContextBuilder) {
        builder
            .set_session_cache_mode(SslSessionCacheMode::CLIENT | SslSessionCacheMode::NO_INTERNAL);
        let sessions = self.clone();
        builder.set_new_session_callback(move |ssl, session| sessions.add(ssl, session));
    }

    fn add(&self, ssl: &SslRef, session: SslSession) {
        let Some(server) = SERVER.and_then(|index| ssl.ex_data(index)) else {
            return;
        };
        let mut sessions = self.0.lock();
        if sessions.len() == KEPT && !sessions.contains_key(server) {
            sessions.clear();
        }
        sessions.insert(server.clone(), session);
    }

    /// Lets a connection that is about to be made take up the last session with its server.
    pub fn resume(&self, ssl: &mut SslRef, host: &str, port: u16) -> Result<(), ErrorStack> {
        let Some(index) = *SERVER else { return Ok(()) };
        let server: Server = (host.into(), port);
        let session = {
            let mut sessions = self.0.lock();
            // A session of TLS 1.3 is for one connection only, which then brings the next.
            match sessions.get(&server) {
                Some(session) if session.protocol_version() != SslVersion::TLS1_3 => {
                    Some(session.clone())
                }
                _ => sessions.remove(&server),
            }
        };
        if let Some(session) = session {
            // SAFETY: the session was made by a connection of the same context, since each context
            // has sessions of its own.
            unsafe { ssl.set_session(&session)? };
        }
        ssl.set_ex_data(index, server);
        Ok(())
    }
}
