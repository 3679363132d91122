//! Plans, through the library: steps, attempts, the embedded AWS of each, hostile functions among
//! others, and thousands of them.

use std::ops::ControlFlow;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use segfn::engine::{EngineError, Plan, PlanResult, run_jobs};
use segfn::function::{Function, Kind};
use segfn::outcome::StoredObject;

use crate::support::plans::{TIME, outcomes, plan, played, played_by, track, wait};

fn values(played: &PlanResult) -> Vec<String> {
    outcomes(played)
        .iter()
        .map(|outcome| match &outcome.value {
            Some(value) => value.get().to_owned(),
            None => format!("{:?}", outcome.error),
        })
        .collect()
}

fn of_kind(kind: Kind, source: &str) -> Plan {
    let mut plan = plan(source);
    plan.function = Arc::new(Function {
        kind: Some(kind),
        ..(*plan.function).clone()
    });
    plan
}

/// Minutes from the beginning to each invocation of a function that always throws a RetryError.
fn minutes(kind: Kind, attempts: u32) -> Vec<u64> {
    let mut plan = of_kind(
        kind,
        "async function onRequest() { throw new RetryError(String(Date.now())) }
         async function onTrack() { throw new RetryError(String(Date.now())) }",
    );
    plan.attempts = attempts;
    plan.steps.push(track("one"));
    let played = played(plan);
    outcomes(&played)
        .iter()
        .map(|outcome| {
            let time: u64 = outcome.error.as_ref().unwrap().message.parse().unwrap();
            (time - TIME) / 60_000
        })
        .collect()
}

#[test]
fn a_retry_is_tried_again_by_the_platforms_schedule() {
    assert_eq!(minutes(Kind::Source, 1), [0]);
    assert_eq!(minutes(Kind::Source, 3), [0, 2, 6]);
    assert_eq!(minutes(Kind::Source, 100), [0, 2, 6, 14, 30, 50]);
    assert_eq!(
        minutes(Kind::Destination, 100),
        [0, 1, 3, 7, 15, 31, 63, 127, 240]
    );
}

#[test]
fn attempts_end_with_the_first_that_is_no_retry_and_have_fresh_instances_unless_warm() {
    let source = "let runs = 0;
        async function onTrack({ event }) {
          if (event === 'slow') await new Promise((resolve) => setTimeout(resolve, 6000));
          runs += 1;
          if (Date.now() - new Date('2026-01-02T03:04:05.678Z') < 100_000) throw new RetryError('not yet');
          if (event === 'bad') throw new Error('no');
          return runs;
        }";
    let mut cold = plan(source);
    cold.attempts = 5;
    cold.steps.push(track("one"));
    let mut warm = cold.clone();
    warm.warm = true;
    let mut bad = cold.clone();
    bad.steps = vec![track("bad")];
    let mut slow = cold.clone();
    slow.attempts = 2;
    slow.steps = vec![track("slow")];
    let classes = |played: &PlanResult| -> Vec<_> {
        outcomes(played).iter().map(|o| o.class.name()).collect()
    };
    let cold = played(cold);
    assert_eq!(classes(&cold), ["retry", "retry", "success"]);
    assert_eq!(values(&cold)[2], "1");
    assert_eq!(values(&played(warm))[2], "3");
    assert_eq!(classes(&played(bad)), ["retry", "retry", "discard"]);
    assert_eq!(classes(&played(slow)), ["retry", "retry"]);
}

#[test]
fn time_passes_between_events_and_what_was_left_happens_with_the_next() {
    let mut plan = plan(
        "const seen = []; let at;
         async function onTrack({ event }) {
           if (event === 'first') { at = Date.now(); setTimeout(() => seen.push(Date.now() - at), 10_000); setTimeout(() => seen.push('soon'), 5); return 'set' }
           await new Promise((resolve) => setTimeout(resolve, 1));
           return seen;
         }",
    );
    plan.warm = true;
    plan.steps = vec![
        track("first"),
        wait(4),
        track("second"),
        wait(3600),
        track("third"),
    ];
    assert_eq!(
        values(&played(plan)),
        ["\"set\"", "[\"soon\"]", "[\"soon\",3604001]"]
    );
}

const STORES: &str = "
    const s3 = new AWS.S3();
    async function onTrack({ event }) {
      const list = async (Bucket) => (await s3.listObjectsV2({ Bucket }).promise()).Contents.map((o) => o.Key);
      if (event === 'list') return list('inbox');
      const text = (await s3.getObject({ Bucket: 'inbox', Key: 'a/b.txt' }).promise()).Body.toString();
      await s3.putObject({ Bucket: 'outbox', Key: 'new.txt', Body: text + '!' }).promise();
      await s3.putObject({ Bucket: 'outbox', Key: 'new.gz', Body: zlib.zlib.gzipSync('packed') }).promise();
      await s3.putObject({ Bucket: 'outbox', Key: 'big', Body: 'x'.repeat(5000) }).promise();
      await s3.putObject({ Bucket: 'outbox', Key: 'binary', Body: Buffer.from([255]) }).promise();
      await s3.putObject({ Bucket: 'inbox', Key: 'changed', Body: 'after' }).promise();
      await s3.putObject({ Bucket: 'inbox', Key: 'rewritten', Body: 'same' }).promise();
      await s3.deleteObject({ Bucket: 'inbox', Key: 'gone' }).promise();
      await s3.putObject({ Bucket: 'outbox', Key: 'passing', Body: '1' }).promise();
      await s3.deleteObject({ Bucket: 'outbox', Key: 'passing' }).promise();
      return list('inbox');
    }";

fn stores() -> Plan {
    let mut plan = plan(STORES);
    let object = |key: &str, text: &str| ("inbox".to_owned(), key.to_owned(), text.into());
    plan.objects = vec![
        object("a/b.txt", "hello"),
        object("changed", "before"),
        object("gone", "x"),
        object("kept", "x"),
        object("rewritten", "same"),
    ];
    plan
}

#[test]
fn what_the_function_stores_is_told_and_each_plan_has_an_aws_of_its_own() {
    let mut plan = stores();
    plan.steps = vec![track("one"), track("list")];
    let mut other = stores();
    other.objects.clear();
    other.steps = vec![track("list")];
    let mut results = played_by(1, vec![plan, other]);
    let empty = results.remove(1).expect("played");
    let played = results.remove(0).expect("played");
    let inbox = "[\"a/b.txt\",\"changed\",\"kept\",\"rewritten\"]";
    assert_eq!(values(&played), [inbox, inbox]);
    let told = |object: &StoredObject| {
        let StoredObject {
            bucket,
            key,
            size,
            body,
            ..
        } = object;
        format!("{bucket}/{key} {size} {body:?}")
    };
    assert_eq!(
        played.objects.iter().map(told).collect::<Vec<_>>(),
        [
            "inbox/changed 5 Some(\"after\")",
            "inbox/rewritten 4 Some(\"same\")",
            "outbox/big 5000 None",
            "outbox/binary 1 None",
            "outbox/new.gz 26 Some(\"packed\")",
            "outbox/new.txt 6 Some(\"hello!\")",
        ]
    );
    let sha256 = "ce06092fb948d9ffac7d1a376e404b26b7575bcc11ee05a4615fef4fec3a308b";
    assert_eq!(played.objects[5].sha256, sha256);
    assert_eq!(played.deleted, [("inbox".to_owned(), "gone".to_owned())]);
    assert!(values(&empty)[0].contains("NoSuchBucket"));
    assert!(empty.objects.is_empty() && empty.deleted.is_empty());
}

/// In a process of its own, whose temporary files lie where nobody else's do.
#[test]
fn nothing_is_left_of_what_was_stored() {
    let folder = tempfile::tempdir().expect("a folder");
    let test = "what_the_function_stores_is_told_and_each_plan_has_an_aws_of_its_own";
    let status = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", test])
        .env("TMPDIR", folder.path())
        .stdout(Stdio::null())
        .status()
        .expect("it runs");
    assert!(status.success());
    let left: Vec<_> = folder.path().read_dir().expect("a folder").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn an_object_that_s3_would_not_take_is_a_wrong_plan() {
    for (bucket, key, complaint) in [
        (
            "No",
            "k",
            "the object No/k can't be stored: \"No\" is not the name of a bucket",
        ),
        (
            "abc",
            "",
            "the object abc/ can't be stored: a key has 1 to 1024 bytes",
        ),
    ] {
        let mut plan = plan("async function onTrack() {}");
        plan.objects = vec![(bucket.to_owned(), key.to_owned(), Vec::new())];
        match played_by(1, vec![plan]).remove(0) {
            Err(error @ EngineError::Object { .. }) => assert_eq!(error.to_string(), complaint),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn hostile_plans_end_as_outcomes_and_the_others_go_on() {
    let bodies = [
        ("for (;;) {}", "Timeout"),
        (
            "const a = []; for (;;) a.push(new Array(1e5).fill({}))",
            "MemoryLimit",
        ),
        ("const f = () => f(); f()", "RangeError"),
        ("const b = []; for (;;) b.push(Buffer.alloc(1e8))", ""),
        (
            "JSON.stringify(Array.from({ length: 1e7 }, (_, i) => ({ [i]: 'x'.repeat(100) })))",
            "MemoryLimit",
        ),
        ("throw { get message() { for (;;) {} } }", "Timeout"),
        ("return 'well'", "no error"),
    ];
    // V8 takes such an array in one step, and that many seconds.
    let huge = ("return new Array(2 ** 27).fill(0).length", "MemoryLimit");
    let all: Vec<_> = std::iter::once(huge).chain(bodies).chain(bodies).collect();
    let mut plans = Vec::new();
    for (body, name) in &all {
        let mut plan = plan(&format!("async function onTrack() {{ {body} }}"));
        // Who takes too much memory has all the time for that.
        plan.options.timeout = Duration::from_secs(if *name == "Timeout" { 1 } else { 60 });
        plan.options.memory = 32 << 20;
        plan.steps = vec![track("one")];
        plans.push(plan);
    }
    let results = played_by(2, plans);
    assert_eq!(results.len(), all.len());
    for (result, (body, name)) in results.iter().zip(all) {
        let played = result.as_ref().expect("an outcome");
        let outcome = outcomes(played)[0];
        let ended = outcome
            .error
            .as_ref()
            .map_or("no error", |error| &error.name);
        assert!(name.is_empty() || ended == name, "{body}: {outcome:#?}");
    }
}

#[test]
fn a_plan_whose_function_cant_be_loaded_is_a_result() {
    let mut good = plan("async function onTrack() { return 1 }");
    good.steps = vec![track("one")];
    let plans = vec![
        plan("const x = ;"),
        good,
        plan("throw new Error('at the top')"),
        plan("for (;;) {}"),
    ];
    let results = played_by(1, plans);
    let problem = |index: usize| match &results[index] {
        Err(EngineError::Load(failure)) => failure.message.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(problem(0), "Unexpected token ';'");
    assert_eq!(problem(2), "at the top");
    assert_eq!(problem(3), "the function did not finish within 5000 ms");
    assert!(results[1].is_ok());
}

#[test]
fn a_run_that_is_ended_plays_no_more_plans() {
    let mut plan = plan("async function onTrack() { return 1 }");
    plan.steps = vec![track("one")];
    let mut seen = 0;
    run_jobs(std::iter::repeat(plan), 2, |_| {
        seen += 1;
        if seen == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
    .expect("it ends");
    assert_eq!(seen, 3);
    run_jobs(std::iter::empty::<Plan>(), 2, |_| {
        panic!("there is no plan")
    })
    .expect("it ends");
}
