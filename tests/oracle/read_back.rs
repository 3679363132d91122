//! What a function stored is read by boto3, byte for byte: from moto, and from the files of the
//! embedded AWS through `segfn aws`.

use std::io::BufRead;
use std::io::BufReader;
use std::process::Child;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;
use sha2::Digest;

use crate::authentication::guarded;
use crate::servers::python;
use crate::support::Folder;
use crate::support::Run;

/// Stores a body of some size at each key, and returns the digests by key.
const STORE: &str = "
async function onTrack({ keys, sizes }, { role, ...client }) {
  const { Credentials } = await new AWS.STS(client)
    .assumeRole({ RoleArn: role, RoleSessionName: 'store' }).promise();
  const s3 = new AWS.S3({
    endpoint: client.endpoint,
    region: 'us-west-2',
    s3ForcePathStyle: true,
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  });
  const digests = {};
  async function store(operation, Key, size) {
    const Body = Buffer.alloc(size);
    for (let n = 0, state = size; n < size; n++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      Body[n] = state >>> 16;
    }
    const type = `test/x-${size}`;
    await s3[operation]({ Bucket: 'odd-keys', Key, Body, ContentType: type, Metadata: { size: String(size) } }).promise();
    digests[Key] = [crypto.createHash('sha256').update(Body).digest('hex'), type, { size: String(size) }];
  }
  for (const size of sizes) await store('putObject', `sizes/${size}`, size);
  for (const size of sizes) await store('upload', `uploads/${size}`, size);
  await Promise.all(keys.map((key, n) => store('putObject', key, n)));
  return digests;
}";

/// Keys that something on their way could take for something else.
fn odd_keys() -> Vec<String> {
    let mut keys: Vec<String> = [
        "plain",
        "with space",
        " leading and trailing ",
        "a+b",
        "a%2Fb%20c",
        "a?b=c&d#e",
        "ünïcödé/日本語/😀",
        "e\u{301}",
        "quotes'\"`",
        "<&>;:,$@=~!*()[]{}|^",
        "back\\slash",
        "dots/.hidden/...",
        "a",
        "a/b",
        "a/b/c",
        "CASE",
        "case",
        "con",
        "folder/",
    ]
    .map(str::to_owned)
    .into();
    keys.push("1024/".to_owned() + &"k".repeat(1019));
    keys.push("ü".repeat(512));
    keys
}

/// Keys that URLs, and moto's framework with them, would make shorter.
const DOTTED: [&str; 8] = [
    "..",
    ".",
    "../outside",
    "a/../b",
    "a/./b",
    "a//b",
    "/leading",
    "//",
];

pub fn sha256(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A run of [`STORE`].
fn store(keys: &[String], settings: &Value) -> Run {
    Run::new(STORE)
        .args(&["--timeout", "60s"])
        .write("settings.json", settings.to_string())
        .event(json!({
            "type": "track",
            "event": "store",
            "keys": keys,
            "sizes": [0, 1, 255, 65_535, 65_536, 1_048_577, 5_242_880, 5_242_881],
        }))
}

#[track_caller]
fn assert_equal(stored: &Value, read: &Value) {
    let (stored, read) = (
        stored.as_object().expect("digests"),
        read.as_object().expect("objects"),
    );
    for (key, value) in stored {
        assert_eq!(read.get(key), Some(value), "{key:?}");
    }
    let unknown: Vec<_> = read
        .keys()
        .filter(|key| !stored.contains_key(*key))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn from_moto_with_its_checks_on() {
    let guarded = guarded();
    let mut settings = guarded.accounts["writer"].clone();
    settings["role"] = guarded.accounts["role"].clone();
    settings["region"] = "us-west-2".into();
    settings["endpoint"] = guarded.server.url().into();
    let stored = store(&odd_keys(), &settings).value();
    let read = python(
        "read_back.py",
        &[
            &guarded.server.url(),
            guarded.account("reader", "accessKeyId"),
            guarded.account("reader", "secretAccessKey"),
            "odd-keys",
        ],
    );
    assert_equal(&stored, &read);
}

/// `segfn aws` over a folder, until it is dropped.
struct Served {
    process: Child,
    /// Its `url`, `accessKeyId` and `secretAccessKey`.
    told: Value,
}

impl Served {
    fn start(folder: &Folder) -> Served {
        let mut process = folder
            .command(&["aws", "--port", "0", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("segfn runs");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("a pipe");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("segfn tells its address");
        let told = serde_json::from_str(&line).expect("JSON");
        Served { process, told }
    }

    fn told(&self, name: &str) -> &str {
        self.told[name].as_str().expect("a text")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn from_the_embedded_aws_through_a_port() {
    let mut keys = odd_keys();
    keys.extend(DOTTED.map(str::to_owned));
    let run = store(
        &keys,
        &json!({ "role": "arn:aws:iam::123456789012:role/archive", "region": "us-west-2" }),
    );
    let stored = run.value();
    let served = Served::start(run.folder());
    let read = python(
        "read_back.py",
        &[
            served.told("url"),
            served.told("accessKeyId"),
            served.told("secretAccessKey"),
            "odd-keys",
        ],
    );
    assert_equal(&stored, &read);
}
