//! What a request may say about TLS.

/// As in the options of Node's `https.request`.
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
    /// The name to ask for and to check, where it isn't the host's. An empty one asks for none.
    pub servername: Option<String>,
}
