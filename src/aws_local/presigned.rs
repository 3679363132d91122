//! Presigned URLs, of both signature versions.
//!
//! s3s can check them too, but by the real clock, which a frozen one has long left behind; and it
//! doesn't know the version 2 URLs that aws-sdk 2 makes by default, whose headers (the session
//! token first of all) are in the query. So they are checked here, and go on to s3s without their
//! signature.

use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Uri;
use http::header;
use http::request::Parts;
use s3s::S3Error;
use s3s::S3ErrorCode;
use sha1::Sha1;
use sha2::Digest;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::access::SKEW;
use super::access::read_date;
use super::answer::s3_error;
use super::hosts;
use super::keys::Keys;
use super::store::details::hex;

/// The longest life of a URL of version 4, in seconds.
const LONGEST_LIFE: u64 = 604_800;

/// Who signed a request.
#[derive(Clone)]
pub struct Signer {
    pub access_key: String,
    pub token: Option<String>,
    pub region: Option<String>,
}

/// One parameter of a query, as it is written and as it is meant.
struct Parameter<'a> {
    written: &'a str,
    name: String,
    value: String,
}

/// Checks the signature of a presigned request, takes it out of the URL and leaves a [`Signer`] in
/// the request's extensions. A request that isn't presigned stays as it is.
///
/// # Errors
/// What AWS answers to a signature that is wrong, over, or not complete.
pub fn admit(request: &mut Parts, keys: &Keys, now: SystemTime) -> Result<(), S3Error> {
    let query = request.uri.query().unwrap_or_default().to_owned();
    let parameters = read(&query);
    let signature = |name: &str| parameters.iter().any(|parameter| parameter.name == name);
    let signer = if signature("X-Amz-Signature") {
        version_4(request, &parameters, keys, now)?
    } else if signature("Signature") {
        version_2(request, &parameters, keys, now)?
    } else {
        return Ok(());
    };
    if request.headers.contains_key(header::AUTHORIZATION) {
        return Err(S3Error::with_message(
            S3ErrorCode::InvalidArgument,
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
             parameter or the Authorization header should be specified",
        ));
    }
    let mut kept = Vec::new();
    for parameter in &parameters {
        if is_of_signature(&parameter.name) {
            continue;
        }
        if as_header(&parameter.name) {
            let named = HeaderName::from_bytes(parameter.name.as_bytes());
            if let (Ok(name), Ok(value)) = (named, HeaderValue::from_str(&parameter.value)) {
                request.headers.entry(name).or_insert(value);
            }
        } else {
            kept.push(parameter.written);
        }
    }
    request.uri = with_query(&request.uri, &kept.join("&"))?;
    request.extensions.insert(signer);
    Ok(())
}

fn read(query: &str) -> Vec<Parameter<'_>> {
    let written = query.split('&').filter(|written| !written.is_empty());
    let parameters = written.flat_map(|written| {
        url::form_urlencoded::parse(written.as_bytes()).map(move |(name, value)| Parameter {
            written,
            name: name.into_owned(),
            value: value.into_owned(),
        })
    });
    parameters.collect()
}

/// Whether a parameter is part of the signature, and nothing else.
fn is_of_signature(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature",
        "X-Amz-Content-Sha256",
        "AWSAccessKeyId",
        "Expires",
        "Signature",
    ];
    NAMES.contains(&name) || name.eq_ignore_ascii_case("x-amz-security-token")
}

/// Whether a parameter stands for the header of that name.
fn as_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("x-amz-")
        || matches!(
            name.as_str(),
            "content-type" | "content-md5" | "cache-control"
        )
}

fn with_query(uri: &Uri, query: &str) -> Result<Uri, S3Error> {
    let path = uri.path();
    let path_and_query = if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(
        path_and_query
            .parse()
            .map_err(|_| s3_error(S3ErrorCode::InvalidURI))?,
    );
    Uri::from_parts(parts).map_err(|_| s3_error(S3ErrorCode::InvalidURI))
}

fn version_4(
    request: &Parts,
    parameters: &[Parameter<'_>],
    keys: &Keys,
    now: SystemTime,
) -> Result<Signer, S3Error> {
    let incomplete = |message: &'static str| {
        S3Error::with_message(S3ErrorCode::AuthorizationQueryParametersError, message)
    };
    let value = |name: &str| {
        let found = parameters.iter().find(|parameter| parameter.name == name);
        found.map(|parameter| parameter.value.as_str()).ok_or_else(|| {
            incomplete(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
                 X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
            )
        })
    };
    if value("X-Amz-Algorithm")? != "AWS4-HMAC-SHA256" {
        return Err(incomplete(
            "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"",
        ));
    }
    let date = value("X-Amz-Date")?;
    let made = read_date(date).ok_or_else(|| {
        incomplete("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
    })?;
    let life: u64 = value("X-Amz-Expires")?
        .parse()
        .map_err(|_| incomplete("X-Amz-Expires should be a number"))?;
    if life > LONGEST_LIFE {
        return Err(incomplete(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
        ));
    }
    let credential: Vec<&str> = value("X-Amz-Credential")?.split('/').collect();
    let [access_key, day, region, service, "aws4_request"] = credential[..] else {
        return Err(incomplete(
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \
             \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        ));
    };
    if date.get(..8) != Some(day) {
        return Err(s3_error(S3ErrorCode::SignatureDoesNotMatch));
    }
    if made > now + SKEW {
        return Err(S3Error::with_message(
            S3ErrorCode::AccessDenied,
            "Request is not valid yet",
        ));
    }
    unless_over(made + Duration::from_secs(life), now)?;

    let secret = keys
        .secret_of(access_key)
        .ok_or_else(|| s3_error(S3ErrorCode::InvalidAccessKeyId))?;
    let signed_headers = value("X-Amz-SignedHeaders")?;
    let mut query: Vec<String> = parameters
        .iter()
        .filter(|parameter| parameter.name != "X-Amz-Signature")
        .map(|parameter| match parameter.written.contains('=') {
            true => parameter.written.to_owned(),
            false => format!("{}=", parameter.written),
        })
        .collect();
    query.sort_unstable();
    let headers: String = signed_headers
        .split(';')
        .map(|name| format!("{name}:{}\n", header_text(&request.headers, name)))
        .collect();
    // Only S3 signs URLs without a word on the body; the others sign that there is none.
    let payload = if service == "s3" {
        "UNSIGNED-PAYLOAD".to_owned()
    } else {
        hex(&Sha256::digest([]))
    };
    let canonical = format!(
        "{}\n{}\n{}\n{headers}\n{signed_headers}\n{payload}",
        request.method,
        request.uri.path(),
        query.join("&"),
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{date}\n{day}/{region}/{service}/aws4_request\n{}",
        hex(&Sha256::digest(canonical.as_bytes()))
    );
    let mut key = format!("AWS4{secret}").into_bytes();
    for piece in [day, region, service, "aws4_request", &to_sign] {
        key = hmac_sha256(&key, piece.as_bytes());
    }
    compare(&hex(&key), value("X-Amz-Signature")?)?;
    Ok(Signer {
        access_key: access_key.to_owned(),
        token: token(parameters),
        region: Some(region.to_owned()),
    })
}

fn version_2(
    request: &Parts,
    parameters: &[Parameter<'_>],
    keys: &Keys,
    now: SystemTime,
) -> Result<Signer, S3Error> {
    let value = |name: &str| {
        let found = parameters.iter().find(|parameter| parameter.name == name);
        found.map(|parameter| parameter.value.as_str()).ok_or_else(|| {
            S3Error::with_message(
                S3ErrorCode::AccessDenied,
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
            )
        })
    };
    let access_key = value("AWSAccessKeyId")?;
    let expires = value("Expires")?;
    let end: u32 = expires.parse().map_err(|_| {
        S3Error::with_message(
            S3ErrorCode::AccessDenied,
            format!("Invalid date (should be seconds since epoch): {expires}"),
        )
    })?;
    unless_over(UNIX_EPOCH + Duration::from_secs(end.into()), now)?;

    let secret = keys
        .secret_of(access_key)
        .ok_or_else(|| s3_error(S3ErrorCode::InvalidAccessKeyId))?;
    // What a header says may be said in the query instead.
    let text = |name: &str| match request.headers.contains_key(name) {
        true => header_text(&request.headers, name),
        false => {
            let found = parameters
                .iter()
                .find(|parameter| parameter.name.eq_ignore_ascii_case(name));
            found
                .map(|parameter| parameter.value.clone())
                .unwrap_or_default()
        }
    };
    let in_headers = request.headers.keys().map(|name| name.as_str().to_owned());
    let in_query = parameters
        .iter()
        .map(|parameter| parameter.name.to_ascii_lowercase());
    let mut amazon: Vec<String> = in_headers
        .chain(in_query)
        .filter(|name| name.starts_with("x-amz-"))
        .collect();
    amazon.sort_unstable();
    amazon.dedup();
    let amazon: String = amazon
        .iter()
        .map(|name| format!("{name}:{}\n", text(name)))
        .collect();
    let host = header_text(&request.headers, "host");
    let bucket = hosts::bucket(&host)
        .map(|bucket| format!("/{bucket}"))
        .unwrap_or_default();
    let to_sign = format!(
        "{}\n{}\n{}\n{expires}\n{amazon}{bucket}{}{}",
        request.method,
        text("content-md5"),
        text("content-type"),
        request.uri.path(),
        signed_parameters(parameters),
    );
    let mut mac = match Hmac::<Sha1>::new_from_slice(secret.as_bytes()) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    };
    mac.update(to_sign.as_bytes());
    compare(
        &BASE64.encode(mac.finalize().into_bytes()),
        value("Signature")?,
    )?;
    Ok(Signer {
        access_key: access_key.to_owned(),
        token: token(parameters),
        region: None,
    })
}

/// The parameters that version 2 signs, with a leading `?` if there are any.
fn signed_parameters(parameters: &[Parameter<'_>]) -> String {
    const SUBRESOURCES: [&str; 24] = [
        "accelerate",
        "acl",
        "analytics",
        "cors",
        "delete",
        "inventory",
        "lifecycle",
        "location",
        "logging",
        "metrics",
        "notification",
        "partNumber",
        "policy",
        "replication",
        "requestPayment",
        "restore",
        "tagging",
        "torrent",
        "uploadId",
        "uploads",
        "versionId",
        "versioning",
        "versions",
        "website",
    ];
    let mut signed: Vec<String> = Vec::new();
    for parameter in parameters {
        let name = parameter.name.as_str();
        if name.starts_with("response-") {
            signed.push(format!("{name}={}", parameter.value));
        } else if SUBRESOURCES.contains(&name) {
            signed.push(parameter.written.to_owned());
        }
    }
    signed.sort_unstable();
    if signed.is_empty() {
        String::new()
    } else {
        format!("?{}", signed.join("&"))
    }
}

fn token(parameters: &[Parameter<'_>]) -> Option<String> {
    let found = parameters
        .iter()
        .find(|parameter| parameter.name.eq_ignore_ascii_case("x-amz-security-token"));
    found.map(|parameter| parameter.value.clone())
}

/// A header's values as they are signed.
fn header_text(headers: &HeaderMap, name: &str) -> String {
    let values = headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()));
    let trimmed = values.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "));
    trimmed.collect::<Vec<_>>().join(",")
}

fn unless_over(end: SystemTime, now: SystemTime) -> Result<(), S3Error> {
    if now > end {
        return Err(S3Error::with_message(
            S3ErrorCode::AccessDenied,
            "Request has expired",
        ));
    }
    Ok(())
}

fn compare(computed: &str, given: &str) -> Result<(), S3Error> {
    if bool::from(computed.as_bytes().ct_eq(given.as_bytes())) {
        return Ok(());
    }
    Err(s3_error(S3ErrorCode::SignatureDoesNotMatch))
}

fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}
