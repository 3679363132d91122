//! What S3's inputs and outputs say of an object, to and from [`Details`].
//!
//! [`Details`]: crate::aws_local::store::details::Details

use s3s::dto::{Timestamp, TimestampFormat};

/// The details in one of the three inputs that make an object: they have no type in common.
macro_rules! details_of {
    ($input:expr) => {{
        let input = &$input;
        $crate::aws_local::store::details::Details {
            // S3's own type for what has none; the SDKs always send one.
            content_type: input
                .content_type
                .clone()
                .unwrap_or_else(|| "binary/octet-stream".to_owned()),
            cache_control: input.cache_control.clone(),
            content_disposition: input.content_disposition.clone(),
            content_encoding: input
                .content_encoding
                .as_deref()
                .and_then($crate::aws_local::s3::describe::kept_encoding),
            content_language: input.content_language.clone(),
            expires: input
                .expires
                .clone()
                .map($crate::aws_local::s3::describe::seconds),
            redirect: input.website_redirect_location.clone(),
            storage_class: input
                .storage_class
                .as_ref()
                .map(|class| class.as_str().to_owned())
                .filter(|class| class != s3s::dto::StorageClass::STANDARD),
            encryption: input
                .server_side_encryption
                .as_ref()
                .map(|kind| kind.as_str().to_owned()),
            encryption_key: input.ssekms_key_id.clone(),
            customer_key_md5: input.sse_customer_key_md5.clone(),
            metadata: input
                .metadata
                .clone()
                .unwrap_or_default()
                .into_iter()
                .collect(),
            tags: input
                .tagging
                .as_deref()
                .map_or(Ok(Vec::new()), $crate::aws_local::s3::tags::from_header)?,
            ..Default::default()
        }
    }};
}
pub(super) use details_of;

/// `aws-chunked` is how a body travels, not how it is kept.
pub fn kept_encoding(header: &str) -> Option<String> {
    let kept = header
        .split(',')
        .map(str::trim)
        .filter(|coding| !coding.is_empty() && *coding != "aws-chunked");
    Some(kept.collect::<Vec<_>>().join(",")).filter(|kept| !kept.is_empty())
}

/// Seconds since 1970.
pub fn seconds(time: Timestamp) -> i64 {
    let mut text = Vec::new();
    match time.format(TimestampFormat::EpochSeconds, &mut text) {
        Ok(()) => String::from_utf8_lossy(&text)
            .parse::<f64>()
            .map_or(0, |seconds| seconds as i64),
        Err(_) => 0,
    }
}
