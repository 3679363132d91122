//! A driver that does what an engine does with the parts of a run: it starts them, loses some of their machines,
//! and starts those again by their exit codes.

use std::collections::VecDeque;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::stores::{Moto, SegfnAws, Store};
use super::workspace::{OLD, folder, new};
use crate::support::Folder;

/// The same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

struct Running {
    part: u32,
    process: Child,
    /// By which signal its machine leaves, and when.
    end: Option<(Signal, Instant)>,
}

/// How a run over a bucket goes.
struct Drive {
    objects: usize,
    each: usize,
    parts: u32,
    /// Of a hundred starts, so many are lost.
    lost: u64,
    /// For so long the store is away, once.
    cut: Option<Duration>,
}

/// A comparison over the archive. On a machine that is busy with other things, an event may take long.
fn compared<'a>(aws: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let how = [
        "diff",
        "old.js",
        "new.js",
        "--cold",
        "--timeout",
        "120s",
        "--aws",
        aws,
    ];
    [&how, more].concat()
}

/// Runs all parts to their ends, two at a time. Tells how many starts were lost.
fn drive(folder: &Folder, drive: &Drive, store: &mut impl Store) -> u32 {
    let mut random = Random(0x5eed);
    let mut queue: VecDeque<u32> = (1..=drive.parts).collect();
    let mut running: Vec<Running> = Vec::new();
    let (mut lost, mut done) = (0, 0);
    let mut cut = drive.cut;
    let aws = store.aws();
    let part = format!("auto/{}", drive.parts);
    let to = ["--part", &part, "--to", "s3://results/run/"];
    let more = [&["--manifest", "manifest.json"], &to[..]].concat();
    while !queue.is_empty() || !running.is_empty() {
        while running.len() < 2
            && let Some(part) = queue.pop_front()
        {
            let mut command = folder.command(&compared(&aws, &more));
            command.env("JOB_COMPLETION_INDEX", (part - 1).to_string());
            let process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
            let signal = match random.below(2) {
                0 => Signal::SIGKILL,
                _ => Signal::SIGTERM,
            };
            let at = Instant::now() + Duration::from_millis(random.below(1500));
            running.push(Running {
                part,
                process: process.expect("segfn runs"),
                end: (random.below(100) < drive.lost).then_some((signal, at)),
            });
        }
        std::thread::sleep(Duration::from_millis(5));
        let mut still = Vec::new();
        for mut one in running {
            if let Some((signal, at)) = one.end
                && at <= Instant::now()
            {
                // It may have ended just now.
                let _ = kill(Pid::from_raw(one.process.id().cast_signed()), signal);
                one.end = None;
                lost += 1;
            }
            let Some(status) = one.process.try_wait().expect("a status") else {
                still.push(one);
                continue;
            };
            match (status.code(), status.signal()) {
                (Some(0), _) => done += 1,
                // The machine failed, or left.
                (Some(5 | 143), _) | (None, Some(9 | 15)) => queue.push_back(one.part),
                other => {
                    let output = one.process.wait_with_output().expect("its output");
                    panic!("{other:?}: {}", String::from_utf8_lossy(&output.stderr));
                }
            }
        }
        running = still;
        if done > drive.parts / 3
            && let Some(time) = cut.take()
        {
            store.leave(time);
        }
    }
    lost
}

/// Runs it in parts that are lost and started again, and on one machine, and compares.
fn check(how: &Drive, mut store: impl Store) {
    let folder = Folder::new(&[("old.js", OLD), ("new.js", &new())]);
    let aws = store.aws();
    let listed = |place: &str| {
        let (code, manifest, stderr) = folder.segfn(&["inputs", place, "--aws", &aws]);
        assert_eq!(code, 0, "{stderr}");
        manifest
    };
    folder.write("manifest.json", listed("s3://archive/logs/"));
    let lost = drive(&folder, how, &mut store);
    assert!(lost > 0);
    let results: serde_json::Value =
        serde_json::from_str(&listed("s3://results/")).expect("a listing");
    assert_eq!(results["count"], how.parts, "nothing but results is there");
    let merge = ["diff", "merge", "s3://results/run", "--aws", &aws, "--json"];
    let merged = folder.segfn(&merge);
    let whole = compared(&aws, &["s3://archive/logs/", "--json"]);
    assert_eq!(merged, folder.segfn(&whole));
    assert_eq!(merged.0, 1);
}

/// Small enough for every day.
const SMALL: Drive = Drive {
    objects: 16,
    each: 4,
    parts: 8,
    lost: 45,
    cut: None,
};

/// Of two thousand objects.
const LARGE: Drive = Drive {
    objects: 2000,
    each: 1,
    parts: 64,
    lost: 30,
    cut: Some(Duration::from_secs(4)),
};

fn in_segfn_aws(how: &Drive) {
    check(how, SegfnAws::start(how.objects, how.each));
}

fn in_moto(how: &Drive) {
    check(how, Moto::start(how.objects, how.each));
}

#[test]
fn parts_that_are_lost_and_run_again_make_the_whole() {
    in_segfn_aws(&SMALL);
}

#[test]
fn parts_in_moto_make_the_whole_though_it_is_away_for_a_second() {
    in_moto(&Drive {
        cut: Some(Duration::from_secs(1)),
        ..SMALL
    });
}

#[test]
#[ignore = "it takes minutes: `make attack`"]
fn parts_of_two_thousand_objects_make_the_whole_though_the_store_is_away_for_seconds() {
    in_segfn_aws(&LARGE);
}

#[test]
#[ignore = "it takes minutes: `make attack`"]
fn parts_of_two_thousand_objects_in_moto_make_the_whole_though_it_is_away_for_seconds() {
    in_moto(&LARGE);
}

#[test]
fn a_part_that_is_told_to_end_leaves_nothing_behind() {
    let folder = folder(40, 10);
    let mut command = folder.command(&[
        "diff",
        "old.js",
        "new.js",
        "--cold",
        "s3://archive/logs/",
        "--part",
        "1/1",
        "--to",
        "results",
    ]);
    let temporary = folder.path().join("temporary");
    std::fs::create_dir(&temporary).expect("a folder");
    command.env("TMPDIR", &temporary).stdout(Stdio::null());
    let mut process = command.spawn().expect("segfn runs");
    // It compares by then.
    std::thread::sleep(Duration::from_secs(3));
    let asked = Instant::now();
    kill(Pid::from_raw(process.id().cast_signed()), Signal::SIGTERM).expect("it is there");
    let status = process.wait().expect("it ends");
    assert_eq!(status.code(), Some(143));
    assert!(asked.elapsed() < Duration::from_secs(10));
    let is_empty = |name: &str| {
        let found = std::fs::read_dir(folder.path().join(name));
        found.map_or(true, |mut found| found.next().is_none())
    };
    assert!(is_empty("results"));
    let until = Instant::now() + Duration::from_secs(5);
    while !is_empty("temporary") && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(is_empty("temporary"));
}
