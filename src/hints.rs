//! What a user can do about what lower rooms refuse, in the command line's words. They are all
//! here, so that no other file below cli/ has to know a flag.

/// A host that the network's policy refuses.
pub fn allow_host(host: &str) -> String {
    format!("--allow-net {host} allows it")
}

/// A request that a cassette has no answer to.
pub const RECORD_MISSING: &str = "`segfn record --update-missing` records it";

/// A service that the embedded AWS doesn't have.
pub const OTHER_AWS: &str =
    "--aws URL sends it to a server such as LocalStack, and --aws real sends it to AWS";

/// A role that the embedded AWS doesn't have.
pub const DECLARED_ROLES: &str =
    "the embedded AWS has only the roles of --role and segfn.toml, each with its external id";
