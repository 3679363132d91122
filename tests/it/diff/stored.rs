//! What is stored in the embedded AWS.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::two::{diff, folder, groups};

#[test]
fn each_run_has_an_embedded_aws_of_its_own_with_what_was_there() {
    let old = "
        const s3 = new AWS.S3({ region: 'us-east-1' });
        async function onTrack(event) {
          const seen = (await s3.getObject({ Bucket: 'bucket', Key: 'count' }).promise()).Body.toString();
          await s3.putObject({ Bucket: 'bucket', Key: 'count', Body: String(Number(seen) + 1) }).promise();
          return seen;
        }";
    let folder = folder(
        old,
        &old.replace("Key: 'count', Body", "Key: 'other', Body"),
        3,
    );
    folder.write(".segfn/s3/bucket/count", "5");
    let (code, found) = diff(&folder, &[]);
    assert_eq!(code, 1);
    let groups = groups(&found);
    let values: Vec<_> = groups
        .iter()
        .filter(|g| g.starts_with("field value "))
        .collect();
    assert_eq!(values, ["field value 2"], "{groups:?}");
    assert_eq!(found["noise"], json!([]));
    let objects = found["objects"].as_array().expect("objects");
    let line = |o: &Value| {
        format!(
            "{} {} {} {}",
            o["what"], o["name"], o["example"]["base"], o["example"]["candidate"]
        )
        .replace('"', "")
    };
    let objects: Vec<String> = objects.iter().map(line).collect();
    assert_eq!(
        objects,
        [
            "changed s3://bucket/count 8 5",
            "added s3://bucket/other null 6"
        ]
    );
    let count = std::fs::read_to_string(folder.path().join(".segfn/s3/bucket/count"));
    assert_eq!(count.expect("a file"), "5");
}

#[test]
fn stored_objects_had_the_names_of_their_files_and_no_content_type() {
    let old = "
        const s3 = new AWS.S3({ region: 'us-east-1' });
        const put = (Key, more) => s3.putObject({ Bucket: 'bkt', Key, Body: '{\"n\":1}', ...more }).promise();
        async function onTrack(event) {
          await put('a%x/..', { Body: 'one' });
          await put('a%x/./' + event.userId + '11', {});
          await put('same', { ContentType: 'text/html', Metadata: { a: 'b' } });
          await put('typed', { ContentType: 'application/json', Metadata: { source: 'old', a: 'b' } });
        }";
    let new = old
        .replace("Body: 'one'", "Body: 'two'")
        .replace("a%x/./", "a%x//")
        .replace(
            "'application/json', Metadata: { source: 'old'",
            "'text/csv', Tagging: 'k=v', Metadata: { source: 'new'",
        );
    let folder = folder(old, &new, 2);
    let arguments = ["diff", "old.js", "new.js", "events.ndjson"];
    let (code, stdout, stderr) = folder.segfn(&arguments);
    assert_eq!((code, stderr.as_str()), (1, ""));
    // The requests differ as well; what was stored is told after them.
    let stored = stdout.find("\nobject ").expect("objects");
    assert_eq!(
        stdout[stored..],
        *"
object s3://bkt/a%x/./* (only the base stores it)  2 objects
  base      { \"n\": 1 }
  candidate (absent)
  object    s3://bkt/a%x/./u011

object s3://bkt/a%x//* (only the candidate stores it)  2 objects
  base      (absent)
  candidate { \"n\": 1 }
  object    s3://bkt/a%x//u011

object s3://bkt/a%x/..  1 object
  base      \"one\"
  candidate \"two\"
  object    s3://bkt/a%x/..

object s3://bkt/typed: ContentType  1 object
  base      \"application/json\"
  candidate \"text/csv\"
  object    s3://bkt/typed

object s3://bkt/typed: Metadata.source  1 object
  base      \"old\"
  candidate \"new\"
  object    s3://bkt/typed

object s3://bkt/typed: Tags  1 object
  base      (absent)
  candidate { \"k\": \"v\" }
  object    s3://bkt/typed
"
    );
    let (_, found) = diff(&folder, &[]);
    let typed = &found["objects"][3];
    let told = [&typed["what"], &typed["of"], &typed["name"], &typed["path"]];
    assert_eq!(
        told,
        ["changed", "stored object", "s3://bkt/typed", "ContentType"]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn objects_lost_their_content_type_where_temporary_files_are_on_another_disk() {
    let put = "
        const s3 = new AWS.S3({ region: 'us-east-1' });
        async function onTrack() {
          await s3.putObject({ Bucket: 'bkt', Key: 'k', Body: 'b', ContentType: 'text/csv' }).promise();
        }";
    let head = "
        const s3 = new AWS.S3({ region: 'us-east-1' });
        async function onTrack() {
          return (await s3.headObject({ Bucket: 'bkt', Key: 'k' }).promise()).ContentType;
        }";
    let constant = head
        .replace("return (", "(")
        .replace(".ContentType;", "; return 'text/csv';");
    let folder = folder(head, &constant, 1);
    folder.write("put.js", put);
    assert_eq!(folder.segfn(&["run", "put.js", "events.ndjson"]).0, 0);
    let mut command = folder.command(&["diff", "old.js", "new.js", "events.ndjson"]);
    let output = command
        .env("TMPDIR", "/dev/shm")
        .output()
        .expect("segfn runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.ends_with("no difference in 1 event\n"), "{stdout}");
}

#[test]
fn runs_begin_with_the_same_objects_though_others_come_and_go_meanwhile() {
    let function = "async function onTrack() { return 1; }";
    let folder = folder(function, function, 1);
    let put = |number: u32| folder.write(&format!(".segfn/s3/bucket/{number}"), "x");
    for number in 0..1000 {
        put(number);
    }
    let compared = AtomicBool::new(false);
    let (code, found) = std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1000.. {
                if compared.load(Ordering::Relaxed) {
                    break;
                }
                put(number);
                let old = format!(".segfn/s3/bucket/{}", number - 1000);
                std::fs::remove_file(folder.path().join(old)).expect("it was there");
                std::thread::sleep(Duration::from_micros(100));
            }
        });
        let compared_now = diff(&folder, &[]);
        compared.store(true, Ordering::Relaxed);
        compared_now
    });
    assert_eq!((code, &found["objects"]), (0, &json!([])));
}
