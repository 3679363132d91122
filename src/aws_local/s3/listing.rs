//! The two ways to list objects.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::error::fail;
use super::values::owner;
use crate::aws_local::store::ObjectStore;
use crate::aws_local::store::list::{Entry, Page, Query};
use crate::aws_local::timestamp::whole_seconds;

const LARGEST_PAGE: i32 = 1000;

pub async fn list(
    store: &ObjectStore,
    request: S3Request<ListObjectsInput>,
) -> S3Result<ListObjectsOutput> {
    let input = request.input;
    let spelling = Spelling::parse(input.encoding_type.as_ref())?;
    let max_keys = page_size(input.max_keys)?;
    let prefix = input.prefix.unwrap_or_default();
    let marker = input.marker.unwrap_or_default();
    let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());
    let page = store.list(
        &input.bucket,
        &Query {
            prefix: &prefix,
            delimiter: delimiter.as_deref(),
            after: &marker,
            limit: limit(max_keys),
        },
    )?;
    let next = page
        .entries
        .last()
        .filter(|_| page.truncated && delimiter.is_some());
    Ok(ListObjectsOutput {
        next_marker: next.map(|entry| spelling.spell(entry.name())),
        is_truncated: Some(page.truncated),
        marker: Some(spelling.spell(&marker)),
        max_keys: Some(max_keys),
        name: Some(input.bucket),
        prefix: Some(spelling.spell(&prefix)),
        delimiter: delimiter.map(|delimiter| spelling.spell(&delimiter)),
        encoding_type: input.encoding_type,
        common_prefixes: Some(common_prefixes(&page, spelling)),
        contents: Some(contents(page, spelling, true)),
        request_charged: None,
    })
}

pub async fn list_v2(
    store: &ObjectStore,
    request: S3Request<ListObjectsV2Input>,
) -> S3Result<ListObjectsV2Output> {
    let input = request.input;
    let spelling = Spelling::parse(input.encoding_type.as_ref())?;
    let max_keys = page_size(input.max_keys)?;
    let prefix = input.prefix.unwrap_or_default();
    let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());
    let after = match &input.continuation_token {
        Some(token) => read_token(token)?,
        None => input.start_after.clone().unwrap_or_default(),
    };
    let page = store.list(
        &input.bucket,
        &Query {
            prefix: &prefix,
            delimiter: delimiter.as_deref(),
            after: &after,
            limit: limit(max_keys),
        },
    )?;
    let next = page.entries.last().filter(|_| page.truncated);
    Ok(ListObjectsV2Output {
        next_continuation_token: next.map(|entry| URL_SAFE_NO_PAD.encode(entry.name())),
        key_count: i32::try_from(page.entries.len()).ok(),
        is_truncated: Some(page.truncated),
        continuation_token: input.continuation_token,
        start_after: input.start_after.map(|after| spelling.spell(&after)),
        max_keys: Some(max_keys),
        name: Some(input.bucket),
        prefix: Some(spelling.spell(&prefix)),
        delimiter: delimiter.map(|delimiter| spelling.spell(&delimiter)),
        encoding_type: input.encoding_type,
        common_prefixes: Some(common_prefixes(&page, spelling)),
        contents: Some(contents(page, spelling, input.fetch_owner == Some(true))),
        request_charged: None,
    })
}

fn page_size(asked: Option<i32>) -> S3Result<i32> {
    match asked {
        Some(..0) => Err(fail(
            S3ErrorCode::InvalidArgument,
            "Argument maxKeys must be an integer between 0 and 2147483647",
        )),
        asked => Ok(asked.unwrap_or(LARGEST_PAGE).min(LARGEST_PAGE)),
    }
}

fn limit(max_keys: i32) -> usize {
    usize::try_from(max_keys).unwrap_or(0)
}

fn read_token(token: &str) -> S3Result<String> {
    let name = URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    name.ok_or_else(|| {
        fail(
            S3ErrorCode::InvalidArgument,
            "The continuation token provided is incorrect",
        )
    })
}

/// How keys are written in a listing: as they are, or percent-encoded, for those that XML can't hold.
#[derive(Clone, Copy, PartialEq)]
pub enum Spelling {
    Plain,
    Url,
}

impl Spelling {
    pub fn parse(encoding: Option<&EncodingType>) -> S3Result<Spelling> {
        match encoding.map(EncodingType::as_str) {
            None => Ok(Spelling::Plain),
            Some(EncodingType::URL) => Ok(Spelling::Url),
            Some(_) => Err(fail(
                S3ErrorCode::InvalidArgument,
                "Invalid Encoding Method specified in Request",
            )),
        }
    }

    pub fn spell(self, text: &str) -> String {
        match self {
            Spelling::Plain => text.to_owned(),
            Spelling::Url => url_encode(text),
        }
    }
}

/// Percent-encodes all but slashes, as S3 does.
pub fn url_encode(text: &str) -> String {
    let segments = text.split('/');
    let encoded = segments.map(|segment| {
        url::form_urlencoded::byte_serialize(segment.as_bytes()).collect::<String>()
    });
    encoded.collect::<Vec<_>>().join("/")
}

fn common_prefixes(page: &Page, spelling: Spelling) -> Vec<CommonPrefix> {
    let prefixes = page.entries.iter().filter_map(|entry| match entry {
        Entry::CommonPrefix(prefix) => Some(CommonPrefix {
            prefix: Some(spelling.spell(prefix)),
        }),
        Entry::Object(_) => None,
    });
    prefixes.collect()
}

fn contents(page: Page, spelling: Spelling, with_owner: bool) -> Vec<Object> {
    let objects = page.entries.into_iter().filter_map(|entry| match entry {
        Entry::Object(object) => Some(Object {
            key: Some(spelling.spell(&object.key)),
            e_tag: Some(ETag::Strong(object.details.etag)),
            last_modified: Some(whole_seconds(object.modified)),
            size: i64::try_from(object.size).ok(),
            checksum_algorithm: object
                .details
                .checksums
                .into_keys()
                .next()
                .map(|name| vec![ChecksumAlgorithm::from(name.to_ascii_uppercase())]),
            storage_class: Some(ObjectStorageClass::from(
                object
                    .details
                    .storage_class
                    .unwrap_or_else(|| ObjectStorageClass::STANDARD.to_owned()),
            )),
            owner: with_owner.then(owner),
            ..Object::default()
        }),
        Entry::CommonPrefix(_) => None,
    });
    objects.collect()
}
