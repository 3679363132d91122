//! What the isolates' capabilities stand on: the transport to the network, and the AWS that stands
//! behind `AWS`.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use deno_core::OpState;
use futures_util::future::LocalBoxFuture;

use super::aws::{self, Ambient, AwsConfig, AwsTarget};
use super::aws_transport::{AwsTransport, HttpOptions, as_node_sends};
use super::clock;
use super::http::EmbeddedAws;
use super::invocation_log::SharedInvocationLog;
use super::network_transport::NetworkTransport;
use super::options::{HostOptions, TEST_KEY, key_for};
use crate::aws_local::{LocalAws, LocalAwsError, is_aws};
use crate::hints;
use crate::net::{
    FaultKind, Keep, ResponseBody, Transport, TransportOptions, request_head, response_head,
};
use crate::node_error::NodeError;
use crate::options::{AwsMode, NetPolicy, UserKey};
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
    takes_keys: bool,
    net: TransportOptions,
}

impl HostEnv {
    /// Touches neither disk nor network. The embedded AWS goes by the clock of the thread that
    /// asks it.
    pub fn new(options: &HostOptions) -> Result<HostEnv, LocalAwsError> {
        let local = match options.aws {
            AwsMode::Embedded => {
                let clock = Arc::new(|| clock::of_thread().unwrap_or_default().now());
                let local = LocalAws::open(&options.folder, options.roles.clone(), clock)?;
                for key in &options.keys {
                    options.secrets.add("AWS secret key", &key.secret);
                    local.take_key(key);
                }
                Some(Arc::new(local))
            }
            AwsMode::Real | AwsMode::Endpoint(_) => None,
        };
        if let AwsMode::Endpoint(server) = &options.aws
            && let Some((_, secret)) = &server.key
            && secret != TEST_KEY
        {
            options.secrets.add("AWS secret key", secret);
        }
        Ok(HostEnv {
            policy: Arc::new(options.net.clone()),
            secrets: options.secrets.clone(),
            mode: options.aws.clone(),
            net: TransportOptions {
                mode: options.net_mode.clone(),
                replies: options.replies.clone(),
                faults: options.faults.clone(),
                keep: options.keep_requests.then(|| Keep {
                    redactor: options.redactor(),
                    responses: options.keep_responses,
                }),
            },
            local,
            roles: !options.roles.is_empty(),
            takes_keys: options.takes_keys,
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
        let net =
            Transport::with_options(self.policy.clone(), self.secrets.clone(), self.net.clone());
        state.put(log.clone());
        state.put(net.clone());
        let network = NetworkTransport {
            net,
            log: Some(log.clone()),
        };
        let (transport, target, ambient): (Rc<dyn AwsTransport>, _, _) =
            match (&self.local, &self.mode) {
                (Some(local), _) => {
                    let transport = Embedded {
                        local: local.clone(),
                        elsewhere: network,
                        folder: self.folder.clone(),
                        roles: self.roles,
                        takes_keys: self.takes_keys,
                        log: log.clone(),
                    };
                    let transport: Rc<dyn AwsTransport> = Rc::new(transport);
                    state.put(EmbeddedAws(transport.clone()));
                    (transport, AwsTarget::Embedded, Ambient::Key(key_of(local)))
                }
                (None, AwsMode::Endpoint(server)) => {
                    let url = server.url.as_str().trim_end_matches('/').to_string();
                    let (id, secret) = key_for(server);
                    let key = aws::Key {
                        access_key_id: id.to_owned(),
                        secret_access_key: secret.to_owned(),
                        session_token: None,
                    };
                    (Rc::new(network), AwsTarget::Url(url), Ambient::Key(key))
                }
                (None, _) => (
                    Rc::new(network),
                    AwsTarget::Real,
                    // Where nothing leaves the machine, its credentials stay where they are.
                    match self.net.mode.is_closed() {
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

/// What a function without credentials signs with where nothing leaves the machine.
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
    elsewhere: NetworkTransport,
    folder: PathBuf,
    /// Whether roles are declared.
    roles: bool,
    takes_keys: bool,
    log: SharedInvocationLog,
}

impl AwsTransport for Embedded {
    fn call(
        &self,
        mut request: http::Request<Bytes>,
        options: HttpOptions,
    ) -> LocalBoxFuture<'_, Result<http::Response<ResponseBody>, NodeError>> {
        if !request.uri().host().is_some_and(is_aws) {
            return self.elsewhere.call(request, options);
        }
        as_node_sends(&mut request);
        let url = request.uri().to_string();
        let for_sts = request
            .uri()
            .host()
            .is_some_and(|host| host.starts_with("sts."));
        let trace = self.log.borrow().trace.clone();
        let account = for_sts.then(|| odd_account(request.body())).flatten();
        let entry = trace.begin(Via::Embedded, request.method().as_str(), url);
        trace.sent(request_head(&request) + request.body().len() as u64);
        let net = &self.elsewhere.net;
        net.keep_inside(&entry, &request);
        let fault = net.take_fault(request.uri());
        Box::pin(async move {
            if let Some(fault) = fault {
                entry.injected(&fault.to_string());
                match fault {
                    FaultKind::Delay(time) => tokio::time::sleep(time).await,
                    _ => return fault.instead(request.uri(), Via::Embedded, entry).await,
                }
            }
            let response = self.local.call(request).await;
            trace.received(response_head(&response) + response.body().len() as u64);
            entry.responded(response.status().as_u16());
            entry.keep_head(response.headers());
            entry.keep_piece(response.body());
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
            } else if let Some(account) = account
                && response.status() == http::StatusCode::BAD_REQUEST
            {
                self.log.borrow_mut().warn(format!(
                    "an account of AWS has 12 digits, and {account} in the role's ARN has {}",
                    account.len()
                ));
            }
            Ok(response.map(ResponseBody::from))
        })
    }

    fn meet_key(&self, id: &str, secret: &str) {
        if !self.takes_keys {
            return;
        }
        let key = UserKey {
            id: id.to_owned(),
            secret: secret.to_owned(),
            arn: None,
        };
        if let Some(arn) = self.local.take_key(&key) {
            self.log.borrow_mut().warn(hints::taken_key(id, &arn));
        }
    }
}

/// The account in the ARN of the role that a request is for, where it has not twelve digits.
fn odd_account(form: &[u8]) -> Option<String> {
    let mut fields = url::form_urlencoded::parse(form);
    let (_, arn) = fields.find(|(name, _)| name == "RoleArn")?;
    let account = arn.strip_prefix("arn:aws:iam::")?.split(':').next()?;
    let is_odd = account.len() != 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_odd && !account.is_empty()).then(|| account.to_owned())
}
