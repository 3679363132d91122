//! One attempt of one request, from the package's description to the raw answer.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use bytes::Bytes;
use deno_core::OpState;
use http::{HeaderMap, HeaderValue, Uri};
use http_body_util::BodyExt;

use super::aws_host::AwsHost;
use super::client::Attempt;
use super::config::AwsTarget;
use super::connector::{Seen, Wire};
use super::credentials::Ambient;
use super::messages::{AwsCall, AwsReply, Signing};
use super::params::{ParamError, Params};
use super::table::{Operation, Sending};
use super::{sign, table};
use crate::aws_local::is_aws;
use crate::hints;
use crate::host::TEST_KEY;
use crate::host::aws_transport::{HttpOptions, package_error};
use crate::host::http::{WireTls, hand_over};
use crate::node_error::{NodeError, Stage};
use crate::text::latin1::text as latin1;
use crate::text::time;

/// AWS's session tokens have hundreds of characters. A word that was given for one would be taken out of
/// everything.
const SHORTEST_TOKEN: usize = 16;

/// What secrets of AWS are called.
const SECRET_KEY: &str = "AWS secret key";
const SESSION_TOKEN: &str = "AWS session token";

/// The services that the embedded AWS has.
const EMBEDDED: [&str; 2] = ["s3", "sts"];

/// What signing adds to a request, by the names that the package uses.
const SIGNED: [&str; 3] = ["X-Amz-Content-Sha256", "X-Amz-Date", "Authorization"];

impl AwsHost {
    pub(super) async fn call(
        &self,
        state: &RefCell<OpState>,
        mut call: AwsCall,
        params: &str,
        body: Bytes,
    ) -> AwsReply {
        if self.config.target == AwsTarget::Embedded
            && !EMBEDDED.contains(&call.service.as_str())
            && is_for_aws(&call.url)
        {
            return AwsReply::Refused {
                code: "SegfnUnsupportedService".to_owned(),
                message: format!(
                    "segfn's embedded AWS has only S3 and STS, so {}.{} can't be called; {}",
                    call.service,
                    call.operation,
                    hints::OTHER_AWS
                ),
            };
        }
        let ambient = call
            .signing
            .as_ref()
            .is_some_and(|key| self.config.ambient.is(&key.access_key_id));
        let credentials = match &call.signing {
            Some(_) if ambient => match self.ambient(&call).await {
                Ok(credentials) => Some(credentials),
                Err(message) => {
                    return AwsReply::Refused {
                        code: "CredentialsError".to_owned(),
                        message,
                    };
                }
            },
            Some(signing) => Some(self.given(signing)),
            None => None,
        };
        let proxy = call.proxy.as_deref().map(str::parse).transpose();
        let Ok(proxy) = proxy else {
            return AwsReply::Failed(NodeError::new(
                Stage::Connect,
                "ERR_INVALID_URL",
                "Invalid URL",
            ));
        };
        let Some(time) = signing_time(call.time) else {
            return AwsReply::Refused {
                code: "SerializationError".to_owned(),
                message: sign::BuildError::Year.to_string(),
            };
        };
        let attempt = Attempt {
            method: call.method.clone(),
            url: call.url.clone(),
            headers: call.headers.clone(),
            body,
            region: call.region.clone().unwrap_or_default(),
            credentials,
            time,
            wire: Wire::new(HttpOptions {
                connect: millis(call.connect_timeout),
                idle: millis(call.timeout),
                proxy,
                tls: call.tls.take().map(WireTls::convert).unwrap_or_default(),
                latin1: call.latin1,
                own: false,
            }),
            rewritten: call.rewritten,
        };
        match self.exchange(&call, attempt, params).await {
            Ok(seen) => self.reply(state, seen, &call.service, ambient).await,
            Err(error) => AwsReply::Refused {
                code: "SerializationError".to_owned(),
                message: error.to_string(),
            },
        }
    }

    /// Sends `attempt` by the client that fits; an error says why there is nothing to send.
    async fn exchange(
        &self,
        call: &AwsCall,
        attempt: Attempt,
        params: &str,
    ) -> Result<Seen, sign::BuildError> {
        let wire = attempt.wire.clone();
        if let Some(Ok(sending)) = self.typed(call, &attempt, params) {
            sending.await;
            if let Some(seen) = wire.seen() {
                return Ok(seen);
            }
        }
        // Without validation a function can ask for what the typed client has no way to say: then
        // the request goes out as the package wrote it, too.
        let name = call.signing.as_ref().map_or("", |signing| &signing.name);
        let request = sign::build(&attempt, name)?;
        let sent = request.headers().clone();
        Ok(Seen {
            sent,
            answer: self.http.send(request, wire.options).await,
        })
    }

    /// The request under way by a typed client, where the operation has one.
    fn typed(
        &self,
        call: &AwsCall,
        attempt: &Attempt,
        params: &str,
    ) -> Option<Result<Sending, ParamError>> {
        fn start<C>(
            table: &'static [Operation<C>],
            client: &C,
            name: &str,
            attempt: &Attempt,
            params: &str,
        ) -> Option<Result<Sending, ParamError>> {
            let operation = table::find(table, name)?;
            let params = Params::new(params, attempt.body.clone());
            Some(
                params
                    .and_then(|mut params| (operation.send)(client, &mut params, attempt.clone())),
            )
        }
        // The package may have signed in another way, as a function can ask it to.
        let signed = |(name, _): &(String, String)| name.eq_ignore_ascii_case("authorization");
        if call.signing.is_none() && call.headers.iter().any(signed) {
            return None;
        }
        match call.service.as_str() {
            "s3" => start(
                table::S3,
                &self.clients.of(attempt).s3,
                &call.operation,
                attempt,
                params,
            ),
            "sts" => start(
                table::STS,
                &self.clients.of(attempt).sts,
                &call.operation,
                attempt,
                params,
            ),
            _ => None,
        }
    }

    /// The key that the function gave.
    fn given(&self, signing: &Signing) -> Credentials {
        let secret = &signing.secret_access_key;
        let token = signing.session_token.as_deref();
        self.remember(secret, token);
        if token.is_none() {
            let transport = &self.config.transport;
            transport.meet_key(&signing.access_key_id, secret);
        }
        Credentials::new(
            &signing.access_key_id,
            secret,
            signing.session_token.clone(),
            None,
            "segfn",
        )
    }

    /// Neither is ever shown.
    fn remember(&self, secret: &str, token: Option<&str>) {
        let secrets = &self.config.secrets;
        match token {
            // There may be others for each event.
            Some(token) => {
                secrets.meet(SECRET_KEY, secret);
                if token.len() >= SHORTEST_TOKEN {
                    secrets.meet(SESSION_TOKEN, token);
                }
            }
            None if secret == TEST_KEY => {}
            None => secrets.add(SECRET_KEY, secret),
        }
    }

    /// The key of a function that gave none, or why there is none.
    async fn ambient(&self, call: &AwsCall) -> Result<Credentials, String> {
        if call.service != "sts" {
            self.log.borrow_mut().warn(format!(
                "AWS.{} was created without credentials: the platform would sign with its own Lambda \
                 role, which can't reach your resources; pass it what assumeRole returned",
                call.service.to_uppercase()
            ));
        }
        match &self.config.ambient {
            Ambient::None => Err("Missing credentials in config".to_owned()),
            Ambient::Key(key) => Ok(Credentials::new(
                &key.access_key_id,
                &key.secret_access_key,
                key.session_token.clone(),
                None,
                "segfn",
            )),
            Ambient::Machine => {
                let credentials = self.machine.credentials(&self.http).await?;
                self.remember(credentials.secret_access_key(), credentials.session_token());
                Ok(credentials)
            }
        }
    }

    /// What JavaScript gets of an exchange. What signing made of the machine's own credentials is
    /// not for it.
    async fn reply(
        &self,
        state: &RefCell<OpState>,
        seen: Seen,
        service: &str,
        ambient: bool,
    ) -> AwsReply {
        let response = match seen.answer {
            Ok(response) => response,
            Err(error) if error.stage == Stage::Refused => {
                return AwsReply::Refused {
                    code: error.code.into_owned(),
                    message: error.message.into(),
                };
            }
            Err(error) => return AwsReply::Failed(error),
        };
        let hidden = ambient && matches!(self.config.ambient, Ambient::Machine);
        let signed = if hidden {
            Vec::new()
        } else {
            signed(&seen.sent)
        };
        let (parts, mut body) = response.into_parts();
        if service == "sts" {
            let whole = match body.collect().await {
                Ok(whole) => whole.to_bytes(),
                Err(error) => return AwsReply::Failed(package_error(error)),
            };
            self.keep_secret(&whole);
            body = whole.into();
        }
        let (part, rest) = hand_over(state, body).await;
        let reason = parts.extensions.get::<hyper::ext::ReasonPhrase>();
        let reason = reason.map_or_else(
            || {
                parts
                    .status
                    .canonical_reason()
                    .unwrap_or_default()
                    .to_owned()
            },
            |reason| latin1(reason.as_bytes()),
        );
        AwsReply::Http {
            status: parts.status.as_u16(),
            status_text: reason,
            headers: parts
                .headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), latin1(value.as_bytes())))
                .collect(),
            part,
            rest,
            signed,
        }
    }

    /// Temporary credentials are secrets from the moment they are issued, used or not.
    fn keep_secret(&self, answer: &[u8]) {
        let text = String::from_utf8_lossy(answer);
        for (tag, name) in [
            ("SecretAccessKey", SECRET_KEY),
            ("SessionToken", SESSION_TOKEN),
        ] {
            if let Some((_, rest)) = text.split_once(&format!("<{tag}>"))
                && let Some((value, _)) = rest.split_once('<')
            {
                self.config.secrets.meet(name, value);
            }
        }
    }
}

fn is_for_aws(url: &str) -> bool {
    let uri: Result<Uri, _> = url.parse();
    uri.is_ok_and(|uri| uri.host().is_some_and(is_aws))
}

fn signed(sent: &HeaderMap) -> Vec<(&'static str, String)> {
    let text = |value: &HeaderValue| latin1(value.as_bytes());
    SIGNED
        .into_iter()
        .filter_map(|name| Some((name, text(sent.get(name)?))))
        .collect()
}

/// A duration that JavaScript gave in milliseconds; nothing for 0 and for what is no duration.
/// The time that JavaScript has as `millis`; `None` for a year that signatures have no room for.
fn signing_time(millis: f64) -> Option<SystemTime> {
    let time = time::from_millis(millis as i64);
    // The signers would panic; and their dates have four digits for the year.
    time::has_four_digits(time).then_some(time)
}

fn millis(value: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(value / 1000.0)
        .ok()
        .filter(|duration| !duration.is_zero())
}
