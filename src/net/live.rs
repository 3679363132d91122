//! Where a request becomes bytes on a socket: a turn, a connection that is kept or new, the
//! exchange over it, and what is tried again.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response, header};
use hyper::body::Incoming;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connect::{connect, open};
use super::connection::Connection;
use super::destination::{Destination, port_of};
use super::error;
use super::metadata;
use super::peer::Peer;
use super::pool::{self, ConnectionPool, Lease};
use super::record::ExchangeRecorder;
use super::request_body::Body;
use super::response_body::{Open, ResponseBody};
use super::send_options::SendOptions;
use super::socket::{Socket, SocketTarget};
use super::tls::TlsContexts;
use super::trace::TraceEntry;
use crate::node_error::{NodeError, Stage};
use crate::options::NetPolicy;

/// Exchanges under way at once; the others wait. It keeps thousands of fetches within what a
/// process may open.
const AT_ONCE: usize = 256;

/// How long a response's body is waited for before the function gets the response, when it is
/// recorded: what a function does not read would not be in the cassette.
const READ_AHEAD: Duration = Duration::from_secs(1);

/// The network itself, as far as the policy lets requests go there.
#[derive(Debug)]
pub(super) struct Live {
    policy: Arc<NetPolicy>,
    pool: Arc<ConnectionPool>,
    tls: TlsContexts,
    turns: Arc<Semaphore>,
}

impl Live {
    /// Opens nothing and reads nothing.
    pub fn new(policy: Arc<NetPolicy>) -> Live {
        Live {
            policy,
            pool: Arc::default(),
            tls: TlsContexts::default(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Sends `request`, and traces and records what comes of it.
    pub async fn send(
        &self,
        request: Request<Body>,
        options: &SendOptions,
        entry: TraceEntry,
        recorder: Option<ExchangeRecorder>,
    ) -> Result<Response<ResponseBody>, NodeError> {
        let (response, lease, permit) = match self.exchange(request, options).await {
            Ok(answer) => answer,
            Err(error) => {
                if let Some(recorder) = &recorder {
                    recorder.failed(&error);
                }
                return Err(entry.fail(error));
            }
        };
        entry.responded(response.status().as_u16());
        entry.keep_head(response.headers());
        let (parts, incoming) = response.into_parts();
        let recorded = recorder.is_some();
        if let Some(recorder) = &recorder {
            recorder.responded(&parts);
        }
        let mut body = ResponseBody::new(Open {
            incoming,
            lease,
            entry,
            recorder,
            permit,
        });
        if recorded {
            body.read_ahead(READ_AHEAD).await;
        }
        Ok(Response::from_parts(parts, body))
    }

    async fn exchange(
        &self,
        mut request: Request<Body>,
        options: &SendOptions,
    ) -> Result<Answer, NodeError> {
        let destination = self.prepare(&mut request, options)?;
        let turn = self.turns.clone().acquire_owned().await;
        let permit = turn.map_err(|_| NodeError::hang_up(Stage::Connect))?;
        let keep = pool::keep(request.headers());
        let mut spare = None;
        loop {
            let kept = match keep {
                Some(_) => self.kept(&destination).await,
                None => None,
            };
            let reused = kept.is_some();
            let mut connection = match kept {
                Some(connection) => connection,
                None => self.connect(&destination, options).await?,
            };
            if reused && spare.is_none() && request.method().is_idempotent() {
                spare = again(&request);
            }
            let mut failure = match connection.sender.try_send_request(request).await {
                Ok(mut response) => {
                    check(&response)?;
                    response.extensions_mut().insert(connection.peer);
                    let lease = Lease {
                        connection,
                        destination,
                        pool: self.pool.clone(),
                        keep: keep.and(pool::keep(response.headers())),
                    };
                    return Ok((response, lease, permit));
                }
                Err(failure) => failure,
            };
            let error = error::hyper(Stage::Head, failure.error());
            request = match failure.take_message() {
                // It never left, so sending it again is no repetition.
                Some(unsent) if reused => unsent,
                _ if reused && error::is_lost_connection(&error) => spare.take().ok_or(error)?,
                _ => return Err(error),
            };
        }
    }

    /// Connects for `request` before it is complete: it, or another to the same place, takes the
    /// connection when it is sent.
    pub async fn connect_ahead(
        &self,
        mut request: Request<Body>,
        options: &SendOptions,
    ) -> Result<Peer, NodeError> {
        let destination = self.prepare(&mut request, options)?;
        let connection = match self.kept(&destination).await {
            Some(connection) => connection,
            None => self.connect(&destination, options).await?,
        };
        let peer = connection.peer;
        self.pool.put(destination, connection, pool::IDLE);
        Ok(peer)
    }

    /// Opens a function's own connection.
    pub async fn open(
        &self,
        target: &SocketTarget,
    ) -> Result<(Socket, OwnedSemaphorePermit), NodeError> {
        let SocketTarget { host, port, .. } = target;
        if !self.policy.allows(host, *port) {
            return Err(error::denied(host, *port));
        }
        if metadata::refuses_host(&self.policy, host, *port) {
            return Err(error::metadata(host, *port, host));
        }
        let turn = self.turns.clone().acquire_owned().await;
        let permit = turn.map_err(|_| NodeError::hang_up(Stage::Connect))?;
        let named = metadata::is_named(&self.policy, host, *port);
        let refuses = |address| !named && metadata::refuses_address(&self.policy, address, *port);
        Ok((open(target, &self.tls, &refuses).await?, permit))
    }

    /// A turn for an exchange over a connection that is open already, if there is one left.
    pub fn turn(&self) -> Option<OwnedSemaphorePermit> {
        self.turns.clone().try_acquire_owned().ok()
    }

    /// Where `request` goes, if the policy lets it go there.
    fn prepare(
        &self,
        request: &mut Request<Body>,
        options: &SendOptions,
    ) -> Result<Destination, NodeError> {
        // A proxy would send it on.
        let asked = request.uri().host().unwrap_or_default();
        let asked = asked.trim_matches(['[', ']']).to_ascii_lowercase();
        let asked_port = port_of(request.uri());
        let destination = Destination::prepare(request, options)?;
        let Destination { host, port, .. } = &destination;
        if !self.policy.allows(host, *port) {
            return Err(error::denied(host, *port));
        }
        for (host, port) in [(host, *port), (&asked, asked_port)] {
            // segfn itself asks for the machine's credentials when it is told to.
            if !options.own && metadata::refuses_host(&self.policy, host, port) {
                return Err(error::metadata(host, port, host));
            }
        }
        Ok(destination)
    }

    /// A kept connection, if one is alive.
    async fn kept(&self, destination: &Destination) -> Option<Connection> {
        if !self.pool.knows(destination) {
            return None;
        }
        // The worker may have been busy in JavaScript for long: this lets the connections' drivers
        // see what came in meanwhile, such as the server's goodbye.
        tokio::task::yield_now().await;
        self.pool.take(destination)
    }

    async fn connect(
        &self,
        destination: &Destination,
        options: &SendOptions,
    ) -> Result<Connection, NodeError> {
        // A name may stand for what it doesn't say.
        let Destination { host, port, .. } = destination;
        let named = options.own || metadata::is_named(&self.policy, host, *port);
        let refuses = |address| !named && metadata::refuses_address(&self.policy, address, *port);
        let connecting = connect(destination, &self.tls, &refuses);
        let Some(limit) = options.connect_timeout else {
            return connecting.await;
        };
        let late = |_| error::connect_timeout(&destination.host, destination.port);
        tokio::time::timeout(limit, connecting)
            .await
            .map_err(late)?
    }
}

type Answer = (Response<Incoming>, Lease, OwnedSemaphorePermit);

/// The same request, where its body can be sent again.
fn again(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().again()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    Some(copy)
}

/// Refuses what Node's parser refuses and hyper's lets pass.
fn check<T>(response: &Response<T>) -> Result<(), NodeError> {
    let headers = response.headers();
    // Two lengths that may differ are how responses are smuggled.
    if headers.contains_key(header::CONTENT_LENGTH)
        && headers.contains_key(header::TRANSFER_ENCODING)
    {
        return Err(error::parse(
            Stage::Head,
            "HPE_INVALID_TRANSFER_ENCODING",
            "Transfer-Encoding can't be present with Content-Length",
        ));
    }
    Ok(())
}
