//! What s3s refuses of a read and S3 takes: a range that is not understood is none, no number in it
//! is too large, and an `Expires` that is asked for is given back as it is written.

use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use s3s::Body;
use s3s::dto::Range;

use super::answer::collect;
use super::presigned::with_query;
use super::signature::{Signer, header_token};

const EXPIRES: &str = "response-expires";

/// A read that s3s can answer, instead of the one that it has refused.
pub struct Again {
    pub request: Request<Body>,
    /// The header that the answer is to have.
    pub expires: Option<HeaderValue>,
}

/// The request to ask s3s when it has refused this one. Only then has s3s checked its signature,
/// which doesn't fit the changed request: so that goes on as one that needs none.
pub fn again(request: &Parts) -> Option<Again> {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return None;
    }
    let range = request.headers.get(header::RANGE);
    let range = range.and_then(|range| range.to_str().ok());
    let misread = range.filter(|range| Range::parse(range).is_err());
    let query = request.uri.query().unwrap_or_default();
    let mut parameters = url::form_urlencoded::parse(query.as_bytes());
    let expires = parameters.find(|(name, _)| name == EXPIRES);
    if misread.is_none() && expires.is_none() {
        return None;
    }
    let signer = request.extensions.get::<Signer>().cloned();
    let signer = signer.or_else(|| signer_of(&request.headers))?;

    let mut again = Request::new(Body::empty());
    *again.method_mut() = request.method.clone();
    *again.headers_mut() = request.headers.clone();
    again.headers_mut().remove(header::AUTHORIZATION);
    if let Some(range) = misread {
        match meant(range).map(HeaderValue::try_from) {
            Some(Ok(range)) => again.headers_mut().insert(header::RANGE, range),
            _ => again.headers_mut().remove(header::RANGE),
        };
    }
    let kept: Vec<&str> = query
        .split('&')
        .filter(|parameter| parameter.split('=').next() != Some(EXPIRES))
        .collect();
    *again.uri_mut() = with_query(&request.uri, &kept.join("&")).ok()?;
    again.extensions_mut().insert(signer);
    Some(Again {
        request: again,
        expires: expires.and_then(|(_, value)| HeaderValue::from_str(&value).ok()),
    })
}

/// Whether s3s has refused what [`again`] changes; otherwise the answer as it was.
pub async fn is_refused(response: Response<Body>) -> Result<(), Response<Body>> {
    if response.status() != StatusCode::BAD_REQUEST {
        return Err(response);
    }
    let (parts, body) = response.into_parts();
    let text = collect(body).await;
    let told = String::from_utf8_lossy(&text);
    let refused = ["invalid header: range", "invalid query: response-expires"];
    match refused.iter().any(|refusal| told.contains(refusal)) {
        true => Ok(()),
        false => Err(Response::from_parts(parts, Body::from(text))),
    }
}

/// The range as s3s would read it; `None` when it is not a single one.
fn meant(range: &str) -> Option<String> {
    let number = |digits: &str| {
        let digits_only = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than fit are beyond the end of every object.
        digits_only.then(|| digits.parse().unwrap_or(u64::MAX / 2))
    };
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    match (first, last) {
        ("", length) => Some(format!("bytes=-{}", number(length)?)),
        (first, "") => Some(format!("bytes={}-", number(first)?)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then(|| format!("bytes={first}-{last}"))
        }
    }
}

/// Whose signature is in the headers.
fn signer_of(headers: &HeaderMap) -> Option<Signer> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let access_key = match text.split_once("Credential=") {
        Some((_, credential)) => credential.split('/').next()?,
        None => text.strip_prefix("AWS ")?.split(':').next()?,
    };
    Some(Signer {
        access_key: access_key.to_owned(),
        token: header_token(headers),
        region: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_s3_understands() {
        let most = u64::MAX / 2;
        for (range, expected) in [
            ("bytes=0-1", Some("bytes=0-1".to_owned())),
            ("bytes=5-", Some("bytes=5-".to_owned())),
            (
                "bytes=0-99999999999999999999",
                Some(format!("bytes=0-{most}")),
            ),
            (
                "bytes=99999999999999999999-",
                Some(format!("bytes={most}-")),
            ),
            ("bytes=4-2", None),
            ("bytes=0-1,3-4", None),
            ("bytes=-", None),
            ("bytes= 1-2", None),
            ("items=0-1", None),
            ("bytes", None),
        ] {
            assert_eq!(meant(range), expected, "{range}");
        }
    }
}
