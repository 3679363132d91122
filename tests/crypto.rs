//! Node's crypto under segfn, against published vectors and against Node itself.

#[path = "support/sides.rs"]
mod sides;

use serde_json::Value;
use sides::Probe;

const PROBE: Probe = Probe {
    modules: &[
        ("vectors", include_str!("crypto/vectors.cjs")),
        ("cross", include_str!("crypto/cross.cjs")),
        ("rows", include_str!("crypto/rows.cjs")),
        ("packages", include_str!("crypto/packages.cjs")),
        ("web", include_str!("crypto/web.cjs")),
        ("keys", include_str!("crypto/keys.cjs")),
    ],
};

fn nothing() -> Value {
    Value::Array(Vec::new())
}

#[test]
fn published_vectors_come_out() {
    let body = "vectors.failures(require)";
    assert_eq!(PROBE.in_segfn(body, &Value::Null), nothing());
    assert_eq!(PROBE.in_node(body, &Value::Null), nothing());
}

#[test]
fn each_side_uses_what_the_other_makes() {
    let (make, open) = ("cross.make(require)", "cross.use(require, input)");
    PROBE.cross(make, open);
}

#[test]
fn tokens_and_webhooks_of_the_packages_hold_on_the_other_side() {
    let make = "packages.make(require, keys)";
    let open = "packages.use(require, keys, input)";
    PROBE.cross(make, open);
}

#[test]
fn web_crypto_fits_nodes() {
    let (make, open) = ("web.make(require)", "web.use(require, input)");
    PROBE.cross(make, open);
}

#[test]
fn results_and_errors_are_nodes() {
    let rows = PROBE.compare("rows.rows(require, keys)");
    assert!(rows > 900, "the probe has rows: {rows}");
}
