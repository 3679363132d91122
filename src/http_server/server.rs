//! The loop that accepts connections.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::tls::ServerTls;

/// How long a request's head may take, from the end of the answer before.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// How long requests may go on when the server is to end.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What is answered to who speaks HTTP where HTTPS is wanted.
const NO_TLS: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n\
    This port speaks HTTPS: the URL begins with https://\n";

/// Who is at the other end of the connection; an extension of each request.
#[derive(Clone, Copy, Debug)]
pub struct ClientConnection {
    pub address: SocketAddr,
    /// Whether the connection speaks TLS.
    pub encrypted: bool,
}

impl ClientConnection {
    /// How URLs begin by which it asks.
    pub fn scheme(self) -> &'static str {
        if self.encrypted { "https" } else { "http" }
    }
}

/// How many connections a server takes, and what they speak.
pub struct Connections {
    /// So many are open at once; others wait until one of them ends.
    pub most: usize,
    /// With it, HTTPS. Plain HTTP is then left to clients on this machine.
    pub tls: Option<Arc<ServerTls>>,
}

/// Answers requests over HTTP/1.1 until `end` is there; then requests that are being answered have a
/// second.
///
/// # Errors
/// What the listener fails with for good.
pub async fn serve<A, F, B>(
    listener: TcpListener,
    connections: Connections,
    answer: A,
    end: impl Future<Output = ()>,
) -> io::Result<()>
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(connections.most));
    let open = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    let mut end = pin!(end);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut end => break,
        };
        match accepted {
            Ok((stream, address, place)) => {
                stream.set_nodelay(true).ok();
                let talk = Talk {
                    http: http.clone(),
                    answer: answer.clone(),
                    watcher: open.watcher(),
                };
                let tls = connections.tls.clone();
                tokio::spawn(async move {
                    match tls {
                        None => talk.over(stream, address, false).await,
                        Some(tls) => talk.over_tls(&tls, stream, address).await,
                    }
                    drop(place);
                });
            }
            Err(error) if is_passing(&error) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(error) => return Err(error),
        }
    }
    drop(listener);
    // Those that take longer end with the runtime.
    let ended = tokio::time::timeout(LAST_WORDS, open.shutdown());
    ended.await.ok();
    Ok(())
}

/// What is said on one connection.
struct Talk<A> {
    http: hyper::server::conn::http1::Builder,
    answer: A,
    watcher: Watcher,
}

impl<A> Talk<A> {
    async fn over_tls<F, B>(self, tls: &ServerTls, stream: TcpStream, address: SocketAddr)
    where
        A: Fn(Request<Incoming>) -> F,
        F: Future<Output = Response<B>>,
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + 'static,
    {
        let begun = tokio::time::timeout(HEAD_TIME, async {
            match ServerTls::is_spoken(&stream).await {
                Ok(true) => tls.accept(stream).await.map_err(|_| None),
                Ok(false) => Err(Some(stream)),
                Err(_) => Err(None),
            }
        });
        match begun.await {
            Ok(Ok(stream)) => self.over(stream, address, true).await,
            Ok(Err(Some(stream))) if address.ip().is_loopback() => {
                self.over(stream, address, false).await;
            }
            Ok(Err(Some(mut stream))) => {
                // Who doesn't take it is told nothing.
                stream.write_all(NO_TLS).await.ok();
            }
            // A handshake that fails concerns its client alone.
            Ok(Err(None)) | Err(_) => {}
        }
    }

    async fn over<S, F, B>(self, stream: S, address: SocketAddr, encrypted: bool)
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
        A: Fn(Request<Incoming>) -> F,
        F: Future<Output = Response<B>>,
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + 'static,
    {
        let peer = ClientConnection { address, encrypted };
        let answer = self.answer;
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            let answered = answer(request);
            async move { Ok::<_, Infallible>(answered.await) }
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        // A connection that breaks concerns its client alone.
        self.watcher.watch(connection).await.ok();
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await;
    let place = place.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

/// Whether accepting may succeed again soon: a client that gave up, or no more file descriptors.
fn is_passing(error: &io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    ) || matches!(error.raw_os_error(), Some(ENFILE | EMFILE))
}
