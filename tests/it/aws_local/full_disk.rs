//! Disks that hold no more.

use serde_json::{Value, json};

use super::kills::read_all;
use super::mounts;
use crate::support::Folder;

/// Writes what fits and what doesn't, and tells what became of each.
const FILL: &str = "
async function onTrack({ large, most }) {
  const s3 = new AWS.S3({ maxRetries: 0 });
  const body = (size, fill) => ({ Body: Buffer.alloc(size, fill), ContentType: `fill/${fill}`, Metadata: { size: String(size) } });
  const told = (request) => request.promise().then(() => 'stored', ({ statusCode, code, message }) => `${statusCode} ${code} ${message}`);
  const put = (Key, size, fill) => told(s3.putObject({ Bucket: 'bucket', Key, ...body(size, fill) }));
  const answers = { before: await put('before', 100_000, 'b') };
  let filled = 0;
  let last = 'stored';
  while (filled < most && last === 'stored') last = await put(`fill/${filled++}`, large, 'f');
  answers.large = last;
  answers.over = await put('before', large, 'o');
  answers.upload = await told(s3.upload({ Bucket: 'bucket', Key: 'upload', ...body(3 * large, 'u') }));
  answers.uploads = (await s3.listMultipartUploads({ Bucket: 'bucket' }).promise()).Uploads.length;
  const { Contents } = await s3.listObjectsV2({ Bucket: 'bucket' }).promise();
  answers.listed = Contents.map(({ Key }) => Key);
  answers.kept = (await s3.getObject({ Bucket: 'bucket', Key: 'before' }).promise()).Body.every((byte) => byte === 98);
  if (filled > 1) answers.deleted = await told(s3.deleteObject({ Bucket: 'bucket', Key: 'fill/0' }));
  answers.after = await put('after', 100_000, 'a');
  return answers;
}";

#[track_caller]
fn assert_survived(answers: &Value, reason: &str) {
    assert_eq!(answers["before"], "stored", "{answers:#}");
    for refused in ["large", "over", "upload"] {
        let told = answers[refused].as_str().unwrap();
        assert!(told.starts_with("500 InternalError "), "{refused}: {told}");
        assert!(told.contains(reason), "{refused}: {told}");
    }
    assert_eq!(answers["uploads"], 0, "the package gives the upload up");
    assert_eq!(answers["kept"], true);
    assert_eq!(answers["after"], "stored");
}

/// The value in the output of a run with `--json`.
#[track_caller]
fn value(output: std::process::Output) -> Value {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let outcome: Value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stderr}"));
    assert_eq!(outcome["class"], "success", "{outcome:#}");
    outcome["value"].clone()
}

fn event(large: usize, most: usize) -> String {
    json!({ "type": "track", "event": "e", "large": large, "most": most }).to_string()
}

#[test]
fn a_file_that_may_not_grow_leaves_the_objects_before_it() {
    let folder = Folder::new(&[("function.js", FILL), ("event.json", &event(8 << 20, 1))]);
    // The shell counts in blocks of 512 or of 1024 bytes.
    let script =
        "trap '' XFSZ; ulimit -f 4096; exec segfn run function.js event.json --json --timeout 60s";
    let answers = value(folder.shell(script).output().expect("a shell"));
    assert_survived(&answers, "File too large");
    assert_eq!(answers["listed"], json!(["before"]));
    assert_eq!(read_all(&folder.path().join(".segfn")), 2);
}

#[test]
fn a_full_disk_leaves_the_objects_before_it() {
    let folder = Folder::new(&[("function.js", FILL), ("event.json", &event(3 << 20, 100))]);
    let root = folder.path().join(".segfn");
    std::fs::create_dir(&root).unwrap();
    let Some(_mounted) = mounts::small(&root, 16) else {
        return;
    };
    let arguments = [
        "run",
        "function.js",
        "event.json",
        "--json",
        "--timeout",
        "60s",
    ];
    let answers = value(folder.command(&arguments).output().expect("segfn runs"));
    assert_survived(&answers, "No space left on device");
    let listed = answers["listed"].as_array().unwrap().len();
    assert!((3..=6).contains(&listed), "{answers:#}");
    assert_eq!(
        read_all(&root),
        listed,
        "one was deleted, and one came after"
    );
}
