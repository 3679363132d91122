//! The frozen clock and the seeded randomness: what a function sees of them, and that nothing is
//! left of the real ones.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use segfn::engine::{InputResult, InputRun, Options};
use segfn::function::Input;
use serde_json::json;

use crate::support::plans::{TIME, outcomes, plan, played, track, value_of, wait};

const ISO: &str = "2026-01-02T03:04:05.678Z";

#[test]
fn every_way_to_the_time_leads_to_the_frozen_one() {
    let ways = value_of(
        "const D = Date, f = new Intl.DateTimeFormat('en', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' });
         class Sub extends Date { twice() { return this.getTime() * 2 } }
         return {
           now: D.now(), made: new D().toISOString(), called: D(),
           constructed: new (Object.getPrototypeOf(new D()).constructor)().getTime(),
           reflected: Reflect.construct(D, []).getTime(), sub: new Sub().twice(),
           other: Reflect.construct(D, [], class Other {}) instanceof D,
           own: new D.prototype.constructor().getTime(), cloned: new (structuredClone(new D(5)).constructor)().getTime(),
           intl: f.format(), parts: f.formatToParts().map(p => p.value).join(''), same: f.format === f.format,
           performance: performance.now(), origin: performance.timeOrigin,
           moment: moment().valueOf(), lodash: _.now(), aws: AWS.util.date.getDate().getTime(),
           jwt: jsonwebtoken.decode(jsonwebtoken.sign({}, 'k')).iat,
           event: new Event('x').timeStamp, json: JSON.stringify(new D()),
         }",
    );
    let time = TIME;
    let expected = json!({
        "now": time, "made": ISO, "called": "Fri Jan 02 2026 03:04:05 GMT+0000 (Coordinated Universal Time)",
        "constructed": time, "reflected": time, "sub": time * 2, "other": false, "own": time, "cloned": time,
        "intl": "1/2/26, 3:04:05 AM", "parts": "1/2/26, 3:04:05\u{202f}AM", "same": true,
        "performance": 0, "origin": time, "moment": time, "lodash": time, "aws": time, "jwt": time / 1000,
        "event": 0, "json": format!("\"{ISO}\""),
    });
    assert_eq!(ways, expected);
}

#[test]
fn the_frozen_date_looks_like_the_real_one() {
    let looks = value_of(
        "return {
           name: Date.name, length: Date.length, type: typeof Date, instance: new Date(0) instanceof Date,
           native: /\\[native code\\]/.test(String(Date)) && /\\[native code\\]/.test(String(Date.now)),
           statics: [Date.UTC(2000, 0), Date.parse('2000-01-01'), Date.now.name, Math.random.name, Math.random.length],
           parts: new Date(2000, 1, 3, 4, 5, 6, 7).toISOString(), copy: new Date(new Date(7)).getTime(),
           bad: String(new Date('x')), undef: String(new Date(undefined)), given: new Intl.DateTimeFormat('en').format(0),
           keys: Object.getOwnPropertyNames(Date).sort().join(), shown: require_free(Date),
         };
         function require_free(value) { return Object.prototype.toString.call(value) }",
    );
    let expected = json!({
        "name": "Date", "length": 7, "type": "function", "instance": true, "native": true,
        "statics": [946_684_800_000_u64, 946_684_800_000_u64, "now", "random", 0],
        "parts": "2000-02-03T04:05:06.007Z", "copy": 7, "bad": "Invalid Date", "undef": "Invalid Date",
        "given": "1/1/1970", "keys": "UTC,length,name,now,parse,prototype", "shown": "[object Function]",
    });
    assert_eq!(looks, expected);
}

#[test]
fn waiting_takes_no_real_time_and_moves_every_clock_by_as_much() {
    let start = Instant::now();
    let mut plan = plan(
        "const started = Date.now();
         async function onTrack(event) {
           console.time('t');
           await new Promise((resolve) => setTimeout(resolve, 60_000));
           console.timeEnd('t');
           return [Date.now() - started, performance.now(), new Date().toISOString()];
         }",
    );
    plan.options.timeout = Duration::from_secs(100);
    plan.steps.push(track("one"));
    let played = played(plan);
    let outcome = outcomes(&played)[0];
    let value = outcome.value.as_ref().map(|value| value.get());
    assert_eq!(value, Some("[60000,60000,\"2026-01-02T03:05:05.678Z\"]"));
    assert_eq!(outcome.ms, 60_000.0);
    assert_eq!(outcome.logs[0].text, "t: 1:00.000 (m:ss.mmm)");
    assert_eq!(outcome.logs[0].time, "2026-01-02T03:05:05.678Z");
    assert!(start.elapsed() < Duration::from_secs(60), "it waited");
}

#[test]
fn timers_fire_by_time_and_then_in_the_order_in_which_they_were_set() {
    let order = value_of(
        "const order = [];
         const push = (name) => () => order.push(`${name}@${Date.now() % 1000 - 678}`);
         setTimeout(push('b'), 20); setTimeout(push('a'), 10); setTimeout(push('c'), 20.9); setTimeout(push('zero'), 0);
         setImmediate(push('immediate'));
         const gone = setTimeout(push('gone'), 5); clearTimeout(gone); clearTimeout(Number(setTimeout(push('gone'), 5)));
         const every = setInterval(push('every'), 8);
         setTimeout(() => { push('nested')(); setTimeout(push('inner'), 5); Promise.resolve().then(push('micro')) }, 15);
         const again = setTimeout(push('refreshed'), 12); setTimeout(() => again.refresh(), 11);
         await new Promise((resolve) => setTimeout(resolve, 30, 'x'));
         clearInterval(every);
         return order",
    );
    let expected = json!([
        "immediate@0",
        "zero@1",
        "every@8",
        "a@10",
        "nested@15",
        "micro@15",
        "every@16",
        "b@20",
        "c@20",
        "inner@20",
        "refreshed@23",
        "every@24"
    ]);
    assert_eq!(order, expected);
}

#[test]
fn an_answer_from_inside_is_there_before_any_timer() {
    let value = value_of(
        "const s3 = new AWS.S3({ httpOptions: { timeout: 1 } });
         const late = new Promise((resolve) => setTimeout(resolve, 2, 'late'));
         const signal = AbortSignal.timeout(3);
         const put = s3.putObject({ Bucket: 'bucket', Key: 'key', Body: 'x'.repeat(1e6) }).promise().then(() => 'put');
         const first = await Promise.race([late, put]);
         const hash = new Promise((resolve) => crypto.pbkdf2('a', 'b', 50_000, 64, 'sha512', () => resolve('derived')));
         const second = await Promise.race([late, hash]);
         return [first, second, Date.now() % 1000 - 678, await late, signal.aborted,
           await new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason.name))), Date.now() % 1000 - 678]",
    );
    assert_eq!(
        value,
        json!(["put", "derived", 0, "late", false, "TimeoutError", 3])
    );
}

#[test]
fn a_wait_beyond_the_timeout_ends_at_once() {
    let start = Instant::now();
    let mut plan = plan(
        "const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
         async function onTrack({ event }) {
           if (event === 'now') return Date.now();
           if (event === 'just') return wait(59_999);
           if (event === 'never') return new Promise(() => {});
           if (event === 'poll') for (;;) await wait(100);
           await wait(event === 'long' ? 1e8 : 60_000);
         }",
    );
    plan.options.timeout = Duration::from_secs(60);
    plan.warm = true;
    for name in ["just", "exactly", "now", "long", "poll", "never", "now"] {
        plan.steps.push(track(name));
    }
    let played = played(plan);
    let outcomes = outcomes(&played);
    let classes: Vec<_> = outcomes.iter().map(|o| (o.class.name(), o.ms)).collect();
    let expected = [
        ("success", 59_999.0),
        ("retry", 60_000.0),
        ("success", 0.0),
        ("retry", 60_000.0),
        ("retry", 60_000.0),
        ("retry", 60_000.0),
        ("success", 0.0),
    ];
    assert_eq!(classes, expected);
    let now = |index: usize| -> u64 {
        outcomes[index]
            .value
            .as_ref()
            .unwrap()
            .get()
            .parse()
            .unwrap()
    };
    assert_eq!((now(2) - TIME, now(6) - TIME), (119_999, 299_999));
    assert!(start.elapsed() < Duration::from_secs(59), "it waited");
}

#[test]
fn a_loop_that_looked_at_the_clock_until_its_time_was_over_never_ended() {
    let loops = "const sleep = (ms) => { const t = Date.now(); while (Date.now() - t < ms); return Date.now() - t };
        const until = (ms) => { const t = performance.now(); while (performance.now() - t < ms); return new Date() - 0 };";
    let value = value_of(&format!("{loops} return [sleep(50), sleep(50), until(7)]"));
    assert_eq!(value, json!([51, 51, TIME + 113]));
    let mut plan = plan(&format!(
        "{loops} async function onTrack() {{ sleep(6000) }}"
    ));
    plan.steps.push(track("too long"));
    assert_eq!(
        outcomes(&played(plan))[0].error.as_ref().unwrap().name,
        "Timeout"
    );
}

#[test]
fn javascript_that_never_waits_is_still_ended_by_real_time() {
    for body in [
        "for (;;) {}",
        "for (;;) await null",
        "const again = () => setImmediate(again); again(); await new Promise(() => {})",
        "setTimeout(() => { for (;;) {} }, 10); await new Promise(() => {})",
    ] {
        let mut plan = plan(&format!(
            "async function onTrack({{ event }}) {{ if (event === 'after') return 'alive'; {body} }}"
        ));
        plan.options.timeout = Duration::from_secs(1);
        plan.warm = true;
        plan.steps.extend([track("attack"), track("after")]);
        let played = played(plan);
        let outcomes = outcomes(&played);
        assert_eq!(
            outcomes[0].error.as_ref().unwrap().name,
            "Timeout",
            "{body}"
        );
        assert_eq!(outcomes[1].class.name(), "success", "{body}");
    }
}

#[test]
fn errors_in_timers_end_the_invocation_as_in_node() {
    let mut plan = plan(
        "async function onTrack() { setTimeout(() => { throw new Error('boo') }, 1000); await new Promise(() => {}) }",
    );
    plan.steps.push(track("one"));
    let played = played(plan);
    let outcome = outcomes(&played)[0];
    assert_eq!(outcome.error.as_ref().unwrap().message, "boo");
    assert_eq!(outcome.ms, 1000.0);
}

#[test]
fn a_request_whose_body_waits_for_a_timer_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().expect("a request");
        let mut text = Vec::new();
        // The end of a chunked body.
        while !text.ends_with(b"\r\n0\r\n\r\n") {
            let mut piece = [0; 1000];
            let read = connection.read(&mut piece).expect("a piece");
            text.extend(&piece[..read]);
        }
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    let mut plan = plan(&format!(
        "async function onTrack() {{
           const body = zlib.zlib.createGzip();
           const sent = fetch('http://{address}/', {{ method: 'POST', body }});
           await new Promise((resolve) => setTimeout(resolve, 1000));
           body.end('late');
           const response = await sent;
           return [response.status, Date.now() % 10000 - 5678];
         }}"
    ));
    plan.options.host.net = segfn::options::NetPolicy::Open;
    plan.steps.push(track("one"));
    let played = played(plan);
    let outcome = outcomes(&played)[0];
    let value = outcome.value.as_ref().map(|value| value.get());
    assert_eq!(value, Some("[200,1000]"), "{outcome:#?}");
}

/// Uses all that is random or of the clock.
const EVERYTHING: &str = r"
const started = Date.now(), first = Math.random();
async function onTrack(event) {
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const { webcrypto } = crypto;
  await wait(Math.random() * 100);
  const s3 = new AWS.S3();
  const put = await s3.putObject({ Bucket: 'bbb', Key: 'k', Body: 'text' }).promise();
  const upload = await s3.createMultipartUpload({ Bucket: 'bbb', Key: 'm' }).promise();
  const listed = await s3.listObjectsV2({ Bucket: 'bbb' }).promise();
  const missing = await s3.getObject({ Bucket: 'bbb', Key: 'none' }).promise().catch((e) => [e.code, e.requestId, e.extendedRequestId, e.time]);
  const role = await new AWS.STS().assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/x', RoleSessionName: 'name' }).promise();
  const signed = s3.getSignedUrl('getObject', { Bucket: 'bbb', Key: 'k' });
  const form = new FormData(); form.append('a', 'b');
  const keys = await Promise.all([1, 2, 3].map((n) => new Promise((resolve) => crypto.pbkdf2('a', 'b', 30000 - 9999 * n, 16, 'sha1', () => resolve(n)))));
  const order = []; await Promise.all([30000, 1000, 10000].map((n) => new Promise((resolve) => crypto.pbkdf2('a', 'b', n, 16, 'sha1', () => { order.push(n); resolve() }))));
  const iv = crypto.randomBytes(12);
  const cached = await cache.load('key', 1000, async () => Math.random());
  console.log('a log', new Date());
  const denied = await fetch('http://example.com/', { method: 'POST', body: form }).catch((e) => e.message);
  return {
    started, first, random: Math.random(), bytes: crypto.randomBytes(40).toString('hex'), uuid: crypto.randomUUID(), iv,
    int: crypto.randomInt(1e9), values: [...webcrypto.getRandomValues(new Uint8Array(4))], uuid5: uuidv5.uuidv5('dns', 'a'),
    lodash: _.random(1e9), shuffled: _.shuffle(_.range(20)), unique: _.uniqueId(), boundary: form.getBoundary(),
    put, upload, listed, missing, role, signed, keys, order, cached, denied, jwt: jsonwebtoken.sign({ a: 1 }, 'key'),
    ecdh: crypto.createECDH('secp256k1').generateKeys('hex'), ambient: AWS.config.credentials,
    oauth: new OAuth.OAuth('a', 'b', 'c', 'd', '1.0', null, 'HMAC-SHA1').authHeader('http://x/', 'y', 'z'),
    stack: new Error('e').stack, time: process_free(),
  };
  function process_free() { return moment().format() }
}";

#[test]
fn the_same_plan_twice_gives_the_same_bytes() {
    let play = |seed: u64| {
        let mut plan = plan(EVERYTHING);
        if let Some(frozen) = &mut plan.options.frozen {
            frozen.seed = seed;
        }
        plan.attempts = 1;
        plan.steps.extend([track("one"), wait(60), track("two")]);
        let played = played(plan);
        let outcomes = outcomes(&played);
        assert_eq!(outcomes[0].class.name(), "success", "{outcomes:#?}");
        serde_json::to_string_pretty(&outcomes).expect("JSON")
    };
    let first = play(1);
    assert_eq!(first, play(1));
    assert_ne!(first, play(2));
}

#[test]
fn in_a_long_run_every_input_finds_the_same_moment_whatever_thread_it_comes_to() {
    let plan = plan(
        "const sts = new AWS.STS(), s3 = new AWS.S3();
         async function onTrack({ event }) {
           const start = [Date.now(), Math.random(), crypto.randomUUID(), s3.getSignedUrl('getObject', { Bucket: 'bbb', Key: 'k' })];
           await new Promise((resolve) => setTimeout(resolve, Number(event)));
           const RoleArn = 'arn:aws:iam::123456789012:role/x';
           const { Credentials } = await sts.assumeRole({ RoleArn, RoleSessionName: 'name' }).promise();
           return [...start, Date.now(), Credentials];
         }",
    );
    let run = |jobs: usize| {
        let inputs = (0..40).map(|number| {
            vec![Input::new(
                number.to_string(),
                json!({ "type": "track", "event": (number % 7).to_string() }).to_string(),
            )]
        });
        let options = Options {
            jobs,
            ..plan.options.clone()
        };
        let mut all = Vec::new();
        let run = InputRun::new((*plan.function).clone(), options, |ran| match ran.result {
            InputResult::Outcome(outcome) => serde_json::to_string(&outcome).expect("JSON"),
            InputResult::BadInput { problem, .. } => problem,
        });
        let ran = run.expect("a run").run(
            inputs,
            |_| {},
            |line| {
                all.push(line);
                ControlFlow::Continue(())
            },
        );
        ran.expect("it runs");
        all
    };
    let one = run(1);
    assert!(
        one[0].contains(&format!("\"value\":[{TIME},")),
        "{}",
        one[0]
    );
    assert!(one[39].contains(&format!(",{},", TIME + 4)), "{}", one[39]);
    assert_eq!(one, run(4));
}

#[test]
fn the_cache_expires_by_the_frozen_clock() {
    let mut plan = plan(
        "let made = 0;
         async function onTrack() { return [await cache.load('key', 60_000, () => ++made), await cache.load('ever', -1, () => ++made)] }",
    );
    plan.warm = true;
    plan.steps.extend([
        track("one"),
        wait(59),
        track("two"),
        wait(1),
        track("three"),
    ]);
    let played = played(plan);
    let values: Vec<_> = outcomes(&played)
        .iter()
        .map(|outcome| outcome.value.as_ref().unwrap().get())
        .collect();
    assert_eq!(values, ["[1,2]", "[1,2]", "[3,2]"]);
}
