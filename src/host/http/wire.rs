//! Between what JavaScript's side of http says and the `http` crate's types. Headers are lists of
//! names and values in turn, each character of a value being one byte, as in Node.

use std::borrow::Cow;
use std::sync::Arc;

use deno_core::JsBuffer;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, Version};
use hyper::ext::ReasonPhrase;
use serde::{Deserialize, Serialize};

use crate::net::{Body, Peer, SendOptions, TlsOptions, header_case};
use crate::node_error::{NodeError, Stage};
use crate::outcome::Via;
use crate::text::latin1::text;

/// What came of an op.
#[derive(Serialize)]
#[serde(untagged)]
pub enum OpReply<T> {
    Failed { error: NodeError },
    Done(T),
}

impl<T> From<Result<T, NodeError>> for OpReply<T> {
    fn from(result: Result<T, NodeError>) -> Self {
        match result {
            Ok(value) => OpReply::Done(value),
            Err(error) => OpReply::Failed { error },
        }
    }
}

/// A request, checked by JavaScript's side as Node checks it.
#[derive(Deserialize)]
pub struct WireRequest {
    method: String,
    /// `https://HOST:PORT`.
    origin: String,
    /// Path and query, each character one byte.
    path: String,
    headers: Vec<String>,
    tls: Option<WireTls>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WireTls {
    insecure: bool,
    ca: Option<JsBuffer>,
    cert: Option<JsBuffer>,
    key: Option<JsBuffer>,
    #[serde(default)]
    pfx: Option<JsBuffer>,
    #[serde(default)]
    passphrase: Option<JsBuffer>,
    #[serde(default)]
    identity_elsewhere: bool,
    #[serde(default)]
    ciphers: Option<String>,
    #[serde(default)]
    min_version: Option<String>,
    #[serde(default)]
    max_version: Option<String>,
    servername: Option<String>,
}

impl WireRequest {
    pub fn convert(self, body: Body) -> Result<(Request<Body>, SendOptions), NodeError> {
        let mut request = Request::new(body);
        *request.uri_mut() = uri(&self.origin, &self.path)?;
        *request.method_mut() =
            Method::from_bytes(self.method.as_bytes()).map_err(|error| unsendable(&error))?;
        *request.headers_mut() = headers(&self.headers)?;
        *request.extensions_mut() = header_case(self.headers.iter().step_by(2).map(String::as_str));
        let mut options = SendOptions::new(Via::Http);
        options.tls = self.tls.map(WireTls::convert).unwrap_or_default();
        Ok((request, options))
    }
}

impl WireTls {
    pub fn convert(self) -> Arc<TlsOptions> {
        let bytes = |buffer: Option<JsBuffer>| buffer.map_or(Vec::new(), |buffer| buffer.to_vec());
        Arc::new(TlsOptions {
            insecure: self.insecure,
            ca: bytes(self.ca),
            cert: bytes(self.cert),
            key: bytes(self.key),
            pfx: bytes(self.pfx),
            passphrase: self.passphrase.map(|passphrase| passphrase.to_vec()),
            identity_elsewhere: self.identity_elsewhere,
            ciphers: self.ciphers,
            versions: (self.min_version, self.max_version),
            servername: self.servername,
        })
    }
}

/// The head of a response.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    status: u16,
    reason: String,
    /// Of the version, 1.0 or 1.1.
    minor: u8,
    headers: Vec<String>,
    #[serde(flatten)]
    ends: Ends,
}

/// The addresses of a connection.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ends {
    remote_address: String,
    remote_port: u16,
    local_address: String,
    local_port: u16,
}

impl Ends {
    pub fn new(peer: Option<&Peer>) -> Self {
        let address = |end: Option<std::net::SocketAddr>| match end {
            Some(end) => (end.ip().to_string(), end.port()),
            None => (String::new(), 0),
        };
        let (remote_address, remote_port) = address(peer.map(|peer| peer.remote));
        let (local_address, local_port) = address(peer.map(|peer| peer.local));
        Ends {
            remote_address,
            remote_port,
            local_address,
            local_port,
        }
    }
}

impl Head {
    pub fn new(parts: &http::response::Parts) -> Self {
        let reason = match parts.extensions.get::<ReasonPhrase>() {
            Some(reason) => text(reason.as_bytes()),
            None => parts
                .status
                .canonical_reason()
                .unwrap_or_default()
                .to_owned(),
        };
        Head {
            status: parts.status.as_u16(),
            reason,
            minor: u8::from(parts.version != Version::HTTP_10),
            headers: flat(&parts.headers),
            ends: Ends::new(parts.extensions.get::<Peer>()),
        }
    }
}

/// `path`, each character of which is one byte, at `origin`.
pub fn uri(origin: &str, path: &str) -> Result<Uri, NodeError> {
    let path = escaped(path);
    let slash = if path.starts_with('/') { "" } else { "/" };
    Uri::try_from(format!("{origin}{slash}{path}")).map_err(|error| unsendable(&error))
}

/// A map as a list.
pub fn flat(headers: &HeaderMap) -> Vec<String> {
    let mut list = Vec::with_capacity(headers.len() * 2);
    for (name, value) in headers {
        list.push(name.as_str().to_owned());
        list.push(text(value.as_bytes()));
    }
    list
}

/// A list as a map.
pub fn headers(list: &[String]) -> Result<HeaderMap, NodeError> {
    let mut headers = HeaderMap::with_capacity(list.len() / 2);
    for pair in list.chunks_exact(2) {
        let [name, value] = pair else { continue };
        let name = HeaderName::try_from(name.as_str()).map_err(|error| unsendable(&error))?;
        let value = HeaderValue::from_bytes(&bytes(value)).map_err(|error| unsendable(&error))?;
        headers
            .try_append(name, value)
            .map_err(|error| unsendable(&error))?;
    }
    Ok(headers)
}

/// `path` with what the `http` crate refuses and Node would send as it is.
fn escaped(path: &str) -> Cow<'_, str> {
    let plain = |byte: u8| {
        matches!(byte, b'!'..=b'~')
            && !matches!(byte, b'"' | b'#' | b'<' | b'>' | b'\\' | b'^' | b'`')
    };
    if path.bytes().all(plain) {
        return path.into();
    }
    let mut result = String::with_capacity(path.len() + 8);
    for byte in bytes(path) {
        if plain(byte) {
            result.push(char::from(byte));
        } else {
            result.push_str(&format!("%{byte:02X}"));
        }
    }
    result.into()
}

fn bytes(text: &str) -> Vec<u8> {
    // JavaScript's side has refused what is no byte, so nothing is cut off here.
    if text.is_ascii() {
        text.as_bytes().to_vec()
    } else {
        text.chars().map(|char| char as u8).collect()
    }
}

/// The exchange was closed while somebody waited for it; JavaScript has stopped listening.
pub fn gone() -> NodeError {
    NodeError::hang_up(Stage::Head)
}

fn unsendable(error: &dyn std::error::Error) -> NodeError {
    NodeError::new(
        Stage::Refused,
        "ERR_INVALID_URL",
        format!("the request can't be sent: {error}"),
    )
}
