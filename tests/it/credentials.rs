//! Whose keys sign, and that none of them is shown: through the built binary, with a server that
//! keeps what it was sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;

use crate::support::Run;

/// The developer's own key, which stands in the environment and in files.
const ID: &str = "AKIADEVELOPERSOWN000";
const SECRET: &str = "the+developers/own/secret+key+of/40+char";
const TOKEN: &str = "the/developers+own/session/token==";

/// What the capture server answers `AssumeRole` with.
const ASSUMED_SECRET: &str = "an+assumed/roles+secret/key+of/40/charac";
const ASSUMED_TOKEN: &str = "an/assumed+roles/session&amp;token/that/is/long==";

/// A server that keeps each request and answers like an empty S3, and like STS.
struct Capture {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Capture {
    fn start() -> Capture {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = requests.clone();
        // The thread ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let request = read(&stream);
                answer(stream, &request);
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(request);
            }
        });
        Capture { address, requests }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whose key signed each request, with date and region left out.
    fn signers(&self) -> Vec<String> {
        self.requests()
            .iter()
            .map(|request| {
                let (_, scope) = request.split_once("Credential=").expect("a signature");
                let parts: Vec<&str> = scope.split(['/', ',']).collect();
                format!("{} {}", parts[0], parts[3])
            })
            .collect()
    }
}

/// The head and the body of a connection's first request.
fn read(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    let mut length = 0;
    loop {
        let start = request.len();
        reader.read_line(&mut request).expect("a line");
        let line = request[start..].to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    request.push_str(&String::from_utf8_lossy(&body));
    request
}

fn answer(mut stream: TcpStream, request: &str) {
    let body = if request.contains("Action=AssumeRole") {
        format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials>\
             <AccessKeyId>ASIAASSUMED000000000</AccessKeyId>\
             <SecretAccessKey>{ASSUMED_SECRET}</SecretAccessKey>\
             <SessionToken>{ASSUMED_TOKEN}</SessionToken>\
             <Expiration>2099-01-01T00:00:00Z</Expiration>\
             </Credentials></AssumeRoleResult></AssumeRoleResponse>"
        )
    } else if request.starts_with("POST") {
        "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>".into()
    } else {
        "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>".into()
    };
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    // A client that has gone away is no concern of the server's.
    let _ = stream.write_all((head + &body).as_bytes());
}

/// Sees all that it can reach, and calls without credentials of its own.
const CURIOUS: &str = r#"
async function onTrack(event, { endpoint }) {
  const own = ['AKIADEVELOPERS' + 'OWN000', 'the+developers/own/' + 'secret', 'the/developers+own/' + 'session'];
  const clients = [
    new AWS.S3({ region: 'us-west-2' }),
    new AWS.S3({ endpoint, region: 'us-west-2', s3ForcePathStyle: true, maxRetries: 0 }),
    new AWS.STS({ region: 'us-west-2' }),
    new AWS.STS({ endpoint, region: 'us-west-2', maxRetries: 0 }),
  ];
  const said = [];
  const reached = [];
  for (const client of clients) {
    const request = client.api.operations.listBuckets ? client.listBuckets() : client.getCallerIdentity();
    said.push(await request.promise().then(() => 'success', ({ code }) => code));
    reached.push(client, request, request.response);
  }
  for (const name of ['EnvironmentCredentials', 'SharedIniFileCredentials', 'ProcessCredentials', 'EC2MetadataCredentials']) {
    const credentials = new AWS[name](name === 'EnvironmentCredentials' ? 'AWS' : { profile: 'default' });
    await credentials.getPromise().catch((error) => reached.push(error));
    reached.push(credentials);
  }
  reached.push(await new AWS.CredentialProviderChain().resolvePromise().catch((error) => error));

  const seen = new Set();
  const found = [];
  const walk = (value, path) => {
    if (typeof value === 'string') {
      if (own.some((needle) => value.includes(needle))) found.push(path);
      return;
    }
    if (value === null || !/^(object|function)$/.test(typeof value) || seen.has(value) || seen.size > 200000) return;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) {
      let inner;
      try { inner = value[key]; } catch { continue; }
      walk(inner, `${path}.${String(key)}`);
    }
    walk(Object.getPrototypeOf(value), `${path}.__proto__`);
  };
  walk({ planted: own[0] }, 'what is');
  walk(reached, 'reached');
  walk(AWS, 'AWS');
  walk(globalThis, 'globalThis');
  console.log(reached[0].config, reached[1].httpRequest, reached[4].httpRequest);
  console.log(JSON.stringify(reached[0].config));
  return { said, found, seen: seen.size > 1000 };
}"#;

/// [`CURIOUS`] on a developer's machine.
fn curious(aws: &str, endpoint: &str) -> Run {
    let run = Run::new(CURIOUS)
        .write("settings.json", json!({ "endpoint": endpoint }).to_string())
        .write(
            "home/.aws/credentials",
            format!(
                "[default]\naws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\n\
                 aws_session_token = {TOKEN}\n"
            ),
        )
        .write("home/.aws/config", "[default]\nregion = eu-west-1\n")
        // Every package that functions have is evaluated on the way.
        .args(&["--aws", aws, "--timeout", "60s"])
        .track("t");
    let home = run.folder().path().join("home");
    run.env("HOME", &home.to_string_lossy())
        .env("AWS_EC2_METADATA_DISABLED", "true")
}

fn with_keys(run: Run) -> Run {
    run.env("AWS_ACCESS_KEY_ID", ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_SESSION_TOKEN", TOKEN)
}

/// Neither form of the output tells one of `secrets`.
#[track_caller]
fn assert_untold(run: &Run, secrets: &[&str]) {
    for arguments in [&["--json"][..], &[]] {
        let (_, stdout, stderr) = run.output_with(arguments);
        for text in [stdout, stderr] {
            for secret in secrets {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    }
}

#[test]
fn the_embedded_aws_never_uses_the_developers_own_key() {
    let capture = Capture::start();
    let run = with_keys(curious("embedded", &capture.url()));
    let value = run.value();
    assert_eq!(
        value["said"],
        json!(["success", "CredentialsError", "success", "CredentialsError"])
    );
    assert_eq!(
        (&value["found"], &value["seen"]),
        (&json!(["what is.planted"]), &json!(true))
    );
    assert_eq!(capture.requests(), Vec::<String>::new());
    assert_untold(&run, &[ID, SECRET, TOKEN]);
}

#[test]
fn a_server_in_the_place_of_aws_never_sees_the_developers_own_key() {
    let capture = Capture::start();
    let run = with_keys(curious(&capture.url(), &capture.url()));
    let value = run.value();
    assert_eq!(
        value["said"],
        json!(["success", "CredentialsError", "success", "CredentialsError"])
    );
    assert_eq!(
        (&value["found"], &value["seen"]),
        (&json!(["what is.planted"]), &json!(true))
    );
    assert_eq!(capture.signers(), ["test s3", "test sts"]);
    for request in capture.requests() {
        assert!(
            !request.contains(ID) && !request.contains(TOKEN),
            "{request}"
        );
    }
    assert_untold(&run, &[ID, SECRET, TOKEN]);
}

#[test]
fn only_the_real_aws_is_given_the_developers_own_key() {
    // The endpoint of AWS itself can't be reached from a test, and must not be.
    let only_here = ["--allow-net", "127.0.0.1"];
    let capture = Capture::start();
    let run = with_keys(curious("real", &capture.url())).args(&only_here);
    let value = run.value();
    assert_eq!(
        (&value["said"][1], &value["said"][3]),
        (&json!("success"), &json!("success"))
    );
    assert_eq!(
        (&value["found"], &value["seen"]),
        (&json!(["what is.planted"]), &json!(true))
    );
    let own = [format!("{ID} s3"), format!("{ID} sts")];
    assert_eq!(capture.signers(), own);
    for request in capture.requests() {
        assert!(
            request.contains(&format!("X-Amz-Security-Token: {TOKEN}")),
            "{request}"
        );
    }
    assert_untold(&run, &[ID, SECRET, TOKEN]);

    let capture = Capture::start();
    let run = curious("real", &capture.url()).args(&only_here);
    run.outcome();
    assert_eq!(capture.signers(), own, "the key of the files");
}

#[test]
fn the_real_aws_gets_no_key_where_there_is_none() {
    let capture = Capture::start();
    let run = curious("real", &capture.url()).args(&["--allow-net", "127.0.0.1"]);
    let empty = run.folder().path().join("no-home");
    let run = run.env("HOME", &empty.to_string_lossy());
    assert_eq!(run.value()["said"], json!(vec!["CredentialsError"; 4]));
    assert_eq!(capture.requests(), Vec::<String>::new());
}

#[test]
fn keys_of_assumed_roles_are_in_no_output() {
    let capture = Capture::start();
    let run = Run::new(
        "async function onTrack(event) {
           const { Credentials } = await new AWS.STS({ region: 'us-west-2' })
             .assumeRole({ RoleArn: 'arn:aws:iam::123456789012:role/demo', RoleSessionName: 'demo' }).promise();
           const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials;
           console.log(Credentials, JSON.stringify(Credentials), [SecretAccessKey], `token ${SessionToken}!`);
           console.log(encodeURIComponent(SecretAccessKey), Buffer.from(SecretAccessKey).toString('base64'));
           console.log(JSON.stringify(JSON.stringify({ SessionToken })));
           const s3 = new AWS.S3({ region: 'us-west-2', accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken });
           const { $response } = await s3.listBuckets().promise();
           console.error($response.request.httpRequest.headers, s3.config.credentials, s3.config.secretAccessKey);
           console.log(s3.getSignedUrl('getObject', { Bucket: 'bucket', Key: 'k' }));
           if (event.event === 'throws') throw new Error(`${SecretAccessKey} and ${SessionToken}`);
           return Credentials;
         }",
    )
    .args(&["--aws", &capture.url()])
    .track("returns")
    .track("throws");
    assert_eq!(run.outcomes()[0]["logs"].as_array().map(Vec::len), Some(5));
    let token = ASSUMED_TOKEN.replace("&amp;", "&");
    let encoded = ASSUMED_SECRET.replace('+', "%2B").replace('/', "%2F");
    assert_untold(
        &run,
        &[
            ASSUMED_SECRET,
            &token,
            &encoded,
            "YW4rYXNzdW1lZC9yb2xlcytzZWNyZXQ",
        ],
    );
    let used = ["test sts", "ASIAASSUMED000000000 s3"];
    assert_eq!(capture.signers()[..2], used);
}
