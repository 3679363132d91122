//! What a function has logged is in the outcome also where its process was ended from outside.

use serde_json::{Value, json};

use crate::support::{Folder, output_of};

const FUNCTION: &str = r#"
const keep = [];
const last = {
  hang: () => [].includes.call({ length: 2 ** 53 - 1 }, 1),
  memory: () => { for (;;) keep.push(new Intl.DateTimeFormat('ar', { dateStyle: 'full', timeStyle: 'full' }).format(0), new Intl.Collator('zh-u-co-pinyin')); },
  abort: () => 'x'.repeat(2.6e8).split(''),
  after: () => 'alive',
};
async function onTrack(event) {
  console.log('of', event.event);
  for (let i = 0; i < (event.lines ?? 0); i++) console.log(`line ${i} ${'x'.repeat(1000)}`);
  if (event.token) {
    console.warn(event.token);
    const headers = { authorization: `Bearer ${event.token}` };
    await fetch('http://127.0.0.1:1/', { headers }).catch(() => {});
    console.error(Buffer.from(event.token).toString('base64'));
  }
  return last[event.event]();
}
"#;

/// The outcomes of events, in each way that processes come to be, by these limits.
fn outcomes_by(timeout: &str, memory: &str, events: &[Value]) -> Vec<Vec<Value>> {
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    let ways = ["forked", "started"].map(|way| {
        let folder = Folder::new(&[
            ("function.js", FUNCTION),
            ("events.ndjson", &lines.join("\n")),
        ]);
        let mut command = folder.command(&["run", "function.js", "events.ndjson", "--json"]);
        command.args(["--timeout", timeout, "--memory", memory]);
        let (_, stdout, stderr) = output_of(command.env("SEGFN_TEST_WORKERS", way));
        assert_eq!(stderr, "");
        let outcome = |line| serde_json::from_str(line).expect("JSON");
        stdout.lines().map(outcome).collect::<Vec<Value>>()
    });
    ways.into()
}

fn outcomes(events: &[Value]) -> Vec<Vec<Value>> {
    outcomes_by("1s", "64", events)
}

fn texts(outcome: &Value) -> Vec<&str> {
    let logs = outcome["logs"].as_array().into_iter().flatten();
    logs.map(|log| log["text"].as_str().expect("a text"))
        .collect()
}

fn event(name: &str) -> Value {
    json!({"type": "track", "event": name})
}

fn keeps_its_logs(name: &str, timeout: &str, memory: &str, error: &str) {
    let events = [event("after"), event(name), event("after")];
    for outcomes in outcomes_by(timeout, memory, &events) {
        assert_eq!(outcomes[1]["error"]["name"], error, "{outcomes:#?}");
        assert_eq!(texts(&outcomes[1]), [format!("of {name}")]);
        assert_eq!(outcomes[2]["value"], "alive");
        assert_eq!(texts(&outcomes[2]), ["of after"]);
    }
}

#[test]
fn a_function_that_hung_in_v8_had_logged_nothing() {
    keeps_its_logs("hang", "1s", "64", "Timeout");
}

#[test]
fn a_function_whose_process_took_too_much_memory_had_logged_nothing() {
    keeps_its_logs("memory", "60s", "64", "MemoryLimit");
}

#[test]
fn a_function_that_v8_ended_its_process_for_had_logged_nothing() {
    // With less memory V8 doesn't come so far.
    keeps_its_logs("abort", "60s", "1024", "Crash");
}

#[test]
fn of_too_many_logs_the_last_are_kept() {
    let many = json!({"type": "track", "event": "hang", "lines": 2000});
    for outcomes in outcomes(&[many]) {
        let texts = texts(&outcomes[0]);
        assert!(texts.len() > 100 && texts.len() < 1000, "{}", texts.len());
        assert!(
            texts
                .last()
                .is_some_and(|text| text.starts_with("line 1999 "))
        );
        let dropped = 2001 - texts.len();
        let warnings = json!([format!("{dropped} logs before these were not kept")]);
        assert_eq!(outcomes[0]["warnings"], warnings);
    }
}

/// The process alone had met the secret, and is gone.
#[test]
fn secrets_that_the_process_had_learned_are_taken_out() {
    let token = "Zx81-token-9f2c77d1";
    for (name, timeout) in [("hang", "5s"), ("abort", "60s")] {
        let hostile = json!({"type": "track", "event": name, "token": token});
        for outcomes in outcomes_by(timeout, "1024", &[hostile, event("after")]) {
            let texts = texts(&outcomes[0]);
            assert_eq!(texts.len(), 3, "{outcomes:#?}");
            assert!(texts[1].starts_with("[secret "), "{outcomes:#?}");
            assert!(texts[2].starts_with("[secret "), "{outcomes:#?}");
            let all = outcomes[0].to_string();
            assert!(!all.contains(token), "{all}");
        }
    }
}
