//! Hostile functions: each ends as an outcome with a clear class, and the next event runs
//! (docs/platform.md section 9).

use serde_json::{Value, json};

use crate::support::Run;

/// Runs `body` as an invocation, then one that must be unharmed, and gives the first's outcome.
fn hostile(body: &str) -> Value {
    hostile_for("60s", body)
}

fn hostile_for(timeout: &str, body: &str) -> Value {
    let source = format!(
        "async function onTrack(event) {{ if (event.event === 'after') return 'alive'; {body} }}"
    );
    let run = Run::new(&source).args(&["--timeout", timeout, "--kind", "destination"]);
    let outcomes = run.track("attack").track("after").outcomes();
    assert_eq!(outcomes[1]["class"], "success", "{outcomes:#?}");
    assert_eq!(outcomes[1]["value"], "alive");
    outcomes[0].clone()
}

fn times_out(body: &str) {
    let outcome = hostile_for("1s", body);
    assert_eq!(outcome["class"], "retry", "{outcome:#}");
    assert_eq!(outcome["error"]["type"], "Timeout");
    assert_eq!(outcome["error"]["code"], "gateway_timeout");
}

fn runs_out_of_memory(body: &str) {
    let source = format!(
        "async function onTrack(event) {{ if (event.event === 'after') return 'alive'; {body} }}"
    );
    let run = Run::new(&source).args(&["--timeout", "60s", "--memory", "32"]);
    let outcomes = run.track("attack").track("after").outcomes();
    assert_eq!(outcomes[0]["class"], "discard", "{outcomes:#?}");
    assert_eq!(outcomes[0]["error"]["name"], "MemoryLimit", "{outcomes:#?}");
    assert_eq!(outcomes[1]["value"], "alive");
}

fn throws(body: &str) -> Value {
    let outcome = hostile(body);
    assert_eq!(outcome["class"], "discard", "{outcome:#}");
    assert_eq!(outcome["error"]["code"], "bad_request");
    outcome
}

#[test]
fn endless_loops_are_ended() {
    times_out("while (true) {}");
    times_out("for (;;) await null;");
    times_out("const again = () => setTimeout(again, 0); again(); await new Promise(() => {});");
    times_out("setTimeout(() => { while (true) {} }, 1); await new Promise(() => {});");
}

#[test]
fn a_regular_expression_that_backtracks_for_ever_is_ended() {
    times_out("/^(a+)+$/.test('a'.repeat(50) + 'b')");
}

#[test]
fn a_loop_in_a_getter_of_the_returned_value_or_the_error_is_ended() {
    times_out("return { get a() { while (true) {} } }");
    times_out("return { toJSON() { while (true) {} } }");
    times_out(
        "const e = new Error('x'); Object.defineProperty(e, 'message', { get() { while (true) {} } }); throw e",
    );
}

#[test]
fn a_wait_that_is_too_long_is_ended_and_one_that_can_never_end_is_told_at_once() {
    times_out("await new Promise((resolve) => setTimeout(resolve, 60_000))");
    let outcome = hostile("await new Promise(() => {})");
    assert_eq!(outcome["error"]["type"], "Timeout");
    assert!(
        outcome["error"]["message"]
            .as_str()
            .unwrap()
            .contains("never settles")
    );
}

#[test]
fn recursion_and_huge_strings_are_range_errors() {
    let outcome = throws("const f = () => f() + 1; f()");
    assert_eq!(
        outcome["error"]["message"],
        "Maximum call stack size exceeded"
    );
    let outcome = throws("let s = 'x'; while (true) s += s");
    assert_eq!(outcome["error"]["message"], "Invalid string length");
}

#[test]
fn memory_is_bounded() {
    runs_out_of_memory("const a = []; while (true) a.push({ a: [1, 2, 3] })");
    runs_out_of_memory("const a = []; while (true) a.push('x'.repeat(1e5) + a.length)");
    runs_out_of_memory(
        "const again = () => Promise.resolve().then(again).then(again); await again()",
    );
}

#[test]
fn array_buffers_are_bounded() {
    let source = "async function onTrack() {
        const a = [];
        try { while (true) a.push(new Uint8Array(1e6)) } catch (e) { a.length = 0; throw e }
      }";
    let outcome = Run::new(source)
        .args(&["--memory", "32"])
        .track("t")
        .outcome();
    assert_eq!(outcome["class"], "discard", "{outcome:#}");
}

/// V8 takes such an array in one step, and ends the process where nobody takes over.
#[test]
fn one_allocation_far_over_the_limit_does_not_end_segfn() {
    let source = "async function onTrack(event) {
        if (event.event === 'attack') return new Array(2 ** 27).fill(0).length;
        return event.event;
      }";
    let run = Run::new(source).args(&["--memory", "32", "--timeout", "60s"]);
    let outcomes = run
        .track("a")
        .track("attack")
        .track("b")
        .track("c")
        .outcomes();
    assert_eq!(outcomes[1]["error"]["name"], "MemoryLimit", "{outcomes:#?}");
    let values: Vec<_> = [0, 2, 3]
        .iter()
        .map(|i| outcomes[*i]["value"].clone())
        .collect();
    assert_eq!(values, ["a", "b", "c"]);
}

#[test]
fn thousands_of_timers_are_nothing() {
    let outcome =
        hostile("for (let i = 0; i < 20000; i++) setTimeout(() => {}, 1e6); return 'done'");
    assert_eq!(outcome["value"], "done");
}

#[test]
fn a_rejection_that_nobody_handles_fails_the_invocation() {
    for body in [
        "Promise.reject(new Error('nobody')); return 1",
        "Promise.reject(new Error('nobody')); await new Promise((r) => setTimeout(r, 20))",
    ] {
        let outcome = throws(body);
        assert_eq!(outcome["error"]["message"], "nobody");
        assert!(outcome["warnings"][0].as_str().unwrap().contains("await"));
    }
    let handled = "const p = Promise.reject(new Error('x')); p.catch(() => {}); return 1";
    assert_eq!(hostile(handled)["class"], "success");
}

#[test]
fn an_error_in_a_timer_fails_the_invocation() {
    let outcome = throws(
        "setTimeout(() => { throw new Error('late') }, 1); await new Promise((r) => setTimeout(r, 50))",
    );
    assert_eq!(outcome["error"]["message"], "late");
    assert!(outcome["error"]["at"]["line"].is_u64());
}

#[test]
fn whatever_is_thrown_is_described() {
    let message = |body: &str| {
        throws(body)["error"]["message"]
            .as_str()
            .unwrap()
            .to_string()
    };
    assert!(message("throw null").ends_with("was thrown: null"));
    assert!(message("throw undefined").ends_with("was thrown: undefined"));
    assert!(message("throw Symbol('s')").ends_with("was thrown: Symbol(s)"));
    assert!(message("throw { a: 1 }").ends_with("was thrown: { a: 1 }"));
    assert!(message("throw new Proxy({}, { get() { throw 1 } })").contains("not an Error"));
    throws("throw Object.assign(new Error('x'), { stack: { toString() { throw 1 } } })");
}

#[test]
fn a_returned_value_that_json_cannot_express_is_a_warning() {
    for body in [
        "return { get a() { throw new Error('no') } }",
        "return 5n",
        "const a = {}; a.a = a; return a",
    ] {
        let outcome = hostile(body);
        assert_eq!(outcome["class"], "success", "{body}");
        assert_eq!(outcome["value"], Value::Null);
        assert!(
            outcome["warnings"][0].as_str().unwrap().contains("JSON"),
            "{body}"
        );
    }
}

#[test]
fn broken_built_ins_break_only_the_function() {
    let source = "async function onTrack(event) {
        if (event.event === 'attack') {
          JSON.parse = JSON.stringify = Object.keys = Array.isArray = () => { throw new Error('broken') };
          globalThis.Promise = null;
          Object.prototype.injected = 1;
          Object.defineProperty(Object.prototype, 'name', { get() { throw 1 }, set() { throw 2 } });
          Array.prototype.push = Array.prototype[Symbol.iterator] = null;
          Function.prototype.call = Function.prototype.apply = null;
          String.prototype.startsWith = Map.prototype.get = null;
        }
        if (event.event === 'throw') throw new RetryError('still told');
        return { seen: event.event };
      }";
    let run = Run::new(source).args(&["--kind", "destination"]);
    let outcomes = run.track("attack").track("throw").track("after").outcomes();
    assert_eq!(
        outcomes[0]["value"],
        json!({"seen": "attack"}),
        "{outcomes:#?}"
    );
    assert_eq!(outcomes[1]["class"], "retry", "{outcomes:#?}");
    assert_eq!(outcomes[1]["error"]["message"], "still told");
    assert_eq!(outcomes[2]["value"], json!({"seen": "after"}));
}

#[test]
fn a_function_cannot_reach_the_machine() {
    let source = "async function onTrack() {
        const names = [];
        for (let o = globalThis; o; o = Object.getPrototypeOf(o)) names.push(...Object.getOwnPropertyNames(o));
        const leaks = names.filter((name) => /deno|segfn|bootstrap|ops|core/i.test(name));
        const make = Function('return typeof process + typeof require + typeof Deno')();
        let imported; try { imported = await import('fs') } catch (e) { imported = e.name }
        return [leaks, make, imported];
      }";
    let value = Run::new(source).track("t").value();
    assert_eq!(
        value,
        json!([[], "undefinedundefinedundefined", "TypeError"])
    );
}

#[test]
fn a_load_that_never_ends_is_ended_with_exit_code_3() {
    let run = Run::new("while (true) {}")
        .args(&["--timeout", "300ms"])
        .track("t");
    let (code, _, stderr) = run.output();
    assert_eq!(code, 3);
    assert!(stderr.contains("300 ms"), "{stderr}");
}

#[test]
fn keys_derived_for_ever_are_ended_though_openssl_cannot_be() {
    times_out("crypto.pbkdf2Sync('a', 'b', 2 ** 31 - 1, 1000, 'sha512')");
    times_out("try { crypto.pbkdf2Sync('a', 'b', 2 ** 31 - 1, 9, 'sha1') } catch { return 1 }");
    times_out(
        "await new Promise(() => { \
         for (let i = 0; i < 20; i++) crypto.pbkdf2('a', 'b', 2 ** 31 - 1, 9, 'sha1', () => {}) })",
    );
    times_out("crypto.generateKeyPairSync('rsa', { modulusLength: 16384 })");
    times_out("crypto.createDiffieHellman(8192)");
}

#[test]
fn what_crypto_makes_counts_as_memory() {
    runs_out_of_memory(
        "const all = []; const cipher = crypto.createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)); \
         for (;;) all.push(cipher.update(Buffer.alloc(1 << 20)))",
    );
    runs_out_of_memory(
        "const all = []; for (;;) all.push(crypto.createSecretKey(Buffer.alloc(1 << 20)))",
    );
    runs_out_of_memory("crypto.pbkdf2Sync('a', 'b', 1, 2 ** 31 - 1, 'sha1')");
}

/// They are unpacked when they are touched, and are as little the function's as segfn's own code.
#[test]
fn the_texts_of_packages_are_not_a_functions_memory() {
    let source = "async function onTrack() {
      const all = [google, akeylessLabs, hubspotlib, twilio, azure, snowflakesdk, sentrylib];
      const numbers = [];
      for (let i = 0; i < 200_000; i++) numbers.push({ i });
      return all.map((library) => Object.keys(library).length > 0 && numbers.length);
    }";
    let run = Run::new(source).args(&["--timeout", "60s", "--memory", "64"]);
    let outcomes = run
        .args(&["--kind", "insert-source"])
        .track("one")
        .outcomes();
    let expected = json!(vec![200_000; 7]);
    assert_eq!(outcomes[0]["value"], expected, "{outcomes:#?}");
}
