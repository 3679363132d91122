//! Forms that a browser posts to a bucket, with a signed policy.
//!
//! s3s checks signature and policy too, but neither the session token nor the time by our clock,
//! lets fields pass that the policy doesn't speak of, and refuses with codes that S3 doesn't use.

use std::ops::Range;
use std::time::SystemTime;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, header};
use s3s::post_policy::{PostPolicy, PostPolicyCondition};
use s3s::{S3Error, S3ErrorCode};

use crate::aws_local::hosts;
use crate::aws_local::signature::Signer;
use crate::aws_local::timestamp::timestamp;

/// What stands for the file's name in a key.
const FILE_NAME: &str = "${filename}";

/// Fields that a policy needs no condition for: its own, and the file.
const FREE: [&str; 5] = [
    "policy",
    "x-amz-signature",
    "signature",
    "awsaccesskeyid",
    "file",
];

/// The boundary of a form that is posted to a bucket; `None` when the request is no such form.
pub fn boundary(request: &Parts) -> Option<String> {
    if request.method != Method::POST {
        return None;
    }
    let kind = request.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let parameters = kind.strip_prefix("multipart/form-data")?;
    let (_, boundary) = parameters.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    (!boundary.is_empty()).then(|| boundary.to_owned())
}

/// A form that may be handed to s3s.
pub struct Admitted {
    /// Whose the form says it is; one without a policy has nobody.
    pub signer: Option<Signer>,
    pub body: Bytes,
}

/// Checks the policy of a form at the time `now`, and puts the file's name into its key.
///
/// # Errors
/// What S3 answers to a form that is not as its policy wants it.
pub fn check(
    request: &Parts,
    boundary: &str,
    body: Bytes,
    now: SystemTime,
) -> Result<Admitted, S3Error> {
    let Form { fields, file_name } = Form::read(&body, boundary);
    let Some(file_name) = file_name else {
        return Err(S3Error::with_message(
            S3ErrorCode::InvalidArgument,
            "POST requires exactly one file upload per request.",
        ));
    };
    if let Some(key) = fields.iter().find(|field| field.name == "key")
        && key.value.contains(FILE_NAME)
    {
        let value = key.value.replace(FILE_NAME, &file_name);
        let (before, after) = (&body[..key.place.start], &body[key.place.end..]);
        let named = [before, value.as_bytes(), after].concat();
        let signer = check_policy(request, &Form::read(&named, boundary).fields, now)?;
        let body = Bytes::from(named);
        return Ok(Admitted { signer, body });
    }
    let signer = check_policy(request, &fields, now)?;
    Ok(Admitted { signer, body })
}

fn check_policy(
    request: &Parts,
    fields: &[Field],
    now: SystemTime,
) -> Result<Option<Signer>, S3Error> {
    let value = |name: &str| {
        let field = fields.iter().find(|field| field.name == name);
        field.map(|field| field.value.as_str())
    };
    let Some(policy) = value("policy") else {
        return Ok(None);
    };
    let policy = PostPolicy::from_base64(policy).map_err(|_| {
        S3Error::with_message(
            S3ErrorCode::InvalidPolicyDocument,
            "Invalid Policy: Invalid JSON.",
        )
    })?;
    if policy.expiration <= timestamp(now) {
        return Err(refused("Policy expired."));
    }
    let host = request.headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let in_path = request.uri.path().trim_matches('/');
    let bucket = hosts::bucket(host).unwrap_or(in_path);
    for condition in &policy.conditions {
        let (field, wanted, exactly) = match condition {
            PostPolicyCondition::Eq { field, value } => (field, value, true),
            PostPolicyCondition::StartsWith { field, prefix } => (field, prefix, false),
            // s3s compares it with the file.
            PostPolicyCondition::ContentLengthRange { .. } => continue,
        };
        let actual = match field.as_str() {
            "bucket" => bucket,
            field => value(field).unwrap_or_default(),
        };
        if actual != wanted && (exactly || !actual.starts_with(wanted.as_str())) {
            let kind = if exactly { "eq" } else { "starts-with" };
            return Err(refused(&format!(
                "Policy Condition failed: [\"{kind}\", \"${field}\", \"{wanted}\"]"
            )));
        }
    }
    let speaks_of = |name: &str| {
        policy.conditions.iter().any(|condition| match condition {
            PostPolicyCondition::Eq { field, .. }
            | PostPolicyCondition::StartsWith { field, .. } => field == name,
            PostPolicyCondition::ContentLengthRange { .. } => false,
        })
    };
    if let Some(Field { name, .. }) = fields.iter().find(|field| {
        let name = field.name.as_str();
        !FREE.contains(&name) && !name.starts_with("x-ignore-") && !speaks_of(name)
    }) {
        return Err(refused(&format!("Extra input fields: {name}")));
    }
    let credential = value("x-amz-credential").unwrap_or_default();
    let mut scope = credential.split('/');
    let access_key = value("awsaccesskeyid").or_else(|| scope.next());
    Ok(Some(Signer {
        access_key: access_key.unwrap_or_default().to_owned(),
        token: value("x-amz-security-token").map(str::to_owned),
        region: scope.nth(1).map(str::to_owned),
    }))
}

fn refused(why: &str) -> S3Error {
    S3Error::with_message(
        S3ErrorCode::AccessDenied,
        format!("Invalid according to Policy: {why}"),
    )
}

/// The fields before the file: what comes behind it S3 ignores.
struct Form {
    fields: Vec<Field>,
    /// `None` when there is no file.
    file_name: Option<String>,
}

struct Field {
    /// In lower case.
    name: String,
    value: String,
    /// Where the value stands in the body.
    place: Range<usize>,
}

impl Form {
    fn read(body: &[u8], boundary: &str) -> Form {
        let delimiter = format!("\r\n--{boundary}");
        let mut fields = Vec::new();
        // The first delimiter has no line break before it.
        let mut rest = body
            .strip_prefix(&delimiter.as_bytes()[2..])
            .unwrap_or_default();
        while let Some((head, after)) = split(rest, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(head);
            let Some(name) = parameter(&head, "name") else {
                break;
            };
            let name = name.to_ascii_lowercase();
            if name == "file" {
                let path = parameter(&head, "filename").unwrap_or_default();
                let file_name = path.rsplit(['/', '\\']).next().map(str::to_owned);
                return Form { fields, file_name };
            }
            let Some((value, behind)) = split(after, delimiter.as_bytes()) else {
                break;
            };
            let start = body.len() - after.len();
            fields.push(Field {
                name,
                value: String::from_utf8_lossy(value).into_owned(),
                place: start..start + value.len(),
            });
            rest = behind;
        }
        Form {
            fields,
            file_name: None,
        }
    }
}

/// A parameter of a `Content-Disposition`.
fn parameter<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = head.split_once(&format!(" {name}="))?;
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split([';', '\r']).next(),
    }
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let start = bytes.windows(at.len()).position(|window| window == at)?;
    Some((&bytes[..start], &bytes[start + at.len()..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_fields_before_the_file_are_read(
            given in proptest::collection::vec(("[a-z-]{1,10}", "[ -~é]{0,20}"), 0..5),
            file_name in "[ !#-.0-\\[\\]-~é]{1,10}",
        ) {
            prop_assume!(given.iter().all(|(name, _)| name != "file"));
            let mut body = String::new();
            for (name, value) in &given {
                body += &format!(
                    "--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                );
            }
            body += &format!(
                "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a/{file_name}\"\r\n\r\n1\r\n--xx--\r\n"
            );
            let form = Form::read(body.as_bytes(), "xx");
            prop_assert_eq!(form.file_name, Some(file_name));
            let read: Vec<(String, String)> = form
                .fields
                .iter()
                .map(|field| (field.name.clone(), body[field.place.clone()].to_owned()))
                .collect();
            prop_assert_eq!(read, given);
        }

        #[test]
        fn any_body_is_read(
            body in "(--xx|\r\n|\r|--|Content-Disposition: form-data;| name=| filename=|\"|key|file|;|é|a){0,30}",
        ) {
            for field in Form::read(body.as_bytes(), "xx").fields {
                prop_assert_eq!(&body[field.place], field.value);
            }
        }
    }
}
