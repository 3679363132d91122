//! Each script in `scripts/`, with the real package and with segfn's.

use super::compare;
use super::compare::same;

/// A test for each script of a folder, but for `elsewhere`.
macro_rules! scripts {
    ($folder:literal, elsewhere: $elsewhere:expr, $run:path: $($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                $run(stringify!($name));
            }
        )*

        #[test]
        fn no_script_is_forgotten() {
            let mut found = crate::oracle::compare::scripts($folder);
            found.retain(|name| !$elsewhere.contains(&name.as_str()));
            assert_eq!(found, [$(stringify!($name)),*]);
        }
    };
}

scripts! {
    "scripts", elsewhere: ["documented", "prelude", "refusals"], same:
    bodies
    broken
    buckets
    callbacks
    config
    credentials
    documents
    errors
    events
    faults
    namespace
    network_errors
    objects
    operations
    other_services
    pages
    parameters
    presigned
    protocol_errors
    requests
    routes
    services
    signed_urls
    streams
    upload
    uploads
    validation
    waiters
}

/// moto answers the real package and segfn's, and the embedded AWS answers as moto does.
mod embedded {
    use crate::oracle::compare;

    fn same(name: &str) {
        let script = format!("embedded/{name}");
        let real = compare::same(&script);
        let ours = compare::by_segfn(&script, &serde_json::json!({}));
        crate::support::same::assert_same(&script, ["aws-sdk", &real], ["segfn", &ours]);
    }

    scripts! {
        "scripts/embedded", elsewhere: ["prelude"], same:
        conditions
        copies
        listing
        multipart
        operations
    }
}

#[test]
fn the_embedded_aws_answers_as_documented_where_moto_does_not() {
    let told = compare::by_segfn("documented", &serde_json::json!({}));
    let (differences, count) = told.rsplit_once("\n").map_or((told.as_str(), ""), |_| {
        told.trim_end().rsplit_once('\n').expect("two lines")
    });
    assert_eq!(differences, "## differences\n[]", "{told}");
    assert!(count.ends_with("answers"), "{told}");
}
