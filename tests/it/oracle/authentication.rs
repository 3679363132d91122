//! Against a moto that checks signatures, tokens and policies.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::compare;
use super::servers::{Server, python};
use crate::support::Run;
use crate::support::same::assert_same;

/// A server with its checks on, and the keys that it knows.
pub struct Guarded {
    pub server: Server,
    pub accounts: Value,
}

/// The server of all tests here: none can do what would hinder another.
pub fn guarded() -> &'static Guarded {
    static GUARDED: OnceLock<Guarded> = OnceLock::new();
    GUARDED.get_or_init(|| {
        let server = Server::moto();
        let accounts = python("accounts.py", &[&server.url()]);
        Guarded { server, accounts }
    })
}

impl Guarded {
    pub fn account(&self, user: &str, key: &str) -> &str {
        self.accounts[user][key].as_str().expect("a text")
    }
}

#[test]
fn refusals_are_those_that_the_real_package_gets() {
    let guarded = guarded();
    let mut settings = compare::settings(&guarded.server);
    settings["writer"] = guarded.accounts["writer"].clone();
    settings["role"] = guarded.accounts["role"].clone();
    let real = compare::by_node("refusals", &settings);
    let ours = compare::by_segfn("refusals", &settings);
    for code in [
        "SignatureDoesNotMatch",
        "InvalidClientTokenId",
        "InvalidAccessKeyId",
        "AccessDenied",
    ] {
        assert!(real.contains(code), "{code} is never met: {real}");
    }
    assert_same("refusals", ["aws-sdk", &real], ["segfn", &ours]);
}

#[test]
fn the_archive_example_stores_through_its_role() {
    let guarded = guarded();
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/functions/archive-to-s3");
    let function = std::fs::read_to_string(format!("{example}/function.js")).expect("an example");
    // On the platform the first client's key is that of its process.
    let writer = &guarded.accounts["writer"];
    let run = Run::new(&format!("AWS.config.update({writer});\n{function}"))
        .args(&["--aws", &guarded.server.url()])
        .write(
            "settings.json",
            json!({
                "bucket": "events-archive",
                "region": "us-west-2",
                "roleArn": guarded.accounts["role"],
                "externalId": "my-workspace",
            })
            .to_string(),
        );
    let events = std::fs::read_to_string(format!("{example}/events/events.ndjson"));
    let events: Vec<Value> = events
        .expect("events")
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event"))
        .collect();
    let run = events.iter().cloned().fold(run, Run::event);
    for outcome in run.outcomes() {
        assert_eq!(outcome["class"], "success", "{outcome:#}");
    }

    let stored = python(
        "read_back.py",
        &[
            &guarded.server.url(),
            guarded.account("reader", "accessKeyId"),
            guarded.account("reader", "secretAccessKey"),
            "events-archive",
        ],
    );
    for event in events {
        let id = event["messageId"].as_str().expect("an id");
        let stored = stored.as_object().expect("objects");
        let (_, [digest, kind, _]) = stored
            .iter()
            .filter(|(key, _)| key.contains(id))
            .map(|(key, value)| (key, value.as_array().expect("three").clone()))
            .map(|(key, values)| (key, <[Value; 3]>::try_from(values).expect("three")))
            .next()
            .expect("the event's object");
        assert_eq!(kind, "application/json");
        assert_eq!(
            digest,
            super::read_back::sha256(event.to_string().as_bytes())
        );
    }
}
