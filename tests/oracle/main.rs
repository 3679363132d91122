//! `AWS` compared with the real thing: the same scripts run by node with npm's aws-sdk 2.488.0 and
//! by segfn, both against moto, have to print the same. Needs node, what `npm ci` leaves in
//! js/node_modules, and what scripts/provide-moto makes.

mod authentication;
mod compare;
mod faults;
mod read_back;
mod servers;
#[path = "../support/mod.rs"]
mod support;

use compare::same;

/// A test for each script.
macro_rules! scripts {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                same(stringify!($name));
            }
        )*

        #[test]
        fn no_script_is_forgotten() {
            let mut found = compare::scripts();
            let elsewhere = ["embedded", "prelude", "refusals"];
            found.retain(|name| !elsewhere.contains(&name.as_str()));
            assert_eq!(found, [$(stringify!($name)),*]);
        }
    };
}

#[test]
fn the_embedded_aws_answers_as_moto_does() {
    let real = same("embedded");
    let ours = compare::by_segfn("embedded", &serde_json::json!({}));
    compare::assert_same("embedded", &real, &ours);
}

scripts! {
    bodies
    broken
    buckets
    callbacks
    config
    credentials
    errors
    events
    faults
    namespace
    network_errors
    objects
    operations
    other_services
    pages
    presigned
    routes
    services
    streams
    upload
    validation
    waiters
}
