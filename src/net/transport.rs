//! The way of every request: traced, and then sent, recorded, replayed or answered by nobody, as the
//! mode says.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Uri, header};
use http_body_util::BodyExt;
use tokio::sync::OwnedSemaphorePermit;

use super::answered::{Answered, failed_late, replayed, reply, stubbed};
use super::destination::{port_of, shown};
use super::error;
use super::fault::{FaultKind, FaultTable};
use super::kept::{Keep, KeptExchange};
use super::live::Live;
use super::mode::{NetMode, Stub};
use super::peer::Peer;
use super::record::{BodyCopy, BodyTee, Recorder, to_cassette};
use super::replay::{Replayed, Replayer};
use super::reply::Replies;
use super::request_body::Body;
use super::send_options::SendOptions;
use super::size;
use super::socket::{Socket, SocketTarget};
use super::trace::{Trace, TraceEntry};
use super::watched::WatchedExchange;
use crate::cassette::{self, Answer};
use crate::node_error::{NodeError, Stage};
use crate::options::NetPolicy;
use crate::outcome::Via;
use crate::secrets::Secrets;

/// The network of one worker thread. Clones share connections, so they must all be used on the
/// runtime of that worker.
#[derive(Clone, Debug)]
pub struct Transport(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    live: Live,
    secrets: Arc<Secrets>,
    options: TransportOptions,
}

/// What stands between functions and the network, and what outcomes show of it.
#[derive(Clone, Debug, Default)]
pub struct TransportOptions {
    pub mode: NetMode,
    /// They stand before whatever the mode asks.
    pub replies: Replies,
    /// They stand before the replies.
    pub faults: FaultTable,
    /// What outcomes show of exchanges; nothing but their first lines when absent.
    pub keep: Option<Keep>,
}

/// What a function's own sockets carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketUse {
    /// Bytes, to the network and back.
    Bytes,
    /// The same, and what is sent is kept: [`Transport::watch`].
    WatchedBytes,
    /// Whole exchanges by [`Transport::send`], since something else than the network may answer.
    Exchanges,
}

impl Transport {
    /// Opens nothing and reads nothing: a function that stays off the network pays nothing.
    pub fn new(policy: Arc<NetPolicy>, secrets: Arc<Secrets>) -> Self {
        Transport::with_options(policy, secrets, TransportOptions::default())
    }

    /// The same with something before the network.
    pub fn with_options(
        policy: Arc<NetPolicy>,
        secrets: Arc<Secrets>,
        options: TransportOptions,
    ) -> Self {
        Transport(Arc::new(Inner {
            live: Live::new(policy),
            secrets,
            options,
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
    ) -> Answered {
        let entry = trace.begin(options.via, request.method().as_str(), shown(request.uri()));
        remember_secrets(request.headers(), &self.0.secrets);
        let body = http_body::Body::size_hint(request.body()).exact();
        trace.sent(size::request_head(&request) + body.unwrap_or(0));
        let fault = match options.own {
            true => None,
            false => self.take_fault(request.uri()),
        };
        let answered = match fault {
            Some(fault) => self.faulty(fault, request, options, entry).await,
            None => self.answered(request, options, entry).await,
        };
        if let Ok(response) = &answered {
            trace.received(size::response_head(response) + response.body().kept());
        }
        answered
    }

    /// What goes wrong with a request to `uri` that is sent now, if somebody wants it to.
    pub fn take_fault(&self, uri: &Uri) -> Option<FaultKind> {
        let host = uri.host()?;
        self.0.options.faults.take(host, port_of(uri))
    }

    /// A request that goes wrong.
    async fn faulty(
        &self,
        fault: FaultKind,
        request: Request<Body>,
        options: SendOptions,
        entry: TraceEntry,
    ) -> Answered {
        entry.injected(&fault.to_string());
        if let FaultKind::Delay(time) = fault {
            let sent = self.answered(request, options, entry);
            let (answered, ()) = tokio::join!(sent, tokio::time::sleep(time));
            return answered;
        }
        let request = whole(request, &entry).await?;
        let (request, _) = self.watched(request, BodyTee::default(), &options, &entry);
        fault.instead(request.uri(), options.via, entry).await
    }

    /// What a reply, or the mode, has for a request.
    async fn answered(
        &self,
        mut request: Request<Body>,
        options: SendOptions,
        entry: TraceEntry,
    ) -> Answered {
        if !options.own && self.has_reply(&request) {
            request = whole(request, &entry).await?;
            let (again, sent) = self.watched(request, BodyTee::default(), &options, &entry);
            request = again;
            if let Some(replied) = self
                .0
                .options
                .replies
                .answer(&asked(&request, sent.bytes()))
            {
                return reply(replied, &options, entry, port_of(request.uri())).await;
            }
        }
        match &self.0.options.mode {
            mode if options.own && mode.is_closed() => {
                Err(entry.fail(NodeError::hang_up(Stage::Refused)))
            }
            _ if options.own => self.0.live.send(request, &options, entry, None).await,
            NetMode::Live => self.live(request, options, entry).await,
            NetMode::Record(recorder) => self.record(recorder, request, options, entry).await,
            NetMode::Replay(replayer) => self.replay(replayer, request, options, entry).await,
            NetMode::Stub(stub) => self.stub(stub, request, options, entry).await,
        }
    }

    /// Whether a reply may be for the request.
    fn has_reply(&self, request: &Request<Body>) -> bool {
        let replies = &self.0.options.replies;
        !replies.is_empty() && replies.may_answer(request.method().as_str(), &shown(request.uri()))
    }

    async fn live(
        &self,
        mut request: Request<Body>,
        options: SendOptions,
        entry: TraceEntry,
    ) -> Answered {
        if self.0.options.keep.is_some() {
            (request, _) = self.watched(request, BodyTee::default(), &options, &entry);
        }
        self.0.live.send(request, &options, entry, None).await
    }

    async fn record(
        &self,
        recorder: &Recorder,
        mut request: Request<Body>,
        options: SendOptions,
        entry: TraceEntry,
    ) -> Answered {
        let (known, answers) = (recorder.known(), recorder.answers());
        if known.is_some() || answers.is_some() {
            request = whole(request, &entry).await?;
        }
        let (request, sent) = self.watched(request, recorder.tee(), &options, &entry);
        if let Some(known) = known {
            let asked = asked(&request, sent.bytes());
            if let Some(answer) = known.known(&asked)
                && !issues_credentials(&options, &asked)
            {
                return replayed(answer, &options, entry, port_of(request.uri())).await;
            }
        }
        let before = match answers {
            Some(answers) => {
                let before = answers.take(&asked(&request, sent.bytes()), |_| true);
                Some(before.ok_or_else(|| entry.fail(not_recorded(&request)))?)
            }
            None => None,
        };
        let recorder = recorder.begin(
            options.via,
            request.method().as_str(),
            shown(request.uri()),
            request.headers(),
            sent,
        );
        if let Some(before) = before {
            recorder.came_again(before.clone());
            let before = Replayed {
                answer: Box::new(before.answer),
                ms: Some(before.ms),
                assumed: None,
            };
            return replayed(before, &options, entry, port_of(request.uri())).await;
        }
        let live = &self.0.live;
        live.send(request, &options, entry, Some(recorder)).await
    }

    async fn replay(
        &self,
        replayer: &Replayer,
        request: Request<Body>,
        options: SendOptions,
        entry: TraceEntry,
    ) -> Answered {
        let request = whole(request, &entry).await?;
        let (request, sent) = self.watched(request, BodyTee::default(), &options, &entry);
        match replayer.answer(&asked(&request, sent.bytes())) {
            Some(answer) => replayed(answer, &options, entry, port_of(request.uri())).await,
            None => Err(entry.fail(not_recorded(&request))),
        }
    }

    async fn stub(
        &self,
        stub: &Stub,
        request: Request<Body>,
        options: SendOptions,
        entry: TraceEntry,
    ) -> Answered {
        let request = whole(request, &entry).await?;
        let (request, _) = self.watched(request, BodyTee::default(), &options, &entry);
        if stub.lets_through(&request) {
            return self.0.live.send(request, &options, entry, None).await;
        }
        entry.responded(200);
        Ok(stubbed(options.via, port_of(request.uri())))
    }

    /// How the exchanges of sockets to `uri` are made in this mode.
    pub fn socket_use(&self, uri: &Uri) -> SocketUse {
        let options = &self.0.options;
        match &options.mode {
            _ if !options.replies.is_empty() || self.has_fault(uri) => SocketUse::Exchanges,
            NetMode::Live if options.keep.is_none() => SocketUse::Bytes,
            NetMode::Live => SocketUse::WatchedBytes,
            // What the function leaves unread is recorded, too, so that the transport reads it.
            NetMode::Record(_) | NetMode::Replay(_) | NetMode::Stub(_) => SocketUse::Exchanges,
        }
    }

    /// Opens a connection of a function's own, and takes a turn for its first exchange. To be called where
    /// sockets carry bytes ([`Transport::socket_use`]).
    pub async fn open(
        &self,
        target: &SocketTarget,
    ) -> Result<(Socket, OwnedSemaphorePermit), NodeError> {
        self.0.live.open(target).await
    }

    /// A turn for another exchange over an open socket, if there is one left.
    pub fn turn(&self) -> Option<OwnedSemaphorePermit> {
        self.0.live.turn()
    }

    /// An exchange over an open socket, or one that was to be, begins.
    pub fn watch(
        &self,
        method: &str,
        uri: &Uri,
        headers: &HeaderMap,
        trace: &Trace,
    ) -> WatchedExchange {
        let entry = trace.begin(Via::Http, method, shown(uri));
        remember_secrets(headers, &self.0.secrets);
        let sent = self.0.options.keep.as_ref().map(|_| BodyTee::default());
        if let Some(tee) = &sent {
            self.keep_request(&entry, Via::Http, headers, BodyCopy::Streamed(tee.clone()));
        }
        WatchedExchange { entry, sent }
    }

    /// The outcome shows this request, where it shows requests.
    fn keep_request(&self, entry: &TraceEntry, via: Via, headers: &HeaderMap, body: BodyCopy) {
        if let Some(keep) = &self.0.options.keep {
            entry.keep(KeptExchange {
                via,
                headers: headers.clone(),
                body,
                keep: keep.clone(),
                response: None,
            });
        }
    }

    /// The outcome shows an exchange with something inside this process, where it shows responses.
    pub fn keep_inside(&self, entry: &TraceEntry, request: &Request<Bytes>) {
        let keep = self.0.options.keep.as_ref();
        if keep.is_some_and(|keep| keep.responses) {
            let body = BodyCopy::Whole(request.body().clone());
            self.keep_request(entry, Via::Embedded, request.headers(), body);
        }
    }

    fn has_fault(&self, uri: &Uri) -> bool {
        let host = uri.host().unwrap_or_default();
        self.0.options.faults.has_for(host, port_of(uri))
    }

    /// The same request, and what is sent of its body. The trace keeps both where outcomes show
    /// requests.
    fn watched(
        &self,
        request: Request<Body>,
        tee: BodyTee,
        options: &SendOptions,
        entry: &TraceEntry,
    ) -> (Request<Body>, BodyCopy) {
        let (parts, body) = request.into_parts();
        let (body, sent) = body.watched(tee);
        self.keep_request(entry, options.via, &parts.headers, sent.clone());
        (Request::from_parts(parts, body), sent)
    }

    /// Connects for `request` before it is complete: it, or another to the same place, takes the
    /// connection when it is sent. A failure is traced as the request's.
    pub async fn connect_ahead(
        &self,
        request: Request<Body>,
        options: SendOptions,
        trace: &Trace,
    ) -> Result<Peer, NodeError> {
        let (method, url) = (request.method().clone(), shown(request.uri()));
        let nobody = Peer::nobody(port_of(request.uri()));
        let live = &self.0.live;
        let connected = match &self.0.options.mode {
            // Who answers will not be asked.
            _ if self.has_fault(request.uri()) => Ok(nobody),
            _ if self.has_reply(&request) => {
                let asked = asked(&request, Bytes::new());
                match self.0.options.replies.failure_ahead(&asked) {
                    Some(replied) => failed_late(replied).await,
                    None => Ok(nobody),
                }
            }
            NetMode::Live => live.connect_ahead(request, &options).await,
            NetMode::Record(recorder) if let Some(answers) = recorder.answers() => {
                let asked = asked(&request, Bytes::new());
                match answers.take(&asked, failed_ahead) {
                    Some(before) => {
                        let nothing = BodyCopy::Whole(Bytes::new());
                        let (via, headers) = (options.via, request.headers());
                        let recorder =
                            recorder.begin(via, method.as_str(), url.clone(), headers, nothing);
                        let failure = failure_of(&before.answer);
                        recorder.came_again(before);
                        failure.map_or(Ok(nobody), Err)
                    }
                    None => Ok(nobody),
                }
            }
            NetMode::Record(recorder) => {
                let headers = request.headers().clone();
                let connected = live.connect_ahead(request, &options).await;
                if let Err(error) = &connected {
                    // There will be no request, so that this is all there is to record.
                    let (url, nothing) = (url.clone(), BodyCopy::Whole(Bytes::new()));
                    recorder
                        .begin(options.via, method.as_str(), url, &headers, nothing)
                        .failed(error);
                }
                connected
            }
            NetMode::Replay(replayer) => {
                let failure = replayer.failure_ahead(&asked(&request, Bytes::new()));
                failure.map_or(Ok(nobody), Err)
            }
            NetMode::Stub(stub) if stub.lets_through(&request) => {
                live.connect_ahead(request, &options).await
            }
            NetMode::Stub(_) => Ok(nobody),
        };
        connected.map_err(|error| {
            let entry = trace.begin(options.via, method.as_str(), url);
            entry.fail(error)
        })
    }
}

/// Whether a connection failed before there was a request.
fn failed_ahead(answer: &Answer) -> bool {
    failure_of(answer).is_some_and(|failure| !matches!(failure.stage, Stage::Head | Stage::Body))
}

fn failure_of(answer: &Answer) -> Option<NodeError> {
    match answer {
        Answer::Failed(failure) => Some(failure.clone()),
        Answer::Response(_) | Answer::NoResponse => None,
    }
}

/// The request with all of its body.
async fn whole(request: Request<Body>, entry: &TraceEntry) -> Result<Request<Body>, NodeError> {
    let (parts, body) = request.into_parts();
    let body = match body {
        Body::Empty | Body::Full(_) => body,
        Body::Stream(_) => match body.collect().await {
            Ok(collected) => {
                let bytes = collected.to_bytes();
                entry.trace().sent(bytes.len() as u64);
                Body::from(bytes)
            }
            Err(_) => return Err(entry.fail(NodeError::hang_up(Stage::Head))),
        },
    };
    Ok(Request::from_parts(parts, body))
}

fn not_recorded(request: &Request<Body>) -> NodeError {
    error::not_recorded(request.method().as_str(), &shown(request.uri()))
}

/// What a cassette is asked for an answer to.
fn asked(request: &Request<Body>, body: Bytes) -> cassette::Request {
    let method = request.method().as_str();
    to_cassette::request(method, shown(request.uri()), request.headers(), body)
}

/// Credentials of a cassette are of no value, so that requests that really go out can't be signed
/// with them.
fn issues_credentials(options: &SendOptions, asked: &cassette::Request) -> bool {
    let host = |url: url::Url| url.host_str().map(str::to_owned);
    let host = url::Url::parse(&asked.url).ok().and_then(host);
    options.via == Via::Aws
        && (host.is_some_and(|host| host.starts_with("sts."))
            || asked
                .body
                .bytes
                .windows(18)
                .any(|text| text == b"Action=AssumeRole&" || text == b"Action=AssumeRoleW"))
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
        secrets.meet("authorization", credentials);
        if scheme.eq_ignore_ascii_case("basic")
            && let Ok(decoded) = STANDARD.decode(credentials)
            && let Ok(pair) = String::from_utf8(decoded)
            && let Some((_, password)) = pair.split_once(':')
            && !password.is_empty()
        {
            secrets.meet("authorization", password);
        }
    }
}
