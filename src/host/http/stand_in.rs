//! Requests that a function makes to S3 or STS without `AWS`, by a presigned URL say: where the
//! embedded AWS stands for AWS, it answers them too.

use std::rc::Rc;

use http::Request;
use http::Response;
use http::Uri;
use http_body_util::BodyExt;

use crate::aws_local::is_s3;
use crate::aws_local::is_sts;
use crate::host::aws::AwsDoor;
use crate::host::aws::HttpOptions;
use crate::net::Body;
use crate::net::NetError;
use crate::net::ResponseBody;
use crate::net::Stage;

/// The embedded AWS, if it stands for AWS in this run.
#[derive(Clone)]
pub struct StandIn(pub Rc<dyn AwsDoor>);

impl StandIn {
    /// Whether a request to `uri` is one for S3 or STS.
    pub fn answers(&self, uri: &Uri) -> bool {
        uri.host().is_some_and(|host| is_s3(host) || is_sts(host))
    }

    pub async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, NetError> {
        let hung_up = || NetError::hang_up(Stage::Head);
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| hung_up())?.to_bytes();
        let request = Request::from_parts(parts, body);
        let answer = self.0.call(request, HttpOptions::default()).await;
        // It is inside the process: there is no way for it not to answer.
        answer.map_err(|_| hung_up())
    }
}
