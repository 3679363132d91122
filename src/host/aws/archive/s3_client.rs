//! A client of S3 for segfn itself: for archives of events, and for results of parts. It talks to whatever stands for
//! AWS in the run, but by no function's policy or net_mode: the user has named the places.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{BehaviorVersion, Region, ResponseChecksumValidation};
use bytes::Bytes;
use futures_util::future::LocalBoxFuture;

use super::s3_error::{S3Use, failed};
use crate::aws_local::LocalAws;
use crate::host::aws::connector::TransportClient;
use crate::host::aws::credentials::machine_chain;
use crate::host::aws_transport::{AwsTransport, HttpOptions};
use crate::host::network_transport::NetworkTransport;
use crate::host::{HostOptions, key_for};
use crate::net::{ResponseBody, Transport};
use crate::node_error::NodeError;
use crate::options::{AwsMode, NetPolicy};

/// How often a request is made, with longer and longer waits in between (up to some seven seconds in all, as a rule):
/// S3 asks for patience where many machines begin at once.
const ATTEMPTS: u32 = 5;

/// A client that finds the bucket where it is. To be called in a runtime of one thread, in which all calls are made.
pub(super) async fn client(host: &HostOptions, bucket: &str) -> io::Result<Client> {
    let network = || -> Rc<dyn AwsTransport> {
        Rc::new(NetworkTransport {
            net: Transport::new(Arc::new(NetPolicy::Open), host.secrets.clone()),
            log: None,
        })
    };
    let (transport, credentials, endpoint) = match &host.aws {
        AwsMode::Embedded => {
            let local = LocalAws::open(&host.folder, Vec::new(), Arc::new(SystemTime::now))
                .map_err(io::Error::other)?;
            let key = local.ambient();
            let credentials = Credentials::new(
                key.access_key_id,
                key.secret_access_key,
                key.session_token,
                None,
                "segfn",
            );
            let transport: Rc<dyn AwsTransport> = Rc::new(Local(local));
            (transport, Some(credentials), None)
        }
        AwsMode::Endpoint(server) => {
            let (id, secret) = key_for(server);
            let key = Credentials::new(id, secret, None, None, "segfn");
            (network(), Some(key), Some(server.url.to_string()))
        }
        AwsMode::Real => (network(), None, None),
    };
    let http = TransportClient::new(transport);
    let credentials = match credentials {
        Some(credentials) => SharedCredentialsProvider::new(credentials),
        // The SDK asks it again before what it gave expires.
        None => SharedCredentialsProvider::new(machine_chain(&http).await),
    };
    let build = |region: String| build(&http, &credentials, region, endpoint.clone());
    let region = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .unwrap_or_else(|| "us-east-1".into());
    let client = build(region);
    if host.aws != AwsMode::Real {
        return Ok(client);
    }
    // S3 says where a bucket is, also when it refuses.
    let asked = client.head_bucket().bucket(bucket).send().await;
    let raw = asked.as_ref().err().and_then(|error| error.raw_response());
    let elsewhere = raw.and_then(|raw| raw.headers().get("x-amz-bucket-region"));
    match (elsewhere.map(str::to_owned), asked) {
        (Some(region), _) => Ok(build(region)),
        // There are no credentials, or there is no way to S3.
        (None, Err(error)) if error.raw_response().is_none() => {
            Err(failed(error, bucket, S3Use::List))
        }
        _ => Ok(client),
    }
}

fn build(
    http: &TransportClient,
    credentials: &SharedCredentialsProvider,
    region: String,
    endpoint: Option<String>,
) -> Client {
    let mut config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .http_client(http.clone())
        .region(Region::new(region))
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        // What comes of several answers is checked as a whole.
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .credentials_provider(credentials.clone());
    config.set_force_path_style(Some(endpoint.is_some()));
    config.set_endpoint_url(endpoint);
    Client::from_conf(config.build())
}

struct Local(LocalAws);

impl AwsTransport for Local {
    fn call(
        &self,
        request: http::Request<Bytes>,
        _: HttpOptions,
    ) -> LocalBoxFuture<'_, Result<http::Response<ResponseBody>, NodeError>> {
        Box::pin(async move { Ok(self.0.call(request).await.map(ResponseBody::from)) })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use aws_credential_types::provider::{self, ProvideCredentials, future};

    use super::*;

    /// Gives a key each time it is asked, which is good for a few seconds only.
    #[derive(Debug, Default)]
    struct Short(AtomicUsize);

    impl ProvideCredentials for Short {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let number = self.0.fetch_add(1, Ordering::Relaxed);
            let expiry = SystemTime::now() + Duration::from_secs(5);
            let key = Credentials::new(format!("KEY{number}"), "s", None, Some(expiry), "test");
            future::ProvideCredentials::ready(provider::Result::Ok(key))
        }
    }

    /// Keeps by which keys requests are signed.
    #[derive(Default)]
    struct Signers(RefCell<Vec<String>>);

    impl AwsTransport for Signers {
        fn call(
            &self,
            request: http::Request<Bytes>,
            _: HttpOptions,
        ) -> LocalBoxFuture<'_, Result<http::Response<ResponseBody>, NodeError>> {
            let signed = request.headers()["authorization"]
                .to_str()
                .unwrap_or_default();
            let key = signed
                .split_once("Credential=")
                .and_then(|(_, rest)| rest.split('/').next());
            self.0.borrow_mut().push(key.unwrap_or_default().to_owned());
            let answer = http::Response::new(ResponseBody::from(Bytes::new()));
            Box::pin(async move { Ok(answer) })
        }
    }

    #[tokio::test]
    async fn keys_that_are_about_to_expire_are_asked_for_anew() {
        let signers = Rc::new(Signers::default());
        let http = TransportClient::new(signers.clone());
        let keys = SharedCredentialsProvider::new(Short::default());
        let client = build(
            &http,
            &keys,
            "us-east-1".into(),
            Some("http://localhost:1".into()),
        );
        for _ in 0..2 {
            let head = client.head_object().bucket("b").key("k").send().await;
            head.expect("an answer");
        }
        assert_eq!(*signers.0.borrow(), ["KEY0", "KEY1"]);
    }
}
