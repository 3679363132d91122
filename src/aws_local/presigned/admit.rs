//! Lets presigned requests in.

use std::time::SystemTime;

use http::request::Parts;
use http::{HeaderName, HeaderValue, header};
use s3s::{S3Error, S3ErrorCode};

use super::query::{Parameter, with_query};
use super::{version_2, version_4};
use crate::aws_local::access_keys::AccessKeys;

/// Checks the signature of a presigned request, takes it out of the URL and leaves a [`Signer`](crate::aws_local::signature::Signer) in
/// the request's extensions. A request that isn't presigned stays as it is.
///
/// # Errors
/// What AWS answers to a signature that is wrong, over, or not complete.
pub fn admit(request: &mut Parts, keys: &AccessKeys, now: SystemTime) -> Result<(), S3Error> {
    let query = request.uri.query().unwrap_or_default().to_owned();
    let parameters = Parameter::parse(&query);
    let signature = |name: &str| parameters.iter().any(|parameter| parameter.name == name);
    let signer = if signature("X-Amz-Signature") {
        version_4::check(request, &parameters, keys, now)?
    } else if signature("Signature") {
        version_2::check(request, &parameters, keys, now)?
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_credential_types::Credentials;
    use aws_sigv4::http_request::{
        PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
        UriPathNormalizationMode, sign,
    };
    use aws_sigv4::sign::v4;
    use proptest::prelude::*;

    use super::*;
    use crate::aws_local::credentials::ambient_holder;
    use crate::aws_local::signature::Signer;
    use crate::text::time;

    /// A request for `url`, presigned as the SDK does it.
    fn presigned(url: &str, keys: &AccessKeys, now: SystemTime, life: u64) -> Parts {
        let issued = keys.issue(&ambient_holder(), None).expect("randomness");
        let identity = Credentials::new(
            issued.access_key_id,
            issued.secret_access_key,
            issued.session_token,
            None,
            "test",
        )
        .into();
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(life));
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-west-1")
            .name("s3")
            .time(now)
            .settings(settings)
            .build()
            .expect("parameters")
            .into();
        let headers = [("host", "bkt.s3.eu-west-1.amazonaws.com")].into_iter();
        let signable = SignableRequest::new("GET", url, headers, SignableBody::UnsignedPayload);
        let signed = sign(signable.expect("a request"), &params).expect("signed");
        let mut request = http::Request::get(url)
            .header("host", "bkt.s3.eu-west-1.amazonaws.com")
            .body(())
            .expect("a request");
        signed.into_parts().0.apply_to_request_http1x(&mut request);
        request.into_parts().0
    }

    fn url() -> impl Strategy<Value = String> {
        let key = "[a-zA-Z0-9._~-]{1,8}|(%20|%2F|%C3%A9|/|\\.\\.|a){1,6}";
        let parameter = prop_oneof![
            Just("versionId=x"),
            Just("tagging"),
            Just("response-content-type=a%2Fb"),
            Just("x-id=GetObject"),
            Just("%C3%A9=%20"),
        ];
        (key, proptest::collection::vec(parameter, 0..4)).prop_map(|(key, query)| {
            let mark = if query.is_empty() { "" } else { "?" };
            let query = query.join("&");
            format!("https://bkt.s3.eu-west-1.amazonaws.com/{key}{mark}{query}")
        })
    }

    proptest! {
        #[test]
        fn what_the_sdk_presigns_is_let_in_until_it_is_over(
            url in url(),
            life in 1_u64..=604_800,
            late in 0_u64..700_000,
        ) {
            let made = time::default();
            let keys = AccessKeys::new().expect("randomness");
            let mut request = presigned(&url, &keys, made, life);
            let now = made + Duration::from_secs(late);
            let admitted = admit(&mut request, &keys, now);
            prop_assert_eq!(admitted.is_ok(), late <= life, "{:?}", admitted);
            if admitted.is_ok() {
                let signer = request.extensions.get::<Signer>().expect("a signer");
                prop_assert_eq!(signer.region.as_deref(), Some("eu-west-1"));
                let query = request.uri.query().unwrap_or_default();
                prop_assert_eq!(query, url.split_once('?').map_or("", |(_, query)| query));
            }
        }

        #[test]
        fn what_was_changed_since_is_not_let_in(
            url in url(),
            at in any::<prop::sample::Index>(),
            by in "[a-zA-Z0-9]",
        ) {
            let now = time::default();
            let keys = AccessKeys::new().expect("randomness");
            let mut request = presigned(&url, &keys, now, 900);
            let text = request.uri.to_string();
            let start = "https://bkt.s3.eu-west-1.amazonaws.com/".len();
            let place = start + at.index(text.len() - start);
            let changed = format!("{}{by}{}", &text[..place], &text[place + 1..]);
            prop_assume!(changed != text && text.as_bytes()[place].is_ascii_alphanumeric());
            request.uri = changed.parse().expect("a URL");
            let admitted = admit(&mut request, &keys, now);
            prop_assert!(
                admitted.is_err() || request.extensions.get::<Signer>().is_none(),
                "{}",
                changed
            );
        }

        #[test]
        fn any_query_is_let_in_as_it_is_or_refused(
            query in "(X-Amz-(Algorithm|Signature|Credential|Date|Expires|SignedHeaders)|Signature|Expires|AWSAccessKeyId|=|&|;|/|%2F|%zz|AWS4-HMAC-SHA256|20240101T000000Z|-1|900|host|a){0,24}",
        ) {
            let keys = AccessKeys::new().expect("randomness");
            let uri = format!("https://s3.amazonaws.com/bkt/key?{query}");
            let mut request = http::Request::get(uri).body(()).expect("a URL").into_parts().0;
            if admit(&mut request, &keys, time::default()).is_ok() {
                prop_assert!(request.extensions.get::<Signer>().is_none());
                prop_assert_eq!(request.uri.query(), Some(query.as_str()));
            }
        }
    }
}
