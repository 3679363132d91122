//! The Rust SDK's S3 and STS clients, made to send what the package would.
//!
//! The package has already decided where a request goes and with which headers, and listeners of
//! the function may have changed both. So the SDK serialises and signs, and its own idea of
//! address and headers is replaced before it signs. Retries, redirects and clock corrections are
//! the package's too.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::auth::PayloadSigningOverride;
use aws_smithy_async::time::StaticTimeSource;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::endpoint::EndpointFuture;
use aws_smithy_runtime_api::client::endpoint::EndpointResolverParams;
use aws_smithy_runtime_api::client::endpoint::ResolveEndpoint;
use aws_smithy_runtime_api::client::endpoint::SharedEndpointResolver;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::endpoint::Endpoint;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use md5::Digest;
use md5::Md5;
use sha2::Sha256;

use super::connector::DoorClient;
use super::connector::Wire;

/// Both clients of one worker.
#[derive(Debug)]
pub(super) struct Clients {
    pub s3: aws_sdk_s3::Client,
    pub sts: aws_sdk_sts::Client,
}

/// What no single request changes in a client of `$krate`.
macro_rules! config {
    ($krate:ident, $http:expr) => {{
        let mut builder = $krate::Config::builder()
            .behavior_version($krate::config::BehaviorVersion::v2026_01_12())
            .http_client($http)
            .allow_no_auth()
            .identity_cache($krate::config::IdentityCache::no_cache())
            .retry_config($krate::config::retry::RetryConfig::disabled())
            .timeout_config($krate::config::timeout::TimeoutConfig::disabled())
            .stalled_stream_protection($krate::config::StalledStreamProtectionConfig::disabled())
            .disable_clock_skew_correction(true);
        builder.set_endpoint_resolver(Some(SharedEndpointResolver::new(ByRequest)));
        builder
    }};
}

impl Clients {
    pub fn new(http: &DoorClient) -> Clients {
        use aws_sdk_s3::config::RequestChecksumCalculation;
        use aws_sdk_s3::config::ResponseChecksumValidation;
        let s3 = config!(aws_sdk_s3, http.clone())
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        let sts = config!(aws_sdk_sts, http.clone()).build();
        Clients {
            s3: aws_sdk_s3::Client::from_conf(s3),
            sts: aws_sdk_sts::Client::from_conf(sts),
        }
    }
}

/// Stands where the SDK wants an endpoint: the address comes with each [`Attempt`].
#[derive(Debug)]
struct ByRequest;

impl ResolveEndpoint for ByRequest {
    fn resolve_endpoint<'a>(&'a self, _: &'a EndpointResolverParams) -> EndpointFuture<'a> {
        EndpointFuture::ready(Ok(Endpoint::builder().url("https://aws.invalid").build()))
    }
}

/// One request as the package built it.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub url: String,
    /// All of the package's headers; those that belong to signing and to the connection are not
    /// taken from here.
    pub headers: Vec<(String, String)>,
    /// The body as the package wrote it, to know whether its digests hold for the SDK's.
    pub body: Bytes,
    pub region: String,
    /// `None` sends the request unsigned.
    pub credentials: Option<Credentials>,
    /// The signing time, by the function's clock.
    pub time: SystemTime,
    pub wire: Wire,
}

/// Headers that go out unsigned, as the package's signer leaves them.
pub(super) const UNSIGNED: [&str; 2] = ["content-length", "content-type"];

/// Headers that are made where the request is signed and sent.
const NOT_THE_PACKAGES: [&str; 9] = [
    "authorization",
    "connection",
    "content-length",
    "date",
    "expect",
    "host",
    "transfer-encoding",
    "x-amz-date",
    "x-amz-security-token",
];

impl Attempt {
    pub fn time_source(&self) -> StaticTimeSource {
        StaticTimeSource::new(self.time)
    }

    pub fn provider(&self) -> Option<SharedCredentialsProvider> {
        self.credentials.clone().map(SharedCredentialsProvider::new)
    }

    /// The package's headers that go out as they are, with lower-case names.
    pub fn own_headers(&self) -> impl Iterator<Item = (String, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
            .filter(|(name, _)| !NOT_THE_PACKAGES.contains(&name.as_str()))
    }

    /// Gives `request` the package's address, and those of its headers that are signed.
    fn apply(&self, request: &mut HttpRequest) -> Result<(), BoxError> {
        request.set_uri(self.url.as_str())?;
        let headers = request.headers_mut();
        let others: Vec<String> = headers.iter().map(|(name, _)| name.to_owned()).collect();
        for name in &others {
            headers.remove(name);
        }
        for (name, value) in self.own_headers() {
            if !UNSIGNED.contains(&name.as_str()) {
                headers.try_insert(name, value.to_owned())?;
            }
        }
        Ok(())
    }
}

#[dyn_dispatch_hint]
impl Intercept for Attempt {
    fn name(&self) -> &'static str {
        "segfn"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        self.apply(request)?;
        // The SDK may write the same XML or form in another order than the package: then the
        // digests that the package made of its own body are wrong for this one.
        let body = request.body().bytes().unwrap_or_default();
        let rewritten = (body != self.body).then(|| Digests::of(body));
        let headers = request.headers_mut();
        if let Some(Digests { md5, .. }) = &rewritten
            && headers.contains_key("content-md5")
        {
            headers.insert("content-md5", md5.clone());
        }
        let payload = match (headers.get("x-amz-content-sha256"), rewritten) {
            (Some("UNSIGNED-PAYLOAD"), _) => PayloadSigningOverride::UnsignedPayload,
            (Some(sha256), None) => PayloadSigningOverride::Precomputed(sha256.to_owned()),
            (_, rewritten) => {
                let digests = rewritten.unwrap_or_else(|| Digests::of(&self.body));
                headers.insert("x-amz-content-sha256", digests.sha256.clone());
                PayloadSigningOverride::Precomputed(digests.sha256)
            }
        };
        config.interceptor_state().store_put(payload);
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        for name in [
            "amz-sdk-invocation-id",
            "amz-sdk-request",
            "x-amz-user-agent",
        ] {
            request.headers_mut().remove(name);
        }
        for (name, value) in self.own_headers() {
            if UNSIGNED.contains(&name.as_str()) {
                request.headers_mut().try_insert(name, value.to_owned())?;
            }
        }
        request.add_extension(self.wire.clone());
        Ok(())
    }
}

/// What the headers say of a body.
struct Digests {
    /// Base64, as `content-md5` has it.
    md5: String,
    /// Hexadecimal, as `x-amz-content-sha256` has it.
    sha256: String,
}

impl Digests {
    fn of(body: &[u8]) -> Digests {
        let sha256 = Sha256::digest(body);
        Digests {
            md5: BASE64_STANDARD.encode(Md5::digest(body)),
            sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}
