//! What a user can do about what lower rooms refuse, in the command line's words. They are all
//! here, so that no other file below report/ has to know a flag.

/// A host that the network's policy refuses.
pub fn allow_host(host: &str) -> String {
    format!("--allow-net {host} allows it")
}

/// A setting whose value isn't where it is to come from.
pub fn other_setting(name: &str) -> String {
    format!("set it, or give the setting another value: -s {name}=VALUE")
}

/// A cloud's metadata, at `address`, which `host` is or stands for.
pub fn allow_metadata(host: &str, address: &str) -> String {
    match host == address {
        true => allow_host(host),
        false => format!("--allow-net {host} --allow-net {address} allows it"),
    }
}

/// A file that asks for a cloud's metadata.
pub fn metadata_in_a_file(host: &str) -> String {
    format!("ask for it where you want it: --allow-net {host}")
}

/// A request that a cassette has no answer to.
pub const RECORD_MISSING: &str = "`segfn record --update-missing` records it";

/// A cassette that a newer segfn wrote.
pub const NEWER_CASSETTE: &str = "update segfn, or record it again with `segfn record --update`";

/// A file that is no cassette.
pub const NO_CASSETTE: &str = "a cassette is a HAR 1.2 file, as saved by `segfn record` or a browser's developer tools; \
     record it again with `segfn record --update`";

/// An expectation that can't be read.
pub const ACCEPT_AGAIN: &str = "`segfn test --accept` writes it again, from what the function does";

/// An object that isn't what was listed.
pub const LIST_AGAIN: &str =
    "`segfn inputs` lists them again, and all parts run anew with that list: --manifest FILE";

/// Parquet.
pub const BY_SPARK: &str = "Spark makes events of its rows, and runs functions over them: docs/scale-engines.md has the recipe";

/// A sample that isn't there.
pub const LIST_SAMPLES: &str = "`segfn events` lists the samples";

/// A service that the embedded AWS doesn't have.
pub const OTHER_AWS: &str =
    "--aws URL sends it to a server such as LocalStack, and --aws real sends it to AWS";

/// A key that the embedded AWS didn't know.
pub fn taken_key(id: &str, arn: &str) -> String {
    format!(
        "the embedded AWS takes {id} for the key of {arn}; a [[key]] in segfn.toml declares it, and \
         `strict = true` there refuses others"
    )
}

/// A file that asks for the real AWS.
pub const REAL_AWS: &str = "ask for it where you want it: --aws real";

/// A host by whose name the served AWS is asked.
pub fn serve_host(host: &str) -> String {
    format!("--allow-host {host} adds it")
}

/// A web page that asks the served AWS.
pub const SERVE_ORIGIN: &str = "--cors ORIGIN lets the pages of an origin in";

/// A role that somebody without a key of the served AWS wants to assume.
pub const SERVE_ROLE: &str = "who has no key can assume the roles of --role only";

/// A role that the embedded AWS doesn't have.
pub const DECLARED_ROLES: &str =
    "the embedded AWS has only the roles of --role and segfn.toml, each with its external id";

/// A function with the handlers of several kinds.
pub const WHICH_KIND: &str = "say which it is with --kind source or --kind destination";

/// A function that needs more memory than it has.
pub const MORE_MEMORY: &str = "--memory MB gives it more";

/// A line that is longer than lines may be.
pub const LONGER_LINE: &str =
    "no event of the platform is as long; for one that is meant to be: --max-line MB";

/// A process that may not have as many addresses as V8 needs.
pub const MORE_ADDRESSES: &str =
    "raise the limit: ulimit -v unlimited (it counts addresses, not memory; --memory bounds that)";
