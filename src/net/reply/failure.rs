//! A failed request by its code alone, with what Node would say of it.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::net::tls::{certificate_codes, certificate_text};
use crate::node_error::{NodeError, Stage};
use crate::text::nearest;

/// How a request fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(String, bool)", into = "(String, bool)")]
pub struct ReplyFailure {
    code: String,
    kind: FailureKind,
    /// Whether the response's head, and some of its body, have come before.
    in_body: bool,
}

/// What kind of failure a code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FailureKind {
    /// No connection; the number is the operating system's.
    Connect(i32),
    /// The name has no address; the number is libuv's.
    Resolve(i32),
    /// The connection is lost under the request or the response.
    Lost {
        errno: i32,
        syscall: &'static str,
    },
    /// The server speaks no TLS, or none that can be spoken with it.
    Handshake,
    Certificate,
    /// The certificate is another host's.
    Identity,
    /// The response is no HTTP, for this reason.
    Parse(&'static str),
    Tls,
}

/// The failures that have one code each; of errors of the operating system, the numbers are Linux's, as on
/// the platform.
const CODES: [(&str, FailureKind); 38] = [
    ("ECONNREFUSED", FailureKind::Connect(111)),
    ("EHOSTUNREACH", FailureKind::Connect(113)),
    ("ENETUNREACH", FailureKind::Connect(101)),
    ("ENETDOWN", FailureKind::Connect(100)),
    ("ETIMEDOUT", FailureKind::Connect(110)),
    ("EADDRNOTAVAIL", FailureKind::Connect(99)),
    ("EADDRINUSE", FailureKind::Connect(98)),
    ("EACCES", FailureKind::Connect(13)),
    ("EINVAL", FailureKind::Connect(22)),
    ("EMFILE", FailureKind::Connect(24)),
    ("ENFILE", FailureKind::Connect(23)),
    ("EAFNOSUPPORT", FailureKind::Connect(97)),
    ("ENOTFOUND", FailureKind::Resolve(3008)),
    ("EAI_AGAIN", FailureKind::Resolve(3001)),
    ("ECONNRESET", lost(104, "read")),
    ("ECONNABORTED", lost(103, "read")),
    ("ENOTCONN", lost(107, "read")),
    ("EIO", lost(5, "read")),
    ("EPIPE", lost(32, "write")),
    ("EPROTO", FailureKind::Handshake),
    ("ERR_TLS_CERT_ALTNAME_INVALID", FailureKind::Identity),
    (
        "HPE_CLOSED_CONNECTION",
        FailureKind::Parse("Data after `Connection: close`"),
    ),
    (
        "HPE_CR_EXPECTED",
        FailureKind::Parse("Missing expected CR after header value"),
    ),
    ("HPE_HEADER_OVERFLOW", FailureKind::Parse("Header overflow")),
    (
        "HPE_INVALID_CHUNK_SIZE",
        FailureKind::Parse("Invalid character in chunk size"),
    ),
    (
        "HPE_INVALID_CONSTANT",
        FailureKind::Parse("Expected HTTP/, RTSP/ or ICE/"),
    ),
    (
        "HPE_INVALID_CONTENT_LENGTH",
        FailureKind::Parse("Invalid character in Content-Length"),
    ),
    (
        "HPE_INVALID_HEADER_TOKEN",
        FailureKind::Parse("Invalid header token"),
    ),
    (
        "HPE_INVALID_STATUS",
        FailureKind::Parse("Invalid status code"),
    ),
    (
        "HPE_INVALID_TRANSFER_ENCODING",
        FailureKind::Parse("Invalid `Transfer-Encoding` header value"),
    ),
    (
        "HPE_INVALID_VERSION",
        FailureKind::Parse("Invalid HTTP version"),
    ),
    (
        "HPE_LF_EXPECTED",
        FailureKind::Parse("Missing expected LF after header value"),
    ),
    (
        "HPE_STRICT",
        FailureKind::Parse("Expected LF after chunk data"),
    ),
    (
        "HPE_UNEXPECTED_CONTENT_LENGTH",
        FailureKind::Parse("Content-Length can't be present with Transfer-Encoding"),
    ),
    (
        "HPE_UNEXPECTED_SPACE",
        FailureKind::Parse("Unexpected space after start line"),
    ),
    ("ERR_SSL_WRONG_VERSION_NUMBER", FailureKind::Tls),
    ("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", FailureKind::Tls),
    ("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", FailureKind::Tls),
];

const fn lost(errno: i32, syscall: &'static str) -> FailureKind {
    FailureKind::Lost { errno, syscall }
}

/// Why a code can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyFailureError {
    #[error("no request fails with `{code}`")]
    Unknown {
        code: String,
        /// A code that is spelled alike.
        near: Option<&'static str>,
    },
    #[error("no body breaks off with `{0}`")]
    NotInBody(String),
}

impl ReplyFailureError {
    /// What to write instead.
    pub fn hint(&self) -> String {
        match self {
            ReplyFailureError::Unknown {
                near: Some(near), ..
            } => format!("did you mean `{near}`?"),
            ReplyFailureError::Unknown { near: None, .. } => {
                "Node's codes are for example ECONNREFUSED, ECONNRESET, ETIMEDOUT, ENOTFOUND, \
                 CERT_HAS_EXPIRED, HPE_INVALID_CONSTANT"
                    .to_owned()
            }
            ReplyFailureError::NotInBody(_) => {
                "leave `after_bytes` out, or take ECONNRESET or ETIMEDOUT".to_owned()
            }
        }
    }
}

impl TryFrom<(String, bool)> for ReplyFailure {
    type Error = ReplyFailureError;

    fn try_from((code, in_body): (String, bool)) -> Result<ReplyFailure, ReplyFailureError> {
        ReplyFailure::new(&code, in_body)
    }
}

impl From<ReplyFailure> for (String, bool) {
    fn from(failure: ReplyFailure) -> (String, bool) {
        (failure.code, failure.in_body)
    }
}

impl ReplyFailure {
    /// The failure that Node calls `code`: before there is a response, or in its body.
    pub fn new(code: &str, in_body: bool) -> Result<ReplyFailure, ReplyFailureError> {
        let known = CODES.iter().find(|(known, _)| *known == code);
        let kind = match known {
            Some((_, kind)) => *kind,
            None if certificate_codes().any(|known| known == code) => FailureKind::Certificate,
            None if is_of_tls(code) => FailureKind::Tls,
            None => {
                let codes = CODES.iter().map(|(known, _)| *known);
                let codes = codes.chain(certificate_codes());
                return Err(ReplyFailureError::Unknown {
                    code: code.to_owned(),
                    near: nearest(code, codes),
                });
            }
        };
        let breaks_body = match kind {
            FailureKind::Lost { .. } | FailureKind::Parse(_) | FailureKind::Tls => true,
            // A connection that was there can be lost so, too.
            FailureKind::Connect(_) => {
                ["EHOSTUNREACH", "ENETUNREACH", "ENETDOWN", "ETIMEDOUT"].contains(&code)
            }
            FailureKind::Resolve(_)
            | FailureKind::Handshake
            | FailureKind::Certificate
            | FailureKind::Identity => false,
        };
        if in_body && !breaks_body {
            return Err(ReplyFailureError::NotInBody(code.to_owned()));
        }
        Ok(ReplyFailure {
            code: code.to_owned(),
            kind,
            in_body,
        })
    }

    /// As the request to `url` fails.
    pub(in crate::net) fn of(&self, url: &str) -> NodeError {
        let url = Url::parse(url).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        let host = host.trim_matches(['[', ']']);
        let port = url.as_ref().and_then(Url::port_or_known_default);
        let code = self.code.as_str();
        let stage = if self.in_body {
            Stage::Body
        } else {
            Stage::Head
        };
        let error = |stage, message: String| NodeError::new(stage, self.code.clone(), message);
        match self.kind {
            FailureKind::Connect(errno) if !self.in_body => {
                // No name has an address here.
                let address = match host.parse::<IpAddr>() {
                    Ok(address) => address.to_string(),
                    Err(_) => "127.0.0.1".to_owned(),
                };
                let place = format!("{address}:{}", port.unwrap_or_default());
                NodeError {
                    errno: Some(-errno),
                    syscall: Some("connect".into()),
                    address: Some(address.into()),
                    port,
                    ..error(Stage::Connect, format!("connect {code} {place}"))
                }
            }
            FailureKind::Connect(errno) => NodeError {
                errno: Some(-errno),
                syscall: Some("read".into()),
                ..error(stage, format!("read {code}"))
            },
            // The server has closed the connection, or it is reset: Node has one code for both.
            FailureKind::Lost { .. } if self.in_body && code == "ECONNRESET" => {
                NodeError::hang_up(Stage::Body)
            }
            FailureKind::Lost { errno, syscall } => NodeError {
                errno: Some(-errno),
                syscall: Some(syscall.into()),
                ..error(stage, format!("{syscall} {code}"))
            },
            FailureKind::Resolve(errno) => NodeError {
                errno: Some(-errno),
                syscall: Some("getaddrinfo".into()),
                hostname: Some(host.into()),
                ..error(Stage::Connect, format!("getaddrinfo {code} {host}"))
            },
            FailureKind::Handshake => NodeError {
                errno: Some(-71),
                syscall: Some("write".into()),
                ..error(
                    Stage::Connect,
                    format!("write EPROTO {}", ssl_text("wrong version number")),
                )
            },
            FailureKind::Certificate => {
                error(Stage::Connect, certificate_text(code).unwrap_or_default())
            }
            FailureKind::Identity => error(
                Stage::Connect,
                format!(
                    "Hostname/IP does not match certificate's altnames: Host: {host}. is not in \
                     the cert's altnames: DNS:other.invalid"
                ),
            ),
            FailureKind::Parse(reason) => error(stage, format!("Parse Error: {reason}")),
            FailureKind::Tls => {
                let reason = code.trim_start_matches("ERR_SSL_").replace('_', " ");
                error(stage, ssl_text(&reason.to_ascii_lowercase()))
            }
        }
    }

    /// Whether it shows before the request is complete.
    pub(super) fn is_ahead(&self) -> bool {
        let stage = self.of("http://h/").stage;
        !matches!(stage, Stage::Head | Stage::Body)
    }
}

/// Whether OpenSSL may have named it so: `ERR_SSL_` and its reason.
fn is_of_tls(code: &str) -> bool {
    let reason = code.strip_prefix("ERR_SSL_").unwrap_or_default();
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    !reason.is_empty() && reason.bytes().all(fits)
}

/// What OpenSSL says of a handshake that failed for this reason. Which of its functions found it, and the
/// number, are left out: they differ by OpenSSL's version.
fn ssl_text(reason: &str) -> String {
    format!("error:0A000000:SSL routines::{reason}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: &str, in_body: bool) -> NodeError {
        let failure = ReplyFailure::new(code, in_body).expect(code);
        failure.of("https://api.example.com/v1")
    }

    #[test]
    fn a_code_is_told_as_node_tells_it() {
        let refused = failure("ECONNREFUSED", false);
        assert_eq!(
            (&*refused.message, refused.errno, refused.port),
            ("connect ECONNREFUSED 127.0.0.1:443", Some(-111), Some(443))
        );
        let unknown = failure("ENOTFOUND", false);
        assert_eq!(&*unknown.message, "getaddrinfo ENOTFOUND api.example.com");
        assert_eq!(&*failure("ECONNRESET", false).message, "read ECONNRESET");
        assert_eq!(
            (
                &*failure("ETIMEDOUT", true).message,
                failure("ETIMEDOUT", true).stage
            ),
            ("read ETIMEDOUT", Stage::Body)
        );
        assert_eq!(
            &*failure("CERT_HAS_EXPIRED", false).message,
            "certificate has expired"
        );
        assert_eq!(
            &*failure("HPE_INVALID_CONSTANT", false).message,
            "Parse Error: Expected HTTP/, RTSP/ or ICE/"
        );
        assert_eq!(
            &*failure("ERR_SSL_WRONG_VERSION_NUMBER", false).message,
            "error:0A000000:SSL routines::wrong version number"
        );
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let unknown = ReplyFailure::new("ECONRESET", false).expect_err("misspelt");
        assert_eq!(unknown.hint(), "did you mean `ECONNRESET`?");
        let elsewhere = ReplyFailure::new("ENOTFOUND", true).expect_err("no body yet");
        assert_eq!(elsewhere.to_string(), "no body breaks off with `ENOTFOUND`");
    }
}
