//! The AWS that every run has by default, through the built binary.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Folder, Run};

/// All files below `folder`, by their paths from there.
fn files(folder: &Path) -> BTreeSet<String> {
    fn add(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                add(&path, root, found);
            } else {
                let relative = path.strip_prefix(root).expect("below it");
                found.insert(relative.to_string_lossy().into_owned());
            }
        }
    }
    let mut found = BTreeSet::new();
    add(folder, folder, &mut found);
    found
}

/// The body of an onTrack, around which stand a role's keys and a way to see how a call fails.
fn assumed(body: &str) -> Run {
    Run::new(&format!(
        "async function onTrack(event) {{
           const code = (request) => request.promise().then(() => 'success', (error) => error.code);
           const assume = (more) => new AWS.STS().assumeRole({{
             RoleArn: 'arn:aws:iam::123456789012:role/archive', RoleSessionName: 'session', ...more,
           }});
           const keysOf = ({{ Credentials }}) => ({{
             region: 'us-west-2',
             accessKeyId: Credentials.AccessKeyId,
             secretAccessKey: Credentials.SecretAccessKey,
             sessionToken: Credentials.SessionToken,
           }});
           {body}
         }}"
    ))
    .track("t")
}

#[test]
fn the_archive_example_leaves_a_file_for_each_event() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("functions/archive-to-s3");
    let folder = Folder::new(&[]);
    let (code, outcomes) = folder.outcomes(&[&example.to_string_lossy(), "--deny-net"]);
    assert_eq!(code, 0, "{outcomes:#?}");

    let events = fs::read_to_string(example.join("events/events.ndjson")).expect("events");
    for line in events.lines() {
        let event: Value = serde_json::from_str(line).expect("an event");
        let text = |name: &str| event[name].as_str().expect("a text");
        let day = &text("timestamp")[..10];
        let path = format!(
            ".segfn/s3/events-archive/{}/{day}/{}.json",
            text("type"),
            text("messageId")
        );
        let stored = fs::read_to_string(folder.path().join(&path)).expect(&path);
        assert_eq!(serde_json::from_str::<Value>(&stored).expect("JSON"), event);
    }
    let all = files(&folder.path().join(".segfn/s3"));
    assert_eq!(all.len(), events.lines().count(), "{all:?}");
}

#[test]
fn a_declared_role_wants_its_external_id() {
    let role = "arn:aws:iam::123456789012:role/archive=my-workspace";
    let value = assumed(
        "return [
           await code(assume({ ExternalId: 'my-workspace' })),
           await code(assume({ ExternalId: 'another' })),
           await code(assume({})),
           await code(assume({ ExternalId: 'my-workspace', RoleArn: 'arn:aws:iam::123456789012:role/other' })),
           (await assume({ ExternalId: 'another' }).promise().catch((error) => error)).message,
         ];",
    )
    .args(&["--role", role])
    .value();
    let denied = "User: arn:aws:sts::458175278816:assumed-role/segfn-ambient/segfn is not authorized \
                  to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/archive";
    assert_eq!(
        value,
        json!([
            "success",
            "AccessDenied",
            "AccessDenied",
            "AccessDenied",
            denied
        ])
    );
}

#[test]
fn a_client_that_forgets_its_role_works_and_is_warned_of() {
    // As in the platform's documentation (docs/platform.md section 13.1).
    let run = Run::new(
        "async function onTrack(event, settings) {
           const sts = new AWS.STS();
           await sts.assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/archive', RoleSessionName: 'session' }).promise();
           const s3 = new AWS.S3();
           await s3.putObject({ Bucket: 'archive', Key: 'k', Body: JSON.stringify(event) }).promise();
         }",
    )
    .track("t");
    let outcome = run.outcome();
    assert_eq!(outcome["class"], "success", "{outcome:#}");
    let warnings = outcome["warnings"].as_array().expect("warnings");
    assert_eq!(warnings.len(), 1, "{outcome:#}");
    let warning = warnings[0].as_str().expect("a text");
    assert!(
        warning.starts_with("AWS.S3 was created without credentials"),
        "{warning}"
    );
    assert!(run.folder().path().join(".segfn/s3/archive/k").is_file());
}

#[test]
fn wrong_keys_are_refused_with_awss_codes() {
    let value = assumed(
        "const keys = keysOf(await assume().promise());
         const other = keysOf(await assume().promise());
         const s3 = (changes) => code(new AWS.S3({ ...keys, ...changes }).putObject({ Bucket: 'bucket', Key: 'k', Body: 'x' }));
         const sts = (changes) => code(new AWS.STS({ ...keys, ...changes }).getCallerIdentity());
         const all = async (call) => [
           await call({}),
           await call({ secretAccessKey: 'b'.repeat(40) }),
           await call({ accessKeyId: 'AKIDUNKNOWN' }),
           await call({ sessionToken: 'wrong' }),
           await call({ sessionToken: other.sessionToken }),
           await call({ sessionToken: undefined }),
         ];
         return [await all(s3), await all(sts)];",
    )
    .value();
    assert_eq!(
        value,
        json!([
            [
                "success",
                "SignatureDoesNotMatch",
                "InvalidAccessKeyId",
                "InvalidToken",
                "InvalidToken",
                "InvalidAccessKeyId"
            ],
            [
                "success",
                "SignatureDoesNotMatch",
                "InvalidClientTokenId",
                "InvalidClientTokenId",
                "InvalidClientTokenId",
                "InvalidClientTokenId"
            ]
        ])
    );
}

#[test]
fn keys_of_another_run_are_unknown() {
    let run = Run::new(
        "async function onTrack(event) {
           const s3 = new AWS.S3();
           if (event.event === 'keep') {
             const { Credentials } = await new AWS.STS().assumeRole({
               RoleArn: 'arn:aws:iam::123456789012:role/archive', RoleSessionName: 'session',
             }).promise();
             await s3.putObject({ Bucket: 'keys', Key: 'kept', Body: JSON.stringify(Credentials) }).promise();
             return 'kept';
           }
           const { Body } = await s3.getObject({ Bucket: 'keys', Key: 'kept' }).promise();
           const kept = JSON.parse(Body);
           const old = new AWS.S3({ accessKeyId: kept.AccessKeyId, secretAccessKey: kept.SecretAccessKey, sessionToken: kept.SessionToken });
           return old.listBuckets().promise().then(() => 'success', ({ code }) => code);
         }",
    )
    .write("use.ndjson", "{\"type\":\"track\",\"event\":\"use\"}\n")
    .track("keep");
    assert_eq!(run.value(), "kept");
    let (_, outcomes) = run.folder().outcomes(&["function.js", "use.ndjson"]);
    assert_eq!(outcomes[0]["value"], "InvalidAccessKeyId", "{outcomes:#?}");
}

#[test]
fn other_services_are_refused_by_name() {
    let outcome = Run::new(
        "async function onTrack() {
           await new AWS.Lambda({ region: 'us-west-2' }).invoke({ FunctionName: 'f' }).promise();
         }",
    )
    .track("t")
    .outcome();
    assert_eq!(outcome["error"]["name"], "SegfnUnsupportedService");
    let message = outcome["error"]["message"].as_str().expect("a text");
    assert!(
        message.contains("lambda.invoke") && message.contains("--aws URL"),
        "{message}"
    );
    assert_eq!(outcome.get("exchanges"), None, "nothing was sent");
}

#[test]
fn an_endpoint_of_another_company_was_answered_by_the_embedded_aws() {
    let outcome = Run::new(
        "async function onTrack() {
           const keys = { accessKeyId: 'AKIDOTHER', secretAccessKey: 'another company\\'s secret key', region: 'us-west-2', maxRetries: 0 };
           const codes = [];
           for (const service of [new AWS.S3({ ...keys, endpoint: 'http://127.0.0.1:1' }), new AWS.SQS({ ...keys, endpoint: 'http://127.0.0.1:1' })]) {
             const request = service.listBuckets ? service.listBuckets() : service.listQueues();
             codes.push(await request.promise().catch(({ code }) => code));
           }
           return codes;
         }",
    )
    .track("t")
    .outcome();
    assert_eq!(
        outcome["value"],
        json!(["NetworkingError", "NetworkingError"])
    );
    for exchange in outcome["exchanges"].as_array().expect("two") {
        assert_eq!(exchange["via"], "aws", "{exchange}");
    }
}

#[test]
fn nothing_is_written_outside_its_folder() {
    let run = Run::new(
        "async function onTrack() {
           const s3 = new AWS.S3({ s3ForcePathStyle: true, paramValidation: false });
           const put = (Bucket, Key) => s3.putObject({ Bucket, Key, Body: 'x' }).promise().then(() => 'success', ({ code }) => code);
           const up = Array.from({ length: 8 }, (_, n) => `${'../'.repeat(n + 1)}segfn-escaped`);
           const keys = [...up, '/segfn-escaped', 'a/../../../segfn-escaped', '..', '.', '//', 'C:\\\\x', 'a\\u0000b', '~/x', '.segfn/x', 'a/.', 'a/..'];
           const stored = [];
           for (const key of keys) if (await put('bucket', key) === 'success') stored.push(key);
           const buckets = {};
           for (const bucket of ['..', '.', '../segfn-escaped', '...', 'a/../../segfn-escaped', '-', 'UPPER', '.segfn']) buckets[bucket] = await put(bucket, 'k');
           const { Contents } = await s3.listObjectsV2({ Bucket: 'bucket' }).promise();
           return { stored: stored.sort(), listed: Contents.map(({ Key }) => Key).sort(), buckets };
         }",
    )
    .track("t");
    let value = run.value();
    let stored = value["stored"].as_array().expect("keys");
    assert!(stored.len() >= 10, "{value:#}");
    assert_eq!(value["stored"], value["listed"]);
    for (bucket, code) in value["buckets"].as_object().expect("codes") {
        assert_ne!(code, "success", "{bucket}");
    }
    let found = files(run.folder().path());
    let outside: Vec<_> = found
        .iter()
        .filter(|path| {
            !path.starts_with(".segfn/s3/bucket/") && !path.starts_with(".segfn/s3-state/")
        })
        .collect();
    assert_eq!(outside, ["function.js", "inputs.ndjson"]);
    for above in run.folder().path().ancestors() {
        let escaped = above.join("segfn-escaped");
        assert!(!escaped.exists(), "{}", escaped.display());
    }
}

#[test]
fn metadata_came_in_another_order_in_each_run() {
    let value = Run::new(
        "async function onTrack() {
           const s3 = new AWS.S3();
           const Metadata = Object.fromEntries([...'zyxwvutsrq'].map((name) => [name, name]));
           await s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'x', Metadata }).promise();
           const head = await s3.headObject({ Bucket: 'bucket', Key: 'k' }).promise();
           return Object.keys(head.Metadata).join('');
         }",
    )
    .track("t")
    .value();
    assert_eq!(value, "qrstuvwxyz");
}

#[test]
fn a_presigned_url_went_to_the_network_past_the_embedded_aws() {
    let outcome = Run::new(
        r#"
        async function onTrack() {
          const role = { RoleArn: 'arn:aws:iam::123456789012:role/x', RoleSessionName: 'session' };
          const { Credentials: c } = await new AWS.STS().assumeRole(role).promise();
          const keys = { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken };
          const s3 = new AWS.S3({ region: 'us-west-2', ...keys });
          await s3.createBucket({ Bucket: 'links' }).promise();
          const out = [];
          for (const signatureVersion of ['v4', 's3']) {
            const signing = new AWS.S3({ region: 'us-west-2', signatureVersion, ...keys });
            const Key = `a b/${signatureVersion}.txt`;
            const put = signing.getSignedUrl('putObject', { Bucket: 'links', Key });
            out.push((await fetch(put, { method: 'PUT', body: Buffer.from('hello') })).status);
            const url = signing.getSignedUrl('getObject', { Bucket: 'links', Key });
            out.push(await (await fetch(url)).text(), (await fetch(url.replace('.txt', '.tx'))).status);
            out.push((await s3.getObject({ Bucket: 'links', Key }).promise()).Body.toString());
          }
          const { url, fields } = s3.createPresignedPost({ Bucket: 'links', Fields: { key: 'posted' } });
          const form = new FormData();
          for (const name in fields) form.append(name, fields[name]);
          form.append('file', 'by form');
          out.push((await fetch(url, { method: 'POST', body: form })).status);
          out.push((await s3.getObject({ Bucket: 'links', Key: 'posted' }).promise()).Body.toString());
          return out;
        }"#,
    )
    .track("t")
    .outcome();
    let one = [json!(200), json!("hello"), json!(403), json!("hello")];
    let posted = [json!(204), json!("by form")];
    assert_eq!(
        outcome["value"],
        json!([&one[..], &one, &posted].concat()),
        "{outcome:#}"
    );
    let exchanges = outcome["exchanges"].as_array().expect("exchanges");
    assert!(
        exchanges
            .iter()
            .all(|exchange| exchange["via"] == "embedded"),
        "{outcome:#}"
    );
}

/// The package signs such a header in UTF-8, and Node sends it in Latin-1.
#[test]
fn headers_in_latin_1_were_taken_though_aws_finds_another_signature() {
    let value = Run::new(
        "async function onTrack() {
           const s3 = new AWS.S3({ region: 'us-east-1' }), seen = [];
           for (const more of [{ Metadata: { filename: 'gro\u{df}.jpg' } }, { ContentDisposition: 'attachment; filename=\"\u{a9}.jpg\"' }, {}]) {
             const put = s3.putObject({ Bucket: 'bucket', Key: 'key', Body: 'x', ...more }).promise();
             seen.push(await put.then(() => 'stored', (error) => `${error.code} ${error.statusCode}`));
           }
           return seen;
         }",
    )
    .args(&["--kind", "destination"])
    .track("t")
    .value();
    assert_eq!(
        value,
        json!([
            "SignatureDoesNotMatch 403",
            "SignatureDoesNotMatch 403",
            "stored"
        ])
    );
}

/// A function with the key of a user, as settings have it; the event brings the secret.
const WITH_A_USERS_KEY: &str = "async function onTrack(event, settings) {
  AWS.config.update({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: event.properties.secret, region: 'us-east-1' });
  const { Arn, Account } = await new AWS.STS().getCallerIdentity().promise();
  await new AWS.S3().upload({ Bucket: 'my-bucket', Key: 'events/1.json', Body: JSON.stringify(event) }).promise();
  return [Arn, Account];
}";

fn with_a_users_key(config: &str) -> (Folder, Vec<Value>) {
    let folder = Folder::new(&[("function.js", WITH_A_USERS_KEY), ("segfn.toml", config)]);
    let secrets = [
        "wJalrXUtnFEMIK7MDENGbPx",
        "wJalrXUtnFEMIK7MDENGbPx",
        "another",
    ];
    let event =
        |secret: &str| json!({"type": "track", "properties": {"secret": secret}}).to_string();
    folder.write("events.ndjson", secrets.map(event).join("\n"));
    let (_, outcomes) = folder.outcomes(&["function.js", "events.ndjson"]);
    (folder, outcomes)
}

#[test]
fn a_users_key_from_settings_was_unknown() {
    let (folder, outcomes) = with_a_users_key("");
    let account = "458175278816";
    let arn = format!("arn:aws:iam::{account}:user/AKIAIOSFODNN7EXAMPLE");
    for outcome in &outcomes[..2] {
        assert_eq!(outcome["value"], json!([arn, account]), "{outcome:#}");
    }
    let told = outcomes[0]["warnings"][0].as_str().expect("a warning");
    assert!(
        told.contains("a [[key]] in segfn.toml declares it"),
        "{told}"
    );
    assert_eq!(outcomes[1]["warnings"], Value::Null);
    assert_eq!(
        outcomes[2]["error"]["name"], "SignatureDoesNotMatch",
        "{:#}",
        outcomes[2]
    );
    assert!(
        folder
            .path()
            .join(".segfn/s3/my-bucket/events/1.json")
            .is_file()
    );
}

#[test]
fn a_users_key_can_be_declared_and_others_refused() {
    let key = "strict = true\n[[key]]\nid = 'AKIAIOSFODNN7EXAMPLE'\nsecret = 'wJalrXUtnFEMIK7MDENGbPx'\n\
               arn = 'arn:aws:iam::123456789012:user/archive'\n";
    let (_, outcomes) = with_a_users_key(key);
    let value = json!(["arn:aws:iam::123456789012:user/archive", "123456789012"]);
    assert_eq!(
        (&outcomes[0]["value"], &outcomes[0]["warnings"]),
        (&value, &Value::Null)
    );
    assert_eq!(outcomes[2]["error"]["name"], "SignatureDoesNotMatch");
    let (_, outcomes) = with_a_users_key("strict = true");
    assert_eq!(outcomes[0]["error"]["name"], "InvalidClientTokenId");
}

#[test]
fn a_role_of_an_account_with_ten_digits_is_invalid_and_told_why() {
    let run =
        assumed("return assume({ RoleArn: 'arn:aws:iam::1234567890:role/archive' }).promise();");
    let outcome = run.outcome();
    assert_eq!(
        outcome["error"]["message"],
        "arn:aws:iam::1234567890:role/archive is invalid"
    );
    let warning = "an account of AWS has 12 digits, and 1234567890 in the role's ARN has 10";
    assert_eq!(outcome["warnings"], json!([warning]));
}
