//! A connection that can take a request.

use hyper::client::conn::http1::SendRequest;

use super::peer::Peer;
use super::request_body::Body;

#[derive(Debug)]
pub(super) struct Connection {
    pub sender: SendRequest<Body>,
    pub peer: Peer,
}
