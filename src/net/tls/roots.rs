//! The certificates that the machine trusts.

use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use memchr::memmem;
use openssl::x509::X509;
use parking_lot::Mutex;

/// The machine's roots and what NODE_EXTRA_CA_CERTS adds. Reading them takes some milliseconds,
/// so it is done once, at the process's first https request.
pub(super) static MACHINE_ROOTS: LazyLock<Roots> = LazyLock::new(|| {
    // Honours SSL_CERT_FILE and SSL_CERT_DIR. What can't be read is left out, as OpenSSL does.
    let mut list = rustls_native_certs::load_native_certs().certs;
    if let Some(path) = std::env::var_os("NODE_EXTRA_CA_CERTS") {
        let extra = rustls_native_certs::load_certs_from_paths(Some(Path::new(&path)), None);
        list.extend(extra.certs);
    }
    Roots::new(list.iter().map(|der| der.to_vec()).collect())
});

/// Certificates of which only those are parsed that somebody asks for: OpenSSL takes a third of a
/// millisecond for each, and machines trust some 150.
pub(super) struct Roots {
    /// In DER.
    list: Vec<Vec<u8>>,
    /// What was found, by the name that it was found by, in DER.
    found: Mutex<HashMap<Vec<u8>, Vec<X509>>>,
}

impl Roots {
    pub fn new(list: Vec<Vec<u8>>) -> Roots {
        Roots {
            list,
            found: Mutex::default(),
        }
    }

    /// What could complete a chain that ends with a certificate of the issuer `name`, in DER. It
    /// may be more than that.
    pub fn of_issuer(&self, name: &[u8]) -> Vec<X509> {
        if let Some(found) = self.found.lock().get(name) {
            return found.clone();
        }
        // A certificate holds its own name as it is written in those that it has signed.
        let finder = memmem::Finder::new(name);
        let found: Vec<X509> = self
            .list
            .iter()
            .filter(|der| finder.find(der).is_some())
            .filter_map(|der| X509::from_der(der).ok())
            .collect();
        // A server's certificate may name any issuer; what nobody is called takes no place.
        if !found.is_empty() {
            self.found.lock().insert(name.to_owned(), found.clone());
        }
        found
    }
}
