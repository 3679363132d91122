//! HTTPS, for clients that speak nothing else.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::pin::Pin;

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, PKeyRef, Private};
use openssl::ssl::{AlpnError, Ssl, SslAcceptor, SslContext, SslMethod, select_next_proto};
use openssl::x509::{X509, X509Ref};
use parking_lot::Mutex;
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use super::authority::{Issued, LocalAuthority};
use super::tls_error::ServerTlsError;
use crate::libcrypto;

/// What each client that may ask in several protocols is told.
const HTTP_1: &[u8] = b"\x08http/1.1";

/// The first byte of every connection that speaks TLS, which is none of a method's.
const HANDSHAKE: u8 = 22;

/// The names of this machine that clients on it have, and the address that Android's emulator has for it.
const NAMES: [&str; 4] = ["localhost", "127.0.0.1", "::1", "10.0.2.2"];

/// How a server speaks TLS.
pub struct ServerTls {
    certificates: Certificates,
}

enum Certificates {
    Given(SslContext),
    Issued {
        authority: Box<LocalAuthority>,
        names: Vec<String>,
        /// By the address that clients have connected to.
        made: Mutex<HashMap<IpAddr, SslContext>>,
    },
}

impl ServerTls {
    /// With a certificate of one's own, and those between it and the one that clients trust. Both files are in PEM,
    /// and may be the same.
    ///
    /// # Errors
    /// A file can't be read, or holds something else.
    pub fn given(certificate: &Path, key: &Path) -> Result<ServerTls, ServerTlsError> {
        libcrypto::start();
        let read = |path: &Path| {
            std::fs::read(path).map_err(|source| ServerTlsError::Read {
                path: path.to_owned(),
                source,
            })
        };
        let unusable = ServerTlsError::unusable(certificate, "certificate");
        let chain = X509::stack_from_pem(&read(certificate)?).map_err(&unusable)?;
        let (first, others) = match chain.split_first() {
            Some(parts) => parts,
            None => return Err(unusable(ErrorStack::get())),
        };
        let own = PKey::private_key_from_pem(&read(key)?);
        let own = own.map_err(ServerTlsError::unusable(key, "private key"))?;
        if !first.public_key()?.public_eq(&own) {
            return Err(ServerTlsError::NotItsKey {
                certificate: certificate.to_owned(),
                key: key.to_owned(),
            });
        }
        let context = context(first, others, &own)?;
        Ok(ServerTls {
            certificates: Certificates::Given(context),
        })
    }

    /// With certificates that `authority` issues for this machine, and for further names and addresses.
    pub fn issued(
        authority: LocalAuthority,
        further: impl IntoIterator<Item = String>,
    ) -> ServerTls {
        let names = NAMES.iter().map(ToString::to_string).chain(further);
        ServerTls {
            certificates: Certificates::Issued {
                authority: Box::new(authority),
                names: names.collect(),
                made: Mutex::default(),
            },
        }
    }

    /// The certificate that clients are to trust, if it is one of segfn's.
    pub fn authority(&self) -> Option<&Path> {
        match &self.certificates {
            Certificates::Given(_) => None,
            Certificates::Issued { authority, .. } => Some(authority.file()),
        }
    }

    /// Whether the client speaks TLS, which it tells by its first byte.
    pub(super) async fn is_spoken(stream: &TcpStream) -> io::Result<bool> {
        let mut first = [0];
        let count = stream.peek(&mut first).await?;
        Ok(count == 1 && first[0] == HANDSHAKE)
    }

    /// Ends the handshake that a client has begun.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<SslStream<TcpStream>> {
        let context = self
            .context(stream.local_addr()?.ip())
            .map_err(io::Error::other)?;
        let ssl = Ssl::new(&context)?;
        let mut stream = SslStream::new(ssl, stream)?;
        Pin::new(&mut stream)
            .accept()
            .await
            .map_err(io::Error::other)?;
        Ok(stream)
    }

    fn context(&self, address: IpAddr) -> Result<SslContext, ServerTlsError> {
        match &self.certificates {
            Certificates::Given(context) => Ok(context.clone()),
            Certificates::Issued {
                authority,
                names,
                made,
            } => {
                let mut made = made.lock();
                if let Some(known) = made.get(&address) {
                    return Ok(known.clone());
                }
                // As a machine has few addresses, there are few.
                let mut names = names.clone();
                let address_text = address.to_canonical().to_string();
                if !names.contains(&address_text) {
                    names.push(address_text);
                }
                let Issued { certificate, key } = authority.issue(&names)?;
                let root = authority.certificate().clone();
                let context = context(&certificate, &[root], &key)?;
                made.insert(address, context.clone());
                Ok(context)
            }
        }
    }
}

fn context(
    certificate: &X509Ref,
    others: &[X509],
    key: &PKeyRef<Private>,
) -> Result<SslContext, ErrorStack> {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    builder.set_certificate(certificate)?;
    for other in others {
        builder.add_extra_chain_cert(other.clone())?;
    }
    builder.set_private_key(key)?;
    builder.set_read_ahead(true);
    builder.set_alpn_select_callback(|_, offered| {
        select_next_proto(HTTP_1, offered).ok_or(AlpnError::NOACK)
    });
    Ok(builder.build().into_context())
}

#[cfg(test)]
mod tests {
    use openssl::stack::Stack;
    use openssl::x509::X509StoreContext;
    use openssl::x509::store::X509StoreBuilder;
    use openssl::x509::verify::X509VerifyParam;

    use super::*;

    /// Whether a client that trusts the authority trusts a server of this name.
    fn is_trusted(authority: &LocalAuthority, name: &str) -> bool {
        let issued = authority.issue(&[name.to_owned()]).expect("a certificate");
        let mut store = X509StoreBuilder::new().expect("a store");
        let trusted = authority.certificate().to_owned();
        store.add_cert(trusted).expect("a certificate");
        let mut wanted = X509VerifyParam::new().expect("parameters");
        match name.parse() {
            Ok(address) => wanted.set_ip(address).expect("an address"),
            Err(_) => wanted.set_host(name).expect("a name"),
        }
        store.set_param(&wanted).expect("parameters");
        let (store, chain) = (store.build(), Stack::new().expect("a stack"));
        let mut context = X509StoreContext::new().expect("a context");
        let verified = context.init(&store, &issued.certificate, &chain, |context| {
            context.verify_cert()
        });
        verified.expect("a verdict")
    }

    #[test]
    fn an_authority_vouches_for_names_and_addresses_that_nobody_owns() {
        let folder = tempfile::tempdir().expect("a folder");
        let authority = LocalAuthority::open(&folder.path().join("tls")).expect("an authority");
        for name in NAMES.iter().chain(&[
            "app.localhost",
            "mac.local",
            "192.168.1.20",
            "172.31.0.1",
            "fd00::1",
        ]) {
            assert!(is_trusted(&authority, name), "{name}");
        }
        for name in [
            "example.com",
            "localhost.example.com",
            "8.8.8.8",
            "172.32.0.1",
            "2001:db8::1",
        ] {
            assert!(!is_trusted(&authority, name), "{name}");
        }
    }

    #[test]
    fn an_authority_is_made_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || LocalAuthority::open(folder.path());
        let first = open().expect("an authority").certificate().to_der();
        let second = open().expect("an authority").certificate().to_der();
        assert_eq!(first.expect("DER"), second.expect("DER"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let key = folder.path().join("ca-key.pem");
            let mode = |path: &Path| std::fs::metadata(path).expect("a file").permissions();
            assert_eq!(mode(&key).mode() & 0o777, 0o600);
            std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).expect("a mode");
            assert!(matches!(open(), Err(ServerTlsError::Open(path)) if path == key));
            std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).expect("a mode");
        }
        std::fs::write(folder.path().join("ca.pem"), "no certificate").expect("it is written");
        let Err(error) = open() else {
            panic!("it is none")
        };
        assert!(error.to_string().contains("no certificate in"), "{error}");
    }
}
