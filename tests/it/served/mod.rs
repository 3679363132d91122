//! `segfn aws` over real sockets: who is let in, what they get, and how it ends.

mod browser;
mod ending;
mod keys;
mod pages;
mod planted;

use std::time::Duration;

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};

use crate::support::served::Served;

/// A client that signs for the server at `url` with a key, and sends nothing itself.
fn signing_at(url: &str, id: &str, secret: &str) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(id, secret, None, None, "test"))
        .endpoint_url(url)
        .force_path_style(true)
        .build();
    aws_sdk_s3::Client::from_conf(config)
}

/// A client with the key that segfn has told.
fn signing(served: &Served) -> aws_sdk_s3::Client {
    let (id, secret) = (served.told("accessKeyId"), served.told("secretAccessKey"));
    signing_at(served.url(), id, secret)
}

fn minute() -> PresigningConfig {
    PresigningConfig::expires_in(Duration::from_secs(60)).expect("a time")
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a runtime").block_on(future)
}

/// The URL at which `bkt/KEY` can be read for a minute.
fn url_to_get(s3: &aws_sdk_s3::Client, key: &str) -> String {
    let get = s3.get_object().bucket("bkt").key(key);
    uri(wait(get.presigned(minute())).expect("signed"))
}

/// The URL at which `bkt/KEY` can be written for a minute.
fn url_to_put(s3: &aws_sdk_s3::Client, key: &str) -> String {
    let put = s3.put_object().bucket("bkt").key(key);
    uri(wait(put.presigned(minute())).expect("signed"))
}

fn uri(request: PresignedRequest) -> String {
    request.uri().to_owned()
}

/// The request line for a URL.
fn line(method: &str, served: &Served, url: &str) -> String {
    let path = url.strip_prefix(served.url()).expect("a URL of the server");
    format!("{method} {path} HTTP/1.1")
}
