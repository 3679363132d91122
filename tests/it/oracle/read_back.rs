//! What a function stored is read by boto3, byte for byte: from moto, and from the files of the
//! embedded AWS through `segfn aws`.

use serde_json::{Value, json};
use sha2::Digest;

use super::authentication::guarded;
use super::servers::python;
use crate::support::Run;
use crate::support::served::Served;

/// Stores noise of some size at each key, and returns what is to be read by key. read_back.py makes
/// the same noise: a digest of it would take this build seconds.
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
  const stored = Object.create(null);
  async function store(operation, Key, size) {
    // Noise, a megabyte of which is made and the rest numbered: no part is like another.
    const Body = Buffer.alloc(size);
    const noise = Buffer.alloc(Math.min(size, 1024 * 1024));
    for (let n = 0, state = size; n < noise.length; n++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      noise[n] = state >>> 16;
    }
    for (let n = 0; n < size; n += noise.length) {
      noise.copy(Body, n);
      Body[n] = n / noise.length;
    }
    const type = `test/x-${size}`;
    await s3[operation]({ Bucket: 'odd-keys', Key, Body, ContentType: type, Metadata: { size: String(size) } }).promise();
    stored[Key] = ['noise', type, { size: String(size) }];
  }
  for (const size of sizes) await store('putObject', `sizes/${size}`, size);
  for (const size of sizes) await store('upload', `uploads/${size}`, size);
  await Promise.all(keys.map((key, n) => store('putObject', key, n)));
  return stored;
}";

const MIB: usize = 1024 * 1024;

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
        "folder/%2F",
        "%2F",
        "%",
        "%%41",
        "trailing.",
        "\u{1}\u{1f}\u{7f}\u{85}\u{2028}",
        "\u{feff}bom",
        "\u{10ffff}",
        "👩‍👩‍👧/𝒳",
        "null",
        "__proto__",
        "soap",
        "a=b;c",
        "key?versionId=1",
        "?acl",
        "-",
        "~",
        "*",
    ]
    .map(str::to_owned)
    .into();
    keys.push("1024/".to_owned() + &"k".repeat(1019));
    keys.push("ü".repeat(512));
    keys
}

/// Keys that URLs, and moto's framework with them, would make shorter.
const DOTTED: [&str; 14] = [
    "..",
    ".",
    "../outside",
    "a/../b",
    "a/./b",
    "a//b",
    "/leading",
    "//",
    "./",
    "../",
    "trailing//",
    "...//..",
    "nul\0inside",
    "tab\tand\nline\r",
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
            "sizes": [0, 1, 255, 65_535, 65_536, 1_048_577, 5 * MIB, 5 * MIB + 1, 64 * MIB],
        }))
}

#[track_caller]
fn assert_equal(stored: &Value, read: &Value) {
    let (stored, read) = (
        stored.as_object().expect("keys"),
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

#[test]
fn from_the_embedded_aws_through_a_port() {
    let mut keys = odd_keys();
    keys.extend(DOTTED.map(str::to_owned));
    let run = store(
        &keys,
        &json!({ "role": "arn:aws:iam::123456789012:role/archive", "region": "us-west-2" }),
    );
    let stored = run.value();
    let served = Served::start(run.folder(), &[]);
    let read = python(
        "read_back.py",
        &[
            served.url(),
            served.told("accessKeyId"),
            served.told("secretAccessKey"),
            "odd-keys",
        ],
    );
    assert_equal(&stored, &read);
}
