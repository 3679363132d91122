//! What a read or a write demands of the object that is there.

use http::StatusCode;
use s3s::dto::{ETag, ETagCondition, Timestamp};
use s3s::{S3ErrorCode, S3Result};

use super::error::fail;
use crate::aws_local::answer::s3_error;
use crate::aws_local::store::{Object, ObjectStore, Precondition};
use crate::aws_local::timestamp::whole_seconds;

/// What a read demands of the object.
#[derive(Default)]
pub struct Demands {
    pub matches: Option<ETagCondition>,
    pub none_match: Option<ETagCondition>,
    pub modified_since: Option<Timestamp>,
    pub unmodified_since: Option<Timestamp>,
    pub customer_key_md5: Option<String>,
}

impl Demands {
    /// Opens the object, if it is as demanded; `unchanged` is the answer when it is the one that
    /// the caller has.
    pub fn open(
        &self,
        store: &ObjectStore,
        bucket: &str,
        key: &str,
        unchanged: S3ErrorCode,
    ) -> S3Result<Object> {
        let object = store.open(bucket, key)?;
        match (&object.details.customer_key_md5, &self.customer_key_md5) {
            (Some(_), None) => {
                return Err(fail(
                    S3ErrorCode::InvalidRequest,
                    "The object was stored using a form of Server Side Encryption. The correct parameters must be \
                     provided to retrieve the object.",
                ));
            }
            (None, Some(_)) => {
                return Err(fail(
                    S3ErrorCode::InvalidRequest,
                    "The encryption parameters are not applicable to this object.",
                ));
            }
            (stored, shown) if stored != shown => {
                return Err(s3_error(S3ErrorCode::AccessDenied));
            }
            _ => {}
        }
        let etag = ETag::Strong(object.details.etag.clone());
        let modified = whole_seconds(object.modified);
        let is = |condition: &ETagCondition| match condition {
            ETagCondition::Any => true,
            ETagCondition::ETag(wanted) => wanted.weak_cmp(&etag),
        };
        // An ETag says more than a time: where there is one, the time is not asked.
        let fits = match &self.matches {
            Some(wanted) => is(wanted),
            None => self
                .unmodified_since
                .as_ref()
                .is_none_or(|time| modified <= *time),
        };
        if !fits {
            return Err(s3_error(S3ErrorCode::PreconditionFailed));
        }
        let changed = match &self.none_match {
            Some(known) => !is(known),
            None => self
                .modified_since
                .as_ref()
                .is_none_or(|time| modified > *time),
        };
        if !changed {
            return Err(s3_error(unchanged));
        }
        Ok(object)
    }
}

/// Whether an object would have to be restored from an archive first, which nobody can do here.
pub fn is_archived(object: &Object) -> bool {
    matches!(
        object.details.storage_class.as_deref(),
        Some("GLACIER" | "DEEP_ARCHIVE")
    )
}

/// Refuses the source of a copy that lies in an archive.
pub fn refuse_archived(object: &Object) -> S3Result<()> {
    if !is_archived(object) {
        return Ok(());
    }
    let mut error = fail(
        S3ErrorCode::Custom("ObjectNotInActiveTierError".into()),
        "The source object of the COPY operation is not in the active tier and is only stored in Amazon Glacier.",
    );
    error.set_status_code(StatusCode::FORBIDDEN);
    Err(error)
}

/// What a write demands of the object it replaces.
pub fn precondition(
    matches: Option<ETagCondition>,
    none_match: Option<ETagCondition>,
) -> S3Result<Precondition> {
    let absent = match none_match {
        None => false,
        Some(ETagCondition::Any) => true,
        Some(ETagCondition::ETag(_)) => {
            return Err(fail(
                S3ErrorCode::NotImplemented,
                "A header you provided implies functionality that is not implemented",
            ));
        }
    };
    let matches = matches.map(|condition| match condition {
        ETagCondition::Any => "*".to_owned(),
        ETagCondition::ETag(etag) => etag.into_value(),
    });
    Ok(Precondition { matches, absent })
}
