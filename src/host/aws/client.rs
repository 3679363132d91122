//! The Rust SDK's S3 and STS clients, made to send what the package would.
//!
//! The package has already decided where a request goes and with which headers, and listeners of
//! the function may have changed both. So the SDK serialises and signs, and its own idea of
//! address and headers is replaced before it signs. Retries, redirects and clock corrections are
//! the package's too.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::auth::PayloadSigningOverride;
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::endpoint::{
    EndpointFuture, EndpointResolverParams, ResolveEndpoint, SharedEndpointResolver,
};
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::endpoint::Endpoint;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use md5::{Digest, Md5};
use sha2::Sha256;

use super::connector::{TransportClient, Wire};

/// Keys and regions whose clients are kept: making one costs as much as several requests.
const KEPT: usize = 16;

/// The clients of one worker.
#[derive(Debug)]
pub(super) struct Clients {
    http: TransportClient,
    /// The last used stands last.
    kept: RefCell<Vec<(Signer, Pair)>>,
}

/// Who signs a request, and for which region; `None` leaves it unsigned.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Signer {
    region: String,
    credentials: Option<Credentials>,
}

/// Both clients of one signer.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub s3: aws_sdk_s3::Client,
    pub sts: aws_sdk_sts::Client,
}

/// What no single request changes in a client of `$krate`.
macro_rules! config {
    ($krate:ident, $http:expr, $signer:expr) => {{
        let mut builder = $krate::Config::builder()
            .behavior_version($krate::config::BehaviorVersion::v2026_01_12())
            .http_client($http)
            .allow_no_auth()
            .region($krate::config::Region::new($signer.region.clone()))
            .time_source(SigningTime)
            .identity_cache($krate::config::IdentityCache::no_cache())
            .retry_config($krate::config::retry::RetryConfig::disabled())
            .timeout_config($krate::config::timeout::TimeoutConfig::disabled())
            .stalled_stream_protection($krate::config::StalledStreamProtectionConfig::disabled())
            .disable_clock_skew_correction(true);
        builder.set_credentials_provider(
            $signer
                .credentials
                .clone()
                .map(SharedCredentialsProvider::new),
        );
        builder.set_endpoint_resolver(Some(SharedEndpointResolver::new(ByRequest)));
        builder
    }};
}

impl Clients {
    pub fn new(http: &TransportClient) -> Clients {
        Clients {
            http: http.clone(),
            kept: RefCell::default(),
        }
    }

    /// The clients for `attempt`'s region and credentials.
    pub fn of(&self, attempt: &Attempt) -> Pair {
        let signer = Signer {
            region: attempt.region.clone(),
            credentials: attempt.credentials.clone(),
        };
        let mut kept = self.kept.borrow_mut();
        let found = kept.iter().position(|(known, _)| *known == signer);
        let entry = match found {
            Some(index) => kept.remove(index),
            None => {
                if kept.len() == KEPT {
                    kept.remove(0);
                }
                let pair = self.pair(&signer);
                (signer, pair)
            }
        };
        let pair = entry.1.clone();
        kept.push(entry);
        pair
    }

    fn pair(&self, signer: &Signer) -> Pair {
        use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
        let s3 = config!(aws_sdk_s3, self.http.clone(), signer)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        let sts = config!(aws_sdk_sts, self.http.clone(), signer).build();
        Pair {
            s3: aws_sdk_s3::Client::from_conf(s3),
            sts: aws_sdk_sts::Client::from_conf(sts),
        }
    }
}

thread_local! {
    static SIGNING_TIME: Cell<Option<SystemTime>> = const { Cell::new(None) };
}

/// Each request is signed at a time of its own, by the function's clock, while clients are shared:
/// so the time is looked up here, where [`at`] has put it.
#[derive(Clone, Copy, Debug)]
struct SigningTime;

impl TimeSource for SigningTime {
    fn now(&self) -> SystemTime {
        SIGNING_TIME.get().unwrap_or_else(SystemTime::now)
    }
}

/// `future`, for which the time is `time` whenever it runs.
pub(super) async fn at<T>(time: SystemTime, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|context| {
        SIGNING_TIME.set(Some(time));
        let polled = future.as_mut().poll(context);
        SIGNING_TIME.set(None);
        polled
    })
    .await
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
    pub method: String,
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
    /// The body is to be sent as it stands here, and not as the SDK writes it.
    pub rewritten: bool,
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
    /// The package's headers that go out as they are, with lower-case names.
    pub fn own_headers(&self) -> impl Iterator<Item = (String, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
            .filter(|(name, _)| !NOT_THE_PACKAGES.contains(&name.as_str()))
    }

    /// Whether the package says how long the body is: it does even where there is none.
    pub fn declares_length(&self) -> bool {
        let mut names = self.headers.iter().map(|(name, _)| name);
        names.any(|name| name.eq_ignore_ascii_case("content-length"))
    }

    /// Gives `request` the package's method and address, and those of its headers that are signed.
    fn apply(&self, request: &mut HttpRequest) -> Result<(), BoxError> {
        request.set_method(self.method.as_str())?;
        request.set_uri(self.url.as_str())?;
        if self.rewritten {
            *request.body_mut() = SdkBody::from(self.body.clone());
        }
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
        let rewritten = (body != self.body).then(|| Digests::compute(body));
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
                let digests = rewritten.unwrap_or_else(|| Digests::compute(&self.body));
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
        if self.declares_length() {
            let length = request.body().content_length().unwrap_or_default();
            let headers = request.headers_mut();
            headers.insert("content-length", length.to_string());
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
    fn compute(body: &[u8]) -> Digests {
        let sha256 = Sha256::digest(body);
        Digests {
            md5: BASE64_STANDARD.encode(Md5::digest(body)),
            sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}
