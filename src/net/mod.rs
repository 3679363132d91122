//! The one door to the network: `fetch`, `https` and the AWS clients all pass it, so this is where
//! traffic is traced and refused.
//!
//! HTTP/1.1, as Node's client speaks it. Redirects and content codings are not known here: the
//! platform's own packages do these, or nobody does.

mod body;
mod connect;
mod error;
mod pool;
mod spelling;
mod tape;
mod taped;
mod tls;
mod trace;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::HeaderValue;
use http::Request;
use http::Response;
use http::Uri;
use http::header;
use tokio::sync::Semaphore;

pub use self::body::Body;
pub use self::body::BodyAborted;
pub use self::body::BodySender;
pub use self::body::Piece;
pub use self::body::ResponseBody;
pub use self::connect::Peer;
pub use self::error::NetError;
pub use self::error::Stage;
pub(crate) use self::spelling::spelled;
pub use self::tape::Miss;
pub use self::tape::Nearest;
pub use self::tape::Player;
pub use self::tape::Recorded;
pub use self::tape::Recorder;
pub use self::tape::Stub;
pub use self::tape::Tape;
pub(crate) use self::tape::silent_here;
pub use self::tls::TlsOptions;
pub use self::trace::Entry;
pub use self::trace::Trace;

use self::body::Open;
use self::pool::Connection;
use self::pool::Destination;
use self::pool::Lease;
use self::pool::Pool;
use self::tape::Take;
use crate::cassette::Redactor;
use crate::options::NetPolicy;
use crate::outcome::Via;
use crate::secrets::Secrets;

/// Exchanges under way at once; the others wait. It keeps thousands of fetches within what a
/// process may open.
const AT_ONCE: usize = 256;

/// The network of one worker thread. Clones share connections, so they must all be used on the
/// runtime of that worker.
#[derive(Clone, Debug)]
pub struct Net(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    policy: Arc<NetPolicy>,
    secrets: Arc<Secrets>,
    pool: Arc<Pool>,
    tls: tls::Contexts,
    turns: Arc<Semaphore>,
    tape: Tape,
    /// What outcomes show of requests goes through this; `None` when they show nothing of them.
    keep: Option<Redactor>,
}

/// How to send a request.
#[derive(Clone, Debug)]
pub struct SendOptions {
    pub via: Via,
    /// The time that name, connection and TLS may take together; no limit when absent.
    pub connect_timeout: Option<Duration>,
    /// Of no meaning to plain HTTP.
    pub tls: Arc<TlsOptions>,
    /// A server (`http` or `https`) that is given the whole URL and sends the request on. It sees
    /// all of an `https` request too: aws-sdk has no tunnels.
    pub proxy: Option<Uri>,
    /// It is segfn's own affair, as asking for the machine's credentials is: neither recorded nor
    /// replayed.
    pub own: bool,
}

impl SendOptions {
    /// No limit, and the machine's trusted certificates.
    pub fn new(via: Via) -> Self {
        SendOptions {
            via,
            connect_timeout: None,
            tls: Arc::default(),
            proxy: None,
            own: false,
        }
    }
}

impl Net {
    /// Opens nothing and reads nothing: a function that stays off the network pays nothing.
    pub fn new(policy: Arc<NetPolicy>, secrets: Arc<Secrets>) -> Self {
        Net::taped(policy, secrets, Tape::Live, None)
    }

    /// The same with a tape in between. With `keep`, outcomes show whole requests, redacted by it.
    pub fn taped(
        policy: Arc<NetPolicy>,
        secrets: Arc<Secrets>,
        tape: Tape,
        keep: Option<Redactor>,
    ) -> Self {
        Net(Arc::new(Inner {
            policy,
            secrets,
            pool: Arc::default(),
            tls: tls::Contexts::default(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            tape,
            keep,
        }))
    }

    /// Sends `request`, whose URI is absolute (`http` or `https`), and returns when the response's
    /// head is there. Dropping the future, or the response's body before its end, closes the
    /// connection.
    ///
    /// Headers are sent as given; `Host` is added where it is missing, and a body's length is
    /// declared where no header does. `Connection: close` is honoured, and else the connection is
    /// kept. A kept connection that the server has closed meanwhile is replaced by a new one, but
    /// a request that may have arrived is sent again only if that can do no harm (RFC 9110 9.2.2).
    ///
    /// The response's extensions hold a [`Peer`], and hyper's `ReasonPhrase` where the server's
    /// isn't the standard one.
    pub async fn send(
        &self,
        request: Request<Body>,
        options: SendOptions,
        trace: &Trace,
    ) -> Result<Response<ResponseBody>, NetError> {
        let entry = trace.begin(options.via, request.method().as_str(), shown(request.uri()));
        remember_secrets(request.headers(), &self.0.secrets);
        let result = self.by_tape(request, options, entry).await;
        result.map_err(|(error, entry)| {
            entry.failed(error.shown());
            error
        })
    }

    /// Sends `request` over the network.
    async fn live(
        &self,
        request: Request<Body>,
        options: SendOptions,
        entry: Entry,
        take: Option<Take>,
    ) -> Result<Response<ResponseBody>, (NetError, Entry)> {
        match self.exchange(request, options).await {
            Ok((response, lease, permit)) => {
                entry.responded(response.status().as_u16());
                let (parts, incoming) = response.into_parts();
                let recorded = take.is_some();
                if let Some(take) = &take {
                    take.responded(&parts);
                }
                let mut body = ResponseBody::new(Open {
                    incoming,
                    lease,
                    entry,
                    take,
                    permit,
                });
                if recorded {
                    body.read_ahead(taped::READ_AHEAD).await;
                }
                Ok(Response::from_parts(parts, body))
            }
            Err(error) => {
                if let Some(take) = &take {
                    take.failed(&error);
                }
                Err((error, entry))
            }
        }
    }

    async fn exchange(
        &self,
        mut request: Request<Body>,
        options: SendOptions,
    ) -> Result<Answer, NetError> {
        let inner = &*self.0;
        let destination = prepare(&mut request, &options)?;
        self.permit(&destination)?;
        let turn = inner.turns.clone().acquire_owned().await;
        let permit = turn.map_err(|_| NetError::hang_up(Stage::Connect))?;
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
                None => self.connect(&destination, options.connect_timeout).await?,
            };
            if reused && spare.is_none() && request.method().is_idempotent() {
                spare = again(&request);
            }
            let mut failure = match connection.sender.try_send_request(request).await {
                Ok(mut response) => {
                    check(&response)?;
                    response.extensions_mut().insert(connection.peer);
                    let keep = keep.and(pool::keep(response.headers()));
                    let pool = inner.pool.clone();
                    let lease = Lease {
                        connection,
                        destination,
                        pool,
                        keep,
                    };
                    return Ok((response, lease, permit));
                }
                Err(failure) => failure,
            };
            let error = NetError::hyper(Stage::Head, failure.error());
            request = match failure.take_message() {
                // It never left, so sending it again is no repetition.
                Some(unsent) if reused => unsent,
                _ if reused && error.is_lost_connection() => spare.take().ok_or(error)?,
                _ => return Err(error),
            };
        }
    }

    /// Connects for `request` before it is complete: it, or another to the same place, takes the
    /// connection when it is sent. A failure is traced as the request's.
    pub async fn connect_ahead(
        &self,
        mut request: Request<Body>,
        options: SendOptions,
        trace: &Trace,
    ) -> Result<Peer, NetError> {
        if let Some(answered) = self.ahead_by_tape(&request, &options, trace) {
            return answered;
        }
        let url = shown(request.uri());
        let method = request.method().clone();
        let headers = request.headers().clone();
        let result = async {
            let destination = prepare(&mut request, &options)?;
            self.permit(&destination)?;
            let connection = match self.kept(&destination).await {
                Some(connection) => connection,
                None => self.connect(&destination, options.connect_timeout).await?,
            };
            let peer = connection.peer;
            self.0.pool.put(destination, connection, pool::IDLE);
            Ok(peer)
        };
        let result: Result<Peer, NetError> = result.await;
        if let Err(error) = &result {
            self.failed_ahead(&options, method.as_str(), url.clone(), &headers, error);
            let entry = trace.begin(options.via, method.as_str(), url);
            entry.failed(error.shown());
        }
        result
    }

    /// Whether the policy lets a request go there.
    fn permit(&self, destination: &Destination) -> Result<(), NetError> {
        let Destination { host, port, .. } = destination;
        if self.0.policy.allows(host, *port) {
            Ok(())
        } else {
            Err(NetError::denied(host, *port))
        }
    }

    /// A kept connection, if one is alive.
    async fn kept(&self, destination: &Destination) -> Option<Connection> {
        let pool = &self.0.pool;
        if !pool.knows(destination) {
            return None;
        }
        // The worker may have been busy in JavaScript for long: this lets the connections' drivers
        // see what came in meanwhile, such as the server's goodbye.
        tokio::task::yield_now().await;
        pool.take(destination)
    }

    async fn connect(
        &self,
        destination: &Destination,
        limit: Option<Duration>,
    ) -> Result<Connection, NetError> {
        let connecting = connect::connect(destination, &self.0.tls);
        let Some(limit) = limit else {
            return connecting.await;
        };
        let late = |_| NetError::connect_timeout(&destination.host, destination.port);
        tokio::time::timeout(limit, connecting)
            .await
            .map_err(late)?
    }
}

type Answer = (
    Response<hyper::body::Incoming>,
    Lease,
    tokio::sync::OwnedSemaphorePermit,
);

/// Finds out where `request` goes, and puts it into the form that goes over a connection.
fn prepare(request: &mut Request<Body>, options: &SendOptions) -> Result<Destination, NetError> {
    let destination = destination(options.proxy.as_ref().unwrap_or(request.uri()), options)?;
    let authority = request.uri().authority();
    let authority = authority.ok_or_else(|| refused("the URL has no host"))?;
    let (host, port) = (authority.host(), authority.port_u16());
    if !request.headers().contains_key(header::HOST) {
        let value = match port {
            Some(port) => HeaderValue::try_from(format!("{host}:{port}")),
            None => HeaderValue::from_str(host),
        };
        let value = value.map_err(|_| refused("the URL's host can't be sent"))?;
        request.headers_mut().insert(header::HOST, value);
    }
    if options.proxy.is_none() {
        let target = request.uri().path_and_query().cloned();
        *request.uri_mut() = target.map_or_else(|| Uri::from_static("/"), Uri::from);
    }
    Ok(destination)
}

/// Where a connection has to lead for requests to `uri`.
fn destination(uri: &Uri, options: &SendOptions) -> Result<Destination, NetError> {
    let secure = match uri.scheme_str() {
        Some("http") => false,
        Some("https") => true,
        _ => return Err(refused("only http and https URLs can be requested")),
    };
    let authority = uri.authority();
    let authority = authority.ok_or_else(|| refused("the URL has no host"))?;
    let host = authority.host();
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    let port = authority.port_u16();
    Ok(Destination {
        host: bare.to_ascii_lowercase(),
        port: port.unwrap_or(if secure { 443 } else { 80 }),
        tls: secure.then(|| options.tls.clone()),
    })
}

fn refused(text: &str) -> NetError {
    NetError::new(Stage::Refused, "ERR_INVALID_URL", text)
}

/// The URL as the trace shows it: without a user and password.
fn shown(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    format!("{scheme}://{host}{target}")
}

fn again(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().again()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    Some(copy)
}

/// Refuses what Node's parser refuses and hyper's lets pass.
fn check<T>(response: &Response<T>) -> Result<(), NetError> {
    let headers = response.headers();
    // Two lengths that may differ are how responses are smuggled.
    if headers.contains_key(header::CONTENT_LENGTH)
        && headers.contains_key(header::TRANSFER_ENCODING)
    {
        return Err(NetError::parse(
            Stage::Head,
            "HPE_INVALID_TRANSFER_ENCODING",
            "Transfer-Encoding can't be present with Content-Length",
        ));
    }
    Ok(())
}

/// Credentials in `headers` must not be printed by whoever sees them next.
fn remember_secrets(headers: &HeaderMap, secrets: &Secrets) {
    for name in [header::AUTHORIZATION, header::PROXY_AUTHORIZATION] {
        let Some(Ok(value)) = headers.get(&name).map(HeaderValue::to_str) else {
            continue;
        };
        let (scheme, credentials) = value.split_once(' ').unwrap_or(("", value));
        // AWS sends a signature, which is another one in each request and opens nothing.
        if credentials.is_empty() || scheme.starts_with("AWS") {
            continue;
        }
        secrets.add("authorization", credentials);
        if scheme.eq_ignore_ascii_case("basic")
            && let Ok(decoded) = STANDARD.decode(credentials)
            && let Ok(pair) = String::from_utf8(decoded)
            && let Some((_, password)) = pair.split_once(':')
            && !password.is_empty()
        {
            secrets.add("authorization", password);
        }
    }
}
