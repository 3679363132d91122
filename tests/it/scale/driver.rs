//! A driver that does what an engine does with the parts of a run: it starts them, loses some of their machines,
//! and starts those again by their exit codes.

use std::collections::VecDeque;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::workspace::{folder, results};
use crate::support::Folder;
use crate::support::served::{FIXED_KEY, Served};

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

/// Runs all parts to their ends, two at a time. Tells how many starts were lost.
fn drive(folder: &Folder, drive: &Drive, aws: &str, mut store: Served) -> (u32, Served) {
    let mut random = Random(0x5eed);
    let mut queue: VecDeque<u32> = (1..=drive.parts).collect();
    let mut running: Vec<Running> = Vec::new();
    let (mut lost, mut done) = (0, 0);
    let mut cut = drive.cut;
    while !queue.is_empty() || !running.is_empty() {
        while running.len() < 2
            && let Some(part) = queue.pop_front()
        {
            let mut command = folder.command(&[
                "diff",
                "old.js",
                "new.js",
                "--cold",
                "--manifest",
                "manifest.json",
                "--aws",
                aws,
                "--part",
                &format!("auto/{}", drive.parts),
                "--to",
                "s3://results/run/",
            ]);
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
            let port = store
                .address()
                .rsplit_once(':')
                .expect("a port")
                .1
                .to_owned();
            drop(store);
            std::thread::sleep(time);
            store = Served::on_port(folder, port.parse().expect("a port"), &FIXED_KEY);
        }
    }
    (lost, store)
}

/// Runs it in parts that are lost and started again, and on one machine, and compares.
fn check(how: &Drive) {
    let folder = folder(how.objects, how.each);
    std::fs::create_dir_all(folder.path().join(".segfn/s3/results")).expect("a bucket");
    let store = Served::start(&folder, &FIXED_KEY);
    let aws = format!("http://test:test@{}", store.address());
    let (code, manifest, stderr) = folder.segfn(&["inputs", "s3://archive/logs/", "--aws", &aws]);
    assert_eq!(code, 0, "{stderr}");
    folder.write("manifest.json", manifest);
    let (lost, _store) = drive(&folder, how, &aws, store);
    assert!(lost > 0);
    let written = results(&folder.path().join(".segfn/s3/results/run"));
    assert_eq!(
        written.len(),
        how.parts as usize,
        "nothing but results is there"
    );
    let merge = ["diff", "merge", "s3://results/run", "--aws", &aws, "--json"];
    let merged = folder.segfn(&merge);
    let whole = [
        "diff",
        "old.js",
        "new.js",
        "--cold",
        "s3://archive/logs/",
        "--aws",
        &aws,
        "--json",
    ];
    assert!(merged == folder.segfn(&whole), "{merged:?}");
    assert_eq!(merged.0, 1);
}

#[test]
fn parts_that_are_lost_and_run_again_make_the_whole() {
    check(&Drive {
        objects: 16,
        each: 4,
        parts: 8,
        lost: 45,
        cut: None,
    });
}

#[test]
#[ignore = "it takes minutes: `make attack`"]
fn parts_of_two_thousand_objects_make_the_whole_though_the_store_is_away_for_seconds() {
    check(&Drive {
        objects: 2000,
        each: 1,
        parts: 64,
        lost: 30,
        cut: Some(Duration::from_secs(4)),
    });
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
