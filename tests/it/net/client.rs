//! Requests through the door, and what came of them.

use std::sync::Arc;

use http::{Request, Response};
use http_body_util::BodyExt;
use segfn::net::{Body, ResponseBody, SendOptions, Trace, Transport};
use segfn::node_error::NodeError;
use segfn::options::NetPolicy;
use segfn::outcome::Via;

pub fn net() -> Transport {
    Transport::new(Arc::new(NetPolicy::Open), Arc::default())
}

pub fn request(method: &str, url: &str, body: Body) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(url)
        .body(body)
        .unwrap()
}

pub async fn send(
    net: &Transport,
    request: Request<Body>,
) -> Result<Response<ResponseBody>, NodeError> {
    net.send(request, SendOptions::new(Via::Http), &Trace::default())
        .await
}

pub async fn get(net: &Transport, url: &str) -> Result<Response<ResponseBody>, NodeError> {
    send(net, request("GET", url, Body::Empty)).await
}

pub async fn text(response: Response<ResponseBody>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}
