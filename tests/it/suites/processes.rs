//! Cases run in processes that are forked from one that has what they need.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::support::Folder;
use crate::support::transcript::timeless;

/// Tells all that could depend on what ran before it in the same process.
const CURIOUS: &str = r#"
const atLoad = [Date.now(), Math.random(), performance.now()];
let calls = 0;
async function onTrack(event) {
  const answer = await fetch('https://api.example.com/things?since=1', { method: 'POST', body: '{}' });
  calls += 1;
  globalThis.left = (globalThis.left ?? 0) + 1;
  _.left = (_.left ?? 0) + 1;
  const s3 = new AWS.S3();
  const sts = new AWS.STS();
  const { Credentials } = await sts.assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/r', RoleSessionName: 'name' }).promise();
  const stored = await s3.putObject({ Bucket: 'bbb', Key: 'k', Body: event.event }).promise();
  const before = await cache.load('key', 1000, async () => 'loaded');
  const isSettled = (name) => Object.getOwnPropertyDescriptor(globalThis, name)?.get === undefined;
  const names = ['_', 'AWS', 'URL', 'URLSearchParams', 'Headers', 'TextEncoder', 'crypto', 'fetch', 'performance'];
  let stack;
  try { null.x; } catch (error) { stack = error.stack; }
  return {
    aws: [Credentials, stored, Object.keys(AWS), Object.keys(AWS.config), Object.keys(s3), AWS.config.credentials],
    answer: [await answer.json(), answer.headers.raw()],
    counts: [calls, globalThis.left, _.left, before],
    atLoad,
    time: [Date.now(), new Date(), performance.now(), performance.timeOrigin],
    random: [
      Math.random(),
      crypto.randomUUID(),
      _.random(1e9),
      s3.getSignedUrl('getObject', { Bucket: 'bbb', Key: 'k' }),
    ],
    timers: [+setTimeout(() => {}, 1), +setTimeout(() => {}, 1)],
    settled: names.map(isSettled),
    classes: [new URL('a', 'http://b.c/') instanceof URL, answer instanceof Response, _ === window._],
    globals: Object.keys(globalThis),
    stack,
  };
}
"#;

const TRAFFIC: &str = r#"{"log":{"version":"1.2","creator":{"name":"t","version":"1"},"entries":[{
  "startedDateTime":"2024-01-01T00:00:00Z","time":1,"cache":{},"timings":{"send":0,"wait":1,"receive":0},
  "request":{"method":"POST","url":"https://api.example.com/things?since=1","httpVersion":"HTTP/1.1","cookies":[],
    "headers":[],"queryString":[],"headersSize":-1,"bodySize":2,
    "postData":{"mimeType":"text/plain","text":"{}"}},
  "response":{"status":200,"statusText":"OK","httpVersion":"HTTP/1.1","cookies":[],
    "headers":[{"name":"x-a","value":"1"}],"content":{"size":2,"mimeType":"application/json","text":"[1]"},
    "redirectURL":"","headersSize":-1,"bodySize":-1}}]}}"#;

/// As many cases as there are names, which do the same.
fn curious(names: &[&str]) -> Folder {
    let folder = Folder::new(&[
        ("function.js", CURIOUS),
        ("traffic.har", TRAFFIC),
        (
            "segfn.toml",
            "timeout = '60s'\n[test]\ncassette = [\"traffic.har\"]\n",
        ),
    ]);
    for name in names {
        folder.write(
            &format!("cases/{name}/event.json"),
            r#"{"type":"track","event":"E","receivedAt":"2025-02-03T04:05:06Z"}"#,
        );
    }
    folder
}

fn output_of(mut command: Command) -> String {
    let output = command.output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

#[test]
fn what_ran_before_a_case_makes_no_difference_to_it() {
    // So many that it is worth more and more preparation (`engine::zygote`).
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let folder = curious(&names);
    // A run of one case prepares nothing.
    for name in names {
        output_of(folder.command(&["test", "--accept", &format!("cases/{name}")]));
    }
    let expected = |name: &str| {
        let path = folder.path().join(format!("cases/{name}/expected.json"));
        fs::read_to_string(path).expect("it was accepted")
    };
    assert!(expected("a").contains(r#""timers""#), "{}", expected("a"));
    for name in &names[1..] {
        assert_eq!(expected(name), expected("a"));
    }
    for jobs in ["1", "3", "10"] {
        let text = output_of(folder.command(&["test", "--jobs", jobs]));
        assert!(text.contains("10 cases: 10 passed"), "{text}");
    }
}

#[test]
fn what_one_function_touched_makes_no_difference_to_another() {
    let folder = curious(&["a"]);
    output_of(folder.command(&["test", "--accept"]));
    let sources = [
        (
            "first",
            "async function onTrack() { return [moment(0).year(), _.VERSION]; }",
        ),
        (
            "second",
            "async function onTrack() { try { await fetch('https://x.y/'); } catch { return 1; } }",
        ),
    ];
    for (name, source) in sources {
        folder.write(&format!("{name}/function.js"), source);
        for case in ["a", "b", "c"] {
            folder.write(
                &format!("{name}/cases/{case}/event.json"),
                r#"{"type":"track"}"#,
            );
        }
    }
    let mut command = folder.command(&["test", "first", "second", ".", "--jobs", "1", "--all"]);
    let text = command.output().expect("it runs").stdout;
    let text = String::from_utf8_lossy(&text);
    assert!(
        text.lines().any(|line| line.starts_with("✓ passed a ")),
        "{text}"
    );
}

/// A run whose middle case takes all the time it gets.
fn spinning() -> Folder {
    let folder = Folder::new(&[
        (
            "function.js",
            "async function onTrack(event) { while (event.event === 'spin'); return 1; }",
        ),
        ("segfn.toml", "timeout = '100s'\n"),
    ]);
    for (name, event) in [("a", "E"), ("b", "spin"), ("c", "E")] {
        folder.write(
            &format!("cases/{name}/event.json"),
            format!(r#"{{"type":"track","event":"{event}"}}"#),
        );
        folder.write(
            &format!("cases/{name}/expected.json"),
            r#"{"v":1,"handler":"onTrack","class":"success","value":1}"#,
        );
    }
    folder
}

fn children(process: u32) -> Vec<u32> {
    let path = format!("/proc/{process}/task/{process}/children");
    let children = fs::read_to_string(path).unwrap_or_default();
    let numbers = children.split_whitespace();
    numbers.map(|n| n.parse().expect("a number")).collect()
}

/// The processes below `child`, once the case that spins has used some time in the last of them.
fn once_it_spins(child: &Child) -> (u32, u32) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        for zygote in children(child.id()) {
            for case in children(zygote) {
                let stat = fs::read_to_string(format!("/proc/{case}/stat")).unwrap_or_default();
                let after_name = stat.rsplit(')').next().unwrap_or_default();
                let ticks = after_name.split_whitespace().nth(11);
                if ticks.is_some_and(|ticks| ticks.parse::<u64>().is_ok_and(|n| n >= 20)) {
                    return (zygote, case);
                }
            }
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("no case spins");
}

fn kill(signal: &str, process: u32) {
    let status = Command::new("kill")
        .args([signal, &process.to_string()])
        .status();
    assert!(status.expect("kill runs").success());
}

/// The folder has a place for temporary files, which is empty.
fn start(folder: &Folder) -> Child {
    let temporary = folder.path().join("temporary");
    fs::create_dir_all(&temporary).expect("a folder");
    let mut command = folder.command(&["test", "--jobs", "1"]);
    command.env("TMPDIR", temporary);
    command.stdout(Stdio::piped()).spawn().expect("segfn runs")
}

#[test]
fn a_case_whose_process_is_killed_fails_and_the_others_run() {
    let folder = spinning();
    let child = start(&folder);
    kill("-KILL", once_it_spins(&child).1);
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_snapshot!(timeless(&text), @r#"
    ✗ failed b  TIME
      handler
        - "onTrack"
      class
        - "success"
        + "discard"
      value
        - 1
      error
        + {"name":"Crash","message":"the process that ran the function was ended by SIGKILL"}
      Crash: the process that ran the function was ended by SIGKILL
      in cases/b
      if that is right: segfn accept cases/b

    3 cases: 2 passed, 1 failed in TIME
    "#);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn nothing_is_left_when_segfn_is_ended() {
    for signal in ["-KILL", "-INT", "-TERM"] {
        let folder = spinning();
        let mut child = start(&folder);
        let (zygote, case) = once_it_spins(&child);
        let temporary = || {
            let entries = fs::read_dir(folder.path().join("temporary")).expect("a folder");
            entries.count()
        };
        assert_eq!(temporary(), 1);
        kill(signal, child.id());
        child.wait().expect("it ends");
        // Who inherits an orphan may take its time to notice that it has ended.
        let runs = |process: u32| {
            let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
            let after_name = stat.rsplit(')').next().unwrap_or_default().trim_start();
            !after_name.is_empty() && !after_name.starts_with('Z')
        };
        let left = || runs(zygote) || runs(case) || temporary() > 0;
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline && left() {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(!left(), "{signal}");
    }
}
