//! From a name to a connection that HTTP/1.1 can be spoken on.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream};

use super::connection::Connection;
use super::destination::Destination;
use super::error;
use super::peer::Peer;
use super::socket::{Socket, SocketStream, SocketTarget};
use super::tls::TlsContexts;
use crate::node_error::{NodeError, Stage};

/// Node's `autoSelectFamilyAttemptTimeout`: with several addresses, each but the last gets so long.
const ATTEMPT: Duration = Duration::from_millis(250);

/// Node's `--max-http-header-size`, in bytes.
const MAX_HEADER_SIZE: usize = 16 * 1024;

/// Node's `http.maxHeadersCount`.
const MAX_HEADERS: usize = 2000;

/// Opens a connection, if `refuses` lets it go to each of the host's addresses, and leaves its driver to
/// the runtime that this is called on.
pub(super) async fn connect(
    destination: &Destination,
    contexts: &TlsContexts,
    refuses: &(impl Fn(IpAddr) -> bool + Sync),
) -> Result<Connection, NodeError> {
    let host = &destination.host;
    let tls = destination.tls.as_ref();
    // What they say may be unusable: then nobody is called.
    let tls = tls.map(|options| Ok((contexts.get(options)?, options)));
    let tls = tls.transpose()?;
    let from = Origin::default();
    let (tcp, peer) = dial_ready(host, destination.port, from, refuses).await?;
    match tls {
        None => handshake(tcp, peer).await,
        Some((context, options)) => {
            let stream = context.connect(options, host, destination.port, tcp);
            handshake(stream.await?, peer).await
        }
    }
}

/// Opens a function's own connection, if `refuses` lets it go to each of the host's addresses.
pub(super) async fn open(
    target: &SocketTarget,
    contexts: &TlsContexts,
    refuses: &(impl Fn(IpAddr) -> bool + Sync),
) -> Result<Socket, NodeError> {
    let SocketTarget { host, port, .. } = target;
    let tls = target.tls.as_ref();
    let tls = tls.map(|options| Ok((contexts.get(options)?, options)));
    let tls = tls.transpose()?;
    let from = Origin {
        address: target.local_address,
        family: target.family,
    };
    let (tcp, peer) = dial_ready(host, *port, from, refuses).await?;
    let (stream, tls) = match tls {
        None => (SocketStream::Plain(tcp), None),
        Some((context, options)) => {
            let connected = context.connect_and_tell(options, host, *port, target.resume, tcp);
            let (stream, facts) = connected.await?;
            (SocketStream::Encrypted(Box::new(stream)), Some(facts))
        }
    };
    Ok(Socket { peer, tls, stream })
}

/// What a connection is to begin at.
#[derive(Clone, Copy, Debug, Default)]
struct Origin {
    address: Option<IpAddr>,
    /// 4 or 6.
    family: Option<u8>,
}

async fn dial_ready(
    host: &str,
    port: u16,
    from: Origin,
    refuses: &impl Fn(IpAddr) -> bool,
) -> Result<(TcpStream, Peer), NodeError> {
    let tcp = dial(host, port, from, refuses).await?;
    // A request is written at once, so waiting to fill a packet only delays it.
    let facts = tcp
        .set_nodelay(true)
        .and_then(|()| Ok((tcp.peer_addr()?, tcp.local_addr()?)));
    // The socket can't be asked any more when the server has reset it already.
    let Ok((remote, local)) = facts else {
        return Err(NodeError::hang_up(Stage::Head));
    };
    Ok((tcp, Peer { remote, local }))
}

async fn dial(
    host: &str,
    port: u16,
    from: Origin,
    refuses: &impl Fn(IpAddr) -> bool,
) -> Result<TcpStream, NodeError> {
    let addresses = match host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => {
            let found = tokio::net::lookup_host((host, port)).await;
            let found = found.map_err(|error| error::resolve(&error, host))?;
            let fits = |address: &SocketAddr| match from.family {
                Some(4) => address.is_ipv4(),
                Some(6) => address.is_ipv6(),
                _ => true,
            };
            by_turns(found.filter(fits).collect())
        }
    };
    if let Some(refused) = addresses.iter().find(|address| refuses(address.ip())) {
        return Err(error::metadata(host, port, &refused.ip().to_string()));
    }
    let mut errors = Vec::new();
    for (index, &address) in addresses.iter().enumerate() {
        let attempt = connect_from(from.address, address);
        let result = if index + 1 == addresses.len() {
            attempt.await
        } else {
            let timely = tokio::time::timeout(ATTEMPT, attempt).await;
            timely.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
        };
        match result {
            Ok(stream) => return Ok(stream),
            Err(error) => errors.push(error::connect(&error, address)),
        }
    }
    if errors.is_empty() {
        let nothing = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(error::resolve(&nothing, host));
    }
    Err(error::aggregate(errors))
}

async fn connect_from(from: Option<IpAddr>, to: SocketAddr) -> std::io::Result<TcpStream> {
    let Some(from) = from else {
        return TcpStream::connect(to).await;
    };
    let socket = match to {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.bind(SocketAddr::new(from, 0))?;
    socket.connect(to).await
}

/// The families in turn, beginning with the resolver's first choice, as Node tries them.
fn by_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let Some(first) = addresses.first() else {
        return addresses;
    };
    let first_is_v6 = first.is_ipv6();
    let (ones, others): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == first_is_v6);
    let mut result = Vec::with_capacity(ones.len() + others.len());
    let (mut ones, mut others) = (ones.into_iter(), others.into_iter());
    loop {
        let before = result.len();
        result.extend(ones.next());
        result.extend(others.next());
        if result.len() == before {
            break;
        }
    }
    // The resolver names an address once for each kind of socket.
    result.dedup();
    result
}

async fn handshake<S>(stream: S, peer: Peer) -> Result<Connection, NodeError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, driver) = http1::Builder::new()
        // Where a request doesn't say how its headers' names are written, see header_case.rs.
        .title_case_headers(true)
        .max_headers(MAX_HEADERS)
        .max_header_size(MAX_HEADER_SIZE)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| error::hyper(Stage::Connect, &error))?;
    tokio::spawn(async move {
        // What goes wrong here is also told to the exchange under way, which reports it.
        let _ = driver.await;
    });
    Ok(Connection { sender, peer })
}
