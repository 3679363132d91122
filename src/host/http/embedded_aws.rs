//! Requests that a function makes to S3 or STS without `AWS`, by a presigned URL say: where the
//! embedded AWS stands for AWS, it answers them too.

use std::rc::Rc;

use http::{Request, Response, Uri};
use http_body_util::BodyExt;

use crate::aws_local::{is_s3, is_sts};
use crate::host::aws_transport::{AwsTransport, HttpOptions};
use crate::net::{Body, ResponseBody};
use crate::node_error::{NodeError, Stage};

/// The embedded AWS, if it stands for AWS in this run.
#[derive(Clone)]
pub struct EmbeddedAws(pub Rc<dyn AwsTransport>);

impl EmbeddedAws {
    /// Whether a request to `uri` is one for S3 or STS.
    pub fn answers(&self, uri: &Uri) -> bool {
        uri.host().is_some_and(|host| is_s3(host) || is_sts(host))
    }

    pub async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, NodeError> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await;
        let body = body
            .map_err(|_| NodeError::hang_up(Stage::Head))?
            .to_bytes();
        let request = Request::from_parts(parts, body);
        self.0.call(request, HttpOptions::default()).await
    }
}
