//! `segfn record`: events and traffic become cases that `segfn test` passes, and nothing secret
//! reaches the disk.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Folder;
use crate::support::server::{response, server};

const EVENT: &str = r#"{"type":"track","event":"Order Completed","userId":"u","messageId":"m"}"#;

fn json_server() -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let url = server(move |request| {
        counted.fetch_add(1, Ordering::SeqCst);
        let path = request.split(' ').nth(1).unwrap_or_default();
        let body = format!("{{\"path\":{path:?}}}");
        response("200 OK", "Content-Type: application/json\r\n", body)
    });
    (url, count)
}

/// A function that posts what it gets, with the time and a random value.
fn posting(url: &str) -> String {
    format!(
        "async function onTrack(event, settings) {{
           const body = JSON.stringify({{ name: event.event, at: new Date(), id: crypto.randomUUID() }});
           const r = await fetch('{url}/v1', {{ method: 'POST', body, headers: {{ 'Content-Type': 'application/json' }} }});
           await new Promise((resolve) => setTimeout(resolve, 50));
           return [await r.json(), new Date()];
         }}"
    )
}

fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn json(folder: &Folder, name: &str) -> Value {
    serde_json::from_str(&read(folder, name)).expect("JSON")
}

#[track_caller]
fn passes(folder: &Folder, arguments: &[&str]) {
    let (code, stdout, stderr) = folder.segfn(&[&["test"], arguments].concat());
    assert_eq!(code, 0, "{stdout}{stderr}");
}

#[test]
fn an_event_becomes_a_case_that_passes_without_a_network() {
    let (url, count) = json_server();
    let folder = Folder::new(&[("f/function.js", &posting(&url)), ("event.json", EVENT)]);
    let (code, stdout, stderr) = folder.segfn(&["record", "f", "event.json"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert_eq!(
        stdout,
        "f/cases/track-order-completed: onTrack success, 1 exchange\n1 case recorded\n"
    );
    let case = "f/cases/track-order-completed";
    assert_eq!(
        json(&folder, &format!("{case}/event.json"))["event"],
        "Order Completed"
    );
    assert!(read(&folder, &format!("{case}/case.toml")).starts_with("time = \"20"));
    let har = json(&folder, &format!("{case}/traffic.har"));
    assert_eq!(har["log"]["_segfn"]["version"], 1);
    assert_eq!(har["log"]["entries"][0]["response"]["status"], 200);
    let expected = json(&folder, &format!("{case}/expected.json"));
    assert_eq!(
        expected["exchanges"][0]["request"]["body"]["json"]["name"],
        "Order Completed"
    );
    assert_eq!(count.load(Ordering::SeqCst), 1);
    passes(&folder, &[]);
    assert_eq!(count.load(Ordering::SeqCst), 1, "the test asks nobody");
}

#[test]
fn what_is_there_is_recorded_again_only_when_it_is_asked_for() {
    let (url, count) = json_server();
    let folder = Folder::new(&[("f/function.js", &posting(&url)), ("event.json", EVENT)]);
    folder.segfn(&["record", "f", "event.json"]);
    let har = "f/cases/track-order-completed/traffic.har";
    let before = read(&folder, har);
    let (code, stdout, _) = folder.segfn(&["record", "f", "event.json"]);
    assert_eq!(code, 0);
    assert_eq!(
        stdout,
        "f/cases/track-order-completed already exists\n0 cases recorded, 1 case exists already (--update records it again)\n"
    );
    assert_eq!(
        (read(&folder, har), count.load(Ordering::SeqCst)),
        (before.clone(), 1)
    );

    // The function asks for one thing more: only that is recorded.
    let more = posting(&url)
        .replace("return [", "await fetch('URL/more'); return [")
        .replace("URL", &url);
    folder.write("f/function.js", more);
    let (code, stdout, _) = folder.segfn(&["test"]);
    assert_eq!(code, 1);
    assert!(stdout.contains("/more is not recorded"), "{stdout}");
    let (code, stdout, _) = folder.segfn(&["record", "f", "--update-missing"]);
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.ends_with("1 exchange added to 1 case\n"), "{stdout}");
    assert_eq!(count.load(Ordering::SeqCst), 2);
    let entries = json(&folder, har)["log"]["entries"]
        .as_array()
        .expect("entries")
        .len();
    assert_eq!(entries, 2);
    let (_, stdout, _) = folder.segfn(&["test"]);
    assert!(!stdout.contains("is not recorded"), "{stdout}");
    folder.segfn(&["accept", "f"]);
    passes(&folder, &[]);

    let toml = "f/cases/track-order-completed/case.toml";
    let old_time = read(&folder, toml);
    folder.write(toml, format!("# a note\n{old_time}"));
    let (code, stdout, _) = folder.segfn(&["record", "f/cases/track-order-completed", "--update"]);
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.ends_with("1 case recorded again\n"), "{stdout}");
    assert_eq!(count.load(Ordering::SeqCst), 4);
    let new_time = read(&folder, toml);
    assert!(
        new_time.starts_with("# a note\ntime = \"20") && !new_time.contains(&old_time),
        "{new_time}"
    );
}

#[test]
fn every_kind_of_input_has_its_file_and_its_name() {
    let source = "async function onRequest(request) { Segment.track({ event: 'E', userId: 'u' }) }";
    let destination = "async function onIdentify() {} async function onBatch(events) { return events.length } async function onTrack() { throw new RetryError('later') }";
    let folder = Folder::new(&[
        ("s/function.js", source),
        (
            "request.json",
            r#"{"headers":{},"body":{"type":"Signup ../x"}}"#,
        ),
        ("d/function.js", destination),
        (
            "events.ndjson",
            "{\"type\":\"identify\",\"userId\":\"a@b.example\"}\n[{\"type\":\"track\"},{\"type\":\"track\"}]\n{\"type\":\"track\",\"event\":\"X\"}\n{\"type\":\"track\",\"event\":\"x\",\"userId\":\"2\"}\n",
        ),
    ]);
    let (code, stdout, stderr) = folder.segfn(&["record", "s", "request.json"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(
        folder
            .path()
            .join("s/cases/request-signup-x/request.json")
            .is_file()
    );
    let (code, stdout, stderr) = folder.segfn(&["record", "d", "events.ndjson"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert_eq!(
        stdout,
        "d/cases/identify: onIdentify success, 0 exchanges\n\
         d/cases/batch-of-2: onBatch success, 0 exchanges\n\
         d/cases/track-x: onTrack retry, 0 exchanges\n\
         d/cases/track-x-2: onTrack retry, 0 exchanges\n\
         4 cases recorded\n"
    );
    assert!(!folder.path().join("d/cases/identify/traffic.har").exists());
    passes(&folder, &[]);
}

#[test]
fn wrong_use_is_told() {
    let folder = Folder::new(&[
        ("f/function.js", "async function onTrack() {}"),
        ("event.json", EVENT),
        (
            "two.ndjson",
            &format!("{EVENT}\n{}\n", EVENT.replace("Order", "Cart")),
        ),
        ("bad.ndjson", &format!("{EVENT}\n{{broken\n")),
        ("broken.js", "async function onTrack( {"),
    ]);
    let all = folder.transcripts(&[
        &["record", "f", "--update"],
        &["record", "f", "two.ndjson", "--name", "x"],
        &["record", "none.js", "event.json"],
        &["record", "git:HEAD:f", "event.json"],
        &["record", "broken.js", "event.json"],
        &["record", "f", "none.json"],
        &["record", "f", "event.json", "--update", "--update-missing"],
        &["record", "f", "bad.ndjson"],
        // Only the one that is a case.
        &["record", "f", "two.ndjson", "--update"],
        &["record", "f", "event.json", "--name", "My Case"],
    ]);
    assert_snapshot!(all, @r#"
    $ segfn record f --update
    2> error: the function has no cases yet
    2> hint: to record new cases, leave out --update
    exit 2

    $ segfn record f two.ndjson --name x
    2> error: --name is for a single event, but there are 2
    exit 2

    $ segfn record none.js event.json
    2> error: none.js does not exist
    2> hint: name a JavaScript file, or a folder with a function.js
    exit 3

    $ segfn record git:HEAD:f event.json
    2> error: a revision can't be recorded
    exit 2

    $ segfn record broken.js event.json
    2> error: broken.js can't be loaded: SyntaxError: Unexpected end of input
    2>  --> broken.js:1:26
    2>   |
    2> 1 | async function onTrack( {
    2>   |                          ^
    2> hint: a `{`, `(`, `[` or ` is opened and never closed
    exit 3

    $ segfn record f none.json
    0 cases recorded
    2> error: can't read none.json: No such file or directory (os error 2)
    2> hint: paths are relative to the folder where segfn runs
    exit 4

    $ segfn record f event.json --update --update-missing
    2> error: the argument '--update' cannot be used with '--update-missing'
    2>
    2> Usage: segfn record --update <FUNCTION> <EVENTS>...
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn record f bad.ndjson
    f/cases/track-order-completed: onTrack success, 0 exchanges
    1 case recorded
    2> error: bad.ndjson:2: not JSON: names must be in double quotes (")
    exit 4

    $ segfn record f two.ndjson --update
    f/cases/track-order-completed: onTrack success, 0 exchanges
    1 case recorded again
    exit 0

    $ segfn record f event.json --name "My Case"
    f/cases/track-order-completed already exists
    0 cases recorded, 1 case exists already (--update records it again)
    exit 0
    "#);
}

#[test]
fn ci_never_records() {
    let folder = Folder::new(&[
        ("f/function.js", "async function onTrack() {}"),
        ("event.json", EVENT),
    ]);
    let told = folder.transcript_in(&[("CI", "true")], &["record", "f", "event.json"]);
    assert_snapshot!(told, @r"
    $ segfn record f event.json
    2> error: segfn record would write expectations, but nothing is written in CI (the variable CI is set)
    2> hint: run it on your own machine and commit what it writes
    exit 2
    ");
    assert!(!folder.path().join("f/cases").exists());
}

/// `segfn aws`, until it is dropped.
struct Aws(Child, String);

impl Aws {
    fn start(folder: &Folder) -> Aws {
        let mut command = folder.command(&["aws", "--port", "0", "--json", "--dir", "elsewhere"]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("segfn runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let told: Value = serde_json::from_str(&line).expect("JSON");
        let url = told["endpoint"]
            .as_str()
            .or(told["url"].as_str())
            .expect("an address");
        Aws(child, url.trim_end_matches('/').to_owned())
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

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
    let aws = Aws::start(&folder);
    let server = format!("server={}", aws.1);
    let arguments = ["record", "f", "event.json", "--aws", &aws.1, "-s", &server];
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

const SECRET: &str = "pl4nted/S3cr3t+value~77";

/// Puts the secret wherever a function can put one.
fn leaking(url: &str) -> String {
    format!(
        "async function onTrack(event, settings) {{
           const s = settings.apiKey, url = '{url}';
           const post = (body, headers, path = '') => fetch(url + path, {{ method: 'POST', body, headers }});
           await post(JSON.stringify({{ a: {{ [s]: ['x' + s] }}, b: Buffer.from('user:' + s).toString('base64') }}), {{ 'Content-Type': 'application/json', 'X-Note': 'a ' + s, Authorization: 'Basic ' + Buffer.from('u:' + s).toString('base64') }}, '/' + encodeURIComponent(s) + '?q=' + encodeURIComponent(s));
           await post(new URLSearchParams({{ field: s }}), {{ Cookie: 'sid=' + s }});
           const form = new FormData(); form.append('part', s); form.append('file', zlib.zlib.gzipSync('in a file ' + s), {{ filename: s + '.gz' }}); await post(form);
           await post(zlib.zlib.gzipSync(JSON.stringify({{ zipped: s }})), {{ 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' }});
           await post(zlib.zlib.gzipSync(s), {{ 'Content-Type': 'application/octet-stream' }});
           await post(Buffer.concat([Buffer.from([0, 255]), Buffer.from(s)]), {{}});
           await post('<a>' + s + '</a>', {{ 'Content-Type': 'text/xml' }});
           const echoed = await (await fetch(url + '/echo?token=' + encodeURIComponent(s))).text();
           const s3 = new AWS.S3({{ endpoint: url, s3ForcePathStyle: true, accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: s, sessionToken: 'token-' + s, region: 'us-east-1' }});
           await s3.putObject({{ Bucket: 'b', Key: 'k', Body: s }}).promise().catch(() => {{}});
           console.log('logged', s, {{ s }}, Buffer.from(s).toString('base64'), echoed);
           try {{ await fetch('http://127.0.0.1:1/' + encodeURIComponent(s)) }} catch (e) {{ console.error(e.message) }}
           throw new Error('failed with ' + s);
         }}"
    )
}

/// Every file below `folder` but those that hold the secret because a person put it there.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if !path.ends_with("settings.json") {
            found.push(path);
        }
    }
}

/// What a secret may look like: any eight bytes of it in a row are too many.
fn traces(bytes: &[u8]) -> Vec<String> {
    let encoded =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let mut forms = vec![
        SECRET.to_owned(),
        encoded(SECRET),
        SECRET.replace('/', "\\/"),
        SECRET[3..14].to_owned(),
    ];
    for before in ["", "a", "ab"] {
        let text = STANDARD.encode(format!("{before}{SECRET}"));
        forms.push(text[4..text.len() - 4].to_owned());
    }
    let text = String::from_utf8_lossy(bytes);
    forms
        .into_iter()
        .filter(|form| text.contains(form.as_str()))
        .collect()
}

/// The bytes, and what is in them in base64 and gzip, and in that.
fn opened(bytes: &[u8], depth: u32, found: &mut Vec<Vec<u8>>) {
    found.push(bytes.to_vec());
    if depth == 0 {
        return;
    }
    for start in 0..bytes.len().saturating_sub(2) {
        if bytes[start..].starts_with(&[0x1f, 0x8b, 8]) {
            let mut plain = Vec::new();
            let _ = flate2::read::GzDecoder::new(&bytes[start..]).read_to_end(&mut plain);
            opened(&plain, depth - 1, found);
        }
    }
    let text = String::from_utf8_lossy(bytes);
    let is_base64 = |char: char| char.is_ascii_alphanumeric() || "+/=".contains(char);
    for word in text
        .split(|char| !is_base64(char))
        .filter(|word| word.len() >= 8)
    {
        for offset in 0..4.min(word.len()) {
            let word = &word[offset..];
            let whole = &word[..word.len() / 4 * 4];
            if let Ok(plain) = STANDARD.decode(whole) {
                opened(&plain, depth - 1, found);
            }
        }
    }
}

#[test]
fn a_planted_secret_is_found_nowhere() {
    let url = server(|request| {
        // What was asked comes back, as it was.
        let body = format!("{{\"echo\":{}}}", Value::from(request));
        response(
            "200 OK",
            "Content-Type: application/json\r\nSet-Cookie: sid=pl4nted/S3cr3t+value~77; Path=/\r\n",
            body,
        )
    });
    let settings = serde_json::json!({ "apiKey": SECRET }).to_string();
    let event = serde_json::json!({"type": "track", "event": "E", "properties": {"said": format!("it is {SECRET}")}});
    let folder = Folder::new(&[
        ("f/function.js", &leaking(&url)),
        ("f/settings.json", &settings),
        (
            "f/segfn.toml",
            "secret = [\"apiKey\"]\n[test]\nlogs = true\n",
        ),
    ]);
    let input = Folder::new(&[("event.json", &event.to_string())]);
    let input = input.path().join("event.json");
    let (code, stdout, stderr) = folder.segfn(&["record", "f", input.to_str().expect("a path")]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let (test_code, test_out, test_err) = folder.segfn(&["test", "--all"]);
    let (_, run_out, run_err) =
        folder.segfn(&["run", "f", input.to_str().expect("a path"), "--json"]);
    let mut paths = Vec::new();
    files(folder.path(), &mut paths);
    assert!(
        paths.iter().any(|path| path.ends_with("traffic.har")),
        "{paths:?}"
    );
    let mut all: Vec<(String, Vec<u8>)> = vec![
        (
            "stdout".into(),
            [stdout, test_out.clone(), run_out].concat().into_bytes(),
        ),
        (
            "stderr".into(),
            [stderr, test_err.clone(), run_err].concat().into_bytes(),
        ),
    ];
    for path in paths {
        all.push((
            path.display().to_string(),
            std::fs::read(&path).expect("a file"),
        ));
    }
    for (name, bytes) in &all {
        let mut inside = Vec::new();
        opened(bytes, 3, &mut inside);
        for bytes in inside {
            let found = traces(&bytes);
            assert!(
                found.is_empty(),
                "{name}: {found:?}\n{}",
                String::from_utf8_lossy(&bytes)
            );
        }
    }
    assert_eq!(
        test_code, 0,
        "the case passes as it is: {test_out}{test_err}"
    );
}

#[test]
fn a_secret_that_is_given_as_a_flag_is_not_written_and_not_needed_afterwards() {
    let (url, _) = json_server();
    let source = format!(
        "async function onTrack(event, settings) {{
           const r = await fetch('{url}/?k=' + settings.apiToken, {{ method: 'POST', body: JSON.stringify({{ key: settings.apiToken, region: settings.region }}) }});
           return r.status;
         }}"
    );
    let folder = Folder::new(&[("f/function.js", &source), ("event.json", EVENT)]);
    let token = format!("apiToken={SECRET}");
    let arguments = ["record", "f", "event.json", "-s", &token, "-s", "region=eu"];
    let (code, stdout, stderr) = folder.segfn(&arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let toml = read(&folder, "f/cases/track-order-completed/case.toml");
    assert!(
        toml.ends_with("[settings]\n\"apiToken\" = \"[secret apiToken]\"\n\"region\" = \"eu\"\n"),
        "{toml}"
    );
    let mut paths = Vec::new();
    files(folder.path(), &mut paths);
    for path in paths {
        let found = traces(&std::fs::read(&path).expect("a file"));
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
    passes(&folder, &[]);
}

#[test]
fn a_kill_leaves_whole_cases_or_none() {
    let (_held, never) = std::sync::mpsc::channel::<()>();
    let answered = AtomicUsize::new(0);
    let url = server(move |_| {
        // So that it is not over when it is killed.
        if answered.fetch_add(1, Ordering::SeqCst) == 100 {
            let _ = never.recv();
        }
        response("200 OK", "", "{}")
    });
    let events: String = (0..200)
        .map(|i| format!("{{\"type\":\"track\",\"event\":\"E{i}\"}}\n"))
        .collect();
    let folder = Folder::new(&[
        ("f/function.js", &posting(&url)),
        ("events.ndjson", &events),
    ]);
    let mut child = folder
        .command(&["record", "f", "events.ndjson"])
        .stdout(Stdio::null())
        .spawn()
        .expect("segfn runs");
    let cases = folder.path().join("f/cases");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while std::fs::read_dir(&cases).map_or(0, Iterator::count) < 5 {
        assert!(std::time::Instant::now() < deadline, "no cases come");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    let mut whole = 0;
    for entry in std::fs::read_dir(&cases).expect("cases") {
        let path = entry.expect("an entry").path();
        if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'))
        {
            continue;
        }
        for file in ["event.json", "case.toml", "traffic.har"] {
            assert!(
                path.join(file).is_file(),
                "{} has no {file}",
                path.display()
            );
        }
        segfn::cassette::Cassette::read(&path.join("traffic.har")).expect("a whole cassette");
        whole += 1;
    }
    assert!((4..200).contains(&whole), "{whole}");
    let (_, stdout, _) = folder.segfn(&["test", "--list"]);
    assert_eq!(stdout.lines().count(), whole, "{stdout}");
}
