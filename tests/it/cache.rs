//! `cache` (docs/platform.md section 8).

use serde_json::json;

use crate::support::{Run, value_of};

#[test]
fn values_are_live_objects_and_last_from_one_invocation_to_the_next() {
    let source = "class Client { #secret = 1; ok() { return this.#secret } }
      let made = 0;
      async function onTrack() {
        const client = await cache.load('c', 60_000, async () => { made++; return new Client() });
        return [client instanceof Client, client.ok(), made];
      }";
    let outcomes = Run::new(source).track("a").track("b").outcomes();
    for outcome in &outcomes {
        assert_eq!(outcome["value"], json!([true, 1, 1]));
    }
    assert_eq!(outcomes[0]["cache"], json!({"hits": 0, "misses": 1}));
    assert_eq!(outcomes[1]["cache"], json!({"hits": 1, "misses": 0}));
}

#[test]
fn cold_empties_it_before_each_invocation() {
    let source = "async function onTrack() { return cache.load('k', -1, () => Math.random()) }";
    let outcomes = Run::new(source)
        .args(&["--cold"])
        .track("a")
        .track("b")
        .outcomes();
    assert_ne!(outcomes[0]["value"], outcomes[1]["value"]);
    assert_eq!(outcomes[1]["cache"], json!({"hits": 0, "misses": 1}));
}

#[test]
fn entries_expire_by_the_ttl_of_the_call_that_stored_them() {
    let value = value_of(
        "let n = 0; const load = (key, ttl) => cache.load(key, ttl, async () => ++n);
         const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
         const out = [await load('short', 2000), await load('short', 1e9), await load('long', 60_000), await load('never')];
         await sleep(2100);
         out.push(await load('short', 2000), await load('long', 1), await load('never'));
         out.push(await load('zero', 0), await load('zero', 0), await load('negative', -5), await load('negative', -5));
         return out",
    );
    assert_eq!(value, json!([1, 1, 2, 3, 4, 2, 3, 5, 6, 7, 8]));
}

#[test]
fn the_ttl_can_be_left_out_and_missing_values_count_as_present() {
    let value = value_of(
        "let n = 0; const out = [];
         for (const stored of [undefined, null, 0]) {
           for (let i = 0; i < 2; i++) out.push(await cache.load(String(stored), () => { n++; return stored }));
         }
         return [out, n]",
    );
    assert_eq!(value, json!([[null, null, null, null, 0, 0], 3]));
}

#[test]
fn a_failed_load_passes_its_error_on_and_stores_nothing() {
    let value = value_of(
        "const error = new RetryError('x'); let caught;
         for (const fail of [async () => { throw error }, () => { throw error }]) {
           try { await cache.load('k', 1000, fail) } catch (e) { caught = e === error && e instanceof RetryError }
           if (!caught) return 'another error';
         }
         return [await cache.load('k', 1000, async () => 'stored')]",
    );
    assert_eq!(value, json!(["stored"]));
}

#[test]
fn entries_can_be_deleted_and_keys_are_strings() {
    let value = value_of(
        "let n = 0; const load = (key) => cache.load(key, 1000, async () => ++n);
         const out = [await load(1), await load('1')];
         cache.delete('1'); cache.delete('unknown');
         return [...out, await load('1')]",
    );
    assert_eq!(value, json!([1, 1, 2]));
}

#[test]
fn loads_of_one_missing_key_at_once_each_call_their_function() {
    let value = value_of(
        "let n = 0; const load = () => cache.load('k', 1000, async () => { await null; return ++n });
         return [await Promise.all([load(), load()]), await load()]",
    );
    assert_eq!(value, json!([[1, 2], 2]));
}

#[test]
fn it_is_bounded() {
    let value = value_of(
        "for (let i = 0; i < 12_000; i++) await cache.load('k' + i, -1, () => i);
         let kept = 0;
         for (let i = 0; i < 12_000; i++) await cache.load('k' + i, -1, () => -1) === i && kept++;
         return kept <= 10_000",
    );
    assert_eq!(value, true);
}
