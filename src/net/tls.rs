//! TLS as Node's https has it: whom to trust, and how a refusal is called.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;

use rustls::CertificateError;
use rustls::ClientConfig;
use rustls::DigitallySignedStruct;
use rustls::OtherError;
use rustls::RootCertStore;
use rustls::SignatureScheme;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::client::danger::ServerCertVerified;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::ServerName;
use rustls::pki_types::UnixTime;
use rustls::pki_types::pem::PemObject;

use super::error::NetError;
use super::error::Stage;

/// How many configurations are kept; a function that makes one up for each request must not
/// fill the memory.
const KEPT: usize = 16;

/// What a request may say about TLS, as in Node's `https.request` options.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TlsOptions {
    /// Node's `rejectUnauthorized: false`: take any certificate.
    pub insecure: bool,
    /// PEM; trusted instead of the machine's roots. Empty for these.
    pub ca: Vec<u8>,
    /// PEM of the client's certificate chain; empty for none.
    pub cert: Vec<u8>,
    /// PEM of the client's private key; empty for none.
    pub key: Vec<u8>,
    /// The name to ask for and to check, where it isn't the host's.
    pub servername: Option<String>,
}

/// The configurations made so far.
#[derive(Debug, Default)]
pub(crate) struct Configs(Mutex<HashMap<Arc<TlsOptions>, Arc<ClientConfig>>>);

impl Configs {
    /// The configuration for `options`, and the name to check for `host`.
    pub fn get(
        &self,
        options: &Arc<TlsOptions>,
        host: &str,
    ) -> Result<(Arc<ClientConfig>, ServerName<'static>), NetError> {
        let name = options
            .servername
            .as_deref()
            .unwrap_or(host)
            .trim_end_matches('.');
        let name = ServerName::try_from(name.to_owned()).map_err(|_| {
            let problem = format!(
                "Hostname/IP does not match certificate's altnames: `{name}` is not a host name"
            );
            NetError::new(Stage::Connect, "ERR_TLS_CERT_ALTNAME_INVALID", problem)
        })?;
        let mut configs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = configs.get(options) {
            return Ok((config.clone(), name));
        }
        let config = Arc::new(configure(options)?);
        if configs.len() == KEPT {
            configs.clear();
        }
        configs.insert(options.clone(), config.clone());
        Ok((config, name))
    }
}

fn configure(options: &TlsOptions) -> Result<ClientConfig, NetError> {
    let refused =
        |error: rustls::Error| NetError::new(Stage::Connect, "ERR_OSSL", error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new(options, provider.clone())?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(refused)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = if options.cert.is_empty() || options.key.is_empty() {
        builder.with_no_client_auth()
    } else {
        let chain = certificates(&options.cert)?;
        let key = PrivateKeyDer::from_pem_slice(&options.key).map_err(|_| bad_pem())?;
        builder.with_client_auth_cert(chain, key).map_err(refused)?
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, NetError> {
    CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|_| bad_pem())
}

fn bad_pem() -> NetError {
    let text = "error:0480006C:PEM routines::no start line";
    NetError::new(Stage::Refused, "ERR_OSSL_PEM_NO_START_LINE", text)
}

/// The machine's roots and what NODE_EXTRA_CA_CERTS adds. Reading them takes some milliseconds,
/// so it is done once, at the process's first https request.
fn machine_roots() -> &'static Roots {
    static ROOTS: OnceLock<Roots> = OnceLock::new();
    ROOTS.get_or_init(|| {
        // Honours SSL_CERT_FILE and SSL_CERT_DIR. What can't be read is left out, as OpenSSL does.
        let mut list = rustls_native_certs::load_native_certs().certs;
        if let Some(path) = std::env::var_os("NODE_EXTRA_CA_CERTS")
            && let Ok(extra) = CertificateDer::pem_file_iter(path)
        {
            list.extend(extra.flatten());
        }
        Roots::new(list)
    })
}

/// Certificates to trust.
#[derive(Clone, Debug)]
struct Roots {
    store: Arc<RootCertStore>,
    list: Vec<CertificateDer<'static>>,
}

impl Roots {
    fn new(list: Vec<CertificateDer<'static>>) -> Self {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(list.iter().cloned());
        Roots {
            store: Arc::new(store),
            list,
        }
    }
}

/// webpki's check, with OpenSSL's names for what it finds.
#[derive(Debug)]
struct Verifier {
    /// `None` when nothing is trusted, so that nothing can be verified.
    webpki: Option<Arc<WebPkiServerVerifier>>,
    roots: Vec<CertificateDer<'static>>,
    insecure: bool,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn new(options: &TlsOptions, provider: Arc<CryptoProvider>) -> Result<Self, NetError> {
        let roots = if options.insecure {
            Roots::new(Vec::new())
        } else if options.ca.is_empty() {
            machine_roots().clone()
        } else {
            Roots::new(certificates(&options.ca)?)
        };
        let webpki = WebPkiServerVerifier::builder_with_provider(roots.store, provider.clone())
            .build()
            .ok();
        Ok(Verifier {
            webpki,
            roots: roots.list,
            insecure: options.insecure,
            provider,
        })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.insecure {
            return Ok(ServerCertVerified::assertion());
        }
        let verified = match &self.webpki {
            Some(webpki) => webpki.verify_server_cert(leaf, intermediates, name, ocsp, now),
            None => Err(CertificateError::UnknownIssuer.into()),
        };
        let Err(error) = verified else {
            return verified;
        };
        // A server's own certificate, put among the trusted ones: OpenSSL takes it, webpki
        // wants an issuer.
        let known = self.roots.iter().any(|root| root.as_ref() == leaf.as_ref());
        let named = webpki::EndEntityCert::try_from(leaf)
            .is_ok_and(|leaf| leaf.verify_is_valid_for_subject_name(name).is_ok());
        if known && named {
            return Ok(ServerCertVerified::assertion());
        }
        match error {
            rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::Other(_),
            ) => {
                let problem = CertificateProblem::of_chain(leaf, intermediates);
                Err(CertificateError::Other(OtherError(Arc::new(problem))).into())
            }
            other => Err(other),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Why a certificate is refused, as Node says it.
#[derive(Clone, Debug)]
pub(crate) struct CertificateProblem {
    pub code: &'static str,
    pub message: String,
}

impl CertificateProblem {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        CertificateProblem {
            code,
            message: message.into(),
        }
    }

    pub fn of(error: &CertificateError) -> Self {
        match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                Self::new("CERT_HAS_EXPIRED", "certificate has expired")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::new("CERT_NOT_YET_VALID", "certificate is not yet valid")
            }
            CertificateError::NotValidForNameContext {
                expected,
                presented,
            } => Self::name_mismatch(expected, presented),
            CertificateError::Revoked => Self::new("CERT_REVOKED", "certificate revoked"),
            CertificateError::BadSignature => {
                Self::new("CERT_SIGNATURE_FAILURE", "certificate signature failure")
            }
            CertificateError::Other(OtherError(other)) => match other.downcast_ref::<Self>() {
                Some(problem) => problem.clone(),
                None => Self::new("CERT_REJECTED", other.to_string()),
            },
            other => Self::new("CERT_REJECTED", other.to_string()),
        }
    }

    /// No path leads from the server's certificate to a trusted one.
    fn of_chain(leaf: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Self {
        if self_issued(leaf) {
            return Self::new("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate");
        }
        match intermediates.last() {
            None => Self::new(
                "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                "unable to verify the first certificate",
            ),
            Some(last) if self_issued(last) => Self::new(
                "SELF_SIGNED_CERT_IN_CHAIN",
                "self-signed certificate in certificate chain",
            ),
            Some(_) => Self::new(
                "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
                "unable to get local issuer certificate",
            ),
        }
    }

    fn name_mismatch(expected: &ServerName<'_>, presented: &[String]) -> Self {
        // rustls names them as `DnsName("a.b")` and `IpAddress(1.2.3.4)`.
        let inside = |text: &str, kind: &str| {
            let inside = text
                .strip_prefix(kind)?
                .strip_prefix('(')?
                .strip_suffix(')')?;
            Some(inside.trim_matches('"').to_owned())
        };
        let ips: Vec<_> = presented
            .iter()
            .filter_map(|name| inside(name, "IpAddress"))
            .collect();
        let reason = match expected {
            ServerName::IpAddress(address) => {
                let address = std::net::IpAddr::from(*address);
                format!(
                    "IP: {address} is not in the cert's list: {}",
                    ips.join(", ")
                )
            }
            name => {
                let names = presented
                    .iter()
                    .filter_map(|name| Some(format!("DNS:{}", inside(name, "DnsName")?)));
                let ips = ips.iter().map(|ip| format!("IP Address:{ip}"));
                let list = names.chain(ips).collect::<Vec<_>>().join(", ");
                format!(
                    "Host: {}. is not in the cert's altnames: {list}",
                    name.to_str()
                )
            }
        };
        let message = format!("Hostname/IP does not match certificate's altnames: {reason}");
        Self::new("ERR_TLS_CERT_ALTNAME_INVALID", message)
    }
}

fn self_issued(certificate: &CertificateDer<'_>) -> bool {
    webpki::EndEntityCert::try_from(certificate)
        .is_ok_and(|certificate| certificate.issuer() == certificate.subject())
}

impl fmt::Display for CertificateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CertificateProblem {}
