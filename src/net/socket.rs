//! A function's own connection: bytes to a server and back, as far as the policy lets them go.

use std::io;
use std::net::IpAddr;
#[cfg(unix)]
use std::os::fd::{AsRawFd, RawFd};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use super::peer::Peer;
use super::tls::{TlsFacts, TlsOptions};

/// Where a socket is to lead.
#[derive(Clone, Debug)]
pub struct SocketTarget {
    /// A name or an address, without brackets.
    pub host: String,
    pub port: u16,
    /// `None` for plain bytes.
    pub tls: Option<Arc<TlsOptions>>,
    /// A session of TLS that an earlier connection has left may be taken up.
    pub resume: bool,
    /// The address of this machine to connect from.
    pub local_address: Option<IpAddr>,
    /// 4 or 6, to take only addresses of that kind.
    pub family: Option<u8>,
}

/// An open connection.
#[derive(Debug)]
pub struct Socket {
    pub peer: Peer,
    /// What the handshake showed, and whether the server is to be trusted: it is for the caller to break off.
    pub tls: Option<TlsFacts>,
    pub(super) stream: SocketStream,
}

/// The bytes of a socket.
#[derive(Debug)]
pub enum SocketStream {
    Plain(TcpStream),
    Encrypted(Box<SslStream<TcpStream>>),
}

impl Socket {
    pub fn into_stream(self) -> SocketStream {
        self.stream
    }
}

/// A look at an open socket from outside of who reads it.
#[derive(Clone, Copy, Debug)]
pub struct SocketLook {
    #[cfg(unix)]
    descriptor: RawFd,
    #[cfg(unix)]
    encrypted: bool,
}

impl SocketStream {
    /// For as long as the stream is open.
    pub fn look(&self) -> SocketLook {
        SocketLook {
            #[cfg(unix)]
            descriptor: match self {
                SocketStream::Plain(stream) => stream.as_raw_fd(),
                SocketStream::Encrypted(stream) => stream.get_ref().as_raw_fd(),
            },
            #[cfg(unix)]
            encrypted: matches!(self, SocketStream::Encrypted(_)),
        }
    }
}

impl SocketLook {
    /// Whether the other side has ended or broken an idle connection.
    #[cfg(unix)]
    pub fn has_ended(self) -> bool {
        use nix::sys::socket::{MsgFlags, recv};

        let mut place = [0; 32];
        let flags = MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT;
        match recv(self.descriptor, &mut place, flags) {
            Ok(0) => true,
            // An idle connection of TLS hears no more than its goodbye, a record of 24 bytes.
            Ok(count) => self.encrypted && count < place.len(),
            Err(error) => error != nix::errno::Errno::EAGAIN,
        }
    }

    /// Here nobody can look, so that who uses it finds out.
    #[cfg(not(unix))]
    pub fn has_ended(self) -> bool {
        false
    }
}

impl AsyncRead for SocketStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            SocketStream::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            SocketStream::Encrypted(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for SocketStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            SocketStream::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            SocketStream::Encrypted(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            SocketStream::Plain(stream) => Pin::new(stream).poll_flush(context),
            SocketStream::Encrypted(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            SocketStream::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            SocketStream::Encrypted(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
