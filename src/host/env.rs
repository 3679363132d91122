//! What the isolates' capabilities stand on: the transport to the network, and the AWS that stands
//! behind `AWS`.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use deno_core::OpState;
use futures_util::future::LocalBoxFuture;

use super::aws;
use super::aws::Ambient;
use super::aws::AwsConfig;
use super::aws::AwsDoor;
use super::aws::DoorError;
use super::aws::HttpOptions;
use super::aws::Target;
use super::clock;
use super::http::StandIn;
use super::invocation_log::SharedInvocationLog;
use super::options::HostOptions;
use super::options::TEST_KEY;
use crate::aws_local::LocalAws;
use crate::aws_local::LocalAwsError;
use crate::aws_local::is_aws;
use crate::cassette::Redactor;
use crate::net::Body;
use crate::net::Net;
use crate::net::ResponseBody;
use crate::net::SendOptions;
use crate::net::Stage;
use crate::net::Tape;
use crate::options::AwsMode;
use crate::options::NetPolicy;
use crate::outcome::Via;
use crate::secrets::Secrets;

/// What all isolates of a process share: every worker's functions have one embedded AWS.
pub struct HostEnv {
    policy: Arc<NetPolicy>,
    secrets: Arc<Secrets>,
    mode: AwsMode,
    local: Option<Arc<LocalAws>>,
    folder: PathBuf,
    roles: bool,
    tape: Tape,
    keep: Option<Redactor>,
}

impl HostEnv {
    /// Touches neither disk nor network. The embedded AWS goes by the clock of the thread that
    /// asks it.
    pub fn new(options: &HostOptions) -> Result<HostEnv, LocalAwsError> {
        let local = match options.aws {
            AwsMode::Embedded => {
                let clock = Arc::new(|| clock::of_thread().unwrap_or_default().now());
                Some(Arc::new(LocalAws::open(
                    &options.folder,
                    options.roles.clone(),
                    clock,
                )?))
            }
            AwsMode::Real | AwsMode::Endpoint(_) => None,
        };
        Ok(HostEnv {
            policy: Arc::new(options.net.clone()),
            secrets: options.secrets.clone(),
            mode: options.aws.clone(),
            tape: options.tape.clone(),
            keep: options.keep_requests.then(|| options.redactor()),
            local,
            roles: !options.roles.is_empty(),
            folder: std::path::absolute(&options.folder).unwrap_or(options.folder.clone()),
        })
    }

    /// The embedded AWS, where that is the one.
    pub fn local(&self) -> Option<&LocalAws> {
        self.local.as_deref()
    }

    /// Gives the isolate of `state` its capabilities. To be called on the worker's thread, inside
    /// its tokio runtime.
    pub fn install(&self, state: &mut OpState, record: &SharedInvocationLog) {
        let net = Net::taped(
            self.policy.clone(),
            self.secrets.clone(),
            self.tape.clone(),
            self.keep.clone(),
        );
        state.put(record.clone());
        state.put(net.clone());
        let (door, target, ambient): (Rc<dyn AwsDoor>, _, _) = match (&self.local, &self.mode) {
            (Some(local), _) => {
                let door = Embedded {
                    local: local.clone(),
                    elsewhere: Network {
                        net,
                        record: record.clone(),
                    },
                    folder: self.folder.clone(),
                    roles: self.roles,
                    record: record.clone(),
                };
                let door: Rc<dyn AwsDoor> = Rc::new(door);
                state.put(StandIn(door.clone()));
                (door, Target::Embedded, Ambient::Key(key_of(local)))
            }
            (None, AwsMode::Endpoint(url)) => {
                let url = url.as_str().trim_end_matches('/').to_string();
                (
                    Rc::new(Network {
                        net,
                        record: record.clone(),
                    }),
                    Target::Url(url),
                    Ambient::Key(test_key()),
                )
            }
            (None, _) => (
                Rc::new(Network {
                    net,
                    record: record.clone(),
                }),
                Target::Real,
                // Where nothing leaves the machine, its credentials stay where they are.
                match self.tape.is_closed() {
                    true => Ambient::Key(test_key()),
                    false => Ambient::Machine,
                },
            ),
        };
        aws::install(
            state,
            AwsConfig {
                door,
                target,
                ambient,
                secrets: self.secrets.clone(),
            },
        );
    }
}

fn key_of(local: &LocalAws) -> aws::Key {
    let credentials = local.ambient();
    aws::Key {
        access_key_id: credentials.access_key_id,
        secret_access_key: credentials.secret_access_key,
        session_token: credentials.session_token,
    }
}

/// What a function without credentials signs with where a test server stands for AWS.
fn test_key() -> aws::Key {
    aws::Key {
        access_key_id: TEST_KEY.into(),
        secret_access_key: TEST_KEY.into(),
        session_token: None,
    }
}

struct Embedded {
    local: Arc<LocalAws>,
    /// For servers that speak S3's language and aren't AWS's: functions name them as `endpoint`.
    elsewhere: Network,
    folder: PathBuf,
    /// Whether roles are declared.
    roles: bool,
    record: SharedInvocationLog,
}

impl AwsDoor for Embedded {
    fn call(
        &self,
        request: http::Request<Bytes>,
        options: HttpOptions,
    ) -> LocalBoxFuture<'_, Result<http::Response<ResponseBody>, DoorError>> {
        if !request.uri().host().is_some_and(is_aws) {
            return self.elsewhere.call(request, options);
        }
        let url = request.uri().to_string();
        let for_sts = request
            .uri()
            .host()
            .is_some_and(|host| host.starts_with("sts."));
        let trace = self.record.borrow().trace.clone();
        let entry = trace.begin(Via::Embedded, request.method().as_str(), url);
        Box::pin(async move {
            let response = self.local.call(request).await;
            entry.responded(response.status().as_u16());
            if response.status() == http::StatusCode::INTERNAL_SERVER_ERROR {
                // The function takes it for a fault of AWS, and most likely calls again.
                self.record.borrow_mut().warn(format!(
                    "the embedded AWS failed: can files be read and written in {}?",
                    self.folder.display()
                ));
            } else if for_sts && self.roles && response.status() == http::StatusCode::FORBIDDEN {
                // STS says the same for an unknown role and a wrong external id.
                self.record.borrow_mut().warn(
                    "the embedded AWS has only the roles of --role and segfn.toml, each with its \
                     external id"
                        .into(),
                );
            }
            Ok(response.map(ResponseBody::from))
        })
    }
}

struct Network {
    net: Net,
    record: SharedInvocationLog,
}

impl AwsDoor for Network {
    fn call(
        &self,
        request: http::Request<Bytes>,
        options: HttpOptions,
    ) -> LocalBoxFuture<'_, Result<http::Response<ResponseBody>, DoorError>> {
        let trace = self.record.borrow().trace.clone();
        let HttpOptions {
            connect,
            idle: limit,
            proxy,
            tls,
            own,
        } = options;
        let options = SendOptions {
            via: Via::Aws,
            connect_timeout: connect,
            tls,
            proxy,
            own,
        };
        let request = request.map(Body::from);
        Box::pin(async move {
            let sent = self.net.send(request, options, &trace);
            match idle(limit, sent).await? {
                Err(error) if error.stage == Stage::Silent => {
                    Err(DoorError::idle_timeout(limit.unwrap_or_default()))
                }
                sent => Ok(sent?),
            }
        })
    }
}

async fn idle<T>(limit: Option<Duration>, wait: impl Future<Output = T>) -> Result<T, DoorError> {
    match limit {
        None => Ok(wait.await),
        Some(time) => tokio::time::timeout(time, wait)
            .await
            .map_err(|_| DoorError::idle_timeout(time)),
    }
}
