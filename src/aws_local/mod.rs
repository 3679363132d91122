//! The embedded AWS: S3 and STS inside the process, the default of every run.
//!
//! s3s speaks the protocol and checks signatures; [`store`] keeps objects as plain files; [`sts`]
//! answers the seven operations of STS and issues keys that [`access_keys`] knows again. Requests
//! come as values through [`LocalAws::call`], without a socket, or over one through
//! [`LocalAws::serve`].

mod access;
mod access_keys;
mod answer;
mod attributes;
mod contents;
mod cors;
mod credentials;
mod hosts;
mod lenient;
mod limits;
mod local_aws;
mod presigned;
mod s3;
mod serve;
mod signature;
mod store;
mod sts;
mod time_source;
mod timestamp;

pub use self::contents::{Contents, ListedObject, Version};
pub use self::credentials::{Credentials, CredentialsError};
pub use self::hosts::{is_aws, is_s3, is_sts};
pub use self::local_aws::{LocalAws, LocalAwsError};
pub use self::store::copy_objects;
pub use self::time_source::TimeSource;
