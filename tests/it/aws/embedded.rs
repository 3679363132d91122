//! The package over the embedded AWS: every signature is checked there.

use std::path::PathBuf;

use segfn::host::{HostEnv, HostOptions};
use serde_json::json;

use super::isolate::{Left, run};

/// An empty folder of the test's own.
fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    path
}

fn run_embedded(name: &str, script: &str) -> Left {
    let host_env = HostEnv::new(&HostOptions {
        folder: folder(name),
        ..HostOptions::default()
    })
    .expect("an embedded AWS");
    run(script, |state, record| host_env.install(state, record))
}

const ASSUME: &str = "
    const sts = new AWS.STS();
    const { Credentials } = await sts.assumeRole({
        RoleArn: 'arn:aws:iam::123456789012:role/demo', RoleSessionName: 'segment', ExternalId: 'wks',
    }).promise();
    const keys = {
        region: 'us-west-2',
        accessKeyId: Credentials.AccessKeyId,
        secretAccessKey: Credentials.SecretAccessKey,
        sessionToken: Credentials.SessionToken,
    };
    const s3 = new AWS.S3(keys);
    const failure = (request) => request.promise().then(() => null, ({ code, statusCode }) => [code, statusCode]);
";

#[test]
fn an_assumed_role_stores_and_reads_objects() {
    let left = run_embedded(
        "assumed",
        &format!(
            "{ASSUME}
             const Bucket = 'archive';
             const put = await s3.putObject({{ Bucket, Key: 'a/b c+ü.json', Body: '{{\"a\":1}}', Metadata: {{ Foo: 'bar' }} }}).promise();
             const got = await s3.getObject({{ Bucket, Key: 'a/b c+ü.json' }}).promise();
             const list = await s3.listObjectsV2({{ Bucket, Prefix: 'a/' }}).promise();
             await s3.copyObject({{ Bucket, Key: 'copy', CopySource: `${{Bucket}}/${{encodeURIComponent('a/b c+ü.json')}}` }}).promise();
             const deleted = await s3.deleteObjects({{ Bucket, Delete: {{ Objects: [{{ Key: 'copy' }}] }} }}).promise();
             const missing = await failure(s3.headObject({{ Bucket, Key: 'copy' }}));
             result = [Object.keys(put), got.Body.toString(), got.Metadata,
                 list.Contents.map(({{ Key, Size }}) => [Key, Size]), deleted.Deleted, missing];"
        ),
    );
    assert_eq!(
        left.result,
        json!([
            ["ETag"],
            "{\"a\":1}",
            { "foo": "bar" },
            [["a/b c+ü.json", 7]],
            [{ "Key": "copy" }],
            ["NotFound", 404]
        ])
    );
    assert_eq!(left.warnings, Vec::<String>::new());
}

#[test]
fn an_upload_in_parts_arrives_whole() {
    let left = run_embedded(
        "parts",
        &format!(
            "{ASSUME}
             const Body = new Uint8Array(11 * 1024 * 1024).map((_, index) => index % 251);
             const upload = s3.upload({{ Bucket: 'archive', Key: 'big', Body }});
             const progress = [];
             upload.on('httpUploadProgress', ({{ loaded, total }}) => progress.push([loaded, total]));
             const done = await upload.promise();
             const got = await s3.getObject({{ Bucket: 'archive', Key: 'big' }}).promise();
             result = [done.Location, progress.at(-1), got.Body.equals(Body), got.ETag.endsWith('-3\"')];"
        ),
    );
    let whole = 11 * 1024 * 1024;
    assert_eq!(
        left.result,
        json!([
            "https://archive.s3.us-west-2.amazonaws.com/big",
            [whole, whole],
            true,
            true
        ])
    );
}

#[test]
fn wrong_keys_are_refused_with_awss_codes() {
    let left = run_embedded(
        "refused",
        &format!(
            "{ASSUME}
             const list = (changes) => failure(new AWS.S3({{ ...keys, ...changes }}).listBuckets());
             result = [
                 await list({{ secretAccessKey: 'wrong' }}),
                 await list({{ accessKeyId: 'AKIDUNKNOWN' }}),
                 await list({{ sessionToken: 'wrong' }}),
                 await failure(new AWS.STS({{ ...keys, secretAccessKey: 'wrong' }}).getCallerIdentity()),
             ];"
        ),
    );
    assert_eq!(
        left.result,
        json!([
            ["SignatureDoesNotMatch", 403],
            ["InvalidAccessKeyId", 403],
            ["InvalidToken", 400],
            ["SignatureDoesNotMatch", 403]
        ])
    );
}

#[test]
fn a_client_without_credentials_works_and_is_warned_of() {
    let left = run_embedded(
        "ambient",
        "await new AWS.S3().putObject({ Bucket: 'archive', Key: 'k', Body: 'x' }).promise();
         const { Arn } = await new AWS.STS().getCallerIdentity().promise();
         result = Arn;",
    );
    assert_eq!(
        left.result,
        json!("arn:aws:sts::458175278816:assumed-role/segfn-ambient/segfn")
    );
    assert_eq!(left.warnings.len(), 1);
}
