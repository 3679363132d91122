//! From a connection to an encrypted one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};

use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{
    Ssl, SslContext, SslContextBuilder, SslMethod, SslOptions, SslRef, SslVerifyMode, SslVersion,
};
use openssl::x509::X509;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use parking_lot::Mutex;
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use super::identity::check_identity;
use super::options::TlsOptions;
use super::sessions::Sessions;
use super::verdict;
use crate::libcrypto::{self, Told};
use crate::net::error::{NetError, Stage};

/// How many contexts are kept; a function that makes one up for each request must not fill the
/// memory.
const KEPT: usize = 16;

/// Node's `tls.DEFAULT_CIPHERS`, for TLS 1.2.
const CIPHERS: &str = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:\
    ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:\
    ECDHE-RSA-AES128-SHA256:DHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:DHE-RSA-AES256-SHA384:\
    ECDHE-RSA-AES256-SHA256:DHE-RSA-AES256-SHA256:HIGH:\
    !aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA";

/// The groups and the security level of OpenSSL 3.0, which Node 20 has. Ours is newer: by itself it
/// would send the larger greeting of a post-quantum exchange and refuse older servers.
const GROUPS: &str = "X25519:P-256:X448:P-521:P-384";
const SECURITY_LEVEL: u32 = 1;

/// In the form that ALPN has.
const HTTP_1_1: &[u8] = b"\x08http/1.1";

/// The contexts made so far.
#[derive(Debug, Default)]
pub(crate) struct Contexts(Mutex<HashMap<Arc<TlsOptions>, Arc<Context>>>);

struct Context {
    context: SslContext,
    sessions: Sessions,
}

impl Contexts {
    /// Speaks TLS on `tcp`, a connection to `host` and `port`, and checks who is at the other end.
    pub async fn connect(
        &self,
        options: &Arc<TlsOptions>,
        host: &str,
        port: u16,
        tcp: TcpStream,
    ) -> Result<SslStream<TcpStream>, NetError> {
        let context = self.get(options)?;
        let ssl = context.client(options, host, port).map_err(unusable)?;
        let mut stream = SslStream::new(ssl, tcp).map_err(unusable)?;
        let connected = Pin::new(&mut stream).connect().await;
        connected.map_err(|error| NetError::tls(&error))?;
        if !options.insecure {
            check(stream.ssl(), options, host)?;
        }
        Ok(stream)
    }

    fn get(&self, options: &Arc<TlsOptions>) -> Result<Arc<Context>, NetError> {
        let mut contexts = self.0.lock();
        if let Some(context) = contexts.get(options) {
            return Ok(context.clone());
        }
        let context = Arc::new(Context::new(options).map_err(unusable)?);
        if contexts.len() == KEPT {
            contexts.clear();
        }
        contexts.insert(options.clone(), context.clone());
        Ok(context)
    }
}

impl Context {
    fn new(options: &TlsOptions) -> Result<Context, ErrorStack> {
        libcrypto::start();
        let mut builder = SslContextBuilder::new(SslMethod::tls_client())?;
        builder.set_min_proto_version(Some(SslVersion::TLS1_2))?;
        builder.set_cipher_list(CIPHERS)?;
        builder.set_groups_list(GROUPS)?;
        builder.set_security_level(SECURITY_LEVEL);
        builder.set_alpn_protos(HTTP_1_1)?;
        // Node takes a connection that ends without TLS's own goodbye as one that ends with it.
        builder.set_options(SslOptions::IGNORE_UNEXPECTED_EOF);
        builder.set_read_ahead(true);
        // What is wrong with a certificate is looked up when the handshake is over, as Node does:
        // of several faults OpenSSL then keeps the one that Node tells.
        builder.set_verify_callback(SslVerifyMode::NONE, |_, _| true);
        if !options.insecure {
            builder.set_cert_store(trusted(options)?);
        }
        if !options.cert.is_empty() {
            use_chain(&mut builder, &options.cert)?;
        }
        if !options.key.is_empty() {
            // Without a passphrase nothing must ask for one on the terminal.
            let key = PKey::private_key_from_pem_callback(&options.key, |_| Err(ErrorStack::get()));
            builder.set_private_key(&*key?)?;
        }
        let sessions = Sessions::default();
        sessions.collect_from(&mut builder);
        Ok(Context {
            context: builder.build(),
            sessions,
        })
    }

    fn client(&self, options: &TlsOptions, host: &str, port: u16) -> Result<Ssl, ErrorStack> {
        let mut ssl = Ssl::new(&self.context)?;
        let name = options.servername.as_deref().unwrap_or(host);
        if !name.is_empty() && name.parse::<IpAddr>().is_err() {
            // A name that TLS can't carry is not asked for; the certificate won't have it either.
            let _ = ssl.set_hostname(name);
        }
        self.sessions.resume(&mut ssl, host, port)?;
        Ok(ssl)
    }
}

/// Node's check of a server's certificate.
fn check(ssl: &SslRef, options: &TlsOptions, host: &str) -> Result<(), NetError> {
    let name = options
        .servername
        .as_deref()
        .filter(|name| !name.is_empty());
    let refused = |(code, text)| NetError::new(Stage::Connect, code, text);
    let certificate = ssl.peer_certificate();
    let certificate = certificate.ok_or_else(|| refused(verdict::no_certificate()))?;
    verdict::of(ssl.verify_result()).map_err(refused)?;
    check_identity(name.unwrap_or(host), &certificate).map_err(|reason| {
        let text = format!("Hostname/IP does not match certificate's altnames: {reason}");
        refused(("ERR_TLS_CERT_ALTNAME_INVALID", text))
    })
}

fn use_chain(builder: &mut SslContextBuilder, pem: &[u8]) -> Result<(), ErrorStack> {
    // It fails where there is no certificate at all; the list of them is then empty.
    builder.set_certificate(&*X509::from_pem(pem)?)?;
    for certificate in X509::stack_from_pem(pem)?.into_iter().skip(1) {
        builder.add_extra_chain_cert(certificate)?;
    }
    Ok(())
}

fn trusted(options: &TlsOptions) -> Result<X509Store, ErrorStack> {
    if options.ca.is_empty() {
        return store(&MACHINE_ROOTS);
    }
    // What is no certificate is left out, as Node does.
    store(&X509::stack_from_pem(&options.ca).unwrap_or_default())
}

fn store(certificates: &[X509]) -> Result<X509Store, ErrorStack> {
    let mut store = X509StoreBuilder::new()?;
    for certificate in certificates {
        store.add_cert(certificate.clone())?;
    }
    Ok(store.build())
}

/// The machine's roots and what NODE_EXTRA_CA_CERTS adds. Reading them takes some milliseconds,
/// so it is done once, at the process's first https request.
static MACHINE_ROOTS: LazyLock<Vec<X509>> = LazyLock::new(|| {
    // Honours SSL_CERT_FILE and SSL_CERT_DIR. What can't be read is left out, as OpenSSL does.
    let mut list = rustls_native_certs::load_native_certs().certs;
    if let Some(path) = std::env::var_os("NODE_EXTRA_CA_CERTS") {
        let extra = rustls_native_certs::load_certs_from_paths(Some(Path::new(&path)), None);
        list.extend(extra.certs);
    }
    let certificates = list.iter().filter_map(|der| X509::from_der(der).ok());
    certificates.collect()
});

/// OpenSSL doesn't take what the options say.
fn unusable(stack: ErrorStack) -> NetError {
    let told = stack.errors().first().map(Told::new);
    let message = told.as_ref().map_or("", |told| &told.message);
    NetError::new(Stage::Refused, "ERR_OSSL", message)
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}
