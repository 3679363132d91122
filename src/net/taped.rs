//! Sending by way of a [`Tape`].

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::Request;
use http::Response;
use http::Uri;
use http::header;
use http_body_util::BodyExt;

use super::Body;
use super::Entry;
use super::Net;
use super::NetError;
use super::Peer;
use super::ResponseBody;
use super::SendOptions;
use super::Stage;
use super::shown;
use super::tape;
use super::tape::Found;
use super::tape::Recorder;
use super::tape::Silence;
use super::tape::Stub;
use super::tape::Tap;
use super::tape::Tape;
use super::tape::nobody;
use super::trace::Kept;
use super::trace::Trace;
use crate::cassette;
use crate::cassette::Answer;
use crate::outcome::Via;

/// How long a response's body is waited for before the function gets the response, when it is
/// recorded: what a function does not read would not be in the cassette.
pub(super) const READ_AHEAD: Duration = Duration::from_secs(1);

type Sent = Result<Response<ResponseBody>, (NetError, Entry)>;

impl Net {
    pub(super) async fn by_tape(
        &self,
        mut request: Request<Body>,
        options: SendOptions,
        entry: Entry,
    ) -> Sent {
        let inner = &*self.0;
        if options.own {
            return match inner.tape.is_closed() {
                true => Err((NetError::hang_up(Stage::Refused), entry)),
                false => self.live(request, options, entry, None).await,
            };
        }
        if matches!(inner.tape, Tape::Live) && inner.keep.is_none() {
            return self.live(request, options, entry, None).await;
        }
        let recorder = match &inner.tape {
            Tape::Record(recorder) => Some(recorder),
            _ => None,
        };
        let ask_first = recorder.is_some_and(|recorder| recorder.known().is_some());
        if inner.tape.is_closed() || ask_first {
            request = match whole(request).await {
                Ok(request) => request,
                Err(error) => return Err((error, entry)),
            };
        }
        let (parts, body) = request.into_parts();
        let (body, watched) = body.watched(|| match recorder {
            Some(recorder) => recorder.tap(),
            None => Tap::new(Default::default()),
        });
        if let Some(redactor) = &inner.keep {
            entry.keep(Kept {
                via: options.via,
                headers: parts.headers.clone(),
                body: watched.clone(),
                redactor: redactor.clone(),
            });
        }
        let request = Request::from_parts(parts, body);
        let port = port_of(request.uri());
        let asked = || {
            let method = request.method().as_str();
            let body = watched.bytes();
            tape::request(method, shown(request.uri()), request.headers(), body)
        };
        match &inner.tape {
            Tape::Live => self.live(request, options, entry, None).await,
            Tape::Record(recorder) => {
                if let Some(player) = recorder.known() {
                    let asked = asked();
                    if let Some(answer) = player.known(&asked)
                        && !issues_credentials(&options, &asked)
                    {
                        return played(*answer, &options, entry, port).await;
                    }
                }
                let take = recorder.begin(
                    options.via,
                    request.method().as_str(),
                    shown(request.uri()),
                    request.headers(),
                    watched,
                );
                self.live(request, options, entry, Some(take)).await
            }
            Tape::Replay(player) => match player.answer(&asked()) {
                Found::Answer(answer) => played(*answer, &options, entry, port).await,
                Found::Nothing => {
                    let url = shown(request.uri());
                    let error = NetError::not_recorded(request.method().as_str(), &url);
                    Err((error, entry))
                }
            },
            Tape::Stub(stub) if stub.lets_through(&request) => {
                self.live(request, options, entry, None).await
            }
            Tape::Stub(_) => {
                entry.responded(200);
                Ok(stubbed(options.via, port))
            }
        }
    }

    /// What the tape says to a connection that is made ahead of its request; `None` when it is to be
    /// made.
    pub(super) fn ahead_by_tape(
        &self,
        request: &Request<Body>,
        options: &SendOptions,
        trace: &Trace,
    ) -> Option<Result<Peer, NetError>> {
        let port = port_of(request.uri());
        match &self.0.tape {
            Tape::Live | Tape::Record(_) => None,
            Tape::Stub(stub) if stub.lets_through(request) => None,
            Tape::Stub(_) => Some(Ok(nobody(port))),
            Tape::Replay(player) => {
                let (method, url) = (request.method().as_str(), shown(request.uri()));
                let asked = tape::request(method, url.clone(), request.headers(), Bytes::new());
                match player.failure_ahead(&asked).as_deref() {
                    Some(Answer::Failed(failure)) => {
                        let error = NetError::from(failure);
                        let entry = trace.begin(options.via, method, url);
                        entry.failed(error.shown());
                        Some(Err(error))
                    }
                    _ => Some(Ok(nobody(port))),
                }
            }
        }
    }

    /// A connection that was made ahead of its request failed, so that there will be no request.
    pub(super) fn failed_ahead(
        &self,
        options: &SendOptions,
        method: &str,
        url: String,
        headers: &HeaderMap,
        error: &NetError,
    ) {
        if let Tape::Record(recorder) = &self.0.tape {
            recorder.failed_ahead(options.via, method, url, headers, error);
        }
    }
}

impl Recorder {
    fn failed_ahead(
        &self,
        via: Via,
        method: &str,
        url: String,
        headers: &HeaderMap,
        error: &NetError,
    ) {
        let nothing = tape::Watched::Whole(Bytes::new());
        self.begin(via, method, url, headers, nothing).failed(error);
    }
}

impl Stub {
    /// Whether a request really goes out.
    fn lets_through(&self, request: &Request<Body>) -> bool {
        let harmless = matches!(*request.method(), Method::GET | Method::HEAD);
        let host = request.uri().host().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        harmless && self.let_through.allows(bare, port_of(request.uri()))
    }
}

/// The request with all of its body.
async fn whole(request: Request<Body>) -> Result<Request<Body>, NetError> {
    let (parts, body) = request.into_parts();
    let body = match body {
        Body::Empty | Body::Full(_) => body,
        streamed => match streamed.collect().await {
            Ok(collected) => Body::from(collected.to_bytes()),
            Err(_) => return Err(NetError::hang_up(Stage::Head)),
        },
    };
    Ok(Request::from_parts(parts, body))
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

async fn played(answer: Answer, options: &SendOptions, entry: Entry, port: u16) -> Sent {
    match answer {
        Answer::Response(kept) => {
            entry.responded(kept.status);
            if let Some(broken) = &kept.broken {
                entry.failed(&broken.message);
            }
            Ok(tape::response(&kept, port))
        }
        Answer::Failed(failure) => Err((NetError::from(&failure), entry)),
        // The package of AWS has a limit of its own, in real time.
        Answer::NoResponse if options.via == Via::Aws => Err((NetError::silent(), entry)),
        Answer::NoResponse => match Silence::new().await {},
    }
}

fn stubbed(via: Via, port: u16) -> Response<ResponseBody> {
    let body = match via {
        Via::Aws | Via::Embedded => Bytes::new(),
        Via::Http => Bytes::from_static(b"{}"),
    };
    let length = HeaderValue::from(body.len());
    let mut response = Response::new(ResponseBody::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length);
    if via == Via::Http {
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
    }
    response.extensions_mut().insert(nobody(port));
    response
}

fn port_of(uri: &Uri) -> u16 {
    let secure = uri.scheme_str() == Some("https");
    uri.port_u16().unwrap_or(if secure { 443 } else { 80 })
}
