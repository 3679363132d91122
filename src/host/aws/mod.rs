//! The Rust half of `AWS`: the package's JavaScript builds and reads, this sends.
//!
//! Operations of S3 and STS go through the Rust SDK's typed clients ([`table`]), everything else is
//! signed and sent as the package built it ([`sign`]). Each op call is exactly one attempt.

mod archive;
mod aws_host;
mod call;
mod client;
mod config;
mod connector;
mod credentials;
mod messages;
mod models;
mod ops;
mod params;
mod sign;
mod table;

pub use self::archive::{
    ArchiveEntry, ArchiveObject, ArchiveUrl, ListedChange, ListedPiece, S3Archive, S3Store,
    is_plain,
};
pub use self::aws_host::install;
pub use self::config::{AwsConfig, AwsTarget};
pub use self::credentials::{Ambient, Key};

deno_core::extension!(
    segfn_aws,
    ops = [
        ops::op_aws_call,
        ops::op_aws_abort,
        ops::op_aws_ambient,
        ops::op_aws_endpoint,
        ops::op_aws_is_aws,
        ops::op_aws_model
    ]
);
