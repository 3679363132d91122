//! Certificates of one's own, for servers on this machine.
//!
//! A person trusts one certificate once: that of an authority, which is made at the first start and kept in the user's
//! folder of data. Each server gets a certificate from it. The authority can vouch for nothing but names and addresses
//! that nobody owns, so that its key opens nothing on the internet, whoever gets it.

use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, Timestamp, ToSpan};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, BigNumContext, MsbOption};
use openssl::ec::{EcGroup, EcKey, PointConversionForm};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::sign;
use openssl::x509::X509;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyIdMethod, KeyUsagePurpose,
    NameConstraints, PKCS_ECDSA_P256_SHA256, PublicKeyData, SerialNumber, SignatureAlgorithm,
    SigningKey, date_time_ymd,
};
use sha2::{Digest, Sha256};

use super::tls_error::ServerTlsError;
use crate::libcrypto;
use crate::text::hex;
use crate::user_files;

/// How long the authority is good, in years, and a certificate of it, in days: Apple's systems take none that is good
/// for longer.
const YEARS: i64 = 10;
const DAYS: i64 = 397;

/// How long a number of a certificate is, in bits.
const SERIAL_BITS: i32 = 127;

/// Names that nobody owns, with all below them.
const NAMES: [&str; 6] = ["localhost", "local", "test", "internal", "home.arpa", "lan"];

/// Addresses that nobody owns, each with the length of its network's part.
const NETWORKS: [(&str, u8); 9] = [
    ("127.0.0.0", 8),
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("169.254.0.0", 16),
    ("100.64.0.0", 10),
    ("::1", 128),
    ("fc00::", 7),
    ("fe80::", 10),
];

/// Who vouches for the servers of this machine's user.
pub struct LocalAuthority {
    signer: Signer,
    certificate: X509,
    file: PathBuf,
}

/// A certificate with its key.
pub(super) struct Issued {
    pub certificate: X509,
    pub key: PKey<Private>,
}

impl LocalAuthority {
    /// The authority in `folder`, which is made if it isn't there.
    ///
    /// # Errors
    /// What is there is no authority, others can read its key, or the files can't be read or written.
    pub fn open(folder: &Path) -> Result<LocalAuthority, ServerTlsError> {
        libcrypto::start();
        let (file, key_file) = (folder.join("ca.pem"), folder.join("ca-key.pem"));
        let pem = kept(&key_file, || Ok(new_key()?.private_key_to_pem_pkcs8()?))?;
        let is_open = user_files::is_open_to_others(&key_file);
        if is_open.map_err(|source| read_failed(&key_file, source))? {
            return Err(ServerTlsError::Open(key_file));
        }
        let key = PKey::private_key_from_pem(&pem);
        let signer = key.and_then(Signer::new);
        let signer = signer.map_err(ServerTlsError::unusable(&key_file, "private key"))?;
        let pem = kept(&file, || signer.authority())?;
        let certificate = X509::from_pem(&pem);
        let certificate = certificate.map_err(ServerTlsError::unusable(&file, "certificate"))?;
        if !certificate.public_key()?.public_eq(&signer.key) {
            return Err(ServerTlsError::NotItsKey {
                certificate: file,
                key: key_file,
            });
        }
        if certificate.not_after() < Asn1Time::days_from_now(0)? {
            return Err(ServerTlsError::Outdated(file));
        }
        Ok(LocalAuthority {
            signer,
            certificate,
            file,
        })
    }

    /// The file of the certificate that is to be trusted.
    pub fn file(&self) -> &Path {
        &self.file
    }

    pub(super) fn certificate(&self) -> &X509 {
        &self.certificate
    }

    /// A certificate for these names and addresses.
    pub(super) fn issue(&self, names: &[String]) -> Result<Issued, ServerTlsError> {
        let own = Signer::new(new_key()?)?;
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = named("segfn serve");
        params.serial_number = Some(serial()?);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        set_time(&mut params, DAYS.days());
        let issuer = Issuer::new(self.signer.params(), &self.signer);
        let made = params.signed_by(&own, &issuer)?;
        Ok(Issued {
            certificate: X509::from_der(made.der())?,
            key: own.key,
        })
    }
}

/// What is in a file, which is made if it isn't there.
fn kept(
    path: &Path,
    make: impl FnOnce() -> Result<Vec<u8>, ServerTlsError>,
) -> Result<Vec<u8>, ServerTlsError> {
    let read = || std::fs::read(path).map_err(|source| read_failed(path, source));
    if path.exists() {
        return read();
    }
    let bytes = make()?;
    match user_files::create(path, &bytes) {
        Ok(()) => Ok(bytes),
        // Another segfn was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(),
        Err(source) => Err(ServerTlsError::Write {
            path: path.to_owned(),
            source,
        }),
    }
}

fn read_failed(path: &Path, source: io::Error) -> ServerTlsError {
    ServerTlsError::Read {
        path: path.to_owned(),
        source,
    }
}

fn group() -> Result<EcGroup, ErrorStack> {
    EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)
}

fn new_key() -> Result<PKey<Private>, ErrorStack> {
    let group = group()?;
    PKey::from_ec_key(EcKey::generate(&group)?)
}

fn named(name: &str) -> DistinguishedName {
    let mut all = DistinguishedName::new();
    all.push(DnType::CommonName, name);
    all
}

fn serial() -> Result<SerialNumber, ServerTlsError> {
    let mut number = BigNum::new()?;
    number.rand(SERIAL_BITS, MsbOption::MAYBE_ZERO, false)?;
    Ok(number.to_vec().into())
}

/// Since yesterday, as clocks differ, and until after so long.
fn set_time(params: &mut CertificateParams, span: Span) {
    let today = Offset::UTC.to_datetime(Timestamp::now()).date();
    let midnight = |day: Date| {
        // A month and a day of a calendar are no negative numbers.
        let (month, day_of_month) = (day.month().unsigned_abs(), day.day().unsigned_abs());
        date_time_ymd(day.year().into(), month, day_of_month)
    };
    params.not_before = midnight(today.saturating_sub(1.day()));
    params.not_after = midnight(today.saturating_add(span));
}

/// A key as rcgen wants it, which leaves cryptography to others.
struct Signer {
    key: PKey<Private>,
    /// The point on the curve.
    public: Vec<u8>,
}

impl Signer {
    /// `key` must be one of the curve P-256.
    fn new(key: PKey<Private>) -> Result<Signer, ErrorStack> {
        let mut context = BigNumContext::new()?;
        let form = PointConversionForm::UNCOMPRESSED;
        let point = key.ec_key()?;
        let public = point
            .public_key()
            .to_bytes(&*group()?, form, &mut context)?;
        Ok(Signer { key, public })
    }

    /// What is the same in each certificate of the authority that has this key.
    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        let id = Sha256::digest(&self.public);
        // Where several are trusted, each has a name of its own.
        params.distinguished_name = named(&format!("segfn serve ({})", hex(&id[..4])));
        params.key_identifier_method = KeyIdMethod::PreSpecified(id[..20].to_vec());
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let names = NAMES.map(|name| GeneralSubtree::DnsName(name.to_owned()));
        let networks = NETWORKS.iter().filter_map(|(network, length)| {
            let network: IpAddr = network.parse().ok()?;
            let subnet = CidrSubnet::from_addr_prefix(network, *length);
            Some(GeneralSubtree::IpAddress(subnet))
        });
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: names.into_iter().chain(networks).collect(),
            excluded_subtrees: Vec::new(),
        });
        params
    }

    /// The authority's certificate in PEM.
    fn authority(&self) -> Result<Vec<u8>, ServerTlsError> {
        let mut params = self.params();
        params.serial_number = Some(serial()?);
        set_time(&mut params, YEARS.years());
        let made = params.self_signed(self)?;
        Ok(X509::from_der(made.der())?.to_pem()?)
    }
}

impl PublicKeyData for Signer {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl SigningKey for Signer {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signer = sign::Signer::new(MessageDigest::sha256(), &self.key);
        let signed = signer.and_then(|mut signer| signer.sign_oneshot_to_vec(message));
        signed.map_err(|_| rcgen::Error::RemoteKeyError)
    }
}
