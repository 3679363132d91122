//! What S3 tells of an object beside its bytes.

use serde_json::{Map, Value};

use super::store::details::Details;

/// What was said of an object when it was stored, as an object of JSON, by the names that AWS's
/// SDKs have for it; `Expires` is in seconds since 1970. What was not said is absent. Not in it is
/// what follows from the bytes.
pub fn attributes(details: &Details) -> Value {
    // Written out, so that a new field can't be forgotten.
    let Details {
        key: _,
        size: _,
        etag: _,
        checksums: _,
        parts: _,
        content_type,
        cache_control,
        content_disposition,
        content_encoding,
        content_language,
        expires,
        redirect,
        storage_class,
        encryption,
        encryption_key,
        customer_key_md5,
        metadata,
        tags,
    } = details;
    let text = |text: &Option<String>| text.clone().map(Value::String);
    let object = |fields: Map<String, Value>| (!fields.is_empty()).then_some(Value::Object(fields));
    let metadata = metadata.iter();
    let metadata = metadata.map(|(name, value)| (name.clone(), value.as_str().into()));
    let tags = tags.iter();
    let tags = tags.map(|(name, value)| (name.clone(), value.as_str().into()));
    let all = [
        ("ContentType", Some(content_type.as_str().into())),
        ("CacheControl", text(cache_control)),
        ("ContentDisposition", text(content_disposition)),
        ("ContentEncoding", text(content_encoding)),
        ("ContentLanguage", text(content_language)),
        ("Expires", expires.map(Value::from)),
        ("WebsiteRedirectLocation", text(redirect)),
        ("StorageClass", text(storage_class)),
        ("ServerSideEncryption", text(encryption)),
        ("SSEKMSKeyId", text(encryption_key)),
        ("SSECustomerKeyMD5", text(customer_key_md5)),
        ("Metadata", object(metadata.collect())),
        ("Tags", object(tags.collect())),
    ];
    let said = all.into_iter();
    said.filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}
