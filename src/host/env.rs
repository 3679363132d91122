//! What the isolates' capabilities stand on: the transport to the network, and the AWS that stands
//! behind `AWS`.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use deno_core::OpState;
use futures_util::future::LocalBoxFuture;

use super::aws::{self, Ambient, AwsConfig, AwsTarget};
use super::aws_transport::{AwsTransport, HttpOptions, idle_timeout, package_error};
use super::clock;
use super::http::EmbeddedAws;
use super::invocation_log::SharedInvocationLog;
use super::options::{HostOptions, TEST_KEY};
use crate::aws_local::{LocalAws, LocalAwsError, is_aws};
use crate::cassette::Redactor;
use crate::hints;
use crate::net::{Body, NetMode, ResponseBody, SendOptions, Transport};
use crate::node_error::{NodeError, Stage};
use crate::options::{AwsMode, NetPolicy};
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
    net_mode: NetMode,
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
            net_mode: options.net_mode.clone(),
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
    pub fn install(&self, state: &mut OpState, log: &SharedInvocationLog) {
        let net = Transport::with_mode(
            self.policy.clone(),
            self.secrets.clone(),
            self.net_mode.clone(),
            self.keep.clone(),
        );
        state.put(log.clone());
        state.put(net.clone());
        let (transport, target, ambient): (Rc<dyn AwsTransport>, _, _) =
            match (&self.local, &self.mode) {
                (Some(local), _) => {
                    let transport = Embedded {
                        local: local.clone(),
                        elsewhere: Network {
                            net,
                            log: log.clone(),
                        },
                        folder: self.folder.clone(),
                        roles: self.roles,
                        log: log.clone(),
                    };
                    let transport: Rc<dyn AwsTransport> = Rc::new(transport);
                    state.put(EmbeddedAws(transport.clone()));
                    (transport, AwsTarget::Embedded, Ambient::Key(key_of(local)))
                }
                (None, AwsMode::Endpoint(url)) => {
                    let url = url.as_str().trim_end_matches('/').to_string();
                    (
                        Rc::new(Network {
                            net,
                            log: log.clone(),
                        }),
                        AwsTarget::Url(url),
                        Ambient::Key(test_key()),
                    )
                }
                (None, _) => (
                    Rc::new(Network {
                        net,
                        log: log.clone(),
                    }),
                    AwsTarget::Real,
                    // Where nothing leaves the machine, its credentials stay where they are.
                    match self.net_mode.is_closed() {
                        true => Ambient::Key(test_key()),
                        false => Ambient::Machine,
                    },
                ),
            };
        aws::install(
            state,
            AwsConfig {
                transport,
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
    log: SharedInvocationLog,
}

impl AwsTransport for Embedded {
    fn call(
        &self,
        request: http::Request<Bytes>,
        options: HttpOptions,
    ) -> LocalBoxFuture<'_, Result<http::Response<ResponseBody>, NodeError>> {
        if !request.uri().host().is_some_and(is_aws) {
            return self.elsewhere.call(request, options);
        }
        let url = request.uri().to_string();
        let for_sts = request
            .uri()
            .host()
            .is_some_and(|host| host.starts_with("sts."));
        let trace = self.log.borrow().trace.clone();
        let entry = trace.begin(Via::Embedded, request.method().as_str(), url);
        Box::pin(async move {
            let response = self.local.call(request).await;
            entry.responded(response.status().as_u16());
            if response.status() == http::StatusCode::INTERNAL_SERVER_ERROR {
                // The function takes it for a fault of AWS, and most likely calls again.
                self.log.borrow_mut().warn(format!(
                    "the embedded AWS failed; check that files can be read and written in {}",
                    self.folder.display()
                ));
            } else if for_sts && self.roles && response.status() == http::StatusCode::FORBIDDEN {
                // STS says the same for an unknown role and a wrong external id.
                let warning = hints::DECLARED_ROLES.to_owned();
                self.log.borrow_mut().warn(warning);
            }
            Ok(response.map(ResponseBody::from))
        })
    }
}

struct Network {
    net: Transport,
    log: SharedInvocationLog,
}

impl AwsTransport for Network {
    fn call(
        &self,
        request: http::Request<Bytes>,
        options: HttpOptions,
    ) -> LocalBoxFuture<'_, Result<http::Response<ResponseBody>, NodeError>> {
        let trace = self.log.borrow().trace.clone();
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
                Err(error) if error.stage == Stage::NoResponse => {
                    Err(idle_timeout(limit.unwrap_or_default()))
                }
                sent => sent.map_err(package_error),
            }
        })
    }
}

async fn idle<T>(limit: Option<Duration>, wait: impl Future<Output = T>) -> Result<T, NodeError> {
    match limit {
        None => Ok(wait.await),
        Some(time) => tokio::time::timeout(time, wait)
            .await
            .map_err(|_| idle_timeout(time)),
    }
}
