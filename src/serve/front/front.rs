//! Every request comes here first.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::SystemTime;

use http::request::Parts;
use http::{Method, Request, StatusCode, header};
use hyper::body::Incoming;

use super::answers::{HttpAnswer, accepted, refused, text_answer};
use super::body::{BodyError, read_body};
use super::cors;
use super::token_access::TokenAccess;
use super::webhook::{LARGEST_BODY, request_of, source_of};
use crate::history::HistoryError;
use crate::http_server::ClientConnection;
use crate::serve::pipeline::{Arrivals, Pipeline};
use crate::serve::served_function::ServedFunction;
use crate::serve::tracking::{
    Arrived, Endpoint, GIF, LARGEST_BATCH, SCRIPTS, Sender, TrackingError, parse_batch,
    parse_event, pixel_event, project_settings, write_key,
};

/// The name of a source without a write key.
const NO_KEY: &str = "(no write key)";

/// The name of the source whose write key is the server's token.
const TOKEN: &str = "(the token)";

/// Answers all but the panel.
pub struct Front {
    pub pipeline: Arc<Pipeline>,
    pub functions: Vec<Arc<ServedFunction>>,
    /// Where the server listens.
    pub address: SocketAddr,
    pub access: Arc<TokenAccess>,
}

/// A refusal of an SDK's request.
type Refused = HttpAnswer;

impl Front {
    /// The answer to what belongs to the Tracking API or is a webhook; the request itself where it is
    /// neither.
    ///
    /// # Errors
    /// The request, where it is for somebody else.
    pub async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<HttpAnswer, Request<Incoming>> {
        let path = request.uri().path();
        if let Some(name) = path.strip_prefix("/hooks/") {
            let name = name.strip_suffix('/').unwrap_or(name).to_owned();
            return Ok(self.webhook(request, Some(&name), false).await);
        }
        if path == "/" && request.method() == Method::POST {
            let meant = source_of(request.uri().query().unwrap_or_default());
            let (name, secret) = meant.unzip();
            let admitted = secret.is_some_and(|secret| self.access.is_token(&secret));
            return Ok(self.webhook(request, name.as_deref(), admitted).await);
        }
        let Some(endpoint) = Endpoint::of(path) else {
            return Err(request);
        };
        let (parts, body) = request.into_parts();
        let mut answer = if parts.method == Method::OPTIONS {
            cors::preflight(&parts)
        } else if parts.method != endpoint.method() {
            let message = format!("{} is asked by {}", parts.uri.path(), endpoint.method());
            refused(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", &message)
        } else {
            match self.tracked(&parts, body, endpoint).await {
                Ok(answer) | Err(answer) => answer,
            }
        };
        cors::allow(&parts.headers, answer.headers_mut());
        Ok(answer)
    }

    async fn tracked(
        &self,
        parts: &Parts,
        body: Incoming,
        endpoint: Endpoint,
    ) -> Result<HttpAnswer, Refused> {
        match endpoint {
            Endpoint::Metrics => {
                read(parts, body, LARGEST_BATCH).await?;
                Ok(accepted())
            }
            Endpoint::Event(kind) => {
                // What is too large is told apart from what is no JSON after it has come.
                let text = read(parts, body, LARGEST_BATCH).await?;
                self.take(parts, parse_event(&text, kind)).await
            }
            Endpoint::Batch => {
                let text = read(parts, body, LARGEST_BATCH).await?;
                self.take(parts, parse_batch(&text)).await
            }
            Endpoint::Pixel(kind) => {
                let query = parts.uri.query().unwrap_or_default();
                // It is an image in any case.
                if let Some(event) = pixel_event(query) {
                    self.take(parts, parse_event(&event, kind)).await.ok();
                }
                Ok(text_answer(StatusCode::OK, "image/gif", GIF))
            }
            Endpoint::Settings(key) => {
                let host = parts.headers.get(header::HOST);
                let host = host.and_then(|host| host.to_str().ok());
                let own = self.address.to_string();
                let scheme = peer(parts).map_or("http", ClientConnection::scheme);
                let settings = project_settings(&key, scheme, host.unwrap_or(&own));
                Ok(text_answer(StatusCode::OK, "application/json", settings))
            }
            Endpoint::Script(key) => script("standalone.js", Some(&key)).await,
            Endpoint::ScriptPart(file) => script(&file, None).await,
        }
    }

    async fn take(
        &self,
        parts: &Parts,
        arrived: Result<Arrived<'_>, TrackingError>,
    ) -> Result<HttpAnswer, Refused> {
        let arrived = match arrived {
            Ok(arrived) => arrived,
            Err(error @ TrackingError::NotJson) => {
                let message = error.to_string();
                return Err(refused(
                    StatusCode::BAD_REQUEST,
                    "invalid_request",
                    &message,
                ));
            }
            Err(error @ (TrackingError::BatchTooLarge | TrackingError::EventTooLarge)) => {
                let message = error.to_string();
                return Err(refused(
                    StatusCode::BAD_REQUEST,
                    "payload_too_large",
                    &message,
                ));
            }
            Err(TrackingError::TooManyEvents) => return Ok(accepted()),
        };
        let key = write_key(&parts.headers).or(arrived.key);
        if !self.may_send(key.as_deref()) {
            let message = match self.pipeline.routes().are_all() {
                true => "this server wants its token as the write key",
                false => "no source of the workspace has this write key",
            };
            return Err(refused(StatusCode::UNAUTHORIZED, "unauthorized", message));
        }
        let key = key.map(|key| match self.access.is_token(&key) {
            true => TOKEN.to_owned(),
            false => key,
        });
        let arrivals = Arrivals {
            source: key.unwrap_or_else(|| NO_KEY.to_owned()),
            events: arrived.events,
            sender: sender(parts),
            again: false,
        };
        match self.pipeline.accept(arrivals).await {
            Ok(_) => Ok(accepted()),
            Err(error) => Err(not_kept(&error)),
        }
    }

    /// Where the server has a token, a write key is what lets events in: of a source, or the token.
    fn may_send(&self, key: Option<&str>) -> bool {
        let routes = self.pipeline.routes();
        self.access.is_free()
            || key.is_some_and(|key| match routes.are_all() {
                true => self.access.is_token(key),
                false => routes.has_key(key),
            })
    }

    /// `admitted` are those whose address has the token.
    async fn webhook(
        &self,
        request: Request<Incoming>,
        name: Option<&str>,
        admitted: bool,
    ) -> HttpAnswer {
        let (parts, body) = request.into_parts();
        if !admitted && !self.access.admits_bearer(&parts.headers) {
            let message = "this server wants its token: POST to /?b=…, with NAME::TOKEN in Base64";
            return refused(StatusCode::UNAUTHORIZED, "unauthorized", message);
        }
        if parts.method != Method::POST {
            let message = "a source function is called by POST";
            return refused(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                message,
            );
        }
        let found = name.and_then(|name| self.functions.iter().find(|known| *known.name == *name));
        let Some(function) = found else {
            let message = match name {
                Some(name) => format!("there is no function named `{name}`"),
                None => "which source function is meant? POST to /hooks/NAME".to_owned(),
            };
            return refused(StatusCode::NOT_FOUND, "not_found", &message);
        };
        let body = match read_body(&parts.headers, body, LARGEST_BODY).await {
            Ok(body) => body,
            Err(error) => return body_refused(error),
        };
        let request = request_of(&parts, &body, admitted);
        let (function, sender) = (function.clone(), sender(&parts));
        match self
            .pipeline
            .accept_request(function, request, sender)
            .await
        {
            Ok(_) => accepted(),
            Err(error) => not_kept(&error),
        }
    }
}

async fn read(parts: &Parts, body: Incoming, limit: usize) -> Result<String, Refused> {
    let body = read_body(&parts.headers, body, limit).await;
    let body = body.map_err(body_refused)?;
    String::from_utf8(body.into()).map_err(|_| {
        let message = TrackingError::NotJson.to_string();
        refused(StatusCode::BAD_REQUEST, "invalid_request", &message)
    })
}

fn body_refused(error: BodyError) -> HttpAnswer {
    let (status, code) = match error {
        BodyError::TooLarge => (StatusCode::BAD_REQUEST, "payload_too_large"),
        BodyError::Slow => (StatusCode::REQUEST_TIMEOUT, "timeout"),
        BodyError::Coding => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request"),
        BodyError::Broken | BodyError::NotGzip => (StatusCode::BAD_REQUEST, "invalid_request"),
    };
    refused(status, code, &error.to_string())
}

/// SDKs send it again.
fn not_kept(error: &HistoryError) -> HttpAnswer {
    let message = error.to_string();
    refused(StatusCode::SERVICE_UNAVAILABLE, "unavailable", &message)
}

fn peer(parts: &Parts) -> Option<ClientConnection> {
    parts.extensions.get().copied()
}

/// Who sends, by what a proxy in front says, too.
fn sender(parts: &Parts) -> Sender {
    let forwarded = parts.headers.get("x-forwarded-for");
    let forwarded = forwarded.and_then(|value| value.to_str().ok());
    let first = forwarded.and_then(|text| text.split(',').next()?.trim().parse().ok());
    let peer = peer(parts).map(|peer| peer.address.ip());
    Sender {
        ip: first.or(peer).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        received: SystemTime::now(),
    }
}

/// A file of analytics.js, as it was installed beside the functions.
async fn script(file: &str, key: Option<&str>) -> Result<HttpAnswer, Refused> {
    let missing = || {
        let message = format!(
            "{SCRIPTS}/{file} isn't there: npm install @segment/analytics-next puts analytics.js there"
        );
        refused(StatusCode::NOT_FOUND, "not_found", &message)
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    if file.starts_with('.') || !file.chars().all(is_name) {
        return Err(missing());
    }
    let text = tokio::fs::read_to_string(format!("{SCRIPTS}/{file}")).await;
    let text = text.map_err(|_| missing())?;
    let text = match key {
        // The CDN writes the key into the script. One that isn't a word can't be a key.
        Some(key)
            if key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') =>
        {
            text.replace("__WRITE_KEY__", key)
        }
        _ => text,
    };
    Ok(text_answer(
        StatusCode::OK,
        "text/javascript; charset=utf-8",
        text,
    ))
}
