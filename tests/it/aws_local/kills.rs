//! Processes that are killed while they write.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::store::files;
use super::world::{Hands, START, md5, open, s3_client};
use crate::support::Folder;
use crate::support::served::{FIXED_KEY, Served};

/// Writes without end: each object says what it is to hold.
const WRITE: &str = "
async function onTrack({ round }, { url }) {
  const s3 = new AWS.S3(url ? { endpoint: url, s3ForcePathStyle: true, accessKeyId: 'test', secretAccessKey: 'test', region: 'us-east-1', maxRetries: 0 } : {});
  for (let n = round; ; n++) {
    const fill = String.fromCharCode(97 + n % 26);
    const Body = Buffer.alloc(n % 4 ? 2_000_000 + n : 11_000_000 + n, fill);
    const params = { Bucket: 'bucket', Key: `key/${n % 3}`, Body, ContentType: `fill/${fill}`, Metadata: { size: String(Body.length) } };
    await (n % 4 ? s3.putObject(params) : s3.upload({ ...params, Key: 'in/parts' })).promise();
  }
}";

/// Ends with the test, if not before.
pub struct Running(pub Child);

impl AsMut<Child> for Running {
    fn as_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to end.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

pub fn start(command: &mut Command) -> Running {
    let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
    Running(silent.spawn().expect("segfn runs"))
}

/// The bodies that are being received.
fn temporary(root: &Path) -> Vec<PathBuf> {
    let mut found = files_that_vanish(&root.join("s3-state/temporary"));
    found.retain(|path| !path.ends_with("lock"));
    found
}

/// The files below a folder in which others come and go.
fn files_that_vanish(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files_that_vanish(&entry.path())),
            Ok(_) => found.push(entry.path()),
            Err(_) => {}
        }
    }
    found
}

/// Waits until a body of some length is being received.
#[track_caller]
fn wait_for_a_body(root: &Path, writer: &mut Child) {
    let start = Instant::now();
    loop {
        let lengths = temporary(root).into_iter().filter_map(|path| {
            let about = fs::metadata(path).ok()?;
            Some(about.len())
        });
        if lengths.into_iter().any(|length| length > 100_000) {
            return;
        }
        assert!(writer.try_wait().unwrap().is_none(), "the writer ended");
        assert!(start.elapsed() < Duration::from_secs(60), "nothing comes");
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Reads all objects as a new process would: each must be what it says it is. Gives their number.
pub fn read_all(root: &Path) -> usize {
    let hands = Hands::at(START);
    let aws = open(root, Vec::new(), &hands);
    let s3 = s3_client(&aws, &hands, &aws.ambient(), "us-east-1");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listed = s3.list_objects_v2().bucket("bucket").send().await.unwrap();
        for object in listed.contents() {
            let key = object.key().unwrap();
            let get = s3.get_object().bucket("bucket").key(key).send();
            let got = get.await.unwrap();
            let (kind, etag) = (
                got.content_type.clone().unwrap(),
                got.e_tag.clone().unwrap(),
            );
            let size: usize = got.metadata().unwrap()["size"].parse().unwrap();
            let body = got.body.collect().await.unwrap().to_vec();
            assert_eq!(body.len(), size, "{key}");
            // The process that ran the function may live on for a moment, and write another
            // version after the list was made.
            if object.e_tag() == Some(&etag) {
                assert_eq!(object.size(), i64::try_from(size).ok(), "{key}");
            }
            let fill = kind.strip_prefix("fill/").unwrap().as_bytes()[0];
            assert!(body.iter().all(|byte| *byte == fill), "{key} is mixed");
            if !etag.contains('-') {
                assert_eq!(etag, md5(&body), "{key}");
            }
        }
        // The first write is what clears up after the dead.
        let put = s3.put_object().bucket("bucket").key("of-the-living");
        let put = put.content_type("fill/x").metadata("size", "0").send();
        put.await.unwrap();
        listed.contents().len()
    })
}

/// Kills what `writer` starts in the middle of a body, again and again.
fn kill_again_and_again<W: AsMut<Child>>(folder: &Folder, mut writer: impl FnMut(usize) -> W) {
    let root = folder.path().join(".segfn");
    let (mut seen, mut halves) = (0, 0);
    for round in 0..8 {
        let mut running = writer(round);
        let running = running.as_mut();
        wait_for_a_body(&root, running);
        if round % 2 == 1 {
            // Some objects whole, and then in the middle of another one.
            while files_that_vanish(&root.join("s3/bucket")).len() < 3 {
                wait_for_a_body(&root, running);
            }
        }
        running.kill().unwrap();
        running.wait().unwrap();
        halves += temporary(&root).len();
        seen += read_all(&root);
        // The process that ran the function ends by itself, once the killed one is gone.
        let start = Instant::now();
        while !temporary(&root).is_empty() {
            assert!(start.elapsed() < Duration::from_secs(20), "of the dead");
            read_all(&root);
        }
    }
    assert!(halves > 0, "none was killed in the middle of a body");
    assert!(seen > 8, "nothing was ever written");
    let hidden: Vec<_> = files(&root.join("s3"))
        .into_iter()
        .filter(|path| !path.starts_with(root.join("s3/bucket")))
        .collect();
    assert!(hidden.is_empty(), "{hidden:?}");
}

fn run(folder: &Folder, round: usize, settings: &str) -> Command {
    folder.write("settings.json", settings);
    let event = format!("{{\"type\":\"track\",\"event\":\"e\",\"round\":{round}}}");
    folder.write("event.json", event);
    let arguments = ["--timeout", "100s", "--settings", "settings.json"];
    folder.command(&[&["run", "function.js", "event.json"], &arguments[..]].concat())
}

#[test]
fn a_killed_run_leaves_no_half_object() {
    let folder = Folder::new(&[("function.js", WRITE)]);
    kill_again_and_again(&folder, |round| start(&mut run(&folder, round, "{}")));
}

#[test]
fn a_killed_server_leaves_no_half_object() {
    let folder = Folder::new(&[("function.js", WRITE)]);
    let elsewhere = Folder::new(&[("function.js", WRITE)]);
    let mut client = None;
    kill_again_and_again(&folder, |round| {
        let server = Served::start(&folder, &FIXED_KEY);
        let settings = format!("{{\"url\":\"{}\"}}", server.url());
        // It ends by itself when its server is gone, or with the next one.
        client = Some(start(&mut run(&elsewhere, round, &settings)));
        server
    });
    drop(client);
}
