//! From a name to a connection that HTTP/1.1 can be spoken on.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::connection::Connection;
use super::destination::Destination;
use super::error;
use super::peer::Peer;
use super::tls::TlsContexts;
use crate::node_error::{NodeError, Stage};

/// Node's `autoSelectFamilyAttemptTimeout`: with several addresses, each but the last gets so long.
const ATTEMPT: Duration = Duration::from_millis(250);

/// Node's `--max-http-header-size`, in bytes.
const MAX_HEADER_SIZE: usize = 16 * 1024;

/// Node's `http.maxHeadersCount`.
const MAX_HEADERS: usize = 2000;

/// Opens a connection and leaves its driver to the runtime that this is called on.
pub(super) async fn connect(
    destination: &Destination,
    contexts: &TlsContexts,
) -> Result<Connection, NodeError> {
    let host = &destination.host;
    let tls = destination.tls.as_ref();
    // What they say may be unusable: then nobody is called.
    let tls = tls.map(|options| Ok((contexts.get(options)?, options)));
    let tls = tls.transpose()?;
    let tcp = dial(host, destination.port).await?;
    // A request is written at once, so waiting to fill a packet only delays it.
    let facts = tcp
        .set_nodelay(true)
        .and_then(|()| Ok((tcp.peer_addr()?, tcp.local_addr()?)));
    // The socket can't be asked any more when the server has reset it already.
    let Ok((remote, local)) = facts else {
        return Err(NodeError::hang_up(Stage::Head));
    };
    let peer = Peer { remote, local };
    match tls {
        None => handshake(tcp, peer).await,
        Some((context, options)) => {
            let stream = context.connect(options, host, destination.port, tcp);
            handshake(stream.await?, peer).await
        }
    }
}

async fn dial(host: &str, port: u16) -> Result<TcpStream, NodeError> {
    let addresses = match host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => {
            let found = tokio::net::lookup_host((host, port)).await;
            by_turns(
                found
                    .map_err(|error| error::resolve(&error, host))?
                    .collect(),
            )
        }
    };
    let mut errors = Vec::new();
    for (index, &address) in addresses.iter().enumerate() {
        let attempt = TcpStream::connect(address);
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
