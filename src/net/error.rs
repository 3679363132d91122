//! Why a request failed, in Node's words: functions, node-fetch and aws-sdk decide by them.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;

use openssl::ssl;
use serde::Serialize;

/// A failed request, with the facts that Node puts on its error.
#[derive(Clone, Debug, Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{message}")]
pub struct NetError {
    /// Node's text, such as `connect ECONNREFUSED 127.0.0.1:1`.
    pub message: String,
    /// Node's code, such as `ECONNREFUSED`.
    pub code: &'static str,
    #[serde(skip)]
    pub stage: Stage,
    /// Negative, as Node gives it: -111 for ECONNREFUSED.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errno: Option<i32>,
    /// `connect`, `getaddrinfo`, `read` or `write`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syscall: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The name that could not be resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Box<str>>,
    /// One for each address tried, when there were several. Node then throws an `AggregateError`
    /// without a message; [`NetError::message`] is empty too.
    #[serde(skip_serializing_if = "<[NetError]>::is_empty")]
    pub errors: Box<[NetError]>,
}

/// How far a request came before it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was not tried: the policy refuses it, or it can't be expressed in HTTP.
    Refused,
    /// No connection: name, address, TLS.
    Connect,
    /// No connection within [`SendOptions::connect_timeout`](super::SendOptions::connect_timeout).
    ConnectTimeout,
    /// The connection failed before the response's head was there.
    Head,
    /// The connection failed within the response's body.
    Body,
    /// A cassette says that there never was an answer.
    Silent,
}

impl NetError {
    /// The text for people: [`NetError::message`], or where that is empty the last address's.
    pub fn shown(&self) -> &str {
        match self.errors.last() {
            Some(last) if self.message.is_empty() => last.shown(),
            _ => &self.message,
        }
    }

    /// Whether the connection ended under the request, so that it may or may not have arrived.
    pub(crate) fn is_lost_connection(&self) -> bool {
        matches!(self.code, "ECONNRESET" | "EPIPE")
    }

    pub(crate) fn new(stage: Stage, code: &'static str, message: impl Into<String>) -> Self {
        NetError {
            message: message.into(),
            code,
            stage,
            errno: None,
            syscall: None,
            address: None,
            port: None,
            hostname: None,
            errors: Box::default(),
        }
    }

    /// The function asked for a host that segfn's policy does not let it reach.
    pub(crate) fn denied(host: &str, port: u16) -> Self {
        NetError {
            address: Some(host.into()),
            port: Some(port),
            ..NetError::new(
                Stage::Refused,
                "ERR_SEGFN_NET_DENIED",
                format!(
                    "segfn's network policy refuses {host}:{port} (open it with --allow-net {host})"
                ),
            )
        }
    }

    /// A cassette answers, and it has no such request.
    pub(crate) fn not_recorded(method: &str, url: &str) -> Self {
        NetError::new(
            Stage::Refused,
            "ERR_SEGFN_NOT_RECORDED",
            format!(
                "{method} {url} is not in the cassette (`segfn record --update-missing` records it)"
            ),
        )
    }

    /// A cassette answers, and in its exchange nobody did.
    pub(crate) fn silent() -> Self {
        NetError::new(Stage::Silent, "ETIMEDOUT", "no response")
    }

    pub(crate) fn connect(error: &io::Error, to: SocketAddr) -> Self {
        let (code, errno) = name(error);
        // As Node writes it: no brackets around an IPv6 address.
        let message = format!("connect {code} {}:{}", to.ip(), to.port());
        NetError {
            errno,
            syscall: Some("connect"),
            address: Some(to.ip().to_string().into()),
            port: Some(to.port()),
            ..NetError::new(Stage::Connect, code, message)
        }
    }

    pub(crate) fn connect_timeout(host: &str, port: u16) -> Self {
        let error = NetError::new(
            Stage::ConnectTimeout,
            "ETIMEDOUT",
            format!("connect ETIMEDOUT {host}:{port}"),
        );
        NetError {
            errno: Some(-110),
            syscall: Some("connect"),
            address: Some(host.into()),
            port: Some(port),
            ..error
        }
    }

    /// Several addresses were tried in vain.
    pub(crate) fn aggregate(mut errors: Vec<NetError>) -> Self {
        match errors.len() {
            1 => errors.remove(0),
            _ => {
                let code = errors.last().map_or("ECONNREFUSED", |error| error.code);
                NetError {
                    errors: errors.into(),
                    ..NetError::new(Stage::Connect, code, "")
                }
            }
        }
    }

    pub(crate) fn resolve(error: &io::Error, host: &str) -> Self {
        // The standard library keeps the resolver's text and not its code.
        let text = error.to_string();
        let again = text.contains("Temporary failure") || text.contains("Try again");
        let (code, errno) = if again {
            ("EAI_AGAIN", -3001)
        } else {
            ("ENOTFOUND", -3008)
        };
        NetError {
            errno: Some(errno),
            syscall: Some("getaddrinfo"),
            hostname: Some(host.into()),
            ..NetError::new(Stage::Connect, code, format!("getaddrinfo {code} {host}"))
        }
    }

    /// The handshake of TLS failed.
    pub(crate) fn tls(error: &ssl::Error) -> Self {
        if let Some(first) = first_error(error) {
            // Node's request is waiting to be written meanwhile, so that writing it fails.
            return NetError {
                errno: Some(-71),
                syscall: Some("write"),
                ..NetError::new(Stage::Connect, "EPROTO", format!("write EPROTO {first}"))
            };
        }
        match error.io_error() {
            Some(io) if io.kind() == io::ErrorKind::ConnectionReset => NetError {
                stage: Stage::Connect,
                ..NetError::lost(io, "read")
            },
            _ => NetError::new(
                Stage::Connect,
                "ECONNRESET",
                "Client network socket disconnected before secure TLS connection was established",
            ),
        }
    }

    /// The server closed the connection, or never answered on it.
    pub(crate) fn hang_up(stage: Stage) -> Self {
        let message = if stage == Stage::Body {
            "aborted"
        } else {
            "socket hang up"
        };
        NetError::new(stage, "ECONNRESET", message)
    }

    pub(crate) fn parse(stage: Stage, code: &'static str, reason: &str) -> Self {
        NetError::new(stage, code, format!("Parse Error: {reason}"))
    }

    pub(crate) fn header_overflow(stage: Stage) -> Self {
        NetError::parse(stage, "HPE_HEADER_OVERFLOW", "Header overflow")
    }

    pub(crate) fn hyper(stage: Stage, error: &hyper::Error) -> Self {
        if error.is_parse_too_large() {
            return NetError::header_overflow(stage);
        }
        if error.is_parse_status() {
            return NetError::parse(stage, "HPE_INVALID_STATUS", "Invalid status code");
        }
        if error.is_parse() {
            // hyper tells the other kinds apart only by their texts.
            let text = error.to_string();
            let (code, reason) = if text.contains("version") {
                ("HPE_INVALID_CONSTANT", "Expected HTTP/, RTSP/ or ICE/")
            } else if text.contains("content-length") {
                (
                    "HPE_INVALID_CONTENT_LENGTH",
                    "Invalid character in Content-Length",
                )
            } else if text.contains("transfer-encoding") {
                (
                    "HPE_INVALID_TRANSFER_ENCODING",
                    "Invalid `Transfer-Encoding` header value",
                )
            } else {
                ("HPE_INVALID_HEADER_TOKEN", "Invalid header token")
            };
            return NetError::parse(stage, code, reason);
        }
        let mut source = error.source();
        while let Some(cause) = source {
            if let Some(io) = cause.downcast_ref::<io::Error>() {
                return NetError::exchange(stage, io);
            }
            source = cause.source();
        }
        NetError::hang_up(stage)
    }

    fn exchange(stage: Stage, error: &io::Error) -> Self {
        if let Some(tls) = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<ssl::Error>())
            && let Some(first) = first_error(tls)
        {
            return NetError::new(stage, "ERR_SSL_", first.to_string());
        }
        let lost = match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                let reason = "Invalid character in chunk size";
                return NetError::parse(stage, "HPE_INVALID_CHUNK_SIZE", reason);
            }
            io::ErrorKind::BrokenPipe => NetError::lost(error, "write"),
            _ if error.raw_os_error().is_some() => NetError::lost(error, "read"),
            _ => NetError::hang_up(stage),
        };
        NetError { stage, ..lost }
    }

    fn lost(error: &io::Error, syscall: &'static str) -> Self {
        let (code, errno) = name(error);
        let message = format!("{syscall} {code}");
        NetError {
            errno,
            syscall: Some(syscall),
            ..NetError::new(Stage::Head, code, message)
        }
    }
}

/// What OpenSSL has to say of a failure. Where Node's text begins with the number of the thread, which
/// is another one in each run, its own begins.
fn first_error(error: &ssl::Error) -> Option<&openssl::error::Error> {
    error.ssl_error()?.errors().first()
}

/// The name and Node's number of an operating system's error.
fn name(error: &io::Error) -> (&'static str, Option<i32>) {
    use io::ErrorKind as Kind;
    let code = match error.kind() {
        Kind::ConnectionRefused => "ECONNREFUSED",
        Kind::ConnectionReset => "ECONNRESET",
        Kind::ConnectionAborted => "ECONNABORTED",
        Kind::HostUnreachable => "EHOSTUNREACH",
        Kind::NetworkUnreachable => "ENETUNREACH",
        Kind::NetworkDown => "ENETDOWN",
        Kind::TimedOut => "ETIMEDOUT",
        Kind::BrokenPipe => "EPIPE",
        Kind::AddrNotAvailable => "EADDRNOTAVAIL",
        Kind::AddrInUse => "EADDRINUSE",
        Kind::NotConnected => "ENOTCONN",
        Kind::PermissionDenied => "EACCES",
        Kind::InvalidInput => "EINVAL",
        // Too many open files has no kind of its own.
        _ => match error.raw_os_error() {
            Some(24) => "EMFILE",
            Some(23) => "ENFILE",
            Some(97) => "EAFNOSUPPORT",
            _ => "EIO",
        },
    };
    (code, error.raw_os_error().map(|number| -number))
}
