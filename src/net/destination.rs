//! Where a request goes, and the form in which it goes there.

use std::sync::Arc;

use http::{HeaderValue, Request, Uri, header};

use super::error;
use super::request_body::Body;
use super::send_options::SendOptions;
use super::tls::TlsOptions;
use crate::node_error::NodeError;

/// Where a connection leads. Two requests with the same destination may share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Destination {
    /// As in a URL, without the brackets of an IPv6 address.
    pub host: String,
    pub port: u16,
    /// `None` for plain HTTP.
    pub tls: Option<Arc<TlsOptions>>,
}

impl Destination {
    /// Finds out where `request` goes, and puts it into the form that goes over a connection.
    pub fn prepare(
        request: &mut Request<Body>,
        options: &SendOptions,
    ) -> Result<Destination, NodeError> {
        let destination =
            Destination::new(options.proxy.as_ref().unwrap_or(request.uri()), options)?;
        let authority = request.uri().authority();
        let authority = authority.ok_or_else(|| error::invalid_url("the URL has no host"))?;
        let (host, port) = (authority.host(), authority.port_u16());
        if !request.headers().contains_key(header::HOST) {
            let value = match port {
                Some(port) => HeaderValue::try_from(format!("{host}:{port}")),
                None => HeaderValue::from_str(host),
            };
            let value = value.map_err(|_| error::invalid_url("the URL's host can't be sent"))?;
            request.headers_mut().insert(header::HOST, value);
        }
        if options.proxy.is_none() {
            let target = request.uri().path_and_query().cloned();
            *request.uri_mut() = target.map_or_else(|| Uri::from_static("/"), Uri::from);
        }
        Ok(destination)
    }

    /// Where a connection has to lead for requests to `uri`.
    fn new(uri: &Uri, options: &SendOptions) -> Result<Destination, NodeError> {
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => {
                return Err(error::invalid_url(
                    "only http and https URLs can be requested",
                ));
            }
        };
        let authority = uri.authority();
        let authority = authority.ok_or_else(|| error::invalid_url("the URL has no host"))?;
        let host = authority.host();
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        Ok(Destination {
            host: bare.to_ascii_lowercase(),
            port: port_of(uri),
            tls: secure.then(|| options.tls.clone()),
        })
    }
}

/// The port that `uri` names, or its scheme's.
pub(super) fn port_of(uri: &Uri) -> u16 {
    let secure = uri.scheme_str() == Some("https");
    uri.port_u16().unwrap_or(if secure { 443 } else { 80 })
}

/// The URL as traces and cassettes show it: without a user and password.
pub(super) fn shown(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    format!("{scheme}://{host}{target}")
}
