//! Why a request failed, in Node's words.

use std::error::Error;
use std::io;
use std::net::SocketAddr;

use openssl::ssl;

use crate::hints;
use crate::libcrypto::Told;
use crate::node_error::{NodeError, Stage};

/// The function asked for a host that segfn's policy does not let it reach.
pub(super) fn denied(host: &str, port: u16) -> NodeError {
    let message = format!(
        "segfn's network policy refuses {host}:{port} ({})",
        hints::allow_host(host)
    );
    NodeError {
        address: Some(host.into()),
        port: Some(port),
        ..NodeError::new(Stage::Refused, "ERR_SEGFN_NET_DENIED", message)
    }
}

/// The function asked for a cloud's metadata: `host` is it, or stands for `address`.
pub(super) fn metadata(host: &str, port: u16, address: &str) -> NodeError {
    let stands_for = match host == address {
        true => String::new(),
        false => format!(", which is {address}"),
    };
    let message = format!(
        "segfn refuses {host}:{port}{stands_for}: there a cloud gives machines their credentials ({})",
        hints::allow_metadata(host, address)
    );
    NodeError {
        address: Some(host.to_owned().into()),
        port: Some(port),
        ..NodeError::new(Stage::Refused, "ERR_SEGFN_NET_DENIED", message)
    }
}

/// A cassette answers, and it has no such request.
pub(super) fn not_recorded(method: &str, url: &str) -> NodeError {
    let message = format!(
        "{method} {url} is not in the cassette ({})",
        hints::RECORD_MISSING
    );
    NodeError::new(Stage::Refused, "ERR_SEGFN_NOT_RECORDED", message)
}

/// A cassette answers, and in its exchange nobody did.
pub(super) fn no_response() -> NodeError {
    NodeError::new(Stage::NoResponse, "ETIMEDOUT", "no response")
}

/// It can't be sent as HTTP.
pub(super) fn invalid_url(text: &str) -> NodeError {
    NodeError::new(Stage::Refused, "ERR_INVALID_URL", text)
}

pub(super) fn connect(error: &io::Error, to: SocketAddr) -> NodeError {
    let (code, errno) = name(error);
    // As Node writes it: no brackets around an IPv6 address.
    let message = format!("connect {code} {}:{}", to.ip(), to.port());
    NodeError {
        errno,
        syscall: Some("connect".into()),
        address: Some(to.ip().to_string().into()),
        port: Some(to.port()),
        ..NodeError::new(Stage::Connect, code, message)
    }
}

pub(super) fn connect_timeout(host: &str, port: u16) -> NodeError {
    let message = format!("connect ETIMEDOUT {host}:{port}");
    NodeError {
        errno: Some(-110),
        syscall: Some("connect".into()),
        address: Some(host.into()),
        port: Some(port),
        ..NodeError::new(Stage::ConnectTimeout, "ETIMEDOUT", message)
    }
}

/// Several addresses were tried in vain.
pub(super) fn aggregate(mut errors: Vec<NodeError>) -> NodeError {
    if errors.len() == 1 {
        return errors.remove(0);
    }
    let code = match errors.last() {
        Some(last) => last.code.clone(),
        None => "ECONNREFUSED".into(),
    };
    NodeError {
        errors: errors.into(),
        ..NodeError::new(Stage::Connect, code, "")
    }
}

pub(super) fn resolve(error: &io::Error, host: &str) -> NodeError {
    // The standard library keeps the resolver's text and not its code.
    let text = error.to_string();
    let again = text.contains("Temporary failure") || text.contains("Try again");
    let (code, errno) = match again {
        true => ("EAI_AGAIN", -3001),
        false => ("ENOTFOUND", -3008),
    };
    NodeError {
        errno: Some(errno),
        syscall: Some("getaddrinfo".into()),
        hostname: Some(host.into()),
        ..NodeError::new(Stage::Connect, code, format!("getaddrinfo {code} {host}"))
    }
}

/// What a request says of TLS is unusable.
pub(super) fn tls_options(told: Told) -> NodeError {
    let code = told.code.unwrap_or_else(|| "ERR_OSSL".to_owned());
    NodeError::new(Stage::Refused, code, told.message)
}

/// The handshake of TLS failed.
pub(super) fn tls(error: &ssl::Error) -> NodeError {
    if let Some(first) = first_error(error) {
        // In Node the request waits to be written, so that it is the write that fails.
        return NodeError {
            errno: Some(-71),
            syscall: Some("write".into()),
            ..NodeError::new(Stage::Connect, "EPROTO", format!("write EPROTO {first}"))
        };
    }
    match error.io_error() {
        Some(io) if io.kind() == io::ErrorKind::ConnectionReset => lost(Stage::Connect, io, "read"),
        _ => NodeError::new(
            Stage::Connect,
            "ECONNRESET",
            "Client network socket disconnected before secure TLS connection was established",
        ),
    }
}

pub(super) fn parse(stage: Stage, code: &'static str, reason: &str) -> NodeError {
    NodeError::new(stage, code, format!("Parse Error: {reason}"))
}

/// Whether the connection ended under the request, so that it may or may not have arrived.
pub(super) fn is_lost_connection(error: &NodeError) -> bool {
    matches!(&*error.code, "ECONNRESET" | "EPIPE")
}

pub(super) fn hyper(stage: Stage, error: &hyper::Error) -> NodeError {
    if error.is_parse_too_large() {
        return parse(stage, "HPE_HEADER_OVERFLOW", "Header overflow");
    }
    if error.is_parse_status() {
        return parse(stage, "HPE_INVALID_STATUS", "Invalid status code");
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
        return parse(stage, code, reason);
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return exchange(stage, io);
        }
        source = cause.source();
    }
    NodeError::hang_up(stage)
}

/// A function's own socket failed to `read` or to `write`.
pub fn socket_error(error: &io::Error, syscall: &str) -> NodeError {
    match exchange(Stage::Head, error) {
        found if found.code.starts_with("ERR_SSL") => found,
        _ if error.raw_os_error().is_some() => lost(Stage::Head, error, syscall),
        _ => NodeError {
            message: format!("{syscall} ECONNRESET").into(),
            errno: Some(-104),
            syscall: Some(syscall.into()),
            ..NodeError::hang_up(Stage::Head)
        },
    }
}

fn exchange(stage: Stage, error: &io::Error) -> NodeError {
    let inner = error.get_ref();
    if let Some(tls) = inner.and_then(|inner| inner.downcast_ref::<ssl::Error>())
        && let Some(first) = first_error(tls)
    {
        let reason = first.reason().unwrap_or("unknown error");
        let code = reason.replace(' ', "_").to_ascii_uppercase();
        return NodeError::new(stage, format!("ERR_SSL_{code}"), first.to_string());
    }
    match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            let reason = "Invalid character in chunk size";
            parse(stage, "HPE_INVALID_CHUNK_SIZE", reason)
        }
        io::ErrorKind::BrokenPipe => lost(stage, error, "write"),
        _ if error.raw_os_error().is_some() => lost(stage, error, "read"),
        _ => NodeError::hang_up(stage),
    }
}

fn lost(stage: Stage, error: &io::Error, syscall: &str) -> NodeError {
    let (code, errno) = name(error);
    NodeError {
        errno,
        syscall: Some(syscall.into()),
        ..NodeError::new(stage, code, format!("{syscall} {code}"))
    }
}

/// What OpenSSL has to say of a failure. Node's text is the same, but begins with the number of a
/// thread, which is another one in each run.
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
