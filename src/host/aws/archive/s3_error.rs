//! What S3 says when it doesn't do what it was asked for, in its own words, and which right is missing.

use std::{fmt, io};

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_types::error::display::DisplayErrorContext;

/// What was asked of a bucket.
#[derive(Clone, Copy)]
pub(super) enum S3Use<'a> {
    List,
    Get(&'a str),
    Put(&'a str),
}

impl S3Use<'_> {
    /// The right that it takes, and on what.
    fn right(self, bucket: &str) -> (&'static str, String) {
        match self {
            S3Use::List => ("s3:ListBucket", format!("arn:aws:s3:::{bucket}")),
            S3Use::Get(key) => ("s3:GetObject", format!("arn:aws:s3:::{bucket}/{key}")),
            S3Use::Put(key) => ("s3:PutObject", format!("arn:aws:s3:::{bucket}/{key}")),
        }
    }
}

/// In the words of the service, where it said anything.
pub(super) fn failed<E, R>(error: SdkError<E, R>, bucket: &str, asked: S3Use) -> io::Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: fmt::Debug,
{
    match error.code() {
        Some(code) => io::Error::other(told(code, error.message(), bucket, asked)),
        None => io::Error::other(DisplayErrorContext(&error).to_string()),
    }
}

fn told(code: &str, message: Option<&str>, bucket: &str, asked: S3Use) -> String {
    let said = match message {
        Some(message) => format!("{code}: {message}"),
        None => code.to_owned(),
    };
    if code.starts_with("KMS.") {
        return format!("the key of KMS that the object is encrypted by can't be used ({said})");
    }
    if code != "AccessDenied" {
        return said;
    }
    let (mut right, mut on) = asked.right(bucket);
    let message = message.unwrap_or_default();
    // S3 may know better: the key is somebody else's affair.
    if let Some((_, rest)) = message.split_once("not authorized to perform: ") {
        right = rest.split([' ', ',']).next().unwrap_or(right);
        let resource = rest.split_once("on resource: ").map(|(_, rest)| rest);
        let resource = resource.and_then(|rest| rest.split_whitespace().next());
        match resource {
            Some(resource) => on = resource.trim_matches(['"', '\'', '.', ',']).to_owned(),
            None if right.starts_with("kms:") => on = format!("the key of KMS of {on}"),
            None => {}
        }
    }
    format!("the right {right} on {on} is missing ({said})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_right_is_named_and_on_what() {
        let get = |code: &str, message: &str| told(code, Some(message), "b", S3Use::Get("k/x.gz"));
        assert_eq!(
            get("AccessDenied", "Access Denied"),
            "the right s3:GetObject on arn:aws:s3:::b/k/x.gz is missing (AccessDenied: Access Denied)"
        );
        assert!(
            told("AccessDenied", None, "b", S3Use::List)
                .starts_with("the right s3:ListBucket on arn:aws:s3:::b is missing")
        );
        let user =
            "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: kms:Decrypt";
        let why = "because no identity-based policy allows the kms:Decrypt action";
        let key = "arn:aws:kms:eu-west-1:1:key/2";
        assert!(
            get("AccessDenied", &format!("{user} on resource: {key} {why}")).starts_with(&format!(
                "the right kms:Decrypt on {key} is missing (AccessDenied: User"
            ))
        );
        assert!(
            get(
                "AccessDenied",
                &format!("{user} on the resource associated with this ciphertext {why}")
            )
            .starts_with(
                "the right kms:Decrypt on the key of KMS of arn:aws:s3:::b/k/x.gz is missing"
            )
        );
        assert_eq!(
            get("KMS.DisabledException", "the key is disabled"),
            "the key of KMS that the object is encrypted by can't be used (KMS.DisabledException: the key is disabled)"
        );
        assert_eq!(get("SlowDown", "Please wait"), "SlowDown: Please wait");
    }
}
