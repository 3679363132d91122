//! The embedded AWS from outside: requests that the Rust SDK's own clients build, sign and read.

mod bucket;
mod buckets;
mod changes;
mod full_disk;
mod keys;
mod kills;
mod mounts;
mod objects;
mod planted;
mod presigned;
mod refusals;
mod serve;
mod store;
mod sts;
mod uploads;
mod world;
mod writers;
