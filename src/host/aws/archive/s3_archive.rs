//! Reading objects for segfn itself: archives of events. They come from whatever stands for AWS in the
//! run, but by no function's policy or net_mode: the user has named them.

use std::io;
use std::io::Read;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, mpsc};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Region};
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_smithy_types::error::display::DisplayErrorContext;
use bytes::Bytes;
use futures_util::future::LocalBoxFuture;
use parking_lot::Mutex;

use super::archive_url::ArchiveUrl;
use crate::aws_local::LocalAws;
use crate::host::aws::connector::TransportClient;
use crate::host::aws::credentials::Machine;
use crate::host::aws_transport::{AwsTransport, HttpOptions};
use crate::host::network_transport::NetworkTransport;
use crate::host::{HostOptions, key_for};
use crate::net::{ResponseBody, Transport};
use crate::node_error::NodeError;
use crate::options::{AwsMode, NetPolicy};

/// So much of an object is fetched at once, in bytes.
const PIECE: u64 = 4 << 20;
/// Pieces that are fetched ahead.
const AHEAD: usize = 1;

enum Message {
    /// An object begins.
    Object(String),
    Piece(Bytes),
    Failed(io::Error),
}

/// One object.
pub struct ArchiveObject {
    /// `s3://BUCKET/KEY`.
    pub name: String,
    pub content: Box<dyn Read + Send>,
}

/// Lists the objects of an archive and reads them, on a thread of its own.
pub struct S3Archive {
    messages: Arc<Mutex<Receiver<Message>>>,
    /// What came behind the end of the last object.
    next: Arc<Mutex<Option<Message>>>,
}

impl S3Archive {
    /// Begins to list `url`. Objects that can't hold events since `since` are left out.
    pub fn open(
        url: ArchiveUrl,
        host: &HostOptions,
        since: Option<SystemTime>,
    ) -> io::Result<S3Archive> {
        let (sender, messages) = mpsc::sync_channel(AHEAD);
        let host = host.clone();
        std::thread::Builder::new()
            .name("segfn-archive".into())
            .spawn(move || {
                if let Err(error) = read(&url, &host, since, &sender) {
                    // Nobody may be reading any more.
                    let _ = sender.send(Message::Failed(error));
                }
            })?;
        Ok(S3Archive {
            messages: Arc::new(Mutex::new(messages)),
            next: Arc::default(),
        })
    }
}

impl S3Archive {
    /// The next object, in the order of the keys; it is asked for when the one before has been read, or
    /// dropped.
    pub fn next_object(&mut self) -> io::Result<Option<ArchiveObject>> {
        let mut kept = self.next.lock().take();
        loop {
            let message = match kept.take() {
                Some(message) => message,
                None => match self.messages.lock().recv() {
                    Ok(message) => message,
                    Err(_) => return Ok(None),
                },
            };
            match message {
                // What is left of an object that wasn't read to its end.
                Message::Piece(_) => {}
                Message::Failed(error) => return Err(error),
                Message::Object(name) => {
                    let content = Content {
                        messages: self.messages.clone(),
                        next: self.next.clone(),
                        piece: Bytes::new(),
                    };
                    return Ok(Some(ArchiveObject {
                        name,
                        content: Box::new(content),
                    }));
                }
            }
        }
    }
}

struct Content {
    messages: Arc<Mutex<Receiver<Message>>>,
    next: Arc<Mutex<Option<Message>>>,
    piece: Bytes,
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            let mut next = self.next.lock();
            if next.is_some() {
                return Ok(0);
            }
            match self.messages.lock().recv() {
                Ok(Message::Piece(piece)) => self.piece = piece,
                Ok(Message::Failed(error)) => return Err(error),
                Ok(message @ Message::Object(_)) => *next = Some(message),
                Err(_) => return Ok(0),
            }
        }
        let length = buffer.len().min(self.piece.len());
        buffer[..length].copy_from_slice(&self.piece.split_to(length));
        Ok(length)
    }
}

fn read(
    url: &ArchiveUrl,
    host: &HostOptions,
    since: Option<SystemTime>,
    messages: &SyncSender<Message>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let client = client(host, &url.bucket).await?;
        let mut token = None;
        let mut found = false;
        loop {
            let page = client
                .list_objects_v2()
                .bucket(&url.bucket)
                .prefix(&url.prefix)
                .set_continuation_token(token)
                .send()
                .await
                .map_err(failed)?;
            for object in page.contents() {
                let (key, size) = (object.key().unwrap_or_default(), object.size().unwrap_or(0));
                found = true;
                if size == 0 || !ArchiveUrl::may_hold(key, since) {
                    continue;
                }
                let size = u64::try_from(size).unwrap_or_default();
                if !send_object(&client, url, key, size, messages).await? {
                    return Ok(());
                }
            }
            token = page.next_continuation_token().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        match found {
            true => Ok(()),
            false => Err(io::Error::new(
                io::ErrorKind::NotFound,
                format!("no key in the bucket begins with `{}`", url.prefix),
            )),
        }
    })
}

/// Reads an object; false when nobody wants more.
async fn send_object(
    client: &Client,
    url: &ArchiveUrl,
    key: &str,
    size: u64,
    messages: &SyncSender<Message>,
) -> io::Result<bool> {
    if messages.send(Message::Object(url.name(key))).is_err() {
        return Ok(false);
    }
    let mut start = 0;
    while start < size {
        let end = size.min(start + PIECE);
        let piece = client
            .get_object()
            .bucket(&url.bucket)
            .key(key)
            .range(format!("bytes={start}-{}", end - 1))
            .send()
            .await
            .map_err(failed)?;
        let piece = piece.body.collect().await.map_err(io::Error::other)?;
        if messages.send(Message::Piece(piece.into_bytes())).is_err() {
            return Ok(false);
        }
        start = end;
    }
    Ok(true)
}

/// In the words of the service, where it said anything.
fn failed<E, R>(error: aws_sdk_s3::error::SdkError<E, R>) -> io::Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => io::Error::other(format!("{code}: {message}")),
        (Some(code), None) => io::Error::other(code.to_owned()),
        _ => io::Error::other(DisplayErrorContext(&error).to_string()),
    }
}

async fn client(host: &HostOptions, bucket: &str) -> io::Result<Client> {
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
