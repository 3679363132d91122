//! Node's crypto under segfn, against published vectors and against Node itself.

use serde_json::Value;

use crate::support::Run;
use crate::support::probe::Probe;

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
fn web_crypto_gives_what_nodes_gives() {
    let rows = PROBE.compare("web.rows(require)");
    assert!(rows > 150, "the probe has rows: {rows}");
}

#[test]
fn results_and_errors_are_nodes() {
    let rows = PROBE.compare("rows.rows(require, keys)");
    assert!(rows > 900, "the probe has rows: {rows}");
}

#[test]
fn a_machines_configuration_of_openssl_changed_what_a_function_computed() {
    let source = "function onTrack() {
        return [crypto.createHash('md5').update('x').digest('hex'), crypto.pbkdf2Sync('p', 's', 1, 8, 'sha1').toString('hex')];
    }";
    let run = Run::new(source).track("t");
    let plain = run.value();
    // Only what a validated module offers: no MD5, and here there is no such module.
    let strict = "openssl_conf = init\n[init]\nalg_section = algorithms\n[algorithms]\ndefault_properties = fips=yes\n";
    let file = run.folder().write("openssl.cnf", strict);
    let run = run.env("OPENSSL_CONF", file.to_str().expect("a path"));
    assert_eq!(run.value(), plain);
    assert_eq!(plain[0], "9dd4e461268c8034f5c8564e155c67a6");
}

#[test]
fn a_process_that_ended_while_a_worker_freed_keys_crashed() {
    // The isolate goes on another thread than the process ends on.
    let source = "function onTrack() {
        for (let i = 0; i < 400; i++) crypto.createPublicKey(crypto.generateKeyPairSync('ed25519').privateKey);
        return 1;
    }";
    let run = Run::new(source).track("t");
    for _ in 0..40 {
        assert_eq!(run.value(), 1);
    }
}
