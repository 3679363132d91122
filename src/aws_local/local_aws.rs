//! The embedded AWS as a value: it is opened, asked, and gives its ambient key.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, S3Error, S3ErrorCode};
use serde::{Deserialize, Serialize};

use super::access_keys::AccessKeys;
use super::credentials::{Credentials, ambient_holder, user};
use super::limits::LARGEST_BODY;
use super::store::ObjectStore;
use super::time_source::TimeSource;
use super::{access, answer, hosts, lenient, presigned, s3, sts};
use crate::options::{Role, UserKey};
use crate::text::io_error;

/// Why there is no embedded AWS.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
pub enum LocalAwsError {
    #[error("no randomness for the keys of the embedded AWS: {0}")]
    Random(
        #[source]
        #[serde(with = "io_error")]
        io::Error,
    ),
    #[error("{arn:?} is not the ARN of a role")]
    RoleArn { arn: String },
}

/// Marks a request that came over a port, where anybody on the machine may have sent it.
#[derive(Clone)]
pub(super) struct OverPort;

/// S3 and STS. One instance serves all threads.
pub struct LocalAws {
    service: S3Service,
    /// Where the objects lie.
    pub(super) root: PathBuf,
    pub(super) clock: TimeSource,
    ambient: Credentials,
    keys: Arc<AccessKeys>,
}

/// Whether a header is sent in Latin-1, as Node does: it was signed in UTF-8, so that S3 finds another signature.
fn is_signed_otherwise(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
        && headers
            .values()
            .any(|value| std::str::from_utf8(value.as_bytes()).is_err())
}

impl LocalAws {
    /// An AWS that keeps its objects under `root` (made at the first write), lets `roles` be
    /// assumed (any role when there are none), and takes the time from `clock`.
    ///
    /// # Errors
    /// [`LocalAwsError`]: a role that is none, or a system without randomness.
    pub fn open(
        root: &Path,
        roles: Vec<Role>,
        clock: TimeSource,
    ) -> Result<LocalAws, LocalAwsError> {
        if let Some(role) = roles
            .iter()
            .find(|role| sts::role_name(&role.arn).is_none())
        {
            return Err(LocalAwsError::RoleArn {
                arn: role.arn.clone(),
            });
        }
        let keys = Arc::new(AccessKeys::new().map_err(LocalAwsError::Random)?);
        let holder = ambient_holder();
        let ambient = keys.issue(&holder, None).map_err(LocalAwsError::Random)?;

        let store = ObjectStore::new(root.to_owned(), clock.clone());
        let mut builder = S3ServiceBuilder::new(s3::Operations { store });
        builder.set_auth(access::Auth(keys.clone()));
        builder.set_access(access::Access {
            keys: keys.clone(),
            clock: clock.clone(),
        });
        builder.set_host(hosts::Hosts);
        builder.set_route(sts::Sts {
            keys: keys.clone(),
            roles,
            ambient: holder,
            clock: clock.clone(),
        });
        let mut config = S3Config::default();
        // s3s compares with the real clock; `access` does it with ours.
        config.presigned_url_max_skew_time_secs = u32::MAX;
        builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));
        Ok(LocalAws {
            service: builder.build(),
            root: root.to_owned(),
            clock,
            ambient,
            keys,
        })
    }

    /// Lets programs in that sign with `credentials`, as the ambient key is let in.
    pub fn let_in(&self, credentials: Credentials) {
        let Credentials {
            access_key_id: id,
            secret_access_key: secret,
            ..
        } = credentials;
        self.keys.stand(&id, &secret, ambient_holder());
    }

    /// Makes a user's key known, and gives the user's ARN where the key is new. What is known of an
    /// id stays: with another secret its signatures are wrong.
    pub fn take_key(&self, key: &UserKey) -> Option<String> {
        let user = user(key);
        let arn = user.arn.clone();
        let is_new = self.keys.stand(&key.id, &key.secret, user);
        is_new.then_some(arn)
    }

    /// The key of a function that brings none, as the platform's own Lambda role would be: it may
    /// assume roles and has all rights in S3. It never expires.
    pub fn ambient(&self) -> Credentials {
        self.ambient.clone()
    }

    /// Answers one request, as AWS would: any refusal is an answer. The service is told from the
    /// host name; at a host that is not AWS's, a form posted to `/` is for STS.
    pub async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (parts, body) = self.answer(request.map(Body::from)).await.into_parts();
        match body.collect().await {
            Ok(body) => Response::from_parts(parts, body.to_bytes()),
            // The object was cut short under our hands: AWS would break the connection.
            Err(_) => {
                let mut failed = Response::new(Bytes::new());
                *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                failed
            }
        }
    }

    /// What is refused before s3s sees it; a presigned request goes on as one that needs no more
    /// signature.
    async fn admit(
        &self,
        request: Request<Body>,
        now: SystemTime,
    ) -> Result<Request<Body>, S3Error> {
        let (mut parts, mut body) = request.into_parts();
        access::check_time(&parts, now)?;
        if is_signed_otherwise(&parts.headers) {
            return Err(s3s::s3_error!(SignatureDoesNotMatch));
        }
        presigned::admit(&mut parts, &self.keys, now)?;
        let length = parts
            .headers
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: u64| length > LARGEST_BODY) {
            return Err(answer::s3_error(S3ErrorCode::EntityTooLarge));
        }
        if let Some(boundary) = presigned::form::boundary(&parts) {
            // s3s too keeps a form in memory.
            let form = answer::collect(body).await;
            let form = presigned::form::check(&parts, &boundary, form, now)?;
            if let Some(signer) = form.signer {
                parts.extensions.insert(signer);
            }
            // s3s counts it itself.
            parts.headers.remove(header::CONTENT_LENGTH);
            body = Body::from(form.body);
        }
        Ok(Request::from_parts(parts, body))
    }

    /// Has s3s answer.
    async fn ask(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let again = lenient::again(&parts);
        let call = async |request| match self.service.call(request).await {
            Ok(response) => response,
            Err(_) => broken(),
        };
        let response = call(Request::from_parts(parts, body)).await;
        let Some(again) = again else { return response };
        if let Err(response) = lenient::is_refused(response).await {
            return response;
        }
        let mut response = call(again.request).await;
        if let Some(expires) = again.expires
            && response.status().is_success()
        {
            response.headers_mut().insert(header::EXPIRES, expires);
        }
        response
    }

    /// The answer to a request that is not looked at any further.
    pub(super) async fn refuse(&self, error: S3Error) -> Response<Body> {
        let now = (self.clock)();
        answer::finish_s3(refusal(error), &Method::GET, "", now).await
    }

    /// Answers one request, whose body may still be on its way.
    pub(super) async fn answer(&self, mut request: Request<Body>) -> Response<Body> {
        // A request that never was on a socket has its host in the URL alone.
        if let (None, Some(authority)) = (
            request.headers().get(header::HOST),
            request.uri().authority(),
        ) && let Ok(host) = authority.as_str().parse()
        {
            request.headers_mut().insert(header::HOST, host);
        }
        let now = (self.clock)();
        let method = request.method().clone();
        let query = request.uri().query().unwrap_or_default().to_owned();
        let for_sts = is_for_sts(&request);
        if for_sts {
            let over_port = request.extensions().get::<OverPort>().is_some();
            request.extensions_mut().insert(sts::ForSts { over_port });
        }
        let response = match self.admit(request, now).await {
            Err(error) => refusal(error),
            Ok(request) => self.ask(request).await,
        };
        if for_sts {
            answer::finish_sts(response, now).await
        } else {
            answer::finish_s3(response, &method, &query, now).await
        }
    }
}

fn refusal(error: S3Error) -> Response<Body> {
    error.to_http_response().unwrap_or_else(|_| broken())
}

/// An answer to which only a status can be given; `answer` makes an `InternalError` of it.
fn broken() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn is_for_sts(request: &Request<Body>) -> bool {
    let text = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let host = text(header::HOST);
    if hosts::is_sts(host) {
        return true;
    }
    !hosts::is_s3(host)
        && request.method() == Method::POST
        && request.uri().path() == "/"
        && text(header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded")
}
