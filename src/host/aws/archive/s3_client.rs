//! A client of S3 for segfn itself: for archives of events, and for results of parts. It talks to whatever stands for
//! AWS in the run, but by no function's policy or net_mode: the user has named the places.

use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;
use std::{fmt, io};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Region};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_types::error::display::DisplayErrorContext;
use bytes::Bytes;
use futures_util::future::LocalBoxFuture;

use crate::aws_local::LocalAws;
use crate::host::aws::connector::TransportClient;
use crate::host::aws::credentials::Machine;
use crate::host::aws_transport::{AwsTransport, HttpOptions};
use crate::host::network_transport::NetworkTransport;
use crate::host::{HostOptions, key_for};
use crate::net::{ResponseBody, Transport};
use crate::node_error::NodeError;
use crate::options::{AwsMode, NetPolicy};

/// In the words of the service, where it said anything.
pub(super) fn failed<E, R>(error: SdkError<E, R>) -> io::Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: fmt::Debug,
{
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => io::Error::other(format!("{code}: {message}")),
        (Some(code), None) => io::Error::other(code.to_owned()),
        _ => io::Error::other(DisplayErrorContext(&error).to_string()),
    }
}

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
        Some(credentials) => credentials,
        None => {
            let machine = Machine::default().credentials(&http).await;
            machine.map_err(io::Error::other)?
        }
    };
    let build = |region: String| {
        let mut config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(http.clone())
            .region(Region::new(region))
            .credentials_provider(SharedCredentialsProvider::new(credentials.clone()));
        config.set_endpoint_url(endpoint.clone());
        config.set_force_path_style(Some(endpoint.is_some()));
        Client::from_conf(config.build())
    };
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
    Ok(match elsewhere {
        Some(region) => build(region.to_owned()),
        None => client,
    })
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
