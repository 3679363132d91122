//! Signature version 4 in a query.

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use http::request::Parts;
use s3s::{S3Error, S3ErrorCode};
use sha2::{Digest, Sha256};

use super::query::{Parameter, compare, header_text, token, unless_over};
use crate::aws_local::access_keys::AccessKeys;
use crate::aws_local::answer::s3_error;
use crate::aws_local::signature::{SKEW, Signer, parse_date};
use crate::text::hex;

/// The longest life of a URL of version 4, in seconds.
const LONGEST_LIFE: u64 = 604_800;

/// The signer of a request whose signature is right and of now.
pub fn check(
    request: &Parts,
    parameters: &[Parameter<'_>],
    keys: &AccessKeys,
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
    let made = parse_date(date).ok_or_else(|| {
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

fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}
