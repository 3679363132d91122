//! Many writers at once, in several processes and through a port.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};
use std::sync::Barrier;
use std::time::Duration;

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use serde_json::{Value, json};

use super::kills::read_all;
use super::world::{World, noise, open, s3_client};
use crate::support::Folder;
use crate::support::served::{FIXED_KEY, Served};

/// Writes, reads, deletes and completes what the others do too, and tells what it met that can't be.
const RACE: &str = "
async function onTrack({ who, rounds }, { url }) {
  const s3 = new AWS.S3({ maxRetries: 0, ...(url && { endpoint: url, s3ForcePathStyle: true, accessKeyId: 'test', secretAccessKey: 'test', region: 'us-east-1' }) });
  const Bucket = 'bucket';
  const wrong = [];
  const met = {};
  async function call(operation, params, allowed = []) {
    const data = await s3[operation]({ Bucket, ...params }).promise().catch((error) => error);
    const code = data instanceof Error ? data.code : 'ok';
    met[`${operation} ${code}`] = (met[`${operation} ${code}`] || 0) + 1;
    if (code === 'ok') return data;
    if (!allowed.includes(code)) wrong.push([operation, params.Key, code, data.message]);
  }
  const object = (size, n) => {
    const fill = String.fromCharCode(97 + (who * 7 + n) % 26);
    return { Body: Buffer.alloc(size, fill), ContentType: `fill/${fill}`, Metadata: { size: String(size) } };
  };
  function check(Key, got) {
    if (!got) return;
    const fill = got.ContentType.slice(5).charCodeAt(0);
    const whole = got.Body.length === Number(got.Metadata.size) && got.Body.every((byte) => byte === fill);
    const etag = `\"${crypto.createHash('md5').update(got.Body).digest('hex')}\"`;
    if (!whole || (got.ETag !== etag && !got.ETag.includes('-'))) wrong.push(['torn', Key, got.ContentType, got.Metadata, got.Body.length]);
  }
  for (let n = 0; n < rounds; n++) {
    const size = 1000 + who * 100 + n * 4001;
    const Key = ['shared', 'nest', 'nest/in', 'nest/in/side'][n % 4];
    await call('putObject', { Key, ...object(size, n) });
    await call('putObject', { Key: `own/${who}/${n}`, ...object(size, n) });
    check(Key, await call('getObject', { Key }, ['NoSuchKey']));
    check('own', await call('getObject', { Key: `own/${who}/${n}` }));
    if (n % 3 === 0) await call('deleteObject', { Key });
    await call('putObjectTagging', { Key: 'shared', Tagging: { TagSet: [{ Key: 'who', Value: String(who) }] } }, ['NoSuchKey']);
    check('copy', await call('copyObject', { Key: 'copy', CopySource: 'bucket/shared' }, ['NoSuchKey']) && await call('getObject', { Key: 'copy' }));
    const listed = await call('listObjectsV2', {});
    if (new Set(listed.Contents.map(({ Key }) => Key)).size !== listed.Contents.length) wrong.push(['listed twice', listed.Contents]);

    // Each upload is completed by all, or given up by some.
    const { Body, ...described } = object(size, n);
    const { UploadId } = await call('createMultipartUpload', { Key: 'parts', ...described });
    await call('uploadPart', { Key: 'parts', UploadId, PartNumber: 1, Body }, ['NoSuchUpload']);
    const { Uploads } = await call('listMultipartUploads', {});
    await Promise.all(Uploads.map(async ({ UploadId }, index) => {
      const upload = { Key: 'parts', UploadId };
      const parts = await call('listParts', upload, ['NoSuchUpload']);
      if (!parts || !parts.Parts.length) return;
      if ((index + who) % 5 === 0) await call('abortMultipartUpload', upload, ['NoSuchUpload']);
      else await call('completeMultipartUpload', { ...upload, MultipartUpload: { Parts: parts.Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) } }, ['NoSuchUpload', 'InvalidPart']);
    }));
    check('parts', await call('getObject', { Key: 'parts' }, ['NoSuchKey']));

    // A bucket that comes and goes.
    const brief = { Bucket: 'brief', Key: 'k' };
    await call('putObject', { ...brief, ...object(size, n) });
    check('brief', await call('getObject', brief, ['NoSuchKey', 'NoSuchBucket']));
    await call('deleteObject', brief, ['NoSuchBucket']);
    await call('deleteBucket', { Bucket: 'brief' }, ['NoSuchBucket', 'BucketNotEmpty']);
  }
  return { wrong, met };
}";

const ROUNDS: usize = 12;

fn start(folder: &Folder, who: usize, url: Option<&str>) -> Child {
    let event = json!({ "type": "track", "event": "e", "who": who, "rounds": ROUNDS });
    folder.write(&format!("{who}.json"), event.to_string());
    let settings = format!("settings-{who}.json");
    let server = url.map_or(json!({}), |url| json!({ "url": url }));
    folder.write(&settings, server.to_string());
    let input = format!("{who}.json");
    let arguments = ["run", "function.js", &input, "--json", "--timeout", "100s"];
    folder
        .command(&[&arguments[..], &["--settings", &settings]].concat())
        .stdout(Stdio::piped())
        .spawn()
        .expect("segfn runs")
}

#[test]
fn writers_in_four_processes_see_whole_objects_only() {
    let folder = Folder::new(&[("function.js", RACE)]);
    let server = Served::start(&folder, &FIXED_KEY);
    // Two with the embedded AWS each, and two through the third one's port.
    let writers: Vec<Child> = [None, None, Some(server.url()), Some(server.url())]
        .into_iter()
        .enumerate()
        .map(|(who, url)| start(&folder, who, url))
        .collect();
    let mut met = serde_json::Map::new();
    for writer in writers {
        let output = writer.wait_with_output().expect("an end");
        let outcome: Value = serde_json::from_slice(&output.stdout).expect("an outcome");
        assert_eq!(outcome["class"], "success", "{outcome:#}");
        assert_eq!(
            outcome["value"]["wrong"],
            json!([]),
            "{:#}",
            outcome["value"]
        );
        met.extend(outcome["value"]["met"].as_object().expect("counts").clone());
    }
    for expected in [
        "completeMultipartUpload ok",
        "listParts NoSuchUpload",
        "deleteBucket ok",
    ] {
        assert!(met.contains_key(expected), "never met {expected}: {met:#?}");
    }
    let least = 4 * ROUNDS;
    assert!(read_all(&folder.path().join(".segfn")) >= least);
}

/// Does the same in several threads at once, each with an embedded AWS of its own, as processes
/// would have.
fn at_once<T: Send>(
    world: &World,
    threads: usize,
    work: impl Fn(usize, aws_sdk_s3::Client) -> T + Sync,
) -> Vec<T> {
    let start = Barrier::new(threads);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|thread| {
                let (start, work) = (&start, &work);
                scope.spawn(move || {
                    let aws = open(world.folder.path(), Vec::new(), &world.hands);
                    let s3 = s3_client(&aws, &world.hands, &aws.ambient(), "us-east-1");
                    start.wait();
                    work(thread, s3)
                })
            })
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(future)
}

fn code_of<T, E: ProvideErrorMetadata>(result: Result<T, E>) -> String {
    result.err().map_or("ok".into(), |error| {
        format!(
            "{} {}",
            error.code().unwrap_or_default(),
            error.message().unwrap_or_default()
        )
    })
}

#[test]
fn parts_vanished_under_the_second_of_two_that_complete_an_upload() {
    let world = World::default();
    let s3 = world.s3();
    let part = ByteStream::from(noise(5 * 1024 * 1024));
    let source = s3.put_object().bucket("bucket").key("source").body(part);
    block_on(source.send()).unwrap();
    for round in 0..5 {
        let (id, parts) = block_on(async {
            let begun = s3.create_multipart_upload().bucket("bucket").key("k");
            let id = begun.send().await.unwrap().upload_id.unwrap();
            let mut parts = Vec::new();
            for number in 1..=2 {
                let copy = s3.upload_part_copy().bucket("bucket").key("k");
                let copy = copy.copy_source("bucket/source").upload_id(&id);
                let copied = copy.part_number(number).send().await.unwrap();
                let etag = copied.copy_part_result.unwrap().e_tag;
                let done = CompletedPart::builder().part_number(number);
                parts.push(done.set_e_tag(etag).build());
            }
            (id, parts)
        });
        let outcomes = at_once(&world, 4, |thread, s3| {
            let upload = CompletedMultipartUpload::builder().set_parts(Some(parts.clone()));
            let complete = s3
                .complete_multipart_upload()
                .bucket("bucket")
                .key("k")
                .upload_id(&id)
                .multipart_upload(upload.build());
            let abort = s3.abort_multipart_upload().bucket("bucket").key("k");
            // One after the other, so that one ends in the middle of what another one does.
            std::thread::sleep(Duration::from_millis(thread as u64 * round * 4));
            if thread == 3 && round % 2 == 1 {
                return code_of(block_on(abort.upload_id(&id).send()));
            }
            code_of(block_on(complete.send()))
        });
        assert!(outcomes.iter().any(|outcome| outcome == "ok"));
        for outcome in &outcomes {
            assert!(
                outcome == "ok" || outcome.starts_with("NoSuchUpload"),
                "{outcomes:?}"
            );
        }
        let listed = block_on(s3.list_multipart_uploads().bucket("bucket").send());
        assert!(listed.unwrap().uploads().is_empty());
    }
}

#[test]
fn a_bucket_that_came_back_lost_its_details() {
    let world = World::default();
    let met = at_once(&world, 4, |thread, s3| {
        block_on(async {
            let mut met = BTreeSet::new();
            for round in 0..60 {
                let kind = format!("thread/{thread}-{round}");
                // Not plain: what it is lies in a file of its own.
                let put = s3.put_object().bucket("brief").key(format!("k/{thread}"));
                assert_eq!(code_of(put.content_type(&kind).send().await), "ok");
                let head = s3.head_object().bucket("brief").key(format!("k/{thread}"));
                let head = head.send().await.map(|head| head.content_type);
                assert_eq!(head.unwrap(), Some(kind));
                let delete = s3
                    .delete_object()
                    .bucket("brief")
                    .key(format!("k/{thread}"));
                met.insert(code_of(delete.send().await));
                let delete = s3.delete_bucket().bucket("brief").send().await;
                met.insert(code_of(delete));
            }
            met
        })
    });
    for outcome in met.into_iter().flatten() {
        assert!(
            outcome == "ok"
                || outcome.starts_with("NoSuchBucket")
                || outcome.starts_with("BucketNotEmpty"),
            "{outcome}"
        );
    }
}
