//! segfn's Node layer over its real ops and V8, compared with Node itself: the same probe runs in
//! both. Node is on every machine that builds segfn, because it bundles js/.

use crate::support::probe::Probe;

const PROBE: Probe = Probe {
    modules: &[
        ("probe", include_str!("node_layer/probe.cjs")),
        ("table", include_str!("../../js/testing/inspect-table.cjs")),
        ("urls", include_str!("node_layer/urls.cjs")),
    ],
};

#[test]
fn modules_give_what_nodes_give() {
    let rows = PROBE.compare("probe.rows(require, table)");
    assert!(rows > 500, "the probe has rows: {rows}");
}

#[test]
fn urls_are_nodes() {
    let rows = PROBE.compare("urls.rows(require)");
    assert!(rows > 10_000, "the probe has rows: {rows}");
}

#[test]
fn each_side_reads_what_the_other_compresses() {
    let compress = "probe.compress(require)";
    let open = "probe.open(require, input)";
    let by_node = PROBE.cross(compress, open);
    assert!(by_node.as_object().is_some_and(|made| made.len() == 25));
}
