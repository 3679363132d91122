//! Segment's own SDKs (`make test` installs them).

use std::collections::BTreeMap;
use std::path::Path;

use super::{events, folder, logged, served};
use crate::support::node;

#[test]
fn every_call_of_analytics_node_arrives_once() {
    let folder = folder();
    let served = served(&folder, &[]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = node::node();
    command
        .arg(root.join("tests/it/serve/analytics-node.cjs"))
        .arg(served.url())
        .arg(root.join("tests/.serve"));
    let output = node::output_of(&mut command).expect("node ends");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut numbers = Vec::new();
    for _ in 0..15 {
        let event = logged(&served);
        let kind = event["type"].as_str().expect("a type");
        *counts.entry(kind.to_owned()).or_default() += 1;
        assert_eq!(
            event["context"]["library"]["name"],
            "@segment/analytics-node"
        );
        assert_eq!(event["channel"], "server");
        numbers.extend(event["properties"]["number"].as_u64());
    }
    let once = ["alias", "group", "identify", "page", "screen"].map(|kind| (kind.to_owned(), 1));
    let wanted = once.into_iter().chain([("track".to_owned(), 10)]);
    assert_eq!(counts, wanted.collect());
    numbers.sort_unstable();
    assert_eq!(numbers, (0..10).collect::<Vec<_>>());
    assert_eq!(events(&served).len(), 15, "nothing is doubled");
}
