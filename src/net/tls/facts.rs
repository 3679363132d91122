//! What a handshake showed, as Node's TLS sockets tell it.

use openssl::nid::Nid;
use openssl::ssl::SslRef;
use serde::Serialize;

use crate::node_error::NodeError;

/// The facts of one encrypted connection.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsFacts {
    /// Why the server is not to be trusted, if it isn't.
    pub refusal: Option<NodeError>,
    /// Such as `TLSv1.3`.
    pub protocol: String,
    /// OpenSSL's name of the cipher.
    pub cipher: String,
    /// IANA's name of it.
    pub standard_cipher: String,
    /// The version in which the cipher came.
    pub cipher_version: String,
    /// What both agreed to speak, or nothing.
    pub alpn: Option<String>,
    /// The name that was asked for.
    pub servername: Option<String>,
    pub reused: bool,
    /// The server's certificates in DER, its own first.
    #[serde(skip)]
    pub certificates: Vec<Vec<u8>>,
    /// Of an exchange by ephemeral keys: its kind, its curve and its size in bits.
    pub ephemeral: Option<(String, Option<String>, u32)>,
}

impl TlsFacts {
    pub(super) fn of(ssl: &SslRef, refusal: Option<NodeError>) -> TlsFacts {
        let cipher = ssl.current_cipher();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let mut certificates: Vec<Vec<u8>> = Vec::new();
        for certificate in ssl.peer_cert_chain().into_iter().flatten() {
            certificates.extend(certificate.to_der());
        }
        if certificates.is_empty() {
            let own = ssl.peer_certificate();
            certificates.extend(own.and_then(|own| own.to_der().ok()));
        }
        let alpn = ssl.selected_alpn_protocol();
        TlsFacts {
            refusal,
            protocol: ssl.version_str().to_owned(),
            cipher: text(cipher.map(|cipher| cipher.name())),
            standard_cipher: text(cipher.and_then(|cipher| cipher.standard_name())),
            cipher_version: text(cipher.map(|cipher| cipher.version())),
            alpn: alpn.map(|alpn| String::from_utf8_lossy(alpn).into_owned()),
            servername: ssl
                .servername(openssl::ssl::NameType::HOST_NAME)
                .map(str::to_owned),
            reused: ssl.session_reused(),
            certificates,
            ephemeral: ssl.peer_tmp_key().ok().and_then(|key| {
                let id = key.id();
                let curve = key.ec_key().ok();
                let curve = curve.and_then(|key| key.group().curve_name());
                let curve = curve.and_then(|curve: Nid| curve.short_name().ok().map(str::to_owned));
                let (kind, name) = match id {
                    openssl::pkey::Id::X25519 => ("ECDH", Some("X25519".to_owned())),
                    openssl::pkey::Id::X448 => ("ECDH", Some("X448".to_owned())),
                    openssl::pkey::Id::EC => ("ECDH", curve),
                    openssl::pkey::Id::DH => ("DH", None),
                    _ => return None,
                };
                Some((kind.to_owned(), name, key.bits()))
            }),
        }
    }
}
