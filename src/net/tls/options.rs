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
    /// PKCS#12 with the client's certificates and key; empty for none.
    pub pfx: Vec<u8>,
    /// Opens the key or the PKCS#12.
    pub passphrase: Option<Vec<u8>>,
    /// The caller checks by itself whose certificate it is.
    pub identity_elsewhere: bool,
    /// OpenSSL's list of ciphers for TLS 1.2; `None` for Node's.
    pub ciphers: Option<String>,
    /// `TLSv1.2` or `TLSv1.3`: the oldest version that is spoken, and the newest.
    pub versions: (Option<String>, Option<String>),
    /// The name to ask for and to check, where it isn't the host's. An empty one asks for none.
    pub servername: Option<String>,
}
