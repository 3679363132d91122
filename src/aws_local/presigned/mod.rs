//! Presigned URLs, of both signature versions, and presigned forms.
//!
//! s3s can check them too, but by the real clock, which a frozen one has long left behind; and it
//! doesn't know the version 2 URLs that aws-sdk 2 makes by default, whose headers (the session
//! token first of all) are in the query. So they are checked here, and go on to s3s without their
//! signature.

mod admit;
pub mod form;
mod query;
mod version_2;
mod version_4;

pub use self::admit::admit;
pub use self::query::with_query;
