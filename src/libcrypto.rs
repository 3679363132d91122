//! OpenSSL, which `crypto` and TLS share: how it is started, and how Node tells of its errors.

use std::sync::Once;

use openssl::error::{Error, ErrorStack};

/// `OPENSSL_INIT_NO_LOAD_CONFIG` of openssl/crypto.h.
const NO_CONFIGURATION: u64 = 0x80;

/// Keeps OpenSSL from reading a machine's openssl.cnf: what a function computes must not depend on
/// where it runs. And from taking itself apart when the process ends: threads may still use it, or
/// free what it made. Must come before any other use of OpenSSL in the process.
pub fn start() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let options = NO_CONFIGURATION | openssl_sys::OPENSSL_INIT_NO_ATEXIT;
        // SAFETY: without settings there is nothing that could be invalid, and OpenSSL may be
        // initialised at any time, by any thread.
        unsafe { openssl_sys::OPENSSL_init_ssl(options, std::ptr::null()) };
    });
}

/// An error of OpenSSL in Node's words.
#[derive(Clone, Debug)]
pub struct Told {
    /// Such as `error:0480006C:PEM routines::no start line`.
    pub message: String,
    /// Such as `PEM routines`.
    pub library: Option<String>,
    /// Such as `no start line`.
    pub reason: Option<String>,
    /// Such as `ERR_OSSL_PEM_NO_START_LINE`.
    pub code: Option<String>,
}

impl Told {
    /// For a passphrase that OpenSSL asks for and doesn't get.
    pub fn interrupted() -> Told {
        const LIBRARY: &str = "common libcrypto routines";
        const REASON: &str = "interrupted or cancelled";
        Told {
            message: format!("error:07880109:{LIBRARY}::{REASON}"),
            library: Some(LIBRARY.to_owned()),
            reason: Some(REASON.to_owned()),
            code: Some("ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED".to_owned()),
        }
    }

    fn new(error: &Error) -> Told {
        let (library, reason) = (error.library(), error.reason());
        let message = format!(
            "error:{:08X}:{}::{}",
            error.code(),
            library.map_or_else(|| format!("lib({})", error.library_code()), str::to_owned),
            reason.map_or_else(|| format!("reason({})", error.reason_code()), str::to_owned),
        );
        Told {
            message,
            library: library.map(str::to_owned),
            reason: reason.map(str::to_owned),
            code: reason.map(|reason| code_of(error.library_code(), reason)),
        }
    }
}

/// Of several errors in a row Node tells of the first.
impl From<ErrorStack> for Told {
    fn from(stack: ErrorStack) -> Told {
        match stack.errors().first() {
            Some(first) => Told::new(first),
            None => Told {
                message: "error:00000000:lib(0)::reason(0)".to_owned(),
                library: None,
                reason: None,
                code: None,
            },
        }
    }
}

/// Node makes a code of the library's short name and the reason's text. It doesn't know the
/// libraries that came with OpenSSL 3, so that theirs have no name in it.
fn code_of(library: i32, reason: &str) -> String {
    let library = match library {
        2 => "SYS_",
        3 => "BN_",
        4 => "RSA_",
        5 => "DH_",
        6 => "EVP_",
        7 => "BUF_",
        8 => "OBJ_",
        9 => "PEM_",
        10 => "DSA_",
        11 => "X509_",
        13 => "ASN1_",
        14 => "CONF_",
        15 => "CRYPTO_",
        16 => "EC_",
        32 => "BIO_",
        33 => "PKCS7_",
        34 => "X509V3_",
        35 => "PKCS12_",
        36 => "RAND_",
        37 => "DSO_",
        39 => "OCSP_",
        44 => "OSSL_STORE_",
        46 => "CMS_",
        47 => "TS_",
        50 => "CT_",
        51 => "ASYNC_",
        52 => "KDF_",
        53 => "SM2_",
        _ => "",
    };
    let reason = reason.replace(' ', "_").to_ascii_uppercase();
    format!("ERR_OSSL_{library}{reason}")
}
