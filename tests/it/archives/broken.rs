//! Archives in an S3 that is slow, asks for patience, breaks off, gives other bytes, or refuses.

use std::time::Duration;

use md5::{Digest, Md5};

use super::flaky_s3::{Fault, FlakyS3};
use super::{event, gzipped, users};
use crate::support::Folder;

const TELL: &str = "async function onTrack(event) { return event.userId; }";

/// Its MD5, as S3 tells it of an object that was put as a whole.
fn etag(bytes: &[u8]) -> String {
    let md5 = Md5::digest(bytes);
    let hex: String = md5.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// An object of three events, in a store of its own.
fn one() -> (Folder, FlakyS3, String) {
    let folder = Folder::new(&[("function.js", TELL)]);
    let text: String = ["a", "b", "c"]
        .iter()
        .map(|user| event(user, "x"))
        .collect();
    let bytes = gzipped(&text);
    let etag = etag(&bytes);
    let store = FlakyS3::start(&[("a.gz", &etag, &bytes)]);
    (folder, store, etag)
}

fn read(folder: &Folder, store: &FlakyS3) -> Vec<String> {
    users(folder, &["s3://archive/", "--aws", &store.url()])
}

/// The exit code, and what is said of what can't be read.
fn refused(folder: &Folder, store: &FlakyS3) -> String {
    let (code, _, stderr) =
        folder.segfn(&["run", "function.js", "s3://archive/", "--aws", &store.url()]);
    assert_eq!(code, 4, "{stderr}");
    stderr.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_store_that_asks_for_patience_gets_it() {
    let (folder, store, _) = one();
    let slow = || {
        Fault::error(
            "503 Slow Down",
            "SlowDown",
            "Please reduce your request rate.",
        )
    };
    store.fail("GET /archive/a.gz", slow());
    store.fail("GET /archive/a.gz", slow());
    store.fail(
        "GET /archive",
        Fault::error("500 Internal Server Error", "InternalError", "We failed."),
    );
    assert_eq!(read(&folder, &store), ["a", "b", "c"]);
    assert_eq!(store.requests("GET /archive/a.gz").len(), 3);
}

#[test]
fn what_breaks_off_is_gone_on_with_where_it_did() {
    let (folder, store, etag) = one();
    store.fail("GET /archive/a.gz", Fault::Cut(20));
    store.fail("GET /archive/a.gz bytes=20-", Fault::Cut(0));
    store.fail("GET /archive/a.gz bytes=20-", Fault::Cut(9));
    assert_eq!(read(&folder, &store), ["a", "b", "c"]);
    let asked = store.requests("GET /archive/a.gz");
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert_eq!(asked[0], format!("GET /archive/a.gz if {etag}"));
    assert!(
        asked[3].starts_with("GET /archive/a.gz bytes=29-"),
        "{asked:?}"
    );
    assert!(
        asked
            .iter()
            .all(|line| line.ends_with(&format!(" if {etag}"))),
        "{asked:?}"
    );
}

#[test]
fn a_manifest_in_a_bucket_is_read_as_any_object_and_may_list_many_places() {
    let folder = Folder::new(&[("function.js", TELL), ("b.json", &event("b", "x"))]);
    let objects = [("a.json", event("a", "x")), ("c.json", event("c", "x"))];
    let listed = |name: &str, text: &str| {
        let size = text.len();
        format!("{{\"name\":\"{name}\",\"size\":{size}}}")
    };
    let entries = [
        listed("s3://archive/a.json", &objects[0].1),
        listed("b.json", &event("b", "x")),
        listed("s3://archive/c.json", &objects[1].1),
    ];
    let entries = entries.join(",\n");
    let manifest =
        format!("{{\"form\":\"segfn inputs\",\"v\":1,\"count\":3,\"objects\":[{entries}]}}");
    let tag = etag(manifest.as_bytes());
    let store = FlakyS3::start(&[
        (objects[0].0, "\"1\"", objects[0].1.as_bytes()),
        (objects[1].0, "\"2\"", objects[1].1.as_bytes()),
        ("manifest.json", &tag, manifest.as_bytes()),
        ("damaged.json", &etag(b"other"), manifest.as_bytes()),
    ]);
    store.fail("GET /archive/manifest.json", Fault::Cut(100));
    let url = store.url();
    let all = ["--manifest", "s3://archive/manifest.json", "--aws", &url];
    assert_eq!(users(&folder, &all), ["a", "b", "c"]);
    assert_eq!(store.requests("GET /archive/manifest.json").len(), 2);
    let damaged = ["s3://archive/damaged.json", "--aws", &url];
    let (code, _, stderr) =
        folder.segfn(&[&["run", "function.js", "--manifest"][..], &damaged].concat());
    assert_eq!(code, 5, "{stderr}");
    assert!(
        stderr.contains("it was damaged on the way: its MD5 is"),
        "{stderr}"
    );
}

#[test]
fn an_object_that_changes_in_between_is_named() {
    let (folder, store, _) = one();
    store.fail("GET /archive/a.gz", Fault::Cut(20));
    let changed = Fault::error(
        "412 Precondition Failed",
        "PreconditionFailed",
        "At least one did not hold",
    );
    store.fail("bytes=20-", changed);
    assert_eq!(
        refused(&folder, &store),
        "error: can't read s3://archive/a.gz: it has changed since it was listed"
    );
}

#[test]
fn other_bytes_than_s3_has_are_refused() {
    let (folder, store, _) = one();
    let header = |name: &str, value: &str| Fault::Header(format!("x-amz-checksum-{name}: {value}"));
    store.fail("GET /archive/a.gz", header("crc32c", "AAAAAA=="));
    let told = refused(&folder, &store);
    assert!(
        told.contains("s3://archive/a.gz: it was damaged on the way: its CRC32C is "),
        "{told}"
    );
    // A part may be run again.
    store.fail("GET /archive/a.gz", header("crc32c", "AAAAAA=="));
    let url = store.url();
    let run = ["run", "function.js", "s3://archive/", "--aws", &url];
    let part = ["--part", "1/1", "--to", "results"];
    let (code, _, stderr) = folder.segfn(&[&run[..], &part].concat());
    assert_eq!(code, 5, "{stderr}");
    assert!(stderr.contains("it was damaged on the way"), "{stderr}");
    // One of an object in parts isn't of its bytes.
    store.fail("GET /archive/a.gz", header("crc32c", "AAAAAA==-2"));
    assert_eq!(read(&folder, &store), ["a", "b", "c"]);
    let folder = Folder::new(&[("function.js", TELL)]);
    let (text, other) = (event("a", "x"), event("b", "x"));
    let store = FlakyS3::start(&[("a.json", &etag(other.as_bytes()), text.as_bytes())]);
    let told = refused(&folder, &store);
    assert!(told.contains("its MD5 is "), "{told}");
    // The ETag of what a key of KMS encrypts is none of its bytes.
    let encrypted = "x-amz-server-side-encryption: aws:kms".to_owned();
    store.fail("GET /archive/a.json", Fault::Header(encrypted));
    assert_eq!(read(&folder, &store), ["a"]);
}

#[test]
fn a_large_object_is_checked_as_a_whole() {
    let folder = Folder::new(&[("function.js", TELL)]);
    let text = event(&"u".repeat(1000), "x").repeat(5000);
    assert!(text.len() > 5 << 20);
    let store = FlakyS3::start(&[("a.ndjson", &etag(text.as_bytes()), text.as_bytes())]);
    let run = || {
        let where_none = ["--where", "userId = 'nobody'"];
        let run = ["run", "function.js", "s3://archive/", "--aws", &store.url()];
        folder.segfn(&[&run[..], &where_none].concat())
    };
    store.fail("GET /archive/a.ndjson bytes=4194304-", Fault::Cut(1 << 19));
    assert_eq!(run().0, 0);
    let asked = store.requests("GET /archive/a.ndjson");
    assert!(
        asked.len() == 3 && asked[2].contains("bytes=4718592-"),
        "{asked:?}"
    );
    let header = "x-amz-checksum-crc64nvme: AAAAAAAAAAA=".to_owned();
    store.fail("HEAD /archive/a.ndjson", Fault::Header(header));
    let (code, _, stderr) = run();
    assert_eq!(code, 4);
    assert!(stderr.contains("its CRC64NVME is "), "{stderr}");
}

#[test]
fn who_may_not_read_learns_which_right_is_missing_on_what() {
    let (folder, store, _) = one();
    let key = "arn:aws:kms:eu-west-1:123456789012:key/1";
    let kms = format!(
        "User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: kms:Decrypt on resource: {key} \
         because no identity-based policy allows the kms:Decrypt action"
    );
    let denied = |message: &str| Fault::error("403 Forbidden", "AccessDenied", message);
    for (with, fault, told) in [
        ("GET /archive/a.gz", denied(&kms), format!("the right kms:Decrypt on {key} is missing (AccessDenied: User: ")),
        (
            "GET /archive/a.gz",
            denied("Access Denied"),
            "the right s3:GetObject on arn:aws:s3:::archive/a.gz is missing (AccessDenied: Access Denied)".to_owned(),
        ),
        (
            "GET /archive",
            denied("Access Denied"),
            "the right s3:ListBucket on arn:aws:s3:::archive is missing".to_owned(),
        ),
        (
            "GET /archive/a.gz",
            Fault::error("400 Bad Request", "KMS.DisabledException", "it is disabled."),
            "the key of KMS that the object is encrypted by can't be used (KMS.DisabledException: it is disabled.)".to_owned(),
        ),
    ] {
        store.fail(with, fault);
        let said = refused(&folder, &store);
        assert!(said.contains(&told), "{said}");
    }
}

#[test]
fn small_objects_are_fetched_ahead_and_stay_in_order() {
    let folder = Folder::new(&[("function.js", TELL)]);
    let names: Vec<String> = (0..40).map(|number| format!("{number:02}")).collect();
    let texts: Vec<(String, String)> = names
        .iter()
        .map(|name| (format!("{name}.json"), event(name, "x")))
        .collect();
    let objects: Vec<(&str, &str, &[u8])> = texts
        .iter()
        .map(|(key, text)| (key.as_str(), "\"e\"", text.as_bytes()))
        .collect();
    let store = FlakyS3::start(&objects);
    // The first is the last to come.
    store.fail(
        "GET /archive/00.json",
        Fault::Slow(Duration::from_millis(300)),
    );
    for name in &names[1..] {
        store.fail(
            &format!("GET /archive/{name}.json"),
            Fault::Slow(Duration::from_millis(20)),
        );
    }
    assert_eq!(read(&folder, &store), names);
    let most = store.most_at_once();
    assert!((2..=17).contains(&most), "{most}");
}

#[test]
fn parquet_is_named() {
    let folder = Folder::new(&[("function.js", TELL)]);
    folder.write("part-00000.parquet", b"PAR1\x15\x04PAR1");
    let (code, _, stderr) = folder.segfn(&["run", "function.js", "part-00000.parquet"]);
    assert_eq!(code, 4);
    assert!(
        stderr.starts_with("error: part-00000.parquet is Parquet, which segfn doesn't read\nhint: Spark makes events"),
        "{stderr}"
    );
}
