//! Segment's own SDKs (`make test` installs them): over a network that fails, too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::flaky::{FAULTS, Flaky};
use super::{events, folder, logged, served};
use crate::support::browser::Browser;
use crate::support::node;
use crate::support::served::Served;
use crate::support::server::{response, server};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Each SDK makes so many calls: ten of `track`, and one of each other kind.
const CALLS: usize = 15;

/// Each call has arrived at the function once, and what else came was known.
#[track_caller]
fn each_arrived_once(served: &Served, library: &str, doubled: bool) {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut numbers = BTreeSet::new();
    for _ in 0..CALLS {
        let event = logged(served);
        let kind = event["type"].as_str().expect("a type");
        *counts.entry(kind.to_owned()).or_default() += 1;
        assert_eq!(event["context"]["library"]["name"], library);
        numbers.extend(event["properties"]["number"].as_u64());
    }
    let once = ["alias", "group", "identify", "page", "screen"].map(|kind| (kind.to_owned(), 1));
    let wanted = once.into_iter().chain([("track".to_owned(), 10)]);
    assert_eq!(counts, wanted.collect());
    assert_eq!(numbers, (0..10).collect());
    // Of what is sent again, some comes after all have arrived.
    let start = Instant::now();
    let all = loop {
        let all = events(served);
        if (all.len() > CALLS) == doubled || start.elapsed() > Duration::from_secs(60) {
            break all;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let (called, known): (Vec<&Value>, Vec<&Value>) = all
        .iter()
        .partition(|event| event["steps"][0]["class"] == "success");
    assert_eq!(called.len(), CALLS, "{all:#?}");
    assert_eq!(!known.is_empty(), doubled, "{all:#?}");
    for event in known {
        let reason = event["steps"][0]["reason"].as_str().expect("a reason");
        assert!(reason.contains("has come before"), "{event:#}");
    }
}

fn ran(command: &mut Command) {
    let output = node::output_of(command).expect("it ends");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

fn analytics_node(url: &str) {
    let script = root().join("tests/it/serve/analytics-node.cjs");
    let installed = root().join("tests/.serve");
    ran(node::node().arg(script).arg(url).arg(installed));
}

fn analytics_python(url: &str) {
    let script = root().join("tests/it/serve/analytics-python.py");
    let python = root().join("tests/.serve-python/bin/python");
    ran(Command::new(python).arg(script).arg(url));
}

/// A page of another origin, with the snippet. Gives the browser, which the page needs until all is sent.
fn analytics_next(served: &Served, url: &str, options: &str) -> Browser {
    let doubled = url != served.url();
    let page = std::fs::read_to_string(root().join("tests/it/serve/analytics-next.html"));
    let page = page.expect("a page");
    let page = page.replace("SERVER", url).replace("OPTIONS", options);
    let site = server(move |_| response("200 OK", "Content-Type: text/html\r\n", &page));
    let browser = Browser::start();
    let tab = browser.open(&site);
    each_arrived_once(served, "analytics.js", doubled);
    assert_eq!(tab.result()["ready"], true);
    browser
}

#[test]
fn every_call_of_analytics_node_arrives_once() {
    let folder = folder();
    let served = served(&folder, &[]);
    analytics_node(served.url());
    each_arrived_once(&served, "@segment/analytics-node", false);
}

#[test]
fn every_call_of_analytics_node_arrives_once_where_the_network_fails() {
    let folder = folder();
    let served = served(&folder, &[]);
    let flaky = Flaky::before(&served, &FAULTS);
    analytics_node(&flaky.url);
    each_arrived_once(&served, "@segment/analytics-node", true);
    assert_eq!(flaky.left().len(), 0);
}

#[test]
fn every_call_of_analytics_python_arrives_once() {
    let folder = folder();
    let served = served(&folder, &[]);
    analytics_python(served.url());
    each_arrived_once(&served, "analytics-python", false);
}

#[test]
fn every_call_of_analytics_python_arrives_once_where_the_network_fails() {
    let folder = folder();
    let served = served(&folder, &[]);
    let flaky = Flaky::before(&served, &FAULTS);
    analytics_python(&flaky.url);
    each_arrived_once(&served, "analytics-python", true);
    assert_eq!(flaky.left().len(), 0);
}

/// A folder in which `npm install @segment/analytics-next` was called.
fn folder_with_analytics_next() -> crate::support::Folder {
    let folder = folder();
    let installed = root().join("tests/.serve/node_modules");
    let link = folder.path().join("node_modules");
    std::os::unix::fs::symlink(installed, link).expect("a link");
    folder
}

#[test]
fn every_call_of_analytics_js_in_a_page_of_another_origin_arrives_once() {
    let folder = folder_with_analytics_next();
    let served = served(&folder, &[]);
    let _browser = analytics_next(&served, served.url(), "{}");
    let all = events(&served);
    assert_eq!(all.len(), CALLS);
    assert!(all.iter().all(|event| event["source"] == "KEY"), "{all:#?}");
}

#[test]
fn every_call_of_analytics_js_arrives_once_where_the_network_fails() {
    let batches = "{ integrations: { 'Segment.io': { deliveryStrategy: \
                   { strategy: 'batching', config: { size: 4, timeout: 200 } } } } }";
    for options in ["{}", batches] {
        let folder = folder_with_analytics_next();
        let served = served(&folder, &[]);
        let flaky = Flaky::before(&served, &FAULTS);
        let _browser = analytics_next(&served, &flaky.url, options);
        assert_eq!(flaky.left().len(), 0, "{options}");
    }
}
