//! AWS in cassettes.

use super::recorded::{EVENT, json, passes, read};
use crate::support::Folder;
use crate::support::served::Served;

const AWS: &str = "async function onTrack(event, settings) {
  const sts = new AWS.STS();
  const { Credentials } = await sts.assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/a', RoleSessionName: 's' + Date.now(), ExternalId: 'xyz' }).promise();
  const credentials = new AWS.Credentials(Credentials.AccessKeyId, Credentials.SecretAccessKey, Credentials.SessionToken);
  const s3 = new AWS.S3({ credentials, region: 'us-east-1' });
  const presigner = new AWS.S3({ credentials, region: 'us-east-1', endpoint: settings.server, s3ForcePathStyle: true, signatureVersion: 'v4' });
  await s3.createBucket({ Bucket: 'bkt' }).promise();
  await s3.putObject({ Bucket: 'bkt', Key: 'a b.json', Body: JSON.stringify(event), ContentType: 'application/json' }).promise();
  const got = await s3.getObject({ Bucket: 'bkt', Key: 'a b.json' }).promise();
  const signed = await (await fetch(presigner.getSignedUrl('getObject', { Bucket: 'bkt', Key: 'a b.json' }))).text();
  let missing; try { await s3.getObject({ Bucket: 'bkt', Key: 'none' }).promise() } catch (e) { missing = [e.code, e.statusCode] }
  const list = await s3.listObjectsV2({ Bucket: 'bkt' }).promise();
  return [JSON.parse(got.Body).event, signed.length, missing, list.Contents.map((object) => object.Key)];
}";

#[test]
fn aws_is_recorded_and_replayed_without_credentials() {
    let folder = Folder::new(&[("f/function.js", AWS), ("event.json", EVENT)]);
    let aws = Served::start(&folder, &["--dir", "elsewhere"]);
    let server = format!("server={}", aws.url());
    let (id, secret) = (aws.told("accessKeyId"), aws.told("secretAccessKey"));
    let with_key = format!("http://{id}:{secret}@{}", aws.address());
    let arguments = [
        "record",
        "f",
        "event.json",
        "--aws",
        &with_key,
        "-s",
        &server,
    ];
    let (code, stdout, stderr) = folder.segfn(&arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    drop(aws);
    let case = "f/cases/track-order-completed";
    assert!(read(&folder, &format!("{case}/case.toml")).contains("aws = \"cassette\"\n"));
    let har = json(&folder, &format!("{case}/traffic.har"));
    assert_eq!(har["log"]["entries"][0]["_via"], "aws");
    let text = har.to_string();
    let secret = regex::Regex::new("Signature=[0-9a-f]|Credential=[A-Z0-9]|<SecretAccessKey>[^s]")
        .expect("a pattern");
    assert_eq!(secret.find(&text).map(|found| found.as_str()), None);
    assert!(text.contains("<SecretAccessKey>segfn/redacted/"), "{text}");
    let expected = json(&folder, &format!("{case}/expected.json"));
    assert_eq!(expected["class"], "success", "{expected:#}");
    assert_eq!(expected["value"][2], serde_json::json!(["NoSuchKey", 404]));
    passes(&folder, &[]);
}
