//! Servers with TLS, and requests to them.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use openssl::pkey::PKey;
use openssl::ssl::{Ssl, SslAcceptor, SslAcceptorBuilder, SslMethod};
use openssl::x509::X509;
use segfn::net::{Body, SendOptions, TlsOptions, Trace, Transport};
use segfn::node_error::NodeError;
use segfn::outcome::Via;
use tokio::io::AsyncWriteExt;
use tokio_openssl::SslStream;

use super::super::client::{net, request};
use super::super::server::{Server, read_request};

pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/it/tls")
            .join(name),
    )
    .unwrap()
}

/// An HTTPS server with certificates of tests/it/tls, all for `localhost`; the first is its own.
pub async fn secure(certificates: &str) -> Server {
    serving(certificates, |_| {}).await
}

pub const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// The same, set up further by `change`.
pub async fn serving(certificates: &str, change: impl FnOnce(&mut SslAcceptorBuilder)) -> Server {
    speaking(certificates, change, |mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(ANSWER.as_bytes()).await;
        let _ = stream.shutdown().await;
    })
    .await
}

/// The same, and it says what `talk` does.
pub async fn speaking<F, T>(
    certificates: &str,
    change: impl FnOnce(&mut SslAcceptorBuilder),
    talk: F,
) -> Server
where
    F: Fn(SslStream<tokio::net::TcpStream>) -> T + Clone + Send + Sync + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let mut certificates = certificates.split('+').map(fixture);
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
    let own = X509::from_pem(&certificates.next().unwrap()).unwrap();
    builder.set_certificate(&own).unwrap();
    for more in certificates {
        let more = X509::from_pem(&more).unwrap();
        builder.add_extra_chain_cert(more).unwrap();
    }
    let key = PKey::private_key_from_pem(&fixture("key.pem")).unwrap();
    builder.set_private_key(&key).unwrap();
    change(&mut builder);
    let acceptor = builder.build();
    Server::start(move |_, stream| {
        let ssl = Ssl::new(acceptor.context()).unwrap();
        let talk = talk.clone();
        async move {
            let mut stream = SslStream::new(ssl, stream).unwrap();
            if Pin::new(&mut stream).accept().await.is_ok() {
                talk(stream).await;
            }
        }
    })
    .await
}

/// A server that says `answer` to whatever comes first, and closes.
pub async fn insecure(answer: &'static [u8]) -> Server {
    Server::start(move |_, mut stream| async move {
        let mut first = [0; 1];
        let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut first).await;
        stream.write_all(answer).await.unwrap();
        stream.shutdown().await.unwrap();
        // The client says what it thinks of that before it goes.
        read_request(&mut stream).await;
    })
    .await
}

pub async fn get_secure(server: &Server, host: &str, tls: TlsOptions) -> Result<String, NodeError> {
    get_secure_by(&net(), server, host, tls).await
}

pub async fn get_secure_by(
    net: &Transport,
    server: &Server,
    host: &str,
    tls: TlsOptions,
) -> Result<String, NodeError> {
    let url = format!("https://{host}:{}/", server.address.port());
    let options = SendOptions {
        tls: Arc::new(tls),
        ..SendOptions::new(Via::Http)
    };
    let mut get = request("GET", &url, Body::Empty);
    let close = "close".parse().unwrap();
    get.headers_mut().insert("connection", close);
    let response = net.send(get, options, &Trace::default()).await?;
    let body = http_body_util::BodyExt::collect(response.into_body()).await?;
    Ok(String::from_utf8(body.to_bytes().to_vec()).unwrap())
}

pub fn trusting(name: &str) -> TlsOptions {
    TlsOptions {
        ca: fixture(name),
        ..TlsOptions::default()
    }
}

pub fn trusting_all() -> TlsOptions {
    TlsOptions {
        insecure: true,
        ..TlsOptions::default()
    }
}

pub fn named(name: &str) -> TlsOptions {
    TlsOptions {
        servername: Some(name.into()),
        ..trusting("ca.pem")
    }
}
