//! From a connection to an encrypted one.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use openssl::error::ErrorStack;
use openssl::ssl::{
    Ssl, SslContext, SslContextBuilder, SslMethod, SslOptions, SslRef, SslVerifyMode, SslVersion,
};
use openssl::x509::X509;
use parking_lot::Mutex;
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use super::client_key::use_client;
use super::facts::TlsFacts;
use super::identity::check_identity;
use super::options::TlsOptions;
use super::roots::MACHINE_ROOTS;
use super::sessions::Sessions;
use super::verify::{SECURITY_LEVEL, Trusted};
use crate::libcrypto::{self, Told};
use crate::net::error;
use crate::node_error::{NodeError, Stage};

/// How many contexts are kept; a function that makes one up for each request must not fill the
/// memory.
const KEPT: usize = 16;

/// Node's `tls.DEFAULT_CIPHERS`, for TLS 1.2.
const CIPHERS: &str = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:\
    ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:\
    ECDHE-RSA-AES128-SHA256:DHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:DHE-RSA-AES256-SHA384:\
    ECDHE-RSA-AES256-SHA256:DHE-RSA-AES256-SHA256:HIGH:\
    !aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA";

/// Those of OpenSSL 3.0, which Node 20 has. Ours is newer and would by itself send the larger greeting
/// of a post-quantum exchange.
const GROUPS: &str = "X25519:P-256:X448:P-521:P-384";

/// The contexts made so far.
#[derive(Debug, Default)]
pub(crate) struct TlsContexts(Mutex<HashMap<Arc<TlsOptions>, Arc<TlsContext>>>);

/// How connections are made under one [`TlsOptions`].
pub(crate) struct TlsContext {
    context: SslContext,
    sessions: Sessions,
    trusted: Trusted,
}

impl TlsContexts {
    /// The context for `options`, whose certificates and keys are read only once.
    pub fn get(&self, options: &Arc<TlsOptions>) -> Result<Arc<TlsContext>, NodeError> {
        let mut contexts = self.0.lock();
        if let Some(context) = contexts.get(options) {
            return Ok(context.clone());
        }
        let context = TlsContext::new(options).map_err(error::tls_options)?;
        let context = Arc::new(context);
        if contexts.len() == KEPT {
            contexts.clear();
        }
        contexts.insert(options.clone(), context.clone());
        Ok(context)
    }
}

impl TlsContext {
    fn new(options: &TlsOptions) -> Result<TlsContext, Told> {
        libcrypto::start();
        let mut builder = SslContextBuilder::new(SslMethod::tls_client())?;
        let (oldest, newest) = &options.versions;
        let oldest = version(oldest.as_deref()).unwrap_or(SslVersion::TLS1_2);
        builder.set_min_proto_version(Some(oldest))?;
        builder.set_max_proto_version(version(newest.as_deref()))?;
        builder.set_cipher_list(options.ciphers.as_deref().unwrap_or(CIPHERS))?;
        builder.set_groups_list(GROUPS)?;
        builder.set_security_level(SECURITY_LEVEL);
        // Node takes a connection that ends without TLS's own goodbye as one that ends with it.
        builder.set_options(SslOptions::IGNORE_UNEXPECTED_EOF);
        builder.set_read_ahead(true);
        // Certificates are checked when the handshake is over, as Node does. It goes on after each
        // fault that it finds, so that its verdict is the one that Node tells.
        builder.set_verify_callback(SslVerifyMode::NONE, |_, _| true);
        use_client(&mut builder, options)?;
        let sessions = Sessions::default();
        sessions.collect_from(&mut builder);
        let trusted = match options.ca.is_empty() {
            true => Trusted::Roots(&MACHINE_ROOTS),
            // What is no certificate is left out, as Node does.
            false => Trusted::given(X509::stack_from_pem(&options.ca).unwrap_or_default())?,
        };
        Ok(TlsContext {
            context: builder.build(),
            sessions,
            trusted,
        })
    }

    /// Speaks TLS on `tcp`, a connection to `host` and `port`, and checks who is at the other end.
    pub async fn connect(
        &self,
        options: &TlsOptions,
        host: &str,
        port: u16,
        tcp: TcpStream,
    ) -> Result<SslStream<TcpStream>, NodeError> {
        let stream = self.handshake(options, host, port, true, tcp).await?;
        if !options.insecure {
            self.check(stream.ssl(), options, host)?;
        }
        Ok(stream)
    }

    /// The same, but who is at the other end is only told. With `resume` an earlier session is taken up.
    pub async fn connect_and_tell(
        &self,
        options: &TlsOptions,
        host: &str,
        port: u16,
        resume: bool,
        tcp: TcpStream,
    ) -> Result<(SslStream<TcpStream>, TlsFacts), NodeError> {
        let stream = self.handshake(options, host, port, resume, tcp).await?;
        let refusal = self.check(stream.ssl(), options, host).err();
        let facts = TlsFacts::of(stream.ssl(), refusal);
        Ok((stream, facts))
    }

    async fn handshake(
        &self,
        options: &TlsOptions,
        host: &str,
        port: u16,
        resume: bool,
        tcp: TcpStream,
    ) -> Result<SslStream<TcpStream>, NodeError> {
        let stream = self.client(options, host, port, resume);
        let stream = stream.and_then(|ssl| SslStream::new(ssl, tcp));
        let mut stream = stream.map_err(|stack| error::tls_options(stack.into()))?;
        let connected = Pin::new(&mut stream).connect().await;
        connected.map_err(|error| error::tls(&error))?;
        Ok(stream)
    }

    fn client(
        &self,
        options: &TlsOptions,
        host: &str,
        port: u16,
        resume: bool,
    ) -> Result<Ssl, ErrorStack> {
        let mut ssl = Ssl::new(&self.context)?;
        let name = options.servername.as_deref().unwrap_or(host);
        if !name.is_empty() && name.parse::<IpAddr>().is_err() {
            // A name that TLS can't carry is not asked for; the certificate won't have it either.
            let _ = ssl.set_hostname(name);
        }
        if resume {
            self.sessions.resume(&mut ssl, host, port)?;
        }
        Ok(ssl)
    }

    /// Whether the server is the one that was asked for.
    fn check(&self, ssl: &SslRef, options: &TlsOptions, host: &str) -> Result<(), NodeError> {
        let refused = |code, message: String| NodeError::new(Stage::Connect, code, message);
        let certificate = self.trusted.check(ssl);
        let certificate = certificate.map_err(|refusal| refused(refusal.code, refusal.message))?;
        if options.identity_elsewhere {
            return Ok(());
        }
        let name = options.servername.as_deref();
        let name = name.filter(|name| !name.is_empty()).unwrap_or(host);
        check_identity(name, &certificate).map_err(|reason| {
            let text = format!("Hostname/IP does not match certificate's altnames: {reason}");
            refused("ERR_TLS_CERT_ALTNAME_INVALID", text)
        })
    }
}

/// A version of TLS by Node's name for it.
fn version(name: Option<&str>) -> Option<SslVersion> {
    match name? {
        "TLSv1" => Some(SslVersion::TLS1),
        "TLSv1.1" => Some(SslVersion::TLS1_1),
        "TLSv1.3" => Some(SslVersion::TLS1_3),
        _ => Some(SslVersion::TLS1_2),
    }
}

impl fmt::Debug for TlsContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsContext").finish_non_exhaustive()
    }
}
