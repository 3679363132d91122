//! An embedded AWS of a test: its folder, its clock, and clients that reach it without a socket.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_s3::config::{BehaviorVersion, Region};
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;
use segfn::aws_local::{Credentials, LocalAws};
use segfn::options::Role;

use super::bucket::Bucket;

/// 2020-01-02T03:04:05Z, far from the real time: nothing here may depend on that.
pub const START: u64 = 1_577_934_245;

/// A clock that a test sets.
#[derive(Clone, Debug)]
pub struct Hands(pub Arc<AtomicU64>);

impl Hands {
    pub fn at(seconds: u64) -> Hands {
        Hands(Arc::new(AtomicU64::new(seconds)))
    }

    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl TimeSource for Hands {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// A folder that goes with its test.
pub struct Folder(PathBuf);

impl Folder {
    fn make() -> Folder {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!(
            "aws-local-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::SeqCst)
        );
        Folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// An embedded AWS of one test.
pub struct World {
    pub folder: Folder,
    pub hands: Hands,
    pub aws: Arc<LocalAws>,
}

impl Default for World {
    fn default() -> World {
        World::with_roles(Vec::new())
    }
}

impl World {
    pub fn with_roles(roles: Vec<Role>) -> World {
        let folder = Folder::make();
        let hands = Hands::at(START);
        let aws = open(folder.path(), roles, &hands);
        World { folder, hands, aws }
    }

    /// A client of S3 with the ambient key, in us-east-1.
    pub fn s3(&self) -> aws_sdk_s3::Client {
        self.s3_as(&self.aws.ambient(), "us-east-1")
    }

    /// A bucket, through such a client.
    pub fn bucket(&self, name: &'static str) -> Bucket {
        Bucket::new(self.s3(), name)
    }

    /// The bucket of most tests, as `aws` on the same folder shows it: another segfn.
    pub fn bucket_of(&self, aws: &Arc<LocalAws>) -> Bucket {
        let s3 = s3_client(aws, &self.hands, &aws.ambient(), "us-east-1");
        Bucket::new(s3, "bucket")
    }

    pub fn s3_as(&self, credentials: &Credentials, region: &'static str) -> aws_sdk_s3::Client {
        s3_client(&self.aws, &self.hands, credentials, region)
    }

    pub fn sts(&self) -> aws_sdk_sts::Client {
        self.sts_as(&self.aws.ambient())
    }

    pub fn sts_as(&self, credentials: &Credentials) -> aws_sdk_sts::Client {
        let config = aws_sdk_sts::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("us-east-1"))
            .credentials_provider(provider(credentials))
            .time_source(SharedTimeSource::new(self.hands.clone()))
            .retry_config(aws_sdk_sts::config::retry::RetryConfig::disabled())
            .http_client(Door(self.aws.clone()))
            .build();
        aws_sdk_sts::Client::from_conf(config)
    }

    /// How to presign a request of now for a minute.
    pub fn minute(&self) -> PresigningConfig {
        let config = PresigningConfig::builder().start_time(self.hands.now());
        config.expires_in(Duration::from_secs(60)).build().unwrap()
    }

    /// Where the object of an ordinary key lies.
    pub fn file(&self, bucket: &str, key: &str) -> PathBuf {
        self.folder.path().join("s3").join(bucket).join(key)
    }
}

pub fn open(root: &Path, roles: Vec<Role>, hands: &Hands) -> Arc<LocalAws> {
    let clock = hands.clone();
    Arc::new(LocalAws::open(root, roles, Arc::new(move || clock.now())).unwrap())
}

pub fn s3_client(
    aws: &Arc<LocalAws>,
    hands: &Hands,
    credentials: &Credentials,
    region: &'static str,
) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(region))
        .credentials_provider(provider(credentials))
        .time_source(SharedTimeSource::new(hands.clone()))
        .disable_clock_skew_correction(true)
        .retry_config(aws_sdk_s3::config::retry::RetryConfig::disabled())
        .http_client(Door(aws.clone()))
        .build();
    aws_sdk_s3::Client::from_conf(config)
}

fn provider(credentials: &Credentials) -> aws_sdk_s3::config::Credentials {
    let Credentials {
        access_key_id,
        secret_access_key,
        session_token,
    } = credentials.clone();
    aws_sdk_s3::config::Credentials::new(
        access_key_id,
        secret_access_key,
        session_token,
        None,
        "test",
    )
}

/// The SDK's way to the embedded AWS, without a socket.
#[derive(Clone)]
struct Door(Arc<LocalAws>);

impl std::fmt::Debug for Door {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Door")
    }
}

impl HttpClient for Door {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Door {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let aws = self.0.clone();
        HttpConnectorFuture::new(async move {
            let user =
                |error: Box<dyn std::error::Error + Send + Sync>| ConnectorError::user(error);
            let (parts, body) = request
                .try_into_http1x()
                .map_err(|error| user(error.into()))?
                .into_parts();
            let body = body.collect().await.map_err(user)?.to_bytes();
            let answer = aws.call(http::Request::from_parts(parts, body)).await;
            HttpResponse::try_from(answer.map(SdkBody::from)).map_err(|error| user(error.into()))
        })
    }
}

/// The code that a call is refused with.
#[track_caller]
pub fn code<T: std::fmt::Debug, E: ProvideErrorMetadata>(result: Result<T, E>) -> String {
    let error = result.expect_err("a refusal");
    error.code().unwrap_or("none").to_owned()
}

/// The message that a call is refused with.
#[track_caller]
pub fn message<T: std::fmt::Debug, E: ProvideErrorMetadata>(result: Result<T, E>) -> String {
    let error = result.expect_err("a refusal");
    error.message().unwrap_or("none").to_owned()
}

/// The ETag of an object in one part with these bytes.
pub fn md5(bytes: &[u8]) -> String {
    use md5::Digest;
    let hash = md5::Md5::digest(bytes);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// Bytes that no compression or repetition could hide a mistake in.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
