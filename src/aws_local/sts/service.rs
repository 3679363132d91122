//! The service: which operation is asked for, by whom, and its answer.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri};
use http_body_util::{BodyExt, Limited};
use s3s::route::S3Route;
use s3s::{Body, S3Request, S3Response, S3Result};

use super::error::StsError;
use super::parameters::Parameters;
use super::roles::{packed_size, role_id, role_name};
use super::xml::{assumed_user, caller_identity, element};
use crate::aws_local::access_keys::{AccessKeys, Refusal};
use crate::aws_local::answer::{self, escape};
use crate::aws_local::credentials::{ACCOUNT, Identity};
use crate::aws_local::signature::{Signer, header_token};
use crate::aws_local::time_source::TimeSource;
use crate::hints;
use crate::options::Role;

const VERSION: &str = "2011-06-15";

/// Room for the longest SAML assertion (100,000 characters), percent-encoded.
const LARGEST_BODY: usize = 512 * 1024;

/// Marks a request that is for STS, not S3.
#[derive(Clone)]
pub struct ForSts {
    /// Anybody on the machine may have sent it.
    pub over_port: bool,
}

/// The service.
pub struct Sts {
    pub keys: Arc<AccessKeys>,
    /// Those that may be assumed; any when empty.
    pub roles: Vec<Role>,
    /// Who holds the ambient key.
    pub ambient: Identity,
    pub clock: TimeSource,
}

#[async_trait::async_trait]
impl S3Route for Sts {
    fn is_match(&self, _: &Method, _: &Uri, _: &HeaderMap, extensions: &mut Extensions) -> bool {
        extensions.get::<ForSts>().is_some()
    }

    async fn check_access(&self, _: &mut S3Request<Body>) -> S3Result<()> {
        // Some operations need no signature: `answer` knows which.
        Ok(())
    }

    async fn call(&self, request: S3Request<Body>) -> S3Result<S3Response<Body>> {
        let request_id = answer::uuid();
        let (status, document) = match self.answer(request).await {
            Ok((action, result)) => {
                let result = if result.is_empty() {
                    result
                } else {
                    format!("  <{action}Result>\n{result}  </{action}Result>\n")
                };
                let document = format!(
                    "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n{result}  <ResponseMetadata>\n    \
                     <RequestId>{request_id}</RequestId>\n  </ResponseMetadata>\n</{action}Response>\n"
                );
                (200, document)
            }
            Err(StsError {
                status,
                code,
                message,
            }) => (
                status,
                answer::sts_error(status, code, &escape(&message), &request_id),
            ),
        };
        let mut response = S3Response::with_status(
            Body::from(document),
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        );
        if let Ok(id) = HeaderValue::from_str(&request_id) {
            response.headers.insert("x-amzn-requestid", id);
        }
        Ok(response)
    }
}

impl Sts {
    /// The action and the inside of its result.
    async fn answer(&self, request: S3Request<Body>) -> Result<(&'static str, String), StsError> {
        let signer = match request.credentials {
            Some(credentials) => Some(Signer {
                access_key: credentials.access_key,
                token: header_token(&request.headers),
                region: None,
            }),
            None => request.extensions.get::<Signer>().cloned(),
        };
        let body = Limited::new(request.input, LARGEST_BODY)
            .collect()
            .await
            .map_err(|error| {
                if error.to_string().contains("Sha256Mismatch") {
                    StsError::new(
                        403,
                        "SignatureDoesNotMatch",
                        "The payload does not have the hash it was signed with.",
                    )
                } else {
                    StsError::new(413, "RequestEntityTooLarge", "Request entity too large")
                }
            })?;
        let body = body.to_bytes();
        let mut parameters =
            Parameters::read(request.uri.query().unwrap_or_default().as_bytes(), &body);

        let action = parameters.take("Action").unwrap_or_default();
        let version = parameters.take("Version").unwrap_or_default();
        if action.is_empty() {
            return Err(StsError::new(
                400,
                "MissingAction",
                "The request must contain the parameter Action",
            ));
        }
        let unknown = || {
            StsError::new(
                400,
                "InvalidAction",
                format!("Could not find operation {action} for version {version}"),
            )
        };
        if version != VERSION {
            return Err(unknown());
        }
        let over_port = request.extensions.get::<ForSts>();
        let over_port = over_port.is_some_and(|request| request.over_port);
        match action.as_str() {
            // Whoever has no key would get one by any token: nobody has said whose tokens count.
            "AssumeRoleWithWebIdentity" | "AssumeRoleWithSAML"
                if over_port && self.roles.is_empty() =>
            {
                return Err(StsError::new(
                    403,
                    "AccessDenied",
                    format!(
                        "Not authorized to perform sts:{action}: {}",
                        hints::SERVE_ROLE
                    ),
                ));
            }
            "AssumeRoleWithWebIdentity" => {
                return Ok((
                    "AssumeRoleWithWebIdentity",
                    self.with_web_identity(parameters)?,
                ));
            }
            "AssumeRoleWithSAML" => return Ok(("AssumeRoleWithSAML", self.with_saml(parameters)?)),
            _ => {}
        }
        let Some(signer) = signer else {
            return Err(StsError::new(
                403,
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            ));
        };
        let caller = self
            .keys
            .holder(&signer.access_key, signer.token.as_deref(), (self.clock)());
        let caller = caller.map_err(|refusal| match refusal {
            Refusal::NoToken | Refusal::WrongToken => StsError::new(
                403,
                "InvalidClientTokenId",
                "The security token included in the request is invalid",
            ),
            Refusal::Expired => StsError::new(
                403,
                "ExpiredToken",
                "The security token included in the request is expired",
            ),
        })?;
        match action.as_str() {
            "AssumeRole" => Ok(("AssumeRole", self.assume_role(parameters, &caller)?)),
            "GetCallerIdentity" => Ok(("GetCallerIdentity", caller_identity(&caller))),
            "GetSessionToken" => Ok(("GetSessionToken", self.session_token(parameters, &caller)?)),
            "GetFederationToken" => Ok((
                "GetFederationToken",
                self.federation_token(parameters, &caller)?,
            )),
            "DecodeAuthorizationMessage" => {
                parameters.required("EncodedMessage", 1, 10_240);
                parameters.check()?;
                // Only services that the embedded AWS doesn't have hand out such messages.
                Err(StsError::new(
                    400,
                    "InvalidAuthorizationMessageException",
                    "Message is not valid",
                ))
            }
            _ => Err(unknown()),
        }
    }

    fn assume_role(
        &self,
        mut parameters: Parameters,
        caller: &Identity,
    ) -> Result<String, StsError> {
        let role = parameters.required("RoleArn", 20, 2048);
        let session = parameters.session_name("RoleSessionName", 2, 64);
        let duration = parameters.duration(3600, 43_200);
        let external_id = parameters.external_id();
        let policy = parameters.policy();
        parameters.check()?;
        let policy = policy.map(|text| packed_size(&text)).transpose()?;
        let assumed = self.assumed(&role, &session)?;
        let allowed = self.roles.is_empty()
            || self.roles.iter().any(|known| {
                known.arn == role
                    && known
                        .external_id
                        .as_ref()
                        .is_none_or(|needed| Some(needed) == external_id.as_ref())
            });
        if !allowed {
            return Err(StsError::denied(&caller.arn, "AssumeRole", &role));
        }
        let mut result = assumed_user(&assumed);
        result.push_str(&self.credentials(&assumed, duration)?);
        result.extend(policy.map(|size| element(2, "PackedPolicySize", &size.to_string())));
        Ok(result)
    }

    /// Whoever has assumed `role` in a session of this name.
    pub(super) fn assumed(&self, role: &str, session: &str) -> Result<Identity, StsError> {
        let Some((account, name)) = role_name(role) else {
            return Err(StsError::validation(format!("{role} is invalid")));
        };
        let partition = role.split(':').nth(1).unwrap_or("aws");
        Ok(Identity {
            account: account.to_owned(),
            arn: format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}"),
            user_id: format!("{}:{session}", role_id(role)),
        })
    }

    fn session_token(
        &self,
        mut parameters: Parameters,
        caller: &Identity,
    ) -> Result<String, StsError> {
        let duration = parameters.duration(43_200, 129_600);
        parameters.check()?;
        self.only_long_lived(caller, "GetSessionToken")?;
        self.credentials(caller, duration)
    }

    fn federation_token(
        &self,
        mut parameters: Parameters,
        caller: &Identity,
    ) -> Result<String, StsError> {
        let name = parameters.session_name("Name", 2, 32);
        let duration = parameters.duration(43_200, 129_600);
        let policy = parameters.policy();
        parameters.check()?;
        let policy = policy.map(|text| packed_size(&text)).transpose()?;
        self.only_long_lived(caller, "GetFederationToken")?;
        let federated = Identity {
            account: ACCOUNT.to_owned(),
            arn: format!("arn:aws:sts::{ACCOUNT}:federated-user/{name}"),
            user_id: format!("{ACCOUNT}:{name}"),
        };
        let mut result = format!(
            "    <FederatedUser>\n{}{}    </FederatedUser>\n",
            element(3, "FederatedUserId", &federated.user_id),
            element(3, "Arn", &federated.arn)
        );
        result.push_str(&self.credentials(&federated, duration)?);
        result.extend(policy.map(|size| element(2, "PackedPolicySize", &size.to_string())));
        Ok(result)
    }

    /// AWS gives these tokens to long-lived keys alone; here the ambient key stands for one.
    fn only_long_lived(&self, caller: &Identity, action: &str) -> Result<(), StsError> {
        if *caller == self.ambient {
            return Ok(());
        }
        Err(StsError::new(
            403,
            "AccessDenied",
            format!("Cannot call {action} with session credentials"),
        ))
    }

    /// New credentials for `holder` that live for `duration` seconds.
    pub(super) fn credentials(&self, holder: &Identity, duration: u64) -> Result<String, StsError> {
        let now = (self.clock)()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        let ends = now.saturating_add(duration);
        let issued = self.keys.issue(holder, Some(ends)).map_err(|error| {
            StsError::new(
                500,
                "InternalFailure",
                format!("no randomness for a key: {error}"),
            )
        })?;
        let ends = DateTime::from_secs(i64::try_from(ends).unwrap_or(i64::MAX));
        Ok(format!(
            "    <Credentials>\n{}{}{}{}    </Credentials>\n",
            element(3, "AccessKeyId", &issued.access_key_id),
            element(3, "SecretAccessKey", &issued.secret_access_key),
            element(3, "SessionToken", &issued.session_token.unwrap_or_default()),
            element(
                3,
                "Expiration",
                &ends.fmt(Format::DateTime).unwrap_or_default()
            ),
        ))
    }
}
